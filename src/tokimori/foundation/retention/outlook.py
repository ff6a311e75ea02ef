"""What falls due in the months to come, by the same functions that say what is due now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from django.db import connection
from psycopg.sql import SQL, Identifier

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.retention.periods import RecordKind, stretches

MONTHS: Final = 12
_AHEAD: Final = SQL(
    "select date_trunc('month', (at + make_interval(days => %s)) at time zone 'UTC')::date, count(*)"
    " from {}(null, %s, %s, %s, %s) where not held and at + make_interval(days => %s) >= %s group by 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAhead:
    """What falls due in a month, by kind; kinds of which nothing does are not named. ``month`` is its first day."""

    month: date
    counts: Mapping[RecordKind, int]

    @property
    def rows(self) -> int:
        """Return how many rows."""
        return sum(self.counts.values())


def months_ahead(*, actor: Principal, countries: Collection[str], now: datetime) -> tuple[MonthAhead, ...]:
    """Return what falls due from now on, this month and the eleven after it, if nothing is held or lifted meanwhile.

    What is due already is not in it. Months are those of UTC.
    """
    authorise(actor, Permission.SECURITY_READ)
    months = _months(now)
    end = _following(months[-1])
    counts: dict[date, dict[RecordKind, int]] = {month: {} for month in months}
    for kind in RecordKind:
        for one in stretches(kind, countries=countries, now=datetime(end.year, end.month, 1, tzinfo=UTC)):
            with connection.cursor() as cursor:
                cursor.execute(
                    _AHEAD.format(Identifier("tokimori", f"old_{kind.value}")),
                    [
                        one.length.days,
                        one.before,
                        list(one.within),
                        list(one.one_of),
                        one.is_everybodys,
                        one.length.days,
                        now,
                    ],
                )
                for month, count in cursor.fetchall():
                    counts[month][kind] = counts[month].get(kind, 0) + count
    return tuple(MonthAhead(month=month, counts=counts[month]) for month in months)


def _months(now: datetime) -> tuple[date, ...]:
    found = [now.astimezone(UTC).date().replace(day=1)]
    while len(found) < MONTHS:
        found.append(_following(found[-1]))
    return tuple(found)


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
