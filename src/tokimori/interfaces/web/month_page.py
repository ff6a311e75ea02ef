"""What the page of a month shows, one's own or somebody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tokimori.domains.approvals.queries import history_of
from tokimori.domains.approvals.states import ApprovalState
from tokimori.domains.closings.queries import SealView, holding_seal
from tokimori.domains.people.queries import EmployeeView
from tokimori.domains.schedules.queries import plans_between
from tokimori.domains.timekeeping.queries import current_punches
from tokimori.domains.timesheets.months import DayView, Month, MonthView
from tokimori.domains.timesheets.queries import legal_overtime_by_month, month_of
from tokimori.engine import DayType, Figures, PunchKind
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.dates import clock, moment, month_name, short_date
from tokimori.interfaces.web.labels import APPROVAL_STATES, DAY_TYPES, STATE_MARKS
from tokimori.interfaces.web.month_calendar import calendar_of
from tokimori.interfaces.web.periods import month_period

MONTHLY_LIMIT: Final = 45 * 60
"""Minutes of legal overtime a month under the basic limit of an agreement (Labor Standards Act 36, paragraph 4)."""

YEARLY_LIMIT: Final = 360 * 60
"""Minutes of legal overtime a year under the same."""

_WARN_AT: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """Whose month, which, and where its days lead."""

    tenant: TenantId
    employee: EmployeeView
    month: Month
    today: date
    is_own: bool
    is_calendar: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the employee's site."""
        return ZoneInfo(self.employee.employment.site.zone if self.employee.employment else "UTC")

    def day_url(self, day: date) -> str:
        """Return where a day of this month is shown."""
        if self.is_own:
            return reverse("my_day", args=[day.isoformat()])
        return reverse("person_day", args=[self.employee.id, day.isoformat()])

    def steps_url(self, day: date) -> str:
        """Return what answers the steps of one figure of a day."""
        return reverse("steps", args=[self.employee.id, day.isoformat()])

    @property
    def statement_url(self) -> str:
        """Return where it is shown what this month is paid by."""
        if self.is_own:
            return reverse("my_statement", args=[str(self.month)])
        return reverse("person_statement", args=[self.employee.id, str(self.month)])

    def month_url(self, month: Month, *, is_calendar: bool | None = None) -> str:
        """Return where another month of the same person is shown, in the present view or in the named one."""
        own, others = ("my_month_of", [str(month)]), ("person_month", [self.employee.id, str(month)])
        name, arguments = own if self.is_own else others
        wanted = self.is_calendar if is_calendar is None else is_calendar
        return reverse(name, args=arguments) + ("?view=calendar" if wanted else "")


def month_context(page: MonthPage) -> dict[str, Any]:
    """Return everything the template asks for but the buttons."""
    view = month_of(tenant=page.tenant, employee_id=page.employee.id, month=page.month)
    plans = plans_between(
        tenant=page.tenant, employee_ids=[page.employee.id], first=page.month.first, last=page.month.last
    )
    planned = {day: sum(shift.work_minutes for shift in plan.shifts) for (_, day), plan in plans.items()}
    types = {day: plan.day_type for (_, day), plan in plans.items()}
    clocks = _first_and_last(page)
    days = [_day_row(page, day, view.days.get(day), planned, types, clocks) for day in _dates(page.month)]
    seal = holding_seal(tenant=page.tenant, month=page.month)
    return {
        "view": view,
        "page_title": _("My month") if page.is_own else page.employee.name,
        "state_sentence": _state_sentence(page, view),
        "period": month_period(page.month, present=Month.of(page.today), url=page.month_url),
        "calendar": calendar_of(days) if page.is_calendar else None,
        "views": [
            {
                "label": label,
                "url": page.month_url(page.month, is_calendar=is_calendar),
                "is_current": page.is_calendar == is_calendar,
            }
            for label, is_calendar in ((_("Table"), False), (_("Calendar"), True))
        ],
        "statement_url": page.statement_url if view.days else "",
        "approval": _approval(page, view),
        "missing": _missing(page, view),
        "figures": _figures(view.total),
        "limits": _limits(page, view),
        "chart": _chart(page, days, view),
        "days": days if plans or view.days else [],
        "totals": _row_figures(view.total),
        "seal": _seal_line(seal, page),
    }


