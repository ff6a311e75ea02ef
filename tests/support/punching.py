"""Punch in a test, in the notation of the clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from support.cast import Cast
from tokimori.domains.timekeeping.reports import PunchAnswer, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.engine import PunchKind
from tokimori.foundation.tenancy.context import tenant_transaction

TOKYO = ZoneInfo("Asia/Tokyo")


def at(day: date, clock: str) -> datetime:
    """Return a time of a date in Tokyo; 25:10 is 1:10 of the next day."""
    hour, minute = (int(part) for part in clock.split(":"))
    days, hour = divmod(hour, 24)
    return datetime.combine(day + timedelta(days=days), time(hour, minute), tzinfo=TOKYO)


def report(cast: Cast, name: str, day: date, kind: str, clock: str, *, key: str | None = None) -> PunchReport:
    """Return a report of one of the cast."""
    return PunchReport(
        key=key or f"{name}-{day}-{kind}-{clock}",
        employee_code=cast[name].employee_code,
        occurred_at=at(day, clock),
        kind=PunchKind(kind) if kind else None,
        source=PunchSource.API,
    )


def punch(cast: Cast, name: str, day: date, punches: str, *, now: datetime) -> tuple[PunchAnswer, ...]:
    """Record punches written like ``in 09:00, out 18:00``."""
    reports = [report(cast, name, day, *one.strip().split(" ")) for one in punches.split(",")]
    with tenant_transaction(cast.tenant):
        return record_punches(actor=cast.system, reports=reports, now=now)
