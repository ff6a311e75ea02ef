"""What a company asks of those who sign in. Modern by default; the older rules can be chosen, and are named as such."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Final

from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER, Role
from tokimori.foundation.identity.errors import RulesNotValid


class Audience(StrEnum):
    """Groups of people of whom different things are asked, from the least rights to the most."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Strength(IntEnum):
    """How well somebody has proved who he is (NIST SP 800-63B-4: AAL1, AAL2, AAL2 with phishing resistance)."""

    ONE_FACTOR = 1
    TWO_FACTORS = 2
    PHISHING_RESISTANT = 3


ADMINISTRATORS: Final = (
    frozenset({Role.ADMINISTRATOR, Role.PAYROLL, Role.SECURITY, Role.AUDITOR}) | ROLES_OF_THE_PROVIDER
)
"""Whoever has one of these may see or change what concerns everybody."""


def audience_of(roles: frozenset[Role]) -> Audience:
    """Return the group that asks the most of somebody with these roles."""
    if roles & ADMINISTRATORS:
        return Audience.ADMINISTRATOR
    return Audience.MANAGER if Role.MANAGER in roles else Audience.EMPLOYEE


def strength_asked(roles: frozenset[Role], rules: "SecurityRules") -> Strength:
    """Return how well somebody must have proved who he is. Of the provider's people no rule can ask less than the most."""
    if roles & ROLES_OF_THE_PROVIDER:
        return Strength.PHISHING_RESISTANT
    return rules.strength[audience_of(roles)]


BOUNDS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "minimum_length": (8, 64),
        "character_classes": (0, 4),
        "minimum_age_days": (0, 30),
        "maximum_age_days": (0, 365),
        "history_depth": (0, 24),
        "attempts": (3, 20),
        "lock_minutes": (1, 1440),
        "idle_minutes": (5, 30),
        "shared_idle_minutes": (2, 15),
        "absolute_hours": (1, 12),
        "trusted_device_days": (0, 90),
        "dormant_days": (30, 365),
        "mailed_links": (0, 1),
    }
)
"""The least and the most that may be chosen; what would be less safe than the product itself cannot be."""

_MOST_WORDS: Final = 200
_LONGEST_WORD: Final = 60


def _usual_strength() -> Mapping[Audience, Strength]:
    return MappingProxyType(
        {
            Audience.EMPLOYEE: Strength.ONE_FACTOR,
            Audience.MANAGER: Strength.ONE_FACTOR,
            Audience.ADMINISTRATOR: Strength.TWO_FACTORS,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityRules:
    """One version of a company's rules. Zero days and zero classes mean that nothing is asked.

    ``minimum_length`` and the blocked words follow NIST SP 800-63B-4 section 3.1.1; composition and age of passwords are
    kept for companies whose own rules still want them, though the same section advises against both.
    """

    minimum_length: int = 12
    character_classes: int = 0
    minimum_age_days: int = 0
    maximum_age_days: int = 0
    history_depth: int = 10
    blocked_words: tuple[str, ...] = ()
    attempts: int = 10
    lock_minutes: int = 15
    idle_minutes: int = 30
    shared_idle_minutes: int = 3
    """After how long without use a session ends that was begun on a screen which several people use."""
    absolute_hours: int = 12
    trusted_device_days: int = 0
    dormant_days: int = 90
    """After how many days without a sign-in the account of an administrator is closed."""
    mailed_links: int = 0
    """1 sends one-time links by e-mail to who has an address; 0 has all of them handed over."""
    strength: Mapping[Audience, Strength] = field(default_factory=_usual_strength)

    def __post_init__(self) -> None:
        for name, (least, most) in BOUNDS.items():
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise RulesNotValid(field=name, least=least, most=most)
        if len(self.blocked_words) > _MOST_WORDS or any(
            not word.strip() or len(word) > _LONGEST_WORD for word in self.blocked_words
        ):
            raise RulesNotValid(field="blocked_words")
        if set(self.strength) != set(Audience):
            raise RulesNotValid(field="strength")
        if self.strength[Audience.ADMINISTRATOR] < Strength.TWO_FACTORS:
            raise RulesNotValid(field="strength.administrator")

    @property
    def has_older_rules(self) -> bool:
        """Whether rules are in force that are advised against today."""
        return bool(self.character_classes or self.minimum_age_days or self.maximum_age_days)

    def to_plain(self) -> dict[str, Any]:
        """Return the rules as they are stored."""
        plain = {name: value for name, value in _by_name(self).items() if name != "strength"}
        plain["blocked_words"] = list(self.blocked_words)
        plain["strength"] = {audience.value: int(strength) for audience, strength in self.strength.items()}
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "SecurityRules":
        """Return the rules that were stored, or that a form sent; raise ``RulesNotValid`` with the field that is wrong."""
        known = {one.name for one in fields(cls)}
        if unknown := sorted(set(plain) - known):
            raise RulesNotValid(field=unknown[0])
        values = dict(plain)
        if "blocked_words" in values:
            values["blocked_words"] = _words(values["blocked_words"])
        if "strength" in values:
            values["strength"] = _strengths(values["strength"])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule before and after: numbers as they are, how many words, the strength that one audience is asked for."""

    name: str
    before: int
    after: int


def changes_between(before: SecurityRules, after: SecurityRules) -> tuple[RuleChange, ...]:
    """Return what differs between two versions, in the order of the fields; words are counted, not repeated."""
    old, new = _numbers(before), _numbers(after)
    is_reworded = before.blocked_words != after.blocked_words
    return tuple(
        RuleChange(name=name, before=old[name], after=new[name])
        for name in old
        if old[name] != new[name] or (name == "blocked_words" and is_reworded)
    )


def _numbers(rules: SecurityRules) -> dict[str, int]:
    plain = _by_name(rules)
    numbers = {name: value for name, value in plain.items() if name in BOUNDS}
    strengths = {f"strength_{audience.value}": int(rules.strength[audience]) for audience in Audience}
    return {**numbers, "blocked_words": len(rules.blocked_words), **strengths}


def _by_name(rules: SecurityRules) -> dict[str, Any]:
    """Return the fields by name."""
    return {one.name: getattr(rules, one.name) for one in fields(rules)}


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise RulesNotValid(field="blocked_words")
    return tuple(dict.fromkeys(word.strip().casefold() for word in value))


def _strengths(value: object) -> Mapping[Audience, Strength]:
    if not isinstance(value, Mapping):
        raise RulesNotValid(field="strength")
    try:
        return MappingProxyType({Audience(name): Strength(number) for name, number in value.items()})
    except ValueError as error:
        raise RulesNotValid(field="strength") from error
