"""A questionnaire's file, of either kind, as sheets; and the file with its answers."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import takewhile
from typing import Final

from tokimori.assurance.questionnaires.delimited_sheet import read_delimited_sheet, write_delimited
from tokimori.assurance.questionnaires.grids import Grid, Place
from tokimori.assurance.questionnaires.workbook import read_workbook
from tokimori.assurance.questionnaires.workbook_writing import write_answers

_ARCHIVE: Final = b"PK\x03\x04"
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"


class FileKind(StrEnum):
    """What the file is; the value is the end of its name."""

    EXCEL = "xlsx"
    CSV = "csv"


def kind_of(content: bytes) -> FileKind:
    """Return what a file is, by its first bytes and not by its name."""
    return FileKind.EXCEL if content.startswith((_ARCHIVE, _OLD_FORMAT)) else FileKind.CSV


def read_grids(content: bytes, *, encoding: str = "") -> tuple[FileKind, str, tuple[Grid, ...]]:
    """Return the file's kind, its encoding (of CSV alone) and its sheets; raise a refusal for what is not taken."""
    kind = kind_of(content)
    if kind is FileKind.EXCEL:
        return kind, "", read_workbook(content)
    sheet = read_delimited_sheet(content, encoding=encoding)
    return kind, sheet.encoding, (sheet.grid(),)


def write_file(
    content: bytes,
    *,
    encoding: str,
    written: Mapping[str, Mapping[Place, str]],
    note_name: str,
    note: Sequence[Sequence[str]],
) -> bytes:
    """Return the same file with these answers, and with where they come from at its end."""
    if kind_of(content) is FileKind.EXCEL:
        return write_answers(content, written=written, note_name=note_name, note=note)
    sheet = read_delimited_sheet(content, encoding=encoding)
    line = " / ".join(part for row in takewhile(bool, note) for part in [": ".join(one for one in row if one)] if part)
    return write_delimited(sheet, written=written.get("", {}), note=line)
