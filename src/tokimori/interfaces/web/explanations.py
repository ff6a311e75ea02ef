"""Steps and findings in words: each rule of the engine is one sentence, with the article it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tokimori.engine import Bucket, FindingCode, Severity, StepRule
from tokimori.interfaces.web.dates import clock
from tokimori.interfaces.web.laws import law_in_words

BUCKETS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        Bucket.REGULAR.value: _("Regular work"),
        Bucket.WITHIN_LEGAL_OVERTIME.value: _("Overtime within the legal limits"),
        Bucket.LEGAL_OVERTIME_DAILY.value: _("Legal overtime, over the day"),
        Bucket.LEGAL_OVERTIME_WEEKLY.value: _("Legal overtime, over the week"),
        Bucket.LEGAL_OVERTIME_MONTHLY.value: _("Legal overtime, over fifty hours a week in the month"),
        Bucket.LEGAL_OVERTIME_PERIOD.value: _("Legal overtime, over the period"),
        Bucket.LEGAL_HOLIDAY.value: _("Work on a legal holiday"),
        Bucket.HOLIDAY_OVERTIME.value: _("Holiday overtime"),
        Bucket.NON_LEGAL_HOLIDAY.value: _("of which on a day off"),
        Bucket.LATE_NIGHT.value: _("of which at night"),
        Bucket.LATE_NIGHT_OVERTIME.value: _("of which overtime at night"),
        Bucket.LATE_NIGHT_HOLIDAY.value: _("of which holiday work at night"),
        Bucket.BREAK.value: _("Breaks"),
        Bucket.LATE.value: _("Late"),
        Bucket.EARLY_LEAVE.value: _("Left early"),
        Bucket.PRIVATE_OUT.value: _("Out on private business"),
        Bucket.ABSENCE.value: _("Absent"),
        Bucket.SCHEDULED.value: _("Scheduled"),
        Bucket.PRESENCE.value: _("Present"),
    }
)
"""The figures of a day, in the order in which they are read."""

_RULES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        StepRule.PLANNED.value: _("Planned for this day, breaks excepted."),
        StepRule.PRESENT.value: _("Between an arrival and a departure."),
        StepRule.ROUNDED_UP.value: _("Between an arrival and a departure, both moved outward to the full unit."),
        StepRule.INSIDE_SCHEDULE.value: _("Work inside the planned hours."),
        StepRule.OUTSIDE_SCHEDULE.value: _("Work outside the planned hours, under every legal limit."),
        StepRule.FLEXIBLE.value: _("Work under flexible hours; overtime is counted over the settlement period."),
        StepRule.FLEXIBLE_BEYOND_CONTRACT.value: _(
            "Over the %(limit)s that were agreed for the period, under the legal frame."
        ),
        StepRule.DEEMED.value: _("The hours that were agreed to count, whatever was worked."),
        StepRule.EXEMPT.value: _("Work of somebody to whom limits of hours do not apply."),
        StepRule.DAILY_LIMIT.value: _("Over %(limit)s of work on this duty."),
        StepRule.WEEKLY_LIMIT.value: _("Over %(limit)s of work in this week, daily overtime excepted."),
        StepRule.MONTHLY_STEP.value: _("Over %(limit)s in this month, an average of fifty hours a week."),
        StepRule.PERIOD_LIMIT.value: _("Over the %(limit)s that the law allows for the period."),
        StepRule.OUTSIDE_NORMAL_HOURS.value: _("Work outside the normal hours of the day."),
        StepRule.LEGAL_HOLIDAY.value: _("Work between 0:00 and 24:00 of a legal holiday."),
        StepRule.HOLIDAY_NORMAL_HOURS.value: _("Work on a holiday, as long as a normal day."),
        StepRule.HOLIDAY_OUTSIDE_HOURS.value: _("Work on a holiday beyond the length of a normal day."),
        StepRule.DAY_OFF.value: _("Work on a day off that is not the legal holiday."),
        StepRule.NIGHT_WINDOW.value: _("Work in the night hours."),
        StepRule.BREAK_PUNCHED.value: _("A break that was punched."),
        StepRule.BREAK_SCHEDULED.value: _("A break that was planned and fell into the presence."),
        StepRule.BREAK_AUTOMATIC.value: _("A break that the company deducts by the length of the work."),
        StepRule.ARRIVED_LATE.value: _("Planned work before the arrival."),
        StepRule.LEFT_EARLY.value: _("Planned work after the departure."),
        StepRule.WAS_OUT.value: _("Planned work during which nobody was there."),
        StepRule.DID_NOT_COME.value: _("Planned work of a day without any punch."),
    }
)

FINDINGS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        FindingCode.MISSING_IN.value: _("No arrival before this punch."),
        FindingCode.MISSING_OUT.value: _("No departure after this punch. The time until then is not counted."),
        FindingCode.MISSING_BREAK_START.value: _("The break has an end and no beginning."),
        FindingCode.MISSING_BREAK_END.value: _("The break has a beginning and no end. What follows is not counted."),
        FindingCode.MISSING_GO_OUT.value: _("A return without having gone out."),
        FindingCode.MISSING_RETURN.value: _("Gone out and not returned. What follows is not counted."),
        FindingCode.STILL_WORKING.value: _("Still at work. The figures grow with the next punch."),
        FindingCode.LONG_DUTY.value: _("An unusually long duty; a punch may be missing."),
        FindingCode.DUPLICATE_IGNORED.value: _("Pressed twice; it counts once."),
        FindingCode.UNPAIRED_PUNCH.value: _("This punch does not fit what came before; it is not counted."),
        FindingCode.BREAK_TOO_SHORT.value: _("The break was shorter than the law wants for this length of work."),
        FindingCode.WORK_WITHOUT_SCHEDULE.value: _("Work on a day for which nothing was planned."),
        FindingCode.SCHEDULED_WITHOUT_PUNCH.value: _("Planned, and no punch at all."),
        FindingCode.EARLY_PRESENCE_NOT_COUNTED.value: _(
            "Present before the planned start; by the rules it is not counted."
        ),
        FindingCode.SCHEDULED_BREAK_WORKED.value: _("The planned break was worked; another one was punched."),
        FindingCode.INTERVAL_TOO_SHORT.value: _("The rest since the duty before was shorter than the rules say."),
        FindingCode.UNLAWFUL_SCHEDULE.value: _("More hours were planned than the law allows to be planned."),
    }
)

FINDING_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {Severity.BLOCKING.value: "act", Severity.WARNING.value: "wait", Severity.INFO.value: "quiet"}
)

SEGMENT_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Bucket.REGULAR.value: "regular",
        Bucket.WITHIN_LEGAL_OVERTIME.value: "overtime",
        Bucket.LEGAL_OVERTIME_DAILY.value: "overtime",
        Bucket.LEGAL_OVERTIME_WEEKLY.value: "overtime",
        Bucket.LEGAL_OVERTIME_MONTHLY.value: "overtime",
        Bucket.LEGAL_OVERTIME_PERIOD.value: "overtime",
        Bucket.LEGAL_HOLIDAY.value: "holiday",
        Bucket.HOLIDAY_OVERTIME.value: "holiday",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBuckets:
    """A figure of the month's table, and the buckets that it adds up."""

    label: Promise
    buckets: tuple[str, ...]


