"""Where a questionnaire keeps numbers, questions, answers and remarks: proposed from headings, corrected by a human."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final, Self

from tokimori.assurance.questionnaires.grids import MOST_COLUMNS, MOST_ROWS, Grid, Place
from tokimori.assurance.questionnaires.similarity import LONGEST_TEXT

MOST_QUESTIONS: Final = 1_000
_HEADINGS_WITHIN: Final = 40
_LONGEST_HEADING: Final = 40
_MOST_OF_A_HEADING: Final = 400
"""Signs as they come; spaces between them and wide ones are many, and are not counted after."""
_TALLEST_HEADING: Final = 5
_LONGEST_NUMBER: Final = 30
_LONGEST_SECTION: Final = 200


class Use(StrEnum):
    """What a column is for."""

    NUMBER = "number"
    QUESTION = "question"
    ANSWER = "answer"
    REMARK = "remark"


_HEADINGS: Final[Mapping[Use, re.Pattern[str]]] = {
    Use.QUESTION: re.compile(
        r"質問|設問|確認(事項|項目|内容)|チェック(項目|内容)|要求事項|評価項目|内容|項目$"
        r"|question|requirement|control (description|question)|inquiry|check item|คำถาม|ข้อคำถาม|รายการตรวจ|หัวข้อ|ข้อกำหนด"
    ),
    Use.ANSWER: re.compile(
        r"^(ご?回答|解答|結果|対応(状況|可否)|判定|評価|記入)|回答欄|○×|○△×|คำตอบ|ผลการ|สถานะ"  # noqa: RUF001 -- marks
        r"|answer|response|yes ?/ ?no|compl(y|iant|iance)"
    ),
    Use.REMARK: re.compile(
        r"備考|補足|コメント|詳細|理由|説明|特記|remark|comment|note|detail|explanation|evidence|หมายเหตุ|รายละเอียด|คำอธิบาย|ความเห็น"
    ),
    Use.NUMBER: re.compile(
        r"^(no\.?|#|id|番号|項番|連番|通番|q\.?|№|ลำดับ(ที่)?|ข้อ(ที่)?|ที่|number|ref(erence)?|item no\.?)$"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayout:
    """One sheet's columns; questions stand below ``heading_row``, which is 0 where there is none."""

    sheet: str
    heading_row: int
    question: int
    answer: int
    number: int = 0
    remark: int = 0

    def __post_init__(self) -> None:
        columns = [one for one in (self.question, self.answer, self.number, self.remark) if one]
        if not (self.question and self.answer) or len(set(columns)) != len(columns):
            raise ValueError("Questions and answers have a column each, and no column has two uses.")
        if not 0 <= self.heading_row <= MOST_ROWS or not all(1 <= one <= MOST_COLUMNS for one in columns):
            raise ValueError("The columns lie outside of what is read.")

    def plain(self) -> dict[str, str | int]:
        """Return it as what a row of the database keeps."""
        return {
            "sheet": self.sheet, "heading_row": self.heading_row, "question": self.question, "answer": self.answer,
            "number": self.number, "remark": self.remark,
        }  # fmt: skip

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return what a row of the database kept."""
        return cls(**plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundQuestion:
    """One question as it stands in the file, and where its answer and its remark belong."""

    sheet: str
    row: int
    section: str
    number: str
    text: str
    answer: Place
    remark: Place | None
    existing: str
    """What stands in the answer's cell already."""


def proposed_layouts(grids: Sequence[Grid]) -> tuple[SheetLayout, ...]:
    """Return the sheets that look like questions, by their headings; where no heading says so, by their longest texts."""
    found = [layout for layout in map(_by_headings, grids) if layout]
    if not found:
        found = [layout for layout in map(_by_lengths, grids) if layout][:1]
    return tuple(found)


def questions_of(grid: Grid, layout: SheetLayout) -> tuple[FoundQuestion, ...]:
    """Return the questions of a sheet, at most ``MOST_QUESTIONS``, with the section that each stands under."""
    return tuple(islice(_questions(grid, layout), MOST_QUESTIONS))


def heading_words(text: str) -> str:
    """Return a heading as it is compared; of a text that is far too long for one, its beginning."""
    return " ".join(unicodedata.normalize("NFKC", text[:_MOST_OF_A_HEADING]).casefold().split()).replace("〇", "○")  # noqa: RUF001 -- circles that look alike


