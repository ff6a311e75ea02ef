"""Read a file of punches: what is understood goes in, what is not is kept and can be handed back."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from tokimori.domains.people.queries import EmployeeView, employees_by_code
from tokimori.domains.timekeeping.errors import UnknownEmployee
from tokimori.domains.timekeeping.models import ImportRun, RawPayload, RejectedLine
from tokimori.domains.timekeeping.punch_file import PunchLine, read_punch_file
from tokimori.domains.timekeeping.reports import MOST_REPORTS, Outcome, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import digest
from tokimori.foundation.delimited import BrokenLine, RefusedLine
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

LONGEST_FILE_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What became of a file."""

    run_id: UUID
    encoding: str
    recorded_count: int
    repeated_count: int
    rejected: tuple[RefusedLine, ...]


@transaction.atomic
def import_punches(*, actor: Principal, file_name: str, content: bytes, now: datetime) -> ImportOutcome:
    """Read a punch file whole, in one transaction.

    The same line read twice is stored once: its key is made of what it says. Refusals of the file itself are raised and
    store nothing.
    """
    authorise(actor, Permission.PUNCH_IMPORT)
    file = read_punch_file(content)
    payload_id = _keep_payload(actor=actor, content=content, now=now)
    refused = [line for line in file.lines if isinstance(line, RefusedLine)]
    understood = [line for line in file.lines if isinstance(line, PunchLine)]
    outcomes = {Outcome.RECORDED: 0, Outcome.REPEATED: 0, Outcome.REFUSED: 0}
    for lines, reports in _portions(understood, actor=actor, payload_id=payload_id, now=now, refused=refused):
        answers = record_punches(actor=actor, reports=reports, now=now)
        for line, answer in zip(lines, answers, strict=True):
            outcomes[answer.outcome] += 1
            if answer.refusal is not None:
                refused.append(RefusedLine(number=line.number, text=line.text, refusal=answer.refusal))
    return _conclude(
        actor=actor,
        run=ImportRun(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            file_name=file_name[:LONGEST_FILE_NAME],
            payload_id=payload_id,
            encoding=file.encoding,
            recorded_count=outcomes[Outcome.RECORDED],
            repeated_count=outcomes[Outcome.REPEATED],
            rejected_count=len(refused),
            imported_at=now,
        ),
        refused=sorted(refused, key=lambda line: line.number),
    )


def _portions(
    lines: Sequence[PunchLine],
    *,
    actor: Principal,
    payload_id: UUID,
    now: datetime,
    refused: list[RefusedLine],
) -> Iterator[tuple[list[PunchLine], list[PunchReport]]]:
    """Yield the lines in portions, each with its reports; lines that fail here join ``refused``."""
    for start in range(0, len(lines), MOST_REPORTS):
        portion = lines[start : start + MOST_REPORTS]
        employees = employees_by_code(
            tenant=actor.tenant_id, codes={line.employee_code for line in portion}, on=now.date()
        )
        kept: list[PunchLine] = []
        reports: list[PunchReport] = []
        for line in portion:
            report = _report(line, employees=employees, payload_id=payload_id)
            if isinstance(report, RefusedLine):
                refused.append(report)
            else:
                kept.append(line)
                reports.append(report)
        yield kept, reports


def _report(line: PunchLine, *, employees: Mapping[str, EmployeeView], payload_id: UUID) -> PunchReport | RefusedLine:
    employee = employees.get(line.employee_code)
    if employee is None or employee.employment is None:
        return RefusedLine(number=line.number, text=line.text, refusal=UnknownEmployee())
    zone = ZoneInfo(employee.employment.site.zone)
    instant = line.local_time.replace(tzinfo=zone)
    if instant.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != line.local_time:
        # A time that the clocks skipped never was.
        return RefusedLine(number=line.number, text=line.text, refusal=BrokenLine())
    said = [line.employee_code, line.local_time.isoformat(), line.kind.value if line.kind else "", line.place]
    return PunchReport(
        key=digest(said)[:48],
        employee_code=line.employee_code,
        occurred_at=instant,
        kind=line.kind,
        source=PunchSource.FILE,
        place=line.place,
        payload_id=payload_id,
    )


def _keep_payload(*, actor: Principal, content: bytes, now: datetime) -> UUID:
    payload = RawPayload.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        source=PunchSource.FILE,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        received_at=now,
    )
    return payload.id


def _conclude(*, actor: Principal, run: ImportRun, refused: Sequence[RefusedLine]) -> ImportOutcome:
    run.save(force_insert=True)
    RejectedLine.objects.bulk_create(
        RejectedLine(
            tenant_id=actor.tenant_id,
            id=new_id(at=run.imported_at),
            import_run_id=run.id,
            line_number=line.number,
            text=line.text,
            code=line.refusal.code,
        )
        for line in refused
    )
    record_event(
        EventName.PUNCH_IMPORTED,
        actor=actor,
        subject_id=run.id,
        at=run.imported_at,
        recorded=run.recorded_count,
        repeated=run.repeated_count,
        rejected=run.rejected_count,
    )
    return ImportOutcome(
        run_id=run.id,
        encoding=run.encoding,
        recorded_count=run.recorded_count,
        repeated_count=run.repeated_count,
        rejected=tuple(refused),
    )
