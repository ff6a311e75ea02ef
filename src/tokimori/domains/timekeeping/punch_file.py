"""The punch file: comma-separated lines with a heading, in UTF-8 or Shift_JIS.

Columns, in any order, by English or Japanese name: ``employee_code`` (従業員コード), ``date`` (日付, 2026-04-01 or
2026/4/1), ``time`` (時刻, 8:58 or 08:58:30, on the clock of the employee's site), ``kind`` (種別, may be empty: then it is
inferred), ``place`` (場所, optional). Other columns are ignored.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Final

from tokimori.domains.timekeeping.errors import (
    BrokenLine,
    FileTooLarge,
    MissingColumns,
    UnknownPunchKind,
    WrongEncoding,
)
from tokimori.domains.timekeeping.reports import LONGEST_EMPLOYEE_CODE, LONGEST_PLACE
from tokimori.engine import PunchKind
from tokimori.foundation.errors import Refusal

LARGEST_FILE: Final = 10_000_000
LONGEST_LINE: Final = 4_000

_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "employee_code": "employee_code", "従業員コード": "employee_code",
        "date": "date", "日付": "date",
        "time": "time", "時刻": "time",
        "kind": "kind", "種別": "kind",
        "place": "place", "場所": "place",
    }
)  # fmt: skip
_REQUIRED: Final = ("employee_code", "date", "time", "kind")
_KINDS: Final[Mapping[str, PunchKind]] = MappingProxyType(
    {
        **{kind.value: kind for kind in PunchKind},
        "出勤": PunchKind.IN, "退勤": PunchKind.OUT,
        "休憩開始": PunchKind.BREAK_START, "休憩終了": PunchKind.BREAK_END,
        "外出": PunchKind.GO_OUT, "戻り": PunchKind.RETURN,
    }
)  # fmt: skip
_DATE: Final = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchLine:
    """One line, understood: the time is the wall clock's at the employee's site."""

    number: int
    text: str
    employee_code: str
    local_time: datetime
    kind: PunchKind | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """One line that was not understood, as it came."""

    number: int
    text: str
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchFile:
    """A file, read: how it was encoded, and each of its lines."""

    encoding: str
    lines: Sequence[PunchLine | RefusedLine]


def read_punch_file(content: bytes) -> PunchFile:
    """Return every line of a file, understood or refused; refuse the file when it is no such file at all.

    Raises ``FileTooLarge``, ``WrongEncoding`` or ``MissingColumns``.
    """
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(most=LARGEST_FILE)
    encoding, text = _decode(content)
    records = _records(text)
    _, heading_text, heading = next(records, (0, "", []))
    columns = _columns(heading)
    if columns is None:
        raise MissingColumns(heading=heading_text[:100])
    return PunchFile(
        encoding=encoding, lines=tuple(_line(number, raw, cells, columns) for number, raw, cells in records)
    )


def _decode(content: bytes) -> tuple[str, str]:
    for encoding, name in (("utf-8-sig", "UTF-8"), ("cp932", "Shift_JIS")):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return name, text
    raise WrongEncoding


def _records(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield each physical line with its number, its text and its cells.

    A record never spans lines: no field of a punch needs a line break, and an unbalanced quote must not swallow the rest
    of the file.
    """
    for number, raw in enumerate(io.StringIO(text, newline=None), start=1):
        line = raw.rstrip("\n")
        if not line.strip():
            continue
        try:
            cells = next(csv.reader([line], strict=True), []) if len(line) <= LONGEST_LINE else []
        except csv.Error:
            cells = []
        yield number, line, [cell.strip() for cell in cells]


def _columns(heading: Sequence[str]) -> Mapping[str, int] | None:
    positions: dict[str, int] = {}
    for position, name in enumerate(heading):
        column = _COLUMNS.get(name.lower())
        if column is not None and column in positions:
            return None
        if column is not None:
            positions[column] = position
    return positions if all(column in positions for column in _REQUIRED) else None


def _line(number: int, raw: str, cells: Sequence[str], columns: Mapping[str, int]) -> PunchLine | RefusedLine:
    text = raw[:LONGEST_LINE]
    try:
        values = {name: cells[position] for name, position in columns.items() if position < len(cells)}
        return PunchLine(
            number=number,
            text=text,
            employee_code=_bounded(values["employee_code"], least=1, most=LONGEST_EMPLOYEE_CODE),
            local_time=datetime.combine(_date(values["date"]), _time(values["time"])),
            kind=_kind(values["kind"]),
            place=_bounded(values.get("place", ""), least=0, most=LONGEST_PLACE),
        )
    except UnknownPunchKind as refusal:
        return RefusedLine(number=number, text=text, refusal=refusal)
    except (KeyError, ValueError):
        return RefusedLine(number=number, text=text, refusal=BrokenLine())


def _bounded(text: str, *, least: int, most: int) -> str:
    if not least <= len(text) <= most or not text.isprintable():
        raise ValueError("The text is empty, too long or not printable.")
    return text


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("Not a date.")
    return date(int(match[1]), int(match[2]), int(match[3]))


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("Not a time.")
    return time(int(match[1]), int(match[2]), int(match[3] or 0))


def _kind(text: str) -> PunchKind | None:
    if not text:
        return None
    kind = _KINDS.get(text.lower())
    if kind is None:
        raise UnknownPunchKind
    return kind
