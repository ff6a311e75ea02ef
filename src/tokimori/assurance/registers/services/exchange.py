"""A register as a file of comma-separated lines: written out, and read in as drafts."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.assurance.registers.entries import Content, EntryView
from tokimori.assurance.registers.errors import EntryNotValid
from tokimori.assurance.registers.fields import FieldKind, written
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.assurance.registers.services.writing import open_entry, require_provider
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.domains.exports.writers import harmless
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.delimited import RawLine, positions_of, read_delimited
from tokimori.foundation.errors import InvalidInput, NotFound
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.context import PROVIDER

LARGEST_FILE: Final = 1024 * 1024
MOST_LINES: Final = 500
COMMON: Final = ("title", "owner", "deputy", "effective_on", "review_due_on", "expires_on")


class FileNotTaken(InvalidInput):
    """A line of the file cannot be taken; nothing of it was kept."""

    code = "register.file_not_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One line of a file: its number, and what stands in each column."""

    number: int
    values: Mapping[str, str]


def register_as_csv(*, actor: Principal, register: str) -> bytes:
    """Return every entry of a register, people by their login id, in UTF-8 with a mark that spreadsheets know."""
    require_provider(actor)
    if register not in REGISTERS:
        raise NotFound
    logins = {str(key): login for key, login in _logins().items()}
    fields = REGISTERS[register].fields
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*COMMON, *(one.name for one in fields), "state", "sample", "id"])
    for entry in entries_of({register}):
        people = {one.name for one in fields if one.kind in {FieldKind.ACCOUNT, FieldKind.PERSON}}
        cells = _cells(entry, logins, people)
        writer.writerow([harmless(cells[name]) for name in (*COMMON, *(one.name for one in fields), *_LAST)])
    return buffer.getvalue().encode("utf-8-sig")


_LAST: Final = ("state", "sample", "id")


def lines_in(content: bytes, *, register: str) -> tuple[FileLine, ...]:
    """Return the lines of a file by column; raise ``FileNotTaken`` where a column is missing, or for too many lines."""
    file = read_delimited(content, most_bytes=LARGEST_FILE)
    names = {name: name for name in (*COMMON, *(one.name for one in REGISTERS[register].fields))}
    positions = positions_of(file.heading.cells, names=names)
    if positions is None or not {"title", "owner", "effective_on"} <= set(positions):
        raise FileNotTaken(line=file.heading.number, field="title")
    lines = tuple(_line(one, positions) for one in file.lines)
    if not 0 < len(lines) <= MOST_LINES:
        raise FileNotTaken(line=len(lines), field="lines")
    return lines


@transaction.atomic
def import_entries(
    *, actor: Principal, register: str, contents: Sequence[tuple[int, Content]], now: datetime
) -> tuple[UUID, ...]:
    """Keep every line of a file as a draft, or none: raise ``FileNotTaken`` with the number of the first refused."""
    require_provider(actor)
    made = []
    for number, content in contents:
        try:
            made.append(open_entry(actor=actor, register=register, content=content, now=now))
        except EntryNotValid as error:
            raise FileNotTaken(line=number, field=str(error.facts.get("field", ""))) from error
    return tuple(made)


def _line(raw: RawLine, positions: Mapping[str, int]) -> FileLine:
    cells = raw.cells
    if not cells:
        raise FileNotTaken(line=raw.number, field="lines")
    found = {name: cells[at] if at < len(cells) else "" for name, at in positions.items()}
    plain = {name: text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text for name, text in found.items()}
    return FileLine(number=raw.number, values={name: text.replace("\\n", "\n") for name, text in plain.items()})


def _cells(entry: EntryView, logins: Mapping[str, str], people: set[str]) -> dict[str, str]:
    content = entry.content
    return {
        **{one.name: "" for one in REGISTERS[entry.register].fields},
        **{
            name: (logins.get(str(value), str(value)) if name in people else written(value)).replace("\n", "\\n")
            for name, value in entry.fields.items()
        },
        "title": content.title,
        "owner": logins.get(str(content.owner_id), ""),
        "deputy": logins.get(str(content.deputy_id), "") if content.deputy_id else "",
        "effective_on": content.effective_on.isoformat(),
        "review_due_on": content.review_due_on.isoformat(),
        "expires_on": content.expires_on.isoformat() if content.expires_on else "",
        "state": entry.state.value,
        "sample": "yes" if entry.is_sample else "no",
        "id": str(entry.id),
    }


def _logins() -> Mapping[UUID, str]:
    return dict(Account.objects.filter(tenant_id=PROVIDER).values_list("id", "login_id"))
