"""What the page of a month's statement shows: how often, how long, and what each minute is paid by."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.statements import MonthStatement
from tokimori.engine.monthly import PayLine
from tokimori.interfaces.web.dates import month_name
from tokimori.interfaces.web.periods import month_period

_NIGHT: Final = "_night"

LINES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "regular": gettext_lazy("Agreed hours"),
        "within_legal": gettext_lazy("Overtime within the legal hours"),
        "overtime": gettext_lazy("Legal overtime, up to sixty hours"),
        "overtime_over_sixty": gettext_lazy("Legal overtime beyond sixty hours"),
        "holiday": gettext_lazy("Work on legal holidays"),
        "day_off": gettext_lazy("Work on other days off"),
        "compensated": gettext_lazy("Made good by time off"),
    }
)


def statement_context(
    statement: MonthStatement | None, *, month: Month, today: date, url: Callable[[Month], str], month_url: str
) -> dict[str, Any]:
    """Return everything the template asks for but whose month it is."""
    return {
        "state_sentence": month_name(month),
        "period": month_period(month, present=Month.of(today), url=url),
        "month_url": month_url,
        "figures": _figures(statement) if statement else [],
        "counts": _counts(statement) if statement else [],
        "lines": [_line(one) for one in sorted(statement.lines, key=_place)] if statement else [],
        "total": _total(statement) if statement else None,
        "rules": {"code": statement.rules.code, "version": statement.rules.version} if statement else None,
        "is_calculated": statement is not None,
    }


def _figures(statement: MonthStatement) -> list[dict[str, Any]]:
    summary = statement.summary
    return [
        {"label": _("Worked"), "minutes": summary.total_work},
        {"label": _("Overtime"), "minutes": summary.overtime},
        {"label": _("Night"), "minutes": summary.night},
        {"label": _("Weekly overtime of this month"), "minutes": statement.weekly_overtime},
    ]


def _counts(statement: MonthStatement) -> list[dict[str, str]]:
    summary = statement.summary

    def days(count: int) -> str:
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}

    def times(count: int) -> str:
        return ngettext("%(count)d time", "%(count)d times", count) % {"count": count}

    return [
        {"label": _("Days planned"), "text": days(summary.workday_count)},
        {"label": _("Days worked"), "text": days(summary.working_count)},
        {"label": _("Days absent"), "text": days(summary.absent_day_count)},
        {"label": _("Work on legal holidays"), "text": days(summary.legal_holiday_work.count)},
        {"label": _("Work on other days off"), "text": days(summary.general_holiday_work.count)},
        {"label": _("Late"), "text": times(summary.late_count)},
        {"label": _("Left early"), "text": times(summary.early_leave_count)},
        {"label": _("Rest between two days too short"), "text": times(summary.interval_shortage_count)},
    ]


def _place(line: PayLine) -> tuple[int, bool, Fraction]:
    """Return where a line stands: agreed hours first, each kind by day before the same at night."""
    names = list(LINES)
    return names.index(line.name.removesuffix(_NIGHT)), line.name.endswith(_NIGHT), line.percent


def _line(line: PayLine) -> dict[str, Any]:
    name = line.name.removesuffix(_NIGHT)
    label = str(LINES[name])
    is_night = line.name.endswith(_NIGHT)
    return {
        "label": _("%(line)s, at night") % {"line": label} if is_night else label,
        "minutes": line.minutes,
        "percent": _percent(line.percent),
        "paid_minutes": _whole(line.paid_minutes),
    }


def _total(statement: MonthStatement) -> dict[str, int]:
    return {
        "minutes": sum(line.minutes for line in statement.lines),
        "paid_minutes": _whole(sum((line.paid_minutes for line in statement.lines), Fraction(0))),
    }


def _percent(percent: Fraction) -> str:
    return str(percent.numerator) if percent.denominator == 1 else f"{float(percent):.1f}"


def _whole(minutes: Fraction) -> int:
    """Return whole minutes, half of one upwards: for the eye alone, wages are reckoned from minutes and percentage."""
    return int(minutes + Fraction(1, 2)) if minutes >= 0 else -int(-minutes + Fraction(1, 2))
