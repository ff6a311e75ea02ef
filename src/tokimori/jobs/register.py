"""Make every job known to the queue, by its name."""

from procrastinate import App


def register_jobs(app: App) -> None:
    """Register the jobs of ``tokimori.jobs``; called once the models exist."""
    from tokimori.jobs import accounts, calculation, notices, records, recovery  # noqa: F401, PLC0415 -- jobs import models, which exist only from here on
    from tokimori.jobs.blueprint import jobs  # noqa: PLC0415 -- as above

    app.add_tasks_from(jobs, namespace="tokimori")
