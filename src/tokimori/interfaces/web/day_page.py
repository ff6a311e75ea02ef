"""What the page of a day shows: the time line, the figures with their steps, the findings, the punches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tokimori.domains.people.queries import EmployeeView
from tokimori.domains.schedules.queries import plans_between
from tokimori.domains.timekeeping.queries import PunchView, punch_history, stale_count_of
from tokimori.domains.timesheets.queries import day_content, standing_of
from tokimori.foundation.identifiers import TenantId
from tokimori.interfaces.web.dates import clock, long_date, short_date
from tokimori.interfaces.web.explanations import (
    BUCKETS,
    FINDING_KINDS,
    FINDINGS,
    SEGMENT_KINDS,
    explained_steps,
    read_instant,
)
from tokimori.interfaces.web.labels import PUNCH_KINDS, PUNCH_SOURCES

LATE_AFTER: Final = timedelta(minutes=10)
"""A punch that arrived later than this after it happened is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """Whose day, which, and what this reader may do about it."""

    tenant: TenantId
    employee: EmployeeView
    day: date
    now: datetime
    is_own: bool
    may_correct: bool

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the employee's site."""
        return ZoneInfo(self.employee.employment.site.zone if self.employee.employment else "UTC")

    @property
    def midnight(self) -> datetime:
        """Return the local midnight that begins the day."""
        return datetime.combine(self.day, time(), tzinfo=self.zone).astimezone(UTC)

    @property
    def today(self) -> date:
        """Return the date on the clock of the employee's site."""
        return self.now.astimezone(self.zone).date()

    def minute_of(self, instant: datetime) -> int:
        """Return the minutes from midnight to an instant, negative before it."""
        return round((instant - self.midnight).total_seconds() / 60)

    def url(self, day: date) -> str:
        """Return where another day of the same person is shown."""
        if self.is_own:
            return reverse("my_day", args=[day.isoformat()])
        return reverse("person_day", args=[self.employee.id, day.isoformat()])

    @property
    def correction_url(self) -> str:
        """Return where a correction of this day is asked for; empty for who may not."""
        return reverse("new_correction", args=[self.day.isoformat()]) if self.may_correct else ""


def day_context(page: DayPage) -> dict[str, Any]:
    """Return everything that the template asks for."""
    content = day_content(tenant=page.tenant, employee_id=page.employee.id, work_date=page.day)
    punches = _punches_around(page, content)
    findings = _findings(page, content)
    return {
        "page_title": long_date(page.day) if page.is_own else f"{page.employee.name} · {long_date(page.day)}",
        "state_sentence": _state_sentence(page, findings, content),
        "period": {
            "label": short_date(page.day),
            "previous_url": page.url(page.day - timedelta(days=1)),
            "next_url": page.url(page.day + timedelta(days=1)),
            "present": None if page.day == page.today else {"label": _("Today"), "url": page.url(page.today)},
        },
        "correction_url": page.correction_url,
        "time_line": _time_line(page, content, findings),
        "figures": _figures(content),
        "findings": findings,
        "buckets": _buckets(page, content),
        "punches": [_punch_row(page, view, punches) for view in punches],
        "engine": _provenance(page, content),
    }


