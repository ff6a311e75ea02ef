"""A company's own value of each row that its settings decide: a function of facts that were read at a moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tokimori.foundation.identity.networks import AddressAudience
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.security_level import Protection
from tokimori.foundation.retention.periods import RecordKind

LEAST_LENGTH: Final = 12
"""Shorter passphrases are named as what a company could have better."""


class Setting(StrEnum):
    """How far a company uses what the row asks for."""

    ON = "on"
    PARTLY = "partly"
    OFF = "off"
    SEEN = "seen"
    """Nothing to switch: the row shows what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFacts:
    """What is read of a company. Counts are of now; those with a time say which. Days are whole."""

    rules: SecurityRules
    protection: Mapping[Audience, Protection]
    networks: Mapping[AddressAudience, int]
    """How many networks each audience may come from; who is missing may come from anywhere."""
    temporary_networks: int
    active_providers: int
    accounts: int
    accounts_with_passphrase: int
    passphrases_changed: int
    """In the last 90 days."""
    dormant_accounts: int
    days_kept: Mapping[RecordKind, int]
    holds: int
    removals: int
    """Certificates of records that were taken away, ever."""
    operator_requests: int
    """Pages that the provider's people asked for in the last 365 days."""
    requests_without_grant: int
    """Of all that were ever asked for."""
    live_grants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnValue:
    """One row's value at one company. ``figures`` are whole numbers by name; ``switch`` is the route that changes it.

    ``is_advised_against`` says that standards advise against what is set, or could be set, here.
    """

    row: int
    setting: Setting
    figures: Mapping[str, int] = field(default_factory=dict)
    switch: str = ""
    anchor: str = ""
    is_advised_against: bool = False

    @property
    def is_off(self) -> bool:
        """Whether the company has not switched on what it could, and nothing advises against."""
        return self.setting is Setting.OFF and not self.is_advised_against


def values_from(facts: OwnFacts) -> Mapping[int, OwnValue]:
    """Return the value of every row that has one, by its number. Nothing is read here."""
    return MappingProxyType({row: make(facts) for row, make in _VALUES.items()})


def _networks(row: int) -> Callable[[OwnFacts], OwnValue]:
    def make(facts: OwnFacts) -> OwnValue:
        limited = {one: count for one, count in facts.networks.items() if count}
        people = {AddressAudience(one.value) for one in Audience}
        setting = (Setting.ON if people <= set(limited) else Setting.PARTLY) if limited else Setting.OFF
        figures = {f"networks_{one.value}": limited.get(one, 0) for one in AddressAudience}
        figures["temporary_networks"] = facts.temporary_networks
        return OwnValue(row=row, setting=setting, figures=figures, switch="networks", anchor="new-network")

    return make


def _factors(facts: OwnFacts) -> OwnValue:
    figures = {"active_providers": facts.active_providers}
    for audience, found in facts.protection.items():
        figures |= {
            f"people_{audience.value}": found.people,
            f"with_factor_{audience.value}": found.with_factor,
            f"with_passkey_{audience.value}": found.with_passkey,
            f"strength_{audience.value}": int(facts.rules.strength[audience]),
        }
    is_asked = all(one > Strength.ONE_FACTOR for one in facts.rules.strength.values())
    return _of_rules(40, Setting.ON if is_asked else Setting.PARTLY, figures, anchor="strength_employee")


def _attempts(facts: OwnFacts) -> OwnValue:
    rules = facts.rules
    figures = {"attempts": rules.attempts, "lock_minutes": rules.lock_minutes}
    return _of_rules(41, Setting.ON, figures, anchor="attempts")


def _sessions(facts: OwnFacts) -> OwnValue:
    rules = facts.rules
    figures = {
        "idle_minutes": rules.idle_minutes,
        "shared_idle_minutes": rules.shared_idle_minutes,
        "absolute_hours": rules.absolute_hours,
    }
    return _of_rules(43, Setting.ON, figures, anchor="idle_minutes")


def _strong_passwords(facts: OwnFacts) -> OwnValue:
    rules = facts.rules
    figures = {
        "minimum_length": rules.minimum_length,
        "character_classes": rules.character_classes,
        "blocked_words": len(rules.blocked_words),
    }
    setting = Setting.ON if rules.minimum_length >= LEAST_LENGTH else Setting.PARTLY
    is_mixed = rules.character_classes > 0
    return _of_rules(44, setting, figures, anchor="minimum_length", is_advised_against=is_mixed)


def _age(facts: OwnFacts) -> OwnValue:
    rules = facts.rules
    figures = {"minimum_age_days": rules.minimum_age_days, "maximum_age_days": rules.maximum_age_days}
    setting = Setting.ON if any(figures.values()) else Setting.OFF
    return _of_rules(47, setting, figures, anchor="maximum_age_days", is_advised_against=True)


def _history(facts: OwnFacts) -> OwnValue:
    depth = facts.rules.history_depth
    return _of_rules(48, Setting.ON if depth else Setting.OFF, {"history_depth": depth}, anchor="history_depth")


def _own_change(facts: OwnFacts) -> OwnValue:
    figures = {
        "accounts": facts.accounts,
        "accounts_with_passphrase": facts.accounts_with_passphrase,
        "passphrases_changed": facts.passphrases_changed,
        "minimum_age_days": facts.rules.minimum_age_days,
    }
    return _of_rules(50, Setting.ON, figures, anchor="minimum_age_days")


def _dormant(facts: OwnFacts) -> OwnValue:
    figures = {"dormant_days": facts.rules.dormant_days, "dormant_accounts": facts.dormant_accounts}
    return _of_rules(36, Setting.ON, figures, anchor="dormant_days")


def _kept(facts: OwnFacts) -> OwnValue:
    figures = {f"days_kept_{kind.value}": days for kind, days in facts.days_kept.items()}
    figures |= {"holds": facts.holds, "removals": facts.removals}
    setting = Setting.ON if facts.days_kept else Setting.OFF
    return OwnValue(row=94, setting=setting, figures=figures, switch="retention")


def _accesses(row: int) -> Callable[[OwnFacts], OwnValue]:
    def make(facts: OwnFacts) -> OwnValue:
        figures = {
            "operator_requests": facts.operator_requests,
            "requests_without_grant": facts.requests_without_grant,
            "live_grants": facts.live_grants,
        }
        return OwnValue(row=row, setting=Setting.SEEN, figures=figures, switch="support_access")

    return make


def _of_rules(
    row: int, setting: Setting, figures: Mapping[str, int], *, anchor: str, is_advised_against: bool = False
) -> OwnValue:
    return OwnValue(
        row=row,
        setting=setting,
        figures=figures,
        switch="change_security_rules",
        anchor=f"field-{anchor}",
        is_advised_against=is_advised_against,
    )


_VALUES: Final[Mapping[int, Callable[[OwnFacts], OwnValue]]] = MappingProxyType(
    {
        33: _accesses(33),
        36: _dormant,
        39: _networks(39),
        40: _factors,
        41: _attempts,
        43: _sessions,
        44: _strong_passwords,
        47: _age,
        48: _history,
        50: _own_change,
        94: _kept,
        119: _networks(119),
        133: _accesses(133),
    }
)
OWN_ROWS: Final = frozenset(_VALUES)
"""The rows that show a value of the company's own."""