def _questions(grid: Grid, layout: SheetLayout) -> Iterator[FoundQuestion]:
    section = ""
    taken: set[Place] = set()
    is_numbered = bool(layout.number) and _numbers_its_questions(grid, layout)
    for row in sorted(grid.cells):
        if row <= layout.heading_row:
            continue
        text = grid.text((row, layout.question))
        others = {column: said for column, said in grid.cells[row].items() if column != layout.question}
        if _is_section(grid, layout, row, is_numbered=is_numbered):
            section = next(iter(grid.cells[row].values()))[:_LONGEST_SECTION]
            continue
        if not text or _is_heading_again(grid, layout, row):
            continue
        answer = grid.anchor((row, layout.answer))
        if answer in taken or answer[1] == layout.question:
            continue
        taken.add(answer)
        remark = grid.anchor((row, layout.remark)) if layout.remark else None
        yield FoundQuestion(
            sheet=layout.sheet,
            row=row,
            section=section,
            number=others.get(layout.number, "")[:_LONGEST_NUMBER],
            text=text[:LONGEST_TEXT],
            answer=answer,
            remark=remark if remark != answer else None,
            existing=grid.text(answer)[:200],
        )


def _is_section(grid: Grid, layout: SheetLayout, row: int, *, is_numbered: bool) -> bool:
    """Whether a row is one title: a cell merged over question and answer, or the only text of a row, without a number."""
    said = grid.cells[row]
    area = grid.merged_at((row, layout.question))
    if area is not None and area.left <= layout.answer <= area.right:
        return True
    if len(said) != 1:
        return False
    column, text = next(iter(said.items()))
    if column != layout.question:
        return (column < layout.question and column != layout.number) or len(text) > _LONGEST_NUMBER
    return is_numbered and len(text) <= _LONGEST_HEADING and not _asks(text)


def _asks(text: str) -> bool:
    return text.rstrip().endswith(("?", "？", "か", "か。", "こと", "こと。", "ไหม")) or "หรือไม่" in text  # noqa: RUF001 -- the mark of Japanese


def _numbers_its_questions(grid: Grid, layout: SheetLayout) -> bool:
    rows = [row for row in grid.cells if row > layout.heading_row and grid.text((row, layout.question))]
    numbered = sum(1 for row in rows if grid.text((row, layout.number)))
    return numbered * 2 > len(rows)


def _is_heading_again(grid: Grid, layout: SheetLayout, row: int) -> bool:
    """Whether the heading is repeated, as on each printed page."""
    heading = grid.text((layout.heading_row, layout.question)) if layout.heading_row else ""
    return bool(heading) and heading_words(grid.text((row, layout.question))) == heading_words(heading)


def _by_headings(grid: Grid) -> SheetLayout | None:
    best: tuple[int, SheetLayout] | None = None
    for row in sorted(grid.cells)[:_HEADINGS_WITHIN]:
        uses = _uses(grid, row)
        if Use.QUESTION not in uses or Use.ANSWER not in uses:
            continue
        layout = SheetLayout(
            sheet=grid.name,
            heading_row=_lowest(grid, row),
            question=uses[Use.QUESTION],
            answer=uses[Use.ANSWER],
            number=uses.get(Use.NUMBER, 0),
            remark=uses.get(Use.REMARK, 0),
        )
        if (best is None or len(uses) > best[0]) and questions_of(grid, layout):
            best = (len(uses), layout)
    return best[1] if best else None


def _uses(grid: Grid, row: int) -> Mapping[Use, int]:
    """Return which column says by its heading what it is for; the answer is looked for to the right of the question."""
    uses: dict[Use, int] = {}
    cells = {column: heading_words(text) for column, text in sorted(grid.cells[row].items())}
    for use in (Use.NUMBER, Use.ANSWER, Use.REMARK, Use.QUESTION):
        for column, text in cells.items():
            if column in uses.values() or use in uses or len(text) > _LONGEST_HEADING:
                continue
            if _HEADINGS[use].search(text):
                uses[use] = column
    return uses


def _lowest(grid: Grid, row: int) -> int:
    """Return the last row of a heading whose cells are merged downwards."""
    return max(
        [row, *(area.bottom for area in grid.merged if area.top == row and area.bottom - row < _TALLEST_HEADING)]
    )


def _by_lengths(grid: Grid) -> SheetLayout | None:
    lengths: dict[int, int] = {}
    for row in grid.cells.values():
        for column, text in row.items():
            lengths[column] = lengths.get(column, 0) + len(text)
    if not lengths:
        return None
    question = max(lengths, key=lambda column: lengths[column])
    number = question - 1 if question > 1 and question - 1 in lengths else 0
    return SheetLayout(
        sheet=grid.name, heading_row=0, question=question, answer=question + 1, number=number, remark=question + 2
    )