def _figures(content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    figures: Mapping[str, int] = content["figures"] if content else {}
    overtime = sum(figures.get(f"{name}_minutes", 0) for name in ("within_legal_overtime", *_LEGAL_OVERTIME))
    return [
        {"label": _("Scheduled"), "minutes": figures.get("scheduled_minutes", 0)},
        {"label": _("Worked"), "minutes": figures.get("worked_minutes", 0)},
        {"label": _("Break"), "minutes": figures.get("break_minutes", 0)},
        {"label": _("Overtime"), "minutes": overtime},
    ]


_LEGAL_OVERTIME: Final = (
    "legal_overtime_daily",
    "legal_overtime_weekly",
    "legal_overtime_monthly",
    "legal_overtime_period",
)


def _buckets(page: DayPage, content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return each figure that is not zero, with its steps; the sum of the steps is the figure."""
    if content is None:
        return []
    figures = content["figures"]
    return [
        {
            "name": name,
            "label": label,
            "minutes": figures[f"{name}_minutes"],
            "steps": explained_steps(content, bucket=name, zone=page.zone),
        }
        for name, label in BUCKETS.items()
        if figures.get(f"{name}_minutes")
    ]


def _findings(page: DayPage, content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    rows = []
    for number, finding in enumerate(content["findings"] if content else (), start=1):
        at = read_instant(finding["at"])
        is_act = finding["severity"] == "blocking"
        rows.append(
            {
                "number": number,
                "kind": FINDING_KINDS[finding["severity"]],
                "time": clock(at, page.zone),
                "minute": page.minute_of(at) if at else None,
                "sentence": FINDINGS[finding["code"]],
                "step": _("Ask for a correction") if is_act else "",
                "step_url": page.correction_url if is_act else "",
            }
        )
    return rows


def _state_sentence(page: DayPage, findings: Sequence[Mapping[str, Any]], content: Mapping[str, Any] | None) -> str:
    waiting = stale_count_of(tenant=page.tenant, employee_id=page.employee.id, first=page.day, last=page.day)
    if waiting:
        return _("Being calculated. The figures follow in a moment.")
    missing = sum(1 for finding in findings if finding["kind"] == "act")
    if missing:
        return ngettext("%(count)d thing missing", "%(count)d things missing", missing) % {"count": missing}
    if content is None:
        return _("Nothing recorded and nothing calculated.")
    return _("Complete")


def _time_line(
    page: DayPage, content: Mapping[str, Any] | None, findings: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    plans = plans_between(tenant=page.tenant, employee_ids=[page.employee.id], first=page.day, last=page.day)
    plan = plans.get((page.employee.id, page.day))
    work = [_stretch(page, segment) for segment in (content["segments"] if content else ())]
    now_minute = page.minute_of(page.now)
    return {
        "sentence": _time_line_sentence(work),
        "schedule": [
            {"start_minute": shift.start_minute, "minutes": shift.end_minute - shift.start_minute}
            for shift in (plan.shifts if plan else ())
        ],
        "work": [stretch for stretch in work if stretch["start_minute"] >= 0],
        "marks": _marks(page, content),
        "pins": [
            {"minute": row["minute"], "number": row["number"], "kind": row["kind"], "label": row["sentence"]}
            for row in findings
            if row["minute"] is not None and 0 <= row["minute"] <= _SHOWN_MINUTES
        ],
        "now_minute": now_minute if 0 <= now_minute <= _SHOWN_MINUTES else None,
    }


_SHOWN_MINUTES: Final = 30 * 60


def _stretch(page: DayPage, segment: Mapping[str, Any]) -> dict[str, Any]:
    start, end = read_instant(segment["start"]), read_instant(segment["end"])
    if start is None or end is None:
        raise AssertionError("A stretch of work has two ends.")
    return {
        "start_minute": page.minute_of(start),
        "minutes": round((end - start).total_seconds() / 60),
        "kind": SEGMENT_KINDS[segment["bucket"]],
        "label": f"{clock(start, page.zone)}–{clock(end, page.zone)}",
    }


def _time_line_sentence(work: Sequence[Mapping[str, Any]]) -> str:
    if not work:
        return _("No work on this day.")
    return _("Work: %(stretches)s") % {"stretches": ", ".join(stretch["label"] for stretch in work)}


def _marks(page: DayPage, content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the first arrival and the last departure, to be written beside the band."""
    presence = content["presence"] if content else []
    if not presence:
        return []
    first, last = read_instant(presence[0]["start"]), read_instant(presence[-1]["end"])
    if first is None or last is None:
        return []
    return [
        {"minute": page.minute_of(first), "label": clock(first, page.zone), "side": "before"},
        {"minute": page.minute_of(last), "label": clock(last, page.zone), "side": "after"},
    ]


def _punches_around(page: DayPage, content: Mapping[str, Any] | None) -> tuple[PunchView, ...]:
    """Return the punches that the day was made of, those of its calendar date, and what they replaced."""
    used = set(content["punch_ids"]) if content else set()
    history = punch_history(
        tenant=page.tenant,
        employee_ids=[page.employee.id],
        start=page.midnight - timedelta(hours=12),
        end=page.midnight + timedelta(hours=42),
    )[page.employee.id]
    replaced = {view.refers_to_id for view in history if str(view.id) in used}
    return tuple(
        view
        for view in history
        if str(view.id) in used
        or view.id in replaced
        or (view.occurred_at.astimezone(page.zone).date() == page.day and (not view.is_current or not used))
    )


def _punch_row(page: DayPage, view: PunchView, around: Sequence[PunchView]) -> dict[str, Any]:
    return {
        "kind": view.kind.value if view.kind else "in",
        "label": PUNCH_KINDS[view.kind],
        "time": clock(view.occurred_at, page.zone),
        "place": view.place,
        "source": PUNCH_SOURCES[view.source],
        "received": view.received_at.astimezone(page.zone).strftime("%Y-%m-%d %H:%M:%S"),
        "is_late": view.received_at - view.occurred_at > LATE_AFTER,
        "is_struck": not view.is_current,
        "receipt": str(view.id)[-12:],
        "receipt_url": reverse("receipt", args=[view.id]) if page.is_own else "",
        "history": _history(view, around),
    }


def _history(view: PunchView, around: Sequence[PunchView]) -> list[dict[str, Any]]:
    events = []
    before = next((other for other in around if other.id == view.refers_to_id), None)
    if before is not None:
        events.append({"sentence": _("Replaces an earlier punch."), "moment": view.received_at})
    after = next((other for other in around if other.refers_to_id == view.id), None)
    if after is not None:
        events.append({"sentence": _("Replaced by a correction."), "moment": after.received_at})
    elif not view.is_current:
        events.append({"sentence": _("Withdrawn by a correction.")})
    return events


def _provenance(page: DayPage, content: Mapping[str, Any] | None) -> dict[str, Any] | None:
    standing = standing_of(tenant=page.tenant, employee_id=page.employee.id, work_date=page.day)
    if content is None or standing is None:
        return None
    return {
        "version": standing.engine_version,
        "rule_set": f"{standing.rule_set_code} {standing.rule_set_version}",
        "calculated_at": standing.calculated_at,
        "digest": standing.result_digest,
    }