def is_complete(view: MonthView, *, month: Month, today: date) -> tuple[bool, str]:
    """Whether a month can be handed in, and if not, why, in a sentence."""
    if view.state in {ApprovalState.SUBMITTED, ApprovalState.APPROVED}:
        return False, ""
    if today <= month.last:
        return False, _("The month is not over yet.")
    if view.blocking_count:
        return False, _("Some days miss a punch; correct them first.")
    return True, ""


def _dates(month: Month) -> list[date]:
    return [month.first + timedelta(days=offset) for offset in range((month.last - month.first).days + 1)]


def _day_row(
    page: MonthPage,
    day: date,
    view: DayView | None,
    planned: Mapping[date, int],
    types: Mapping[date, DayType],
    clocks: Mapping[date, tuple[str, str]],
) -> dict[str, Any]:
    first_in, last_out = clocks.get(day, ("", ""))
    day_type = types.get(day)
    figures = _row_figures(view.figures) if view else dict.fromkeys(_row_figures(Figures()), 0)
    return {
        **figures,
        "date": day,
        "url": page.day_url(day),
        "is_today": day == page.today,
        "is_rest": day_type is not None and day_type is not DayType.WORKDAY,
        "day_type": DAY_TYPES[day_type] if day_type and day_type is not DayType.WORKDAY else "",
        "first_in": first_in,
        "last_out": last_out,
        "scheduled_minutes": planned.get(day, 0),
        "state": _day_state(view),
        "steps_url": page.steps_url(day) if view else "",
    }


def _row_figures(figures: Figures) -> dict[str, int]:
    return {
        "scheduled_minutes": figures.scheduled_minutes,
        "break_minutes": figures.break_minutes,
        "worked_minutes": figures.worked_minutes,
        "regular_minutes": figures.regular_minutes,
        "overtime_minutes": figures.within_legal_overtime_minutes + figures.legal_overtime_minutes,
        "holiday_minutes": figures.legal_holiday_minutes + figures.holiday_overtime_minutes,
        "late_night_minutes": figures.late_night_minutes,
        "short_minutes": figures.late_minutes + figures.early_leave_minutes + figures.absence_minutes,
    }


def _day_state(view: DayView | None) -> dict[str, str] | None:
    if view is None:
        return None
    if view.blocking_count:
        return {"kind": "act", "label": _("Something is missing")}
    if view.warning_count:
        return {"kind": "wait", "label": _("Please look")}
    return None


def _first_and_last(page: MonthPage) -> Mapping[date, tuple[str, str]]:
    """Return for each date the first arrival and the last departure on the clock, as they were punched."""
    start = datetime.combine(page.month.first - timedelta(days=1), time(), tzinfo=UTC)
    end = datetime.combine(page.month.last + timedelta(days=3), time(), tzinfo=UTC)
    punches = current_punches(tenant=page.tenant, employee_ids=[page.employee.id], start=start, end=end)
    found: dict[date, tuple[str, str]] = {}
    day: date | None = None
    for punch in punches[page.employee.id]:
        local = punch.occurred_at.astimezone(page.zone)
        if punch.kind is PunchKind.IN:
            day = local.date()
            found[day] = (found.get(day, ("", ""))[0] or clock(punch.occurred_at, page.zone), "")
        elif punch.kind is PunchKind.OUT and day is not None and (local.date() - day).days <= 1:
            found[day] = (found[day][0], clock(punch.occurred_at, page.zone))
    return found


def _state_sentence(page: MonthPage, view: MonthView) -> str:
    """Return the month and what is missing in it; where its approval stands is said below, with its shape."""
    missing = ngettext("%(count)d thing missing", "%(count)d things missing", view.blocking_count)
    parts = [month_name(page.month), *([missing % {"count": view.blocking_count}] if view.blocking_count else [])]
    return " · ".join(parts)


