"""Who sees to a row, and what ends: told by rooms that keep registers, which this one does not know."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from tokimori.assurance.compliance.values import Expiry
from tokimori.foundation.access.principal import Principal

Owners = Callable[[datetime], Mapping[int, str]]
Expiries = Callable[[Principal, datetime], Iterable[Expiry]]

_OWNERS: Final[list[Owners]] = []
_EXPIRIES: Final[list[Expiries]] = []


def add_owners(source: Owners) -> None:
    """Have a source name who sees to which row, as the public sheet may show it: a post, or a person who agreed.

    It is asked inside the provider's open tenant, with the moment.
    """
    _OWNERS.append(source)


def add_expiries(source: Expiries) -> None:
    """Have a source say what ends; it is asked inside the provider's open tenant, for somebody, with the moment."""
    _EXPIRIES.append(source)


def forget_source(source: Owners | Expiries) -> None:
    """Ask a source no more."""
    _OWNERS[:] = [one for one in _OWNERS if one is not source]
    _EXPIRIES[:] = [one for one in _EXPIRIES if one is not source]


def owners_of_rows(*, now: datetime) -> Mapping[int, str]:
    """Return who sees to a row, by its number; nobody stands there whom no source names. The first source counts."""
    found: dict[int, str] = {}
    for source in reversed(_OWNERS):
        found |= {row: name for row, name in source(now).items() if name.strip()}
    return found


def expiries_elsewhere(*, actor: Principal, now: datetime) -> tuple[Expiry, ...]:
    """Return what ends by the word of the other rooms."""
    return tuple(one for source in _EXPIRIES for one in source(actor, now))
