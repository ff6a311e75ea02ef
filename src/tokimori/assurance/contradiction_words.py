"""What contradicts itself, in sentences: each rule of the sheet has one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokimori.assurance.evaluation.contradictions import (
    RULES,
    AtMost,
    Conditional,
    Contradiction,
    Excludes,
    Requires,
    Rule,
    States,
)
from tokimori.assurance.evaluation.states import Literal

_LOCATION: Final = _(
    "Row 15 says that entrusted data stays in the country; row 69 says that data centres in other countries are used."
)
_HOME: Final = _(
    "Row 15 says that entrusted data stays in the country; row 68 says that no data centre of this country is used."
)
_OWN_USE: Final = _(
    "Row 12 says that no personal data is passed on; row 11 says that the provider uses it for purposes of its own, and "
    "how it is made anonymous is not stated."
)
_ENTRUSTED: Final = _(
    "Row 14 says that entrusted data is handed to nobody; rows %(others)s say that it is used or handled by others, and "
    "no list of those is stated."
)
_DELETED: Final = _(
    "Row 29 says what becomes of data when the contract ends; rows %(others)s, on encrypted backups and on retention, do "
    "not show that it is done."
)
_RETURNED: Final = _("Row 30 says that data is given back and erased; row 29 does not show that the terms say so.")
_TRANSPORT: Final = _(
    "Row 61 says that weak protocols are refused; rows %(others)s do not show that everything is encrypted."
)
_LEVELS: Final = _("Row 16 names levels of service; row 104 does not show that anybody measures them.")
_RECOVERY: Final = _("Row 87 promises recovery in time; row 89 does not show that backups are verified.")
_RELEASES: Final = _("Row 54 says who may release a change; row 74 does not show that only approved changes go in.")
_DORMANT: Final = _("Row 36 says that unused accounts are closed; row 26 does not show it of those who have left.")
_INTRUSION: Final = _("Row 118 promises to tell of intrusions; row 110 does not show what users are told, and how.")
_SAME: Final = _("Rows 39 and 119 ask the same, and are answered differently.")
_UNSTATED: Final = _("Row %(row)d is answered well, but what it rests on is not stated: %(values)s")
_WITHOUT_GRANT: Final = _(
    "Row %(row)d is answered well, but the provider's people were in a company without its grant: %(measured)s times."
)
_BELOW_FLOOR: Final = _(
    "Row 61 says that weak protocols are refused; terminals that speak nothing better: %(measured)s"
)
_TOO_LATE: Final = _("Row 87 promises recovery in time; what was measured, %(measured)s minutes, is beyond the target.")
_UNCONDITIONAL: Final = _(
    "Row %(row)d is answered with yes without a condition, although each company's own settings decide on it."
)

_VALUES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "backup_region": _("the region of the backups"),
        "backup_life_days": _("how many days backups are kept"),
        "media_policy": _("the policy on removable media"),
        "certificate_expiry": _("until when the certificate is valid"),
        "recovery_point_minutes": _("the recovery point that was measured"),
        "recovery_point_target_minutes": _("the recovery point that was promised"),
        "default_secrets_tried": _("how many default credentials were tried"),
    }
)
_OF_ROWS: Final[Mapping[int, Promise]] = MappingProxyType(
    {
        16: _LEVELS, 29: _DELETED, 30: _RETURNED, 36: _DORMANT, 39: _SAME, 54: _RELEASES, 61: _TRANSPORT, 87: _RECOVERY,
        118: _INTRUSION, 119: _SAME,
    }
)  # fmt: skip
_OF_ANSWERS: Final[Mapping[tuple[int, Literal], Promise]] = MappingProxyType(
    {
        (12, Literal.YES): _OWN_USE,
        (14, Literal.YES): _ENTRUSTED,
        (15, Literal.YES): _LOCATION,
        (15, Literal.NO): _HOME,
    }
)
_OF_MEASURES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "accesses_without_grant": _WITHOUT_GRANT,
        "terminals_below_floor": _BELOW_FLOOR,
        "recovery_point_minutes": _TOO_LATE,
    }
)


def contradiction_sentence(found: Contradiction, *, measured: Mapping[str, int | str] | None = None) -> str:
    """Return what contradicts itself, in the reader's language; ``measured`` is what the first row's evidence measured."""
    rule = found.rule
    facts = {
        "row": rule.row,
        "others": ", ".join(str(one) for one in found.rows if one != rule.row),
        "values": ", ".join(str(_VALUES[one]) for one in rule.values) if isinstance(rule, States) else "",
        "measured": (measured or {}).get(rule.value, "–") if isinstance(rule, AtMost) else "",
    }
    return str(_sentence(rule)) % facts


def unspoken() -> tuple[Rule, ...]:
    """Return the rules that have no sentence; a test wants none."""
    return tuple(rule for rule in RULES if _sentence_or_none(rule) is None)


def _sentence(rule: Rule) -> Promise:
    found = _sentence_or_none(rule)
    if found is None:
        raise LookupError(f"The rule on row {rule.row} has no sentence.")
    return found


def _sentence_or_none(rule: Rule) -> Promise | None:
    match rule:
        case Requires():
            return _OF_ROWS.get(rule.row)
        case Excludes():
            return _OF_ANSWERS.get((rule.row, rule.said))
        case States():
            return _UNSTATED if set(rule.values) <= set(_VALUES) else None
        case AtMost():
            return _OF_MEASURES.get(rule.value)
        case Conditional():
            return _UNCONDITIONAL
