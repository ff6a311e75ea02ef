"""Refusals about the provider's people."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed


class GrantNotValid(InvalidInput):
    """A grant names a person of the provider, what for, and how many hours within the most that are allowed."""

    code = "operator.grant_not_valid"


class GrantOver(NotAllowed):
    """This access has ended."""

    code = "operator.grant_over"


class GrantReadsOnly(NotAllowed):
    """This access is for reading; nothing was changed."""

    code = "operator.grant_reads_only"


class OwnRequest(NotAllowed):
    """Nobody decides on his own request."""

    code = "operator.own_request"


class RequestDecided(Conflict):
    """This request was decided on before, or waited for too long."""

    code = "operator.request_decided"


class AlreadyOperator(Conflict):
    """This person works for the provider already."""

    code = "operator.already"
