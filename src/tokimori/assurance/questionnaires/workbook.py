"""Read the sheets of a workbook. Formulas are not worked out: what was last shown in their cell counts."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tokimori.assurance.questionnaires.container import Element, open_container, parse_part
from tokimori.assurance.questionnaires.errors import QuestionnaireNotReadable, QuestionnaireTooLarge
from tokimori.assurance.questionnaires.grids import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Area,
    ChoiceList,
    Grid,
    Place,
    column_of,
)

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WORKBOOK: Final = "xl/workbook.xml"
RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedStrings.xml"
_PLACE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ROW_BEGINS: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?row[\s>/]")
_MOST_SHEETS: Final = 60
_MOST_WORDS: Final = 50
_LONGEST_PLACE: Final = 7
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
"""Excel's own."""
_MOST_AREAS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """A sheet's name and the part in which it lies."""

    name: str
    part: str


def read_workbook(content: bytes) -> tuple[Grid, ...]:
    """Return every sheet with cells; raise a refusal for what is not taken."""
    parts = open_container(content)
    strings = _strings(parts)
    sheets = sheet_parts(parts)
    grids = [_grid(sheet.name, part_of(parts, sheet.part), strings) for sheet in sheets]
    known = {grid.name: grid for grid in grids}
    return tuple(
        _with_lists(grid, part_of(parts, sheet.part), known) for grid, sheet in zip(grids, sheets, strict=True)
    )


def sheet_parts(parts: Mapping[str, bytes]) -> tuple[SheetPart, ...]:
    """Return the sheets of a workbook in their order; charts are left aside."""
    if WORKBOOK not in parts or RELATIONS not in parts:
        raise QuestionnaireNotReadable
    targets = {str(one.get("Id")): str(one.get("Target", "")) for one in parse_part(parts[RELATIONS])}
    found = []
    for sheet in sheets_of(parse_part(parts[WORKBOOK])).iterchildren(f"{MAIN}sheet"):
        target = targets.get(str(sheet.get(RELATION)), "")
        path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
        if path in parts and "chartsheets" not in path:
            found.append(SheetPart(name=str(sheet.get("name", "")), part=path))
    if not found or len(found) > _MOST_SHEETS:
        raise QuestionnaireNotReadable
    if any(len({getattr(one, of) for one in found}) != len(found) for of in ("name", "part")):
        raise QuestionnaireNotReadable  # one part as many sheets would be read as often
    return tuple(found)


def sheets_of(workbook: Element) -> Element:
    """Return where a workbook names its sheets; raise ``QuestionnaireNotReadable`` where it does not."""
    found = workbook.find(f"{MAIN}sheets")
    if found is None:
        raise QuestionnaireNotReadable
    return found


def rows_of(root: Element) -> Iterator[tuple[int, Element]]:
    """Return each row with its number; where a file leaves numbers out, they follow one another."""
    number = 0
    data = root.find(f"{MAIN}sheetData")
    for row in () if data is None else data.iterchildren(f"{MAIN}row"):
        number = whole(row.get("r"), otherwise=number + 1)
        if not 1 <= number <= _LAST_ROW:
            raise QuestionnaireNotReadable
        yield number, row


def part_of(parts: Mapping[str, bytes], name: str) -> Element:
    """Return a sheet's part, read; the number of its rows is looked at before it is."""
    content = parts[name]
    if sum(1 for _ in _ROW_BEGINS.finditer(content)) > MOST_ROWS:
        raise QuestionnaireTooLarge
    return parse_part(content)


def place_of(reference: str) -> Place:
    """Return row and column of ``B7``; raise ``QuestionnaireNotReadable`` for what is none."""
    match = _PLACE.fullmatch(reference)
    if match is None or int(match[2]) < 1:
        raise QuestionnaireNotReadable
    return int(match[2]), column_of(match[1])


def area_of(reference: str) -> Area:
    """Return the area of ``A1:B7`` or of a single cell."""
    first, _, last = reference.partition(":")
    top, left = place_of(first)
    bottom, right = place_of(last) if last else (top, left)
    return Area(top=top, left=left, bottom=bottom, right=right)


