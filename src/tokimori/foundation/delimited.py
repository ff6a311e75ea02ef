"""Files of comma-separated lines with a heading, in UTF-8 or Shift_JIS, as offices send them.

A record is one physical line: no field needs a line break, and an unbalanced quote must not swallow the rest of the file.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tokimori.foundation.errors import InvalidInput, Refusal

LONGEST_LINE: Final = 4_000


class FileTooLarge(InvalidInput):
    """The file is too large; split it."""

    code = "import.too_large"
    status = 413


class WrongEncoding(InvalidInput):
    """The file is neither UTF-8 nor Shift_JIS."""

    code = "import.wrong_encoding"


class BrokenLine(InvalidInput):
    """This line cannot be read."""

    code = "import.broken_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """One line as it came, at most ``LONGEST_LINE`` characters of it, with its cells; none where it cannot be read."""

    number: int
    text: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """One line that was not understood, as it came."""

    number: int
    text: str
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class DelimitedFile:
    """A file, decoded and cut into lines; the heading is the first that is not empty."""

    encoding: str
    heading: RawLine
    lines: Iterator[RawLine]


def read_delimited(content: bytes, *, most_bytes: int) -> DelimitedFile:
    """Return the lines of a file; raise ``FileTooLarge`` or ``WrongEncoding``."""
    if len(content) > most_bytes:
        raise FileTooLarge(most=most_bytes)
    encoding, text = _decode(content)
    lines = _lines(text)
    heading = next(lines, RawLine(number=0, text="", cells=()))
    return DelimitedFile(encoding=encoding, heading=heading, lines=lines)


def positions_of(heading: Sequence[str], *, names: Mapping[str, str]) -> Mapping[str, int] | None:
    """Return where each column that is known stands, by its own name; nothing when one stands there twice.

    ``names`` leads from what a heading may say, in small letters, to the column's own name. Other columns are ignored.
    """
    positions: dict[str, int] = {}
    for position, name in enumerate(heading):
        column = names.get(name.lower())
        if column is not None and column in positions:
            return None
        if column is not None:
            positions[column] = position
    return positions


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


def _lines(text: str) -> Iterator[RawLine]:
    for number, raw in enumerate(io.StringIO(text, newline=None), start=1):
        line = raw.rstrip("\n")
        if not line.strip():
            continue
        try:
            cells = next(csv.reader([line], strict=True), []) if len(line) <= LONGEST_LINE else []
        except csv.Error:
            cells = []
        yield RawLine(number=number, text=line[:LONGEST_LINE], cells=tuple(cell.strip() for cell in cells))
