"""The punch file: comma-separated lines with a heading, in UTF-8 or Shift_JIS.

Columns, in any order, by English or Japanese name: ``employee_code`` (従業員コード), ``date`` (日付, 2026-04-01 or
2026/4/1), ``time`` (時刻, 8:58 or 08:58:30, on the clock of the employee's site), ``kind`` (種別, may be empty: then it is
inferred), ``place`` (場所, optional). Other columns are ignored.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Final

from tokimori.domains.timekeeping.errors import MissingColumns, UnknownPunchKind
from tokimori.domains.timekeeping.reports import LONGEST_EMPLOYEE_CODE, LONGEST_PLACE
from tokimori.engine import PunchKind
from tokimori.foundation.delimited import BrokenLine, RawLine, RefusedLine, positions_of, read_delimited

LARGEST_FILE: Final = 10_000_000

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
class PunchFile:
    """A file, read: how it was encoded, and each of its lines."""

    encoding: str
    lines: Sequence[PunchLine | RefusedLine]


def read_punch_file(content: bytes) -> PunchFile:
    """Return every line of a file, understood or refused; refuse the file when it is no such file at all.

    Raises ``FileTooLarge``, ``WrongEncoding`` or ``MissingColumns``.
    """
    file = read_delimited(content, most_bytes=LARGEST_FILE)
    columns = positions_of(file.heading.cells, names=_COLUMNS)
    if columns is None or not all(column in columns for column in _REQUIRED):
        raise MissingColumns(heading=file.heading.text[:100])
    return PunchFile(encoding=file.encoding, lines=tuple(_line(line, columns) for line in file.lines))


def _line(line: RawLine, columns: Mapping[str, int]) -> PunchLine | RefusedLine:
    cells = line.cells
    try:
        values = {name: cells[position] for name, position in columns.items() if position < len(cells)}
        return PunchLine(
            number=line.number,
            text=line.text,
            employee_code=_bounded(values["employee_code"], least=1, most=LONGEST_EMPLOYEE_CODE),
            local_time=datetime.combine(_date(values["date"]), _time(values["time"])),
            kind=_kind(values["kind"]),
            place=_bounded(values.get("place", ""), least=0, most=LONGEST_PLACE),
        )
    except UnknownPunchKind as refusal:
        return RefusedLine(number=line.number, text=line.text, refusal=refusal)
    except (KeyError, ValueError):
        return RefusedLine(number=line.number, text=line.text, refusal=BrokenLine())


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
