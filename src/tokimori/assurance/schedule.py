"""When probes run: each as often as it says, looked at every five minutes; then the sheet is answered anew."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from procrastinate import App

from tokimori.jobs.register import register_jobs as register_other_jobs


def register_jobs(app: App) -> None:
    """Register the job of assurance, and the other jobs; called once the models exist."""
    from tokimori.assurance import watch  # noqa: F401, PLC0415 -- jobs import models, which exist only from here on
    from tokimori.assurance.registers import watch as watch_registers  # noqa: F401, PLC0415 -- as above
    from tokimori.assurance.subscriptions import watch as watch_subscriptions  # noqa: F401, PLC0415 -- as above
    from tokimori.assurance.webhooks import watch as watch_webhooks  # noqa: F401, PLC0415 -- as above

    register_other_jobs(app)


def due(names: Iterable[tuple[str, int]], *, last: dict[str, datetime], now: datetime) -> tuple[str, ...]:
    """Return which of the probes, given with their minutes, must run: those that never ran, the longest waiting first."""
    waiting = [
        (last[name] if name in last else datetime.min.replace(tzinfo=now.tzinfo), name)
        for name, minutes in names
        if name not in last or last[name] + timedelta(minutes=minutes) <= now
    ]
    return tuple(name for _, name in sorted(waiting))
