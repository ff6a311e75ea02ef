"""Refusals about subscriptions."""

from tokimori.foundation.errors import InvalidInput, Refusal


class SubscriptionNotValid(InvalidInput):
    """A subscription has an e-mail address, and names chapters and rows that the sheet has, as in 38-57, 119."""

    code = "subscription.not_valid"


class SubscriptionsLimited(Refusal):
    """From here too many subscriptions were asked for. Wait an hour, then try again."""

    code = "subscription.limited"
    status = 429


class NoLettersHere(Refusal):
    """This installation sends no letters."""

    code = "subscription.no_letters"
    status = 409
