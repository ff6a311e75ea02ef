"""The only place that asks what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251 -- everybody else is sent here