FIGURE_BUCKETS: Final[Mapping[str, FigureBuckets]] = MappingProxyType(
    {
        "worked_minutes": FigureBuckets(label=_("Worked"), buckets=tuple(SEGMENT_KINDS)),
        "regular_minutes": FigureBuckets(label=_("Regular work"), buckets=("regular",)),
        "overtime_minutes": FigureBuckets(
            label=_("Overtime"),
            buckets=tuple(bucket for bucket, kind in SEGMENT_KINDS.items() if kind == "overtime"),
        ),
        "holiday_minutes": FigureBuckets(label=_("Holiday work"), buckets=("legal_holiday", "holiday_overtime")),
        "late_night_minutes": FigureBuckets(label=_("Night"), buckets=("late_night",)),
        "short_minutes": FigureBuckets(label=_("Short"), buckets=("late", "early_leave", "absence")),
        "break_minutes": FigureBuckets(label=_("Break"), buckets=("break",)),
        "scheduled_minutes": FigureBuckets(label=_("Scheduled"), buckets=("scheduled",)),
    }
)


def explained_steps(content: Mapping[str, Any], *, bucket: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the steps of one bucket of a stored day, in words; their minutes add up to the figure."""
    return [step_sentence(step, zone) for step in content["steps"] if step["bucket"] == bucket]


def step_sentence(step: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return a stored step in words, with its minutes and the article it stands on."""
    return {"sentence": _sentence(step, zone), "minutes": step["minutes"], "source": law_in_words(step["law"])}


def read_instant(text: str | None) -> datetime | None:
    """Return a stored instant."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _sentence(step: Mapping[str, Any], zone: ZoneInfo) -> str:
    limit = step["facts"].get("limit_minutes")
    rule = str(_RULES[step["rule"]]) % {"limit": f"{limit // 60}:{limit % 60:02}" if limit else ""}
    if step["interval"] is None:
        return rule
    start, end = (clock(read_instant(step["interval"][edge]), zone) for edge in ("start", "end"))
    return gettext("%(start)s–%(end)s: %(rule)s") % {"start": start, "end": end, "rule": rule}
