"""What can be refused about keys."""

from tokimori.foundation.errors import NotFound


class NoSuchKey(NotFound):
    """There is no key of this person, or it was destroyed already."""

    code = "key.none"
