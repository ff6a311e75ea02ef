"""A rule set in sentences, each with the law it stands on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tokimori.engine import (
    DESIGNATED_SYSTEMS,
    FLEX_SYSTEMS,
    BreakSource,
    BreakTier,
    DailyRounding,
    OvertimeBasis,
    RuleSet,
    WorkSystem,
)

SYSTEMS: Final[Mapping[WorkSystem, Promise]] = MappingProxyType(
    {
        WorkSystem.FIXED: gettext_lazy("Fixed hours"),
        WorkSystem.VARIABLE_MONTH: gettext_lazy("Variable hours, designated month by month"),
        WorkSystem.VARIABLE_YEAR: gettext_lazy("Variable hours, designated for up to a year"),
        WorkSystem.WEEKLY_IRREGULAR: gettext_lazy("Hours told by the week"),
        WorkSystem.FLEX_MONTH: gettext_lazy("Flexible hours, settled by the month"),
        WorkSystem.FLEX_QUARTER: gettext_lazy("Flexible hours, settled over several months"),
        WorkSystem.DEEMED: gettext_lazy("Agreed hours count"),
        WorkSystem.MANAGER: gettext_lazy("Exempt from limits of hours"),
    }
)


def rule_sentence(rules: RuleSet) -> str:
    """Return a rule set in one sentence."""
    parts = [str(SYSTEMS[rules.system])]
    if rules.overtime_basis is OvertimeBasis.SCHEDULE_WINDOW:
        parts.append(_("overtime outside the planned hours"))
    elif rules.system is WorkSystem.FIXED:
        parts.append(
            _("overtime over %(day)s a day and %(week)s a week")
            % {"day": _hours(rules.legal_daily_minutes), "week": _hours(rules.legal_weekly_minutes)}
        )
    return ", ".join(parts) + _(".")


def rule_groups(rules: RuleSet) -> list[dict[str, Any]]:
    """Return every rule of a rule set, in groups."""
    groups = [
        {"label": _("Hours"), "rules": _hour_rules(rules)},
        {"label": _("Breaks"), "rules": _break_rules(rules)},
        {"label": _("Night"), "rules": _night_rules(rules)},
        {"label": _("Punches"), "rules": _punch_rules(rules)},
    ]
    return [group for group in groups if group["rules"]]


def _hour_rules(rules: RuleSet) -> list[dict[str, str]]:
    law = _("Labor Standards Act, Article 32") if rules.country == "JP" else _("Labour Protection Act, Section 23")
    if rules.overtime_basis is OvertimeBasis.SCHEDULE_WINDOW:
        return [
            _rule(_("Work outside the planned hours is overtime."), _("Labour Protection Act, Section 61")),
            _rule(
                _("A normal day has up to %(hours)s.") % {"hours": _hours(rules.legal_daily_minutes)},
                _("Labour Protection Act, Section 23"),
            ),
        ]
    if rules.system is WorkSystem.MANAGER:
        return [_rule(_("Limits of hours, breaks and holidays do not apply; the night premium does."), law)]
    if rules.system in FLEX_SYSTEMS:
        return _flexible_rules(rules)
    if rules.system is WorkSystem.DEEMED:
        sentence = _("A day of work counts as %(hours)s, whatever was worked.") % {
            "hours": _hours(rules.deemed_minutes)
        }
        return [_rule(sentence, _("Labor Standards Act, Articles 38-2 to 38-4"))]
    if rules.system in DESIGNATED_SYSTEMS:
        return _designated_rules(rules)
    sentences = [
        _("Work beyond %(hours)s on one duty is legal overtime.") % {"hours": _hours(rules.legal_daily_minutes)},
        _("Of what is left, work beyond %(hours)s in one week is legal overtime.")
        % {"hours": _hours(rules.legal_weekly_minutes)},
    ]
    return [_rule(sentence, law) for sentence in sentences]


def _flexible_rules(rules: RuleSet) -> list[dict[str, str]]:
    law = _("Labor Standards Act, Article 32-3")
    found = [_rule(_("Each person chooses when to begin and to end; overtime is counted over the period."), law)]
    if rules.system is WorkSystem.FLEX_QUARTER:
        found.append(_rule(_("Within each month, work beyond fifty hours a week on average is legal overtime."), law))
    return found


def _designated_rules(rules: RuleSet) -> list[dict[str, str]]:
    law = {
        WorkSystem.VARIABLE_MONTH: _("Labor Standards Act, Article 32-2"),
        WorkSystem.VARIABLE_YEAR: _("Labor Standards Act, Article 32-4"),
    }.get(rules.system, _("Labor Standards Act, Article 32-5"))
    hours = {"day": _hours(rules.legal_daily_minutes), "week": _hours(rules.legal_weekly_minutes)}
    found = [
        _("Work beyond %(day)s, or beyond what was designated for the day if that is more, is legal overtime.") % hours
    ]
    if rules.system is WorkSystem.WEEKLY_IRREGULAR:
        found.append(_("Of what is left, work beyond %(week)s in one week is legal overtime.") % hours)
    else:
        found.append(
            _("Of what is left, work beyond %(week)s in one week, or what was designated for it, is legal overtime.")
            % hours
        )
        found.append(_("Of what is left, work beyond the frame of the period is legal overtime."))
    return [_rule(sentence, law) for sentence in found]


def _break_rules(rules: RuleSet) -> list[dict[str, str]]:
    words = {
        BreakSource.PUNCHED: _("Breaks that are punched count."),
        BreakSource.SCHEDULED: _("Where none is punched, the planned break is taken from the presence."),
        BreakSource.AUTOMATIC: _("What is missing to the length below is deducted."),
    }
    found = [_rule(words[source], "") for source in rules.breaks.sources]
    found += [_rule(_tier(tier), "") for tier in rules.breaks.automatic]
    law = _("Labor Standards Act, Article 34") if rules.country == "JP" else _("Labour Protection Act, Section 27")
    found += [_rule(_tier(tier), law, _("checked")) for tier in rules.breaks.required]
    return found


def _night_rules(rules: RuleSet) -> list[dict[str, str]]:
    if rules.night is None:
        return []
    sentence = _("Work from %(start)s to %(end)s is night work.") % {
        "start": _hours(rules.night.start_minute),
        "end": _hours(rules.night.end_minute),
    }
    return [_rule(sentence, _("Labor Standards Act, Article 37, paragraph 4"))]


def _punch_rules(rules: RuleSet) -> list[dict[str, str]]:
    before = (
        _("Time before the planned start counts.")
        if rules.counts_before_schedule
        else _("Time before the planned start is kept and does not count.")
    )
    rounding = _("Every minute counts; nothing is rounded.")
    if rules.rounding is DailyRounding.UP_ONLY:
        rounding = _("Arrivals and departures are moved outward to full %(minutes)d minutes: nobody loses time.") % {
            "minutes": rules.rounding_minutes
        }
    return [
        _rule(rounding, ""),
        _rule(before, ""),
        _rule(_("Of presses within %(seconds)d seconds one counts.") % {"seconds": rules.duplicate_seconds}, ""),
    ]


def _tier(tier: BreakTier) -> str:
    return _("Over %(over)s of work: %(break)d minutes.") % {
        "over": _hours(tier.over_minutes),
        "break": tier.break_minutes,
    }


def _rule(sentence: str, law: str, note: str = "") -> dict[str, str]:
    return {"sentence": sentence, "law": law, "note": note}


def _hours(minutes: int | None) -> str:
    return f"{minutes // 60}:{minutes % 60:02}" if minutes is not None else "–"
