"""The only place that asks what time it is."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251 -- everybody else is sent here


def monotonic_seconds() -> float:
    """Return seconds since some moment in the past, for how long something lasts; they never go back."""
    return time.monotonic()
