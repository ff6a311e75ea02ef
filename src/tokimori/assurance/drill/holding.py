"""Hold a drill from outside: empty the scratch database, let everything be tried there, write down how it ended."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import EventFilter, events_named
from tokimori.foundation.ledger.services import LONGEST_DETAIL, record_event
from tokimori.foundation.logs import logger
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.ops.database_preparation import RUNTIME_GROUP
from tokimori.ops.installation import Installation
from tokimori.ops.scratch_database import emptied_scratch

HELD_EVERY: Final = timedelta(days=7)
_MIGRATION_SECONDS: Final = 600
_DRILL_SECONDS: Final = 900
_BROKE: Final = "broke"

_log = logger("tokimori.assurance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """How a drill ended.

    ``attempts`` were made as the running program and must have been ``refused``; ``attacks`` as the owner of the database.
    ``missed`` are the attacks that those who should did not notice, ``accused`` untouched companies that were accused.
    ``fault`` is why it did not come to its end; empty if it did.
    """

    ended_at: datetime
    attempts: int
    refused: int
    attacks: int
    missed: tuple[str, ...]
    accused: tuple[str, ...]
    fault: str = ""

    @property
    def is_passed(self) -> bool:
        """Whether everything was tried, and was refused or noticed, and nobody was accused for nothing."""
        was_refused = 0 < self.attempts == self.refused
        return was_refused and self.attacks > 0 and not (self.missed or self.accused or self.fault)


def hold_drill(*, scratch_url: str, now: datetime) -> Drill:
    """Hold a drill and record how it ended; raise ``ScratchRefused`` where there is nothing that may be thrown away.

    Whatever breaks off in the middle leaves the scratch database as it is; the next drill begins by emptying it.
    """
    try:
        found = _held(scratch_url)
    except (subprocess.SubprocessError, psycopg.Error, OSError, ValueError, KeyError) as error:
        _log.exception("assurance.drill_broke")
        found = Drill(
            ended_at=now,
            attempts=0,
            refused=0,
            attacks=0,
            missed=(),
            accused=(),
            fault=f"{_BROKE}:{type(error).__name__}",
        )
    return record_drill(found)


def last_drill() -> Drill | None:
    """Return how the newest drill ended, read from the provider's record; nothing if none was held."""
    with tenant_transaction(PROVIDER):
        ended = [
            event
            for name in (EventName.DRILL_PASSED, EventName.DRILL_FAILED)
            for event in events_named(tenant=PROVIDER, wanted=EventFilter(name=name), limit=1)
        ]
    if not ended:
        return None
    newest = max(ended, key=lambda event: event.id)
    details = newest.details
    return Drill(
        ended_at=newest.at,
        attempts=int(details.get("attempts") or 0),
        refused=int(details.get("refused") or 0),
        attacks=int(details.get("attacks") or 0),
        missed=_listed(details.get("missed")),
        accused=_listed(details.get("accused")),
        fault=str(details.get("fault") or ""),
    )


def is_due(*, now: datetime) -> bool:
    """Whether a week has gone since the last drill ended, or none was held yet."""
    last = last_drill()
    return last is None or last.ended_at + HELD_EVERY <= now


def _held(scratch_url: str) -> Drill:
    with tempfile.TemporaryDirectory(prefix="tokimori-drill-") as name, emptied_scratch(scratch_url):
        folder = Path(name)
        environment = _environment(folder, scratch_url)
        command = [str(Path(sys.executable).parent / "tokimori"), "migrate"]
        _run(command, folder, environment, seconds=_MIGRATION_SECONDS)
        inside = [sys.executable, "-m", "tokimori.assurance.drill.inside"]
        bound = {**environment, "PGOPTIONS": f"-c role={RUNTIME_GROUP}"}
        answer: dict[str, Any] = json.loads(_run(inside, folder, bound, seconds=_DRILL_SECONDS))
    return Drill(
        ended_at=clock.now(),
        attempts=int(answer["attempts"]),
        refused=int(answer["refused"]),
        attacks=len(answer["attacks"]),
        missed=tuple(one["attack"] for one in answer["attacks"] if not one["is_noticed"]),
        accused=tuple(answer["accused"]),
    )


def _environment(folder: Path, scratch_url: str) -> dict[str, str]:
    """Return an environment with secrets that are made for this drill; nothing of the real installation's goes along."""
    made = Installation(state=folder / "installation", database_name="drill")
    made.state.mkdir(mode=0o700)
    return made.environment(database_url=scratch_url, hosts="localhost")


def _run(command: list[str], folder: Path, environment: Mapping[str, str], *, seconds: int) -> str:
    answer = subprocess.run(  # noqa: S603 -- our own programs, no shell
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if answer.returncode != 0:
        _log.error("assurance.drill_step_failed", step=command[-1], said=answer.stderr[-2000:])
        answer.check_returncode()
    return answer.stdout


def record_drill(found: Drill) -> Drill:
    """Write down in the provider's record how a drill ended, and return it."""
    with tenant_transaction(PROVIDER):
        record_event(
            EventName.DRILL_PASSED if found.is_passed else EventName.DRILL_FAILED,
            actor=system_principal(PROVIDER),
            subject_id=None,
            at=found.ended_at,
            attempts=found.attempts,
            refused=found.refused,
            attacks=found.attacks,
            missed=", ".join(found.missed)[:LONGEST_DETAIL],
            accused=", ".join(found.accused)[:LONGEST_DETAIL],
            fault=found.fault[:LONGEST_DETAIL],
        )
    return found


def _listed(text: object) -> tuple[str, ...]:
    return tuple(one for one in str(text or "").split(", ") if one)
