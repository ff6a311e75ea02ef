"""Accounts and groups as a directory says them: values that cannot be longer than what is kept."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.services.accounts import is_address
from tokimori.foundation.provisioning.errors import DirectoryValueNotValid

MOST_EMAILS: Final = 10
MOST_MEMBERS: Final = 10_000
_LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "external_id": 255,
        "display_name": 200,
        "formatted_name": 200,
        "family_name": 100,
        "given_name": 100,
        "preferred_language": 60,
        "value": 254,
        "type": 40,
    }
)
"""The most characters of each field; printable, in Unicode's NFC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryAddress:
    """An address as the directory writes it; ``is_primary`` may be left open."""

    value: str
    type: str = ""
    is_primary: bool | None = None

    def __post_init__(self) -> None:
        _refuse_invalid(self, "value", "type")
        if not is_address(self.value):
            raise DirectoryValueNotValid(field="emails")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserState:
    """All that a directory says about an account. What is empty was not said; the account's own address comes first."""

    user_name: str
    external_id: str = ""
    display_name: str = ""
    formatted_name: str = ""
    family_name: str = ""
    given_name: str = ""
    preferred_language: str = ""
    is_active: bool = True
    emails: tuple[DirectoryAddress, ...] = ()

    def __post_init__(self) -> None:
        _refuse_invalid(
            self, "external_id", "display_name", "formatted_name", "family_name", "given_name", "preferred_language"
        )
        if len(self.emails) > MOST_EMAILS:
            raise DirectoryValueNotValid(field="emails", most=MOST_EMAILS)

    @property
    def name_to_show(self) -> str:
        """Return what the person is called: as said, or put together, or the name that he signs in with."""
        together = f"{self.family_name} {self.given_name}".strip()
        return self.display_name or self.formatted_name or together or self.user_name


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """All that a directory says about a group."""

    display_name: str
    external_id: str = ""
    members: frozenset[UUID] = frozenset()

    def __post_init__(self) -> None:
        _refuse_invalid(self, "display_name", "external_id")
        if not self.display_name.strip():
            raise DirectoryValueNotValid(field="display_name")
        if len(self.members) > MOST_MEMBERS:
            raise DirectoryValueNotValid(field="members", most=MOST_MEMBERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A group that an account is in, or an account that is in a group: its key and what it is called."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """An account as its directory sees it."""

    id: UUID
    state: UserState
    roles: tuple[Role, ...]
    groups: tuple[Membership, ...]
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group as its directory sees it, with the role that is tied to it."""

    id: UUID
    state: GroupState
    role: Role | None
    members: tuple[Membership, ...]
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TiedGroup:
    """A group as an administrator sees it: the role that it gives, if any, and how many are in it."""

    id: UUID
    name: str
    role: Role | None
    members_count: int


def with_own_first(emails: tuple[DirectoryAddress, ...]) -> tuple[DirectoryAddress, ...]:
    """Return the addresses, first that by which the person signs in: the primary, else one of work, else the first."""

    def rank(address: DirectoryAddress) -> int:
        return 0 if address.is_primary else 1 if address.type.lower() == "work" else 2

    return tuple(sorted(emails, key=rank))


def _refuse_invalid(value: object, *fields: str) -> None:
    for field in fields:
        text: str = getattr(value, field)
        is_plain = text.isprintable() and unicodedata.is_normalized("NFC", text)
        if len(text) > _LONGEST[field] or not is_plain:
            raise DirectoryValueNotValid(field=field)