def _approval(page: MonthPage, view: MonthView) -> dict[str, Any]:
    steps = history_of(tenant=page.tenant, subject_id=view.timesheet_id) if view.timesheet_id else ()
    changed = view.state is ApprovalState.APPROVED and not view.is_approved_as_it_stands
    label = _("Changed since it was approved") if changed else APPROVAL_STATES[view.state]
    names = account_names(tenant=page.tenant, account_ids={step.actor_id for step in steps})
    return {
        "state": {"kind": "act" if changed else STATE_MARKS[view.state], "label": label},
        "facts": [
            {
                "label": APPROVAL_STATES[step.state],
                "person": " · ".join(word for word in (names.get(step.actor_id, ""), step.note) if word),
                "moment": step.at,
            }
            for step in steps[-3:]
        ],
    }


def _missing(page: MonthPage, view: MonthView) -> list[dict[str, str]]:
    return [
        {
            "kind": "act",
            "sentence": _("%(day)s: something is missing.") % {"day": short_date(day.work_date)},
            "step": _("Open the day"),
            "step_url": page.day_url(day.work_date),
        }
        for day in view.days.values()
        if day.blocking_count
    ]


def _figures(total: Figures) -> list[dict[str, Any]]:
    row = _row_figures(total)
    return [
        {"label": _("Worked"), "minutes": row["worked_minutes"]},
        {"label": _("Overtime"), "minutes": row["overtime_minutes"], "note": _legal_note(total)},
        {"label": _("Holiday work"), "minutes": row["holiday_minutes"]},
        {"label": _("Night"), "minutes": row["late_night_minutes"]},
    ]


def _legal_note(total: Figures) -> str:
    minutes = total.legal_overtime_minutes
    return _("of which legal overtime %(time)s") % {"time": f"{minutes // 60}:{minutes % 60:02}"} if minutes else ""


def _limits(page: MonthPage, view: MonthView) -> list[dict[str, Any]]:
    """Return how far the month and the year are from the basic limits; Japan alone has these."""
    employment = page.employee.employment
    if employment is None or employment.site.country != "JP":
        return []
    first = date(page.month.year - (page.month.number < 4), 4, 1)  # noqa: PLR2004 -- agreements usually begin in April
    months = legal_overtime_by_month(
        tenant=page.tenant, employee_id=page.employee.id, first=first, last=page.month.last
    )
    return [
        _limit(_("Legal overtime this month"), view.total.legal_overtime_minutes, MONTHLY_LIMIT),
        _limit(
            _("Legal overtime this year, from April"), sum(overtime for overtime, _ in months.values()), YEARLY_LIMIT
        ),
    ]


def _limit(label: str, used: int, limit: int) -> dict[str, Any]:
    left = limit - used
    written = f"{abs(left) // 60}:{abs(left) % 60:02}"
    if left < 0:
        kind, sentence = "act", _("%(time)s over the limit.") % {"time": written}
    else:
        kind = "wait" if used > limit * _WARN_AT else "ok"
        sentence = _("%(time)s left until the limit.") % {"time": written}
    return {
        "label": label,
        "used_minutes": used,
        "limit_minutes": limit,
        "left_minutes": left,
        "sentence": sentence,
        "kind": kind,
    }


def _chart(page: MonthPage, days: Sequence[Mapping[str, Any]], view: MonthView) -> dict[str, Any]:
    heights = [day["regular_minutes"] + day["overtime_minutes"] + day["holiday_minutes"] for day in days]
    worked = view.total.worked_minutes
    return {
        "sentence": _("%(month)s: %(time)s worked on %(days)d days.")
        % {
            "month": month_name(page.month),
            "time": f"{worked // 60}:{worked % 60:02}",
            "days": sum(1 for height in heights if height),
        },
        "max_minutes": max([720, *heights, *(day["scheduled_minutes"] for day in days)]),
        "days": [
            {**day, "label": f"{short_date(day['date'])}: {height // 60}:{height % 60:02}"}
            for day, height in zip(days, heights, strict=True)
        ],
    }


def _seal_line(seal: SealView | None, page: MonthPage) -> dict[str, str] | None:
    if seal is None:
        return None
    return {"sentence": _("Sealed %(moment)s.") % {"moment": moment(seal.sealed_at, page.zone)}, "digest": seal.digest}
