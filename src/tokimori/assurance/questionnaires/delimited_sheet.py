"""Questionnaires as CSV: read in the encoding they came in, and written back with only the answers' fields changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tokimori.assurance.questionnaires.container import LARGEST_FILE
from tokimori.assurance.questionnaires.errors import (
    AnswerNotWritable,
    QuestionnaireNotReadable,
    QuestionnaireTooLarge,
)
from tokimori.assurance.questionnaires.grids import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Grid, Place
from tokimori.domains.exports.writers import harmless

CODECS: Final[Mapping[str, str]] = {"UTF-8": "utf-8-sig", "Shift_JIS": "cp932", "TIS-620": "cp874"}
_MARK: Final = b"\xef\xbb\xbf"
_THAI: Final = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e5b]")
_LONE_VOWEL: Final = re.compile(r"(?:^|[^\u0e01-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_HALF_WIDTH: Final = re.compile(r"[\uff61-\uff9f]")
_SENSED: Final = 200_000
_MOST_FIELDS: Final = 400_000
_PLAIN: Final = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})  # noqa: RUF001 -- what is replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where a field stands in the text, its quotes included, and what it says."""

    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelimitedSheet:
    """A decoded file, its separator, and its records."""

    encoding: str
    has_mark: bool
    content: bytes
    """The bytes without the mark at their beginning."""
    text: str
    separator: str
    records: tuple[tuple[Field, ...], ...]

    def grid(self) -> Grid:
        """Return it as a grid; records are its rows."""
        cells = {
            number: {column: one.text.strip() for column, one in enumerate(record, start=1) if one.text.strip()}
            for number, record in enumerate(self.records, start=1)
        }
        return Grid(name="", cells={number: row for number, row in cells.items() if row})


def read_delimited_sheet(content: bytes, *, encoding: str = "") -> DelimitedSheet:
    """Return the file's records; ``encoding`` is one of ``CODECS``, or nothing where it is to be found out."""
    if len(content) > LARGEST_FILE:
        raise QuestionnaireTooLarge
    found = encoding or encoding_of(content)
    try:
        text = content.decode(CODECS[found])
    except (KeyError, UnicodeDecodeError) as error:
        raise QuestionnaireNotReadable from error
    if "\0" in text or not text.strip():
        raise QuestionnaireNotReadable
    separator = _separator(text)
    return DelimitedSheet(
        encoding=found,
        has_mark=found == "UTF-8" and content.startswith(_MARK),
        content=content.removeprefix(_MARK) if found == "UTF-8" else content,
        text=text,
        separator=separator,
        records=_records(text, separator),
    )


