"""Refusals about a company's own editions of the sheet."""

from tokimori.foundation.errors import Conflict


class NothingPublished(Conflict):
    """The provider has not published the sheet yet. Your edition is made of a published one."""

    code = "edition.nothing_published"


class TooManyEditions(Conflict):
    """Your company has made ten editions within a day. Wait, or take one of those."""

    code = "edition.too_many"
