"""Refusals about drafts."""

from tokimori.foundation.errors import InvalidInput, Refusal


class DraftNotReadable(InvalidInput):
    """What was typed could not be kept as a draft. It is still in the form."""

    code = "draft.not_readable"


class DraftTooLarge(Refusal):
    """What was typed is too long to be kept as a draft. It is still in the form."""

    code = "draft.too_large"
    status = 413


class DraftTooSoon(Refusal):
    """A draft was kept a moment ago. It is kept again in a few seconds."""

    code = "draft.too_soon"
    status = 429