def encoding_of(content: bytes) -> str:
    """Return which encoding a file is in. The same bytes may be Japanese and Thai; what makes more sense is taken."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        scores = {name: _sense(content, codec) for name, codec in CODECS.items() if name != "UTF-8"}
        best = max(scores, key=lambda name: scores[name])
        if scores[best] < 0:
            raise QuestionnaireNotReadable from None
        return best
    return "UTF-8"


def write_delimited(sheet: DelimitedSheet, *, written: Mapping[Place, str], note: str) -> bytes:
    """Return the file with these fields in place of its own, and a last line; every other byte stays as it was."""
    line_end = "\r\n" if "\r\n" in sheet.text else "\n"
    by_record: dict[int, dict[int, str]] = {}
    for place, text in written.items():
        by_record.setdefault(place[0], {})[place[1]] = text
    copy = _Copy(sheet)
    for number, record in enumerate(sheet.records, start=1):
        answers = by_record.get(number, {})
        for column, one in enumerate(record, start=1):
            if column in answers:
                copy.up_to(one.begin)
                copy.say(_quoted(answers[column], sheet.separator), instead_of=one)
        beyond = range(len(record) + 1, max(answers, default=0) + 1)
        if record and beyond:
            copy.up_to(record[-1].end)
            copy.say("".join(sheet.separator + _quoted(answers.get(one, ""), sheet.separator) for one in beyond))
    copy.up_to(len(sheet.text))
    copy.say("" if sheet.text.endswith(("\n", "\r")) else line_end)
    copy.say(_quoted(note, sheet.separator) + line_end)
    return copy.content()


class _Copy:
    """A file on its way out. What is not changed goes over as bytes: two codes of Shift_JIS may mean one sign."""

    def __init__(self, sheet: DelimitedSheet) -> None:
        self._sheet = sheet
        self._codec = CODECS[sheet.encoding].removesuffix("-sig")
        self._at = 0
        self._byte = 0
        self._pieces = [_MARK] if sheet.has_mark else []

    def up_to(self, place: int) -> None:
        """Take everything over as it was, up to a place of the text."""
        end = self._byte + len(self._sheet.text[self._at : place].encode(self._codec))
        self._pieces.append(self._sheet.content[self._byte : end])
        self._at, self._byte = place, end

    def say(self, text: str, *, instead_of: Field | None = None) -> None:
        """Say something of our own; raise ``AnswerNotWritable`` for signs that the encoding does not know."""
        if instead_of is not None:
            self._byte += len(self._sheet.text[instead_of.begin : instead_of.end].encode(self._codec))
            self._at = instead_of.end
        try:
            self._pieces.append(text.encode(self._codec))
        except UnicodeEncodeError:
            try:
                self._pieces.append(text.translate(_PLAIN).encode(self._codec))
            except UnicodeEncodeError as error:
                raise AnswerNotWritable from error

    def content(self) -> bytes:
        """Return the whole."""
        return b"".join(self._pieces)


def _sense(content: bytes, codec: str) -> int:
    try:
        text = content.decode(codec)[:_SENSED]
    except UnicodeDecodeError:
        return -1
    if codec == "cp874":
        return len(_THAI.findall(text)) - 8 * len(_LONE_VOWEL.findall(text))
    return 2 * len(_JAPANESE.findall(text)) - len(_HALF_WIDTH.findall(text))


def _separator(text: str) -> str:
    """Return what parts the fields: the one that stands most often outside quotes in the first lines."""
    head = re.sub(r'"[^"]*"', "", text[:10_000])
    return max((",", "\t", ";"), key=head.count)


def _records(text: str, separator: str) -> tuple[tuple[Field, ...], ...]:
    records: list[tuple[Field, ...]] = []
    record: list[Field] = []
    at = fields = 0
    while at < len(text):
        one = _field(text, at, separator)
        record.append(one)
        fields += 1
        if len(record) > MOST_COLUMNS or len(one.text) > LONGEST_CELL or fields > _MOST_FIELDS:
            raise QuestionnaireTooLarge
        at = one.end
        if at < len(text) and text[at] == separator:
            at += 1
            if at == len(text):
                record.append(Field(begin=at, end=at, text=""))
            continue
        at += 2 if text[at : at + 2] == "\r\n" else 1
        records.append(tuple(record))
        record = []
        if len(records) > MOST_ROWS:
            raise QuestionnaireTooLarge
    if record:
        records.append(tuple(record))
    return tuple(records)


def _field(text: str, begin: int, separator: str) -> Field:
    if text.startswith('"', begin):
        match = _QUOTED.match(text, begin)
        if match is None:
            raise QuestionnaireNotReadable  # a quote that never ends would swallow the rest
        end = match.end()
        if end < len(text) and text[end] not in (separator, "\r", "\n"):
            raise QuestionnaireNotReadable
        return Field(begin=begin, end=end, text=match[1].replace('""', '"'))
    match = _BARE[separator].match(text, begin)
    end = match.end() if match else begin
    return Field(begin=begin, end=end, text=text[begin:end])


_QUOTED: Final = re.compile(r'"((?:[^"]|"")*+)"')
_BARE: Final = {separator: re.compile(rf"[^{separator}\r\n]*") for separator in (",", "\t", ";")}


def _quoted(text: str, separator: str) -> str:
    plain = str(harmless(text))
    if any(sign in plain for sign in (separator, '"', "\n", "\r")) or plain != plain.strip():
        return '"' + plain.replace('"', '""') + '"'
    return plain
