"""A draft's form and its content, read strictly, and the bounds of both."""

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tokimori.foundation.drafts.errors import DraftNotReadable, DraftTooLarge

KEPT_FOR: Final = timedelta(hours=24)
"""How long a draft is kept after its last change: until the same hour of the next day, not over a weekend."""
LARGEST_DRAFT: Final = 48 * 1024
"""In bytes, as it comes: a form of the questionnaires with its longest answers, and nothing like a file."""
MOST_FIELDS: Final = 120
LONGEST_NAME: Final = 80
MOST_VALUES: Final = 200
"""Of one field: boxes that are ticked."""
MOST_DRAFTS: Final = 20
"""Of one account; the one that was left alone for the longest makes room."""
LEAST_BETWEEN: Final = timedelta(seconds=1)
"""Between two changes of an account's drafts. The pages wait longer than that."""
LONGEST_ROUTE: Final = 60
LONGEST_SUBJECT: Final = 300

_SECRET: Final = frozenset(
    {
        *("password", "passphrase", "passcode", "secret", "secrets", "code", "codes", "pin", "otp", "totp"),
        *("token", "tokens", "credential", "credentials", "csrfmiddlewaretoken", "key", "certificate"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPlace:
    """Which form it is: the route that it is sent to, and the object that stands in its address."""

    route: str
    subject: str

    def __post_init__(self) -> None:
        if not 0 < len(self.route) <= LONGEST_ROUTE or len(self.subject) > LONGEST_SUBJECT:
            raise DraftNotReadable


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """What was typed, by field: one value, several of boxes that are ticked, none of boxes of which none is."""

    fields: Mapping[str, tuple[str, ...]]

    def only(self, names: Container[str]) -> "DraftContent":
        """Return the fields that a form keeps; what is called like a secret is never among them."""
        kept = {name: values for name, values in self.fields.items() if name in names and not sounds_secret(name)}
        return DraftContent(fields=kept)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not any(value.strip() for values in self.fields.values() for value in values)

    def plain(self) -> dict[str, list[str]]:
        """Return the content as it is kept."""
        return {name: list(values) for name, values in self.fields.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft of the reader's own, and when it was changed last."""

    content: DraftContent
    changed_at: datetime


def sounds_secret(name: str) -> bool:
    """Whether a field is called like something that must not be kept: a password, a code, a key."""
    return not _SECRET.isdisjoint(name.lower().replace("-", "_").split("_"))


def read_content(text: str) -> DraftContent:
    """Return what a page sent: an object of lists of texts. Raises ``DraftTooLarge`` and ``DraftNotReadable``."""
    if len(text) > LARGEST_DRAFT:
        raise DraftTooLarge
    try:
        if len(text.encode()) > LARGEST_DRAFT:
            raise DraftTooLarge
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise DraftNotReadable from error
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        raise DraftNotReadable
    return DraftContent(fields={_name(name): _values(values) for name, values in found.items()})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands there twice.")
    return found


def _name(name: str) -> str:
    if not 0 < len(name) <= LONGEST_NAME or not name.isascii() or not name.isprintable():
        raise DraftNotReadable
    return name


def _values(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise DraftNotReadable
    return tuple(_text(value) for value in values)


def _text(value: object) -> str:
    """Return a text that can be written down: without half characters, and without what no form of ours may hold."""
    if not isinstance(value, str) or "\0" in value:
        raise DraftNotReadable
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DraftNotReadable from error
    return value
