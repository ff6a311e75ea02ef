"""A month of a whole company, calculated and stored by workers as they run in an installation."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from report import Table
from stage import PremiseBroken, Stage
from tools.compiled.build import CannotCompile, build

from engine import make_staff

_POLL_SECONDS = 0.5
_DAYS = 31


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Let two workers calculate everybody's month, restart one of them half-way, and say how long it took."""
    note = "Workers run the compiled engine (./tokimori compile)."
    try:
        path: str | None = str(build())
    except CannotCompile as refusal:
        path, note = None, f"Workers run the engine as Python source: {refusal}."
    people = options.mass
    punches = make_staff(people).punches
    with psycopg.connect(stage.administrator_url, autocommit=True) as watching:
        marks = _marks(watching)
        began = time.monotonic()
        with stage.worker("worker-1", path=path) as first:
            with stage.worker("worker-2", path=path):
                _wait(watching, until=marks // 2)
            # The second is told to end while work is left, and another takes its place.
            with stage.worker("worker-3", path=path) as third:
                _wait(watching, until=0)
                seconds = time.monotonic() - began
                memory = max(_peak_mebibytes(process) for process in (first.process, third.process))
        days, changed = _kept(watching)
    if days < people * 20:
        raise PremiseBroken(f"Only {days} days were kept for {people} employees.")
    return [
        Table(
            title=f"A month of {people:,} employees through two workers",
            columns=("employees", "employee-days", "seconds", "employee-days/s", "ms/employee", "peak MiB of a worker"),
            rows=[
                [
                    people,
                    people * _DAYS,
                    round(seconds, 1),
                    round(people * _DAYS / seconds),
                    round(seconds * 1000 / people, 2),
                    memory,
                ]
            ],
            notes=(
                f"{punches:,} punches had been recorded by the service, with marks and jobs; {marks:,} days were marked.",
                "Two processes of `tokimori work --concurrency 1`; one is ended half-way and another started, which is",
                f"in the time. {days:,} results and {changed:,} revisions were kept, each committed durably. {note}",
            ),
        )
    ]


def _marks(watching: psycopg.Connection) -> int:
    row = watching.execute("select count(*) from timekeeping_staleday").fetchone()
    return int(row[0]) if row else 0


def _wait(watching: psycopg.Connection, *, until: int) -> None:
    while _marks(watching) > until:
        time.sleep(_POLL_SECONDS)


def _kept(watching: psycopg.Connection) -> tuple[int, int]:
    row = watching.execute(
        "select (select count(*) from timesheets_dayresult), (select count(*) from timesheets_dayrevision)"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _peak_mebibytes(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0
