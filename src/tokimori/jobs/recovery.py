"""What a worker that died left behind is taken over by those that live."""

from procrastinate import JobContext

from tokimori.foundation.logs import logger
from tokimori.jobs.blueprint import jobs

_log = logger("tokimori.jobs")


@jobs.periodic(cron="* * * * *")
@jobs.task(name="take_over_stalled", pass_context=True)
async def take_over_stalled(context: JobContext, timestamp: int) -> None:
    """Every minute: put the jobs of workers without a heartbeat back into the queue.

    A killed worker's job is half done nowhere, since each runs in one transaction; but as long as it counts as running,
    its lock keeps every later job of the same employee waiting.
    """
    del timestamp  # what counts is the heartbeat now
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
        _log.warning("job.taken_over", job=job.task_name, job_id=job.id)