def cells_of(root: Element) -> Iterator[tuple[Place, Element]]:
    """Return each cell with its place; where a file leaves places out, they follow one another."""
    for number, row in rows_of(root):
        column = 0
        for cell in row.iterchildren(f"{MAIN}c"):
            place = place_of(str(cell.get("r"))) if cell.get("r") else (number, column + 1)
            if place[0] != number or place[1] > _LAST_COLUMN:
                raise QuestionnaireNotReadable
            column = place[1]
            yield place, cell


def text_of(element: Element) -> str:
    """Return the text of a string: its runs together, without the readings that stand above Japanese words."""
    pieces = []
    for one in element:
        if one.tag == f"{MAIN}t":
            pieces.append(one.text or "")
        elif one.tag == f"{MAIN}r":
            pieces.extend(part.text or "" for part in one.iterchildren(f"{MAIN}t"))
    return "".join(pieces)[:LONGEST_CELL]


def whole(value: str | None, *, otherwise: int) -> int:
    """Return a number of few digits, or another one where nothing stands; raise for anything else."""
    if value is None:
        return otherwise
    if not value.isascii() or not value.isdigit() or len(value) > _LONGEST_PLACE:
        raise QuestionnaireNotReadable
    return int(value)


def _strings(parts: Mapping[str, bytes]) -> tuple[str, ...]:
    if _STRINGS not in parts:
        return ()
    # Without the spaces around them: stripped in each cell, one long string would become as many as there are cells.
    return tuple(text_of(one).strip() for one in parse_part(parts[_STRINGS]).iterchildren(f"{MAIN}si"))


def _grid(name: str, root: Element, strings: tuple[str, ...]) -> Grid:
    cells: dict[int, dict[int, str]] = {}
    formulas = set()
    for place, cell in cells_of(root):
        if cell.find(f"{MAIN}f") is not None:
            formulas.add(place)
        text = _cell_text(cell, strings).strip()
        if text and place[1] <= MOST_COLUMNS:
            cells.setdefault(place[0], {})[place[1]] = text
    merged = [area_of(str(one.get("ref", ""))) for one in root.iter(f"{MAIN}mergeCell")]
    if len(merged) > _MOST_AREAS:
        raise QuestionnaireTooLarge
    return Grid(name=name, cells=cells, merged=tuple(merged), formulas=frozenset(formulas))


def _cell_text(cell: Element, strings: tuple[str, ...]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{MAIN}is")
        return "" if inline is None else text_of(inline)
    value = cell.find(f"{MAIN}v")
    text = "" if value is None else value.text or ""
    if kind == "s":
        number = whole(text, otherwise=len(strings))
        if number >= len(strings):
            raise QuestionnaireNotReadable
        return strings[number]
    if kind == "n" and text.endswith(".0"):
        return text.removesuffix(".0")
    return text[:LONGEST_CELL]


def _with_lists(grid: Grid, root: Element, known: Mapping[str, Grid]) -> Grid:
    """Return the grid with its lists of words, written out or taken from other cells."""
    lists: list[ChoiceList] = []
    left = _MOST_AREAS
    for rule in root.iter(f"{MAIN}dataValidation"):
        formula = rule.find(f"{MAIN}formula1")
        if rule.get("type") != "list" or formula is None or not formula.text:
            continue
        places = str(rule.get("sqref", "")).split()
        left -= 1 + len(places)
        if left < 0:
            raise QuestionnaireTooLarge
        words = _words(formula.text.strip(), grid, known)
        if words:
            lists.append(ChoiceList(areas=tuple(map(area_of, places)), words=words))
    return Grid(name=grid.name, cells=grid.cells, merged=grid.merged, lists=tuple(lists), formulas=grid.formulas)


def _words(formula: str, grid: Grid, known: Mapping[str, Grid]) -> tuple[str, ...]:
    if formula.startswith('"') and formula.endswith('"'):
        said = formula.strip('"').split(",", _MOST_WORDS)[:_MOST_WORDS]
        return tuple(word.strip() for word in said if word.strip())
    sheet, _, reference = formula.rpartition("!")
    source = known.get(sheet.strip("'").replace("''", "'")) if sheet else grid
    try:
        area = area_of(reference)
    except QuestionnaireNotReadable:
        return ()  # a name, or a formula, which is not worked out
    if source is None or area.bottom - area.top > _MOST_WORDS or area.right - area.left > _MOST_WORDS:
        return ()
    places = ((row, column) for row in range(area.top, area.bottom + 1) for column in range(area.left, area.right + 1))
    return tuple(text for text in map(source.text, places) if text)
