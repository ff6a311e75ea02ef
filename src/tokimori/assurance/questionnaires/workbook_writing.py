"""Write answers into the very workbook that came: only these cells change, and one sheet is added at the end."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from tokimori.assurance.questionnaires.container import Element, open_container, parse_part, with_parts, write_part
from tokimori.assurance.questionnaires.grids import LONGEST_CELL, Place, letters_of
from tokimori.assurance.questionnaires.workbook import (
    MAIN,
    RELATION,
    RELATIONS,
    WORKBOOK,
    cells_of,
    part_of,
    rows_of,
    sheet_parts,
    sheets_of,
    whole,
)

_KINDS: Final = "[Content_Types].xml"
_SHEET_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_NAME: Final = 31
_AFTER_CALCULATION: Final = frozenset(
    f"{MAIN}{name}"
    for name in (
        "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
        "fileRecoveryPr", "webPublishObjects", "extLst",
    )
)  # fmt: skip


def write_answers(
    content: bytes, *, written: Mapping[str, Mapping[Place, str]], note_name: str, note: Sequence[Sequence[str]]
) -> bytes:
    """Return the workbook with ``written``, by sheet and cell, and a last sheet that holds the lines of ``note``.

    Every text is a text, never a formula. A cell keeps its style; a cell with a formula is left as it is.
    """
    parts = open_container(content)
    changed: dict[str, bytes] = {}
    for sheet in sheet_parts(parts):
        answers = written.get(sheet.name)
        if answers:
            root = part_of(parts, sheet.part)
            _fill(root, answers)
            changed[sheet.part] = write_part(root)
    changed |= _with_note(parts, name=note_name, lines=note)
    return with_parts(content, changed)


def _fill(root: Element, answers: Mapping[Place, str]) -> None:
    cells = dict(cells_of(root))
    rows = _numbered_rows(root)
    for place, text in sorted(answers.items()):
        cell = cells.get(place)
        if cell is None:
            cell = _new_cell(_row(root, rows, place[0]), place)
        if cell.find(f"{MAIN}f") is None:
            _say(cell, text)


def _numbered_rows(root: Element) -> dict[int, Element]:
    """Return the rows by number. Places that were left out are written down, so that a new cell may stand between."""
    for place, cell in cells_of(root):
        cell.set("r", f"{letters_of(place[1])}{place[0]}")
    rows = dict(rows_of(root))
    for number, row in rows.items():
        row.set("r", str(number))
    return rows


def _row(root: Element, rows: dict[int, Element], number: int) -> Element:
    if number not in rows:
        row = etree.Element(f"{MAIN}row", r=str(number))
        data = root.find(f"{MAIN}sheetData")
        before = sum(1 for one in rows if one < number)
        data.insert(before, row)
        rows[number] = row
    return rows[number]


def _new_cell(row: Element, place: Place) -> Element:
    cell = etree.Element(f"{MAIN}c", r=f"{letters_of(place[1])}{place[0]}")
    if row.get("customFormat") and row.get("s"):
        cell.set("s", row.get("s"))
    name = str(cell.get("r"))
    later = [one for one in row.iterchildren(f"{MAIN}c") if _order(str(one.get("r"))) > _order(name)]
    if later:
        later[0].addprevious(cell)
    else:
        row.append(cell)
    return cell


def _order(reference: str) -> tuple[int, str]:
    letters = reference.rstrip("0123456789")
    return len(letters), letters


def _say(cell: Element, text: str) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    for name in ("cm", "vm"):
        cell.attrib.pop(name, None)
    inline = etree.SubElement(cell, f"{MAIN}is")
    said = etree.SubElement(inline, f"{MAIN}t")
    said.text = _NOT_IN_XML.sub("", text)[:LONGEST_CELL]
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _with_note(parts: Mapping[str, bytes], *, name: str, lines: Sequence[Sequence[str]]) -> Mapping[str, bytes]:
    """Return the parts that a further sheet needs: itself, and where workbook, relations and kinds name it."""
    workbook, relations, kinds = (parse_part(parts[one]) for one in (WORKBOOK, RELATIONS, _KINDS))
    number = next(one for one in range(1, 10_000) if f"xl/worksheets/sheet-note{one}.xml" not in parts)
    path, key = f"xl/worksheets/sheet-note{number}.xml", f"rIdNote{number}"
    sheets = sheets_of(workbook)
    known = list(sheets.iterchildren(f"{MAIN}sheet"))
    taken = {str(one.get("name")).casefold() for one in known}
    highest = max((whole(one.get("sheetId"), otherwise=0) for one in known), default=0)
    etree.SubElement(
        sheets, f"{MAIN}sheet", {"name": _free_name(name, taken), "sheetId": str(highest + 1), RELATION: key}
    )
    _ask_to_recalculate(workbook)
    space = relations.tag.removesuffix("Relationships")
    etree.SubElement(
        relations, f"{space}Relationship", Id=key, Type=_SHEET_RELATION, Target=f"worksheets/sheet-note{number}.xml"
    )
    space = kinds.tag.removesuffix("Types")
    etree.SubElement(kinds, f"{space}Override", PartName=f"/{path}", ContentType=_SHEET_KIND)
    return {
        path: write_part(_note_sheet(lines)),
        WORKBOOK: write_part(workbook),
        RELATIONS: write_part(relations),
        _KINDS: write_part(kinds),
    }


def _note_sheet(lines: Sequence[Sequence[str]]) -> Element:
    root = etree.Element(f"{MAIN}worksheet", nsmap={None: MAIN.strip("{}")})
    columns = etree.SubElement(root, f"{MAIN}cols")
    for number, width in ((1, "28"), (2, "80"), (3, "24"), (4, "24")):
        etree.SubElement(columns, f"{MAIN}col", min=str(number), max=str(number), width=width, customWidth="1")
    data = etree.SubElement(root, f"{MAIN}sheetData")
    for number, line in enumerate(lines, start=1):
        row = etree.SubElement(data, f"{MAIN}row", r=str(number))
        for column, text in enumerate(line, start=1):
            _say(etree.SubElement(row, f"{MAIN}c", r=f"{letters_of(column)}{number}"), text)
    return root


def _ask_to_recalculate(workbook: Element) -> None:
    """Let the program that opens the file work its formulas out anew: those of the buyer may count answers."""
    asked = workbook.find(f"{MAIN}calcPr")
    if asked is None:
        asked = etree.Element(f"{MAIN}calcPr")
        later = next((one for one in workbook if one.tag in _AFTER_CALCULATION), None)
        if later is None:
            workbook.append(asked)
        else:
            later.addprevious(asked)
    asked.set("fullCalcOnLoad", "1")


def _free_name(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:_LONGEST_NAME] or "Tokimori"
    if plain.casefold() not in taken:
        return plain
    return next(
        tried
        for tried in (f"{plain[: _LONGEST_NAME - 4]} {number}" for number in range(2, 1_000))
        if tried.casefold() not in taken
    )
