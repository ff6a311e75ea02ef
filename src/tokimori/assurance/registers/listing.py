"""The registers as lines of text, for the command line: titles, dates and states, no fields and no files."""

from collections.abc import Sequence
from datetime import datetime

from tokimori.assurance.registers.entries import EntryView, Standing
from tokimori.assurance.registers.queries.overview import register_lines
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


def register_lines_as_text(*, now: datetime) -> Sequence[str]:
    """Return one line for each register: its code, and how many entries hold, wait, end soon, are overdue, are samples."""
    with tenant_transaction(PROVIDER):
        found = register_lines(actor=system_principal(PROVIDER), now=now)
    head = f"{'register':26}{'in force':>9}{'waiting':>9}{'ending':>9}{'overdue':>9}{'samples':>9}"
    return [
        head,
        *(
            f"{one.code:26}{one.in_force:>9}{one.waiting:>9}{one.ending:>9}{one.overdue:>9}{one.samples:>9}"
            for one in found
        ),
    ]


def entry_lines(code: str, *, now: datetime) -> Sequence[str] | None:
    """Return one line for each entry of a register that has not ended; nothing where there is no such register."""
    if code not in REGISTERS:
        return None
    with tenant_transaction(PROVIDER):
        entries = entries_of({code})
    ended = {Standing.SUPERSEDED, Standing.WITHDRAWN}
    shown = [one for one in entries if one.standing(now.date()) not in ended]
    return [_line(one, now=now) for one in shown] or ["no entries"]


def _line(one: EntryView, *, now: datetime) -> str:
    mark = "SAMPLE " if one.is_sample else ""
    return f"{one.standing(now.date()).value:12}{one.ends_on.isoformat():12}{mark}{one.content.title}"
