"""The worker: takes jobs from the queue until it is told to stop, and finishes the one in hand."""

import asyncio
import gc
from typing import Final, cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

_OBJECTS_BETWEEN_COLLECTIONS: Final = 100_000
"""A calculation makes many values and no cycles: looking for some every 700 objects costs a twentieth of the time."""


def run_worker(*, concurrency: int) -> None:
    """Run jobs until the process is interrupted or terminated."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    asyncio.run(_work(app.with_connector(connector), concurrency=concurrency))


async def _work(worker_app: App, *, concurrency: int) -> None:
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency,
            wait=True,
            install_signal_handlers=True,
            delete_jobs="successful",
            shutdown_graceful_timeout=20,
        )
