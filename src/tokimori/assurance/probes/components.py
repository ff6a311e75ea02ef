"""The parts of the running program: supported today, listed, and nothing known against them."""

import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import django
from django.conf import settings
from django.db import connection

from tokimori.assurance.components import (
    AdvisoriesUnreadable,
    bill_of_materials,
    ends_of_support,
    known_against,
    read_advisories,
)
from tokimori.assurance.probes.probe import CannotObserve, Observation, judged

_FRESH: Final = timedelta(days=7)
_DIGITS_OF_A_MAJOR: Final = 10_000


def observe_components(now: datetime) -> Observation:
    """Hold what runs against the list of ends of support, and against advisories where they were supplied."""
    ends = ends_of_support(_running())
    bill = bill_of_materials(now=now)
    checks = {f"is_supported:{part}": end is not None and end > now.date() for part, end in ends.items()}
    checks["parts_are_listed"] = bool(bill["components"])
    if settings.ADVISORIES is not None:
        checks |= _advised(settings.ADVISORIES, now=now)
    days = [(end - now.date()).days for end in ends.values() if end is not None]
    return judged(
        checks,
        parts=len(bill["components"]),
        days_of_support_left=min(days, default=0),
        advisories="supplied" if settings.ADVISORIES else "none supplied",
    )


def _advised(file: Path, *, now: datetime) -> dict[str, bool]:
    try:
        found = known_against(read_advisories(file))
    except AdvisoriesUnreadable as error:
        raise CannotObserve("advisories_are_unreadable") from error
    written = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    return {
        "advisories_are_fresh": now - written <= _FRESH,
        **({f"nothing_is_known_against:{one}": False for one in found} or {"nothing_is_known_against_parts": True}),
    }


def _running() -> dict[str, str]:
    """Return the series of what everything else rests on."""
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        (number,) = cursor.fetchone() or ("0",)
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "django": ".".join(map(str, django.VERSION[:2])),
        "postgresql": str(int(number) // _DIGITS_OF_A_MAJOR),
    }
