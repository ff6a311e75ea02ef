"""Refusals about webhooks."""

from tokimori.foundation.errors import Conflict, InvalidInput


class WebhookNotValid(InvalidInput):
    """A webhook goes to a public https:// address, without user and password, and names rows that the sheet has."""

    code = "webhook.not_valid"


class WebhooksOff(Conflict):
    """This installation does not call out. Who runs it turns webhooks on."""

    code = "webhook.off"


class TooManyWebhooks(Conflict):
    """There are five webhooks already, or ten tests of this one within the hour. Remove one, or wait."""

    code = "webhook.too_many"
