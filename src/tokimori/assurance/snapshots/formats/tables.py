"""The check sheet as CSV, and as an Excel workbook in the layout in which buyers send their own."""

import csv
import io
from typing import TYPE_CHECKING, Final

import xlsxwriter

from tokimori.assurance.snapshots.content import Snapshot
from tokimori.assurance.snapshots.formats.check_sheet import CheckSheet, Line, check_sheet
from tokimori.domains.exports.writers import harmless, plain

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = (6, 52, 8, 14, 72, 18, 48)
_MARK: Final = 2
_LONGEST_CELL: Final = 32_767


def write_csv(snapshot: Snapshot, language: str) -> bytes:
    """Return the sheet in UTF-8 with a byte order mark, by which spreadsheets know it. No cell is taken for a formula."""
    sheet = check_sheet(snapshot, language)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([harmless(one) for one in sheet.headings])
    for part in sheet.parts:
        for line in part.lines:
            writer.writerow([harmless(cell) for cell in _cells(line)])
    return buffer.getvalue().encode("utf-8-sig")


def write_workbook(snapshot: Snapshot, language: str) -> bytes:
    """Return a workbook: the sheet first, its moment and how it is read on the second."""
    sheet = check_sheet(snapshot, language)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        # A workbook carries a date; the snapshot's own keeps its digest what it is.
        workbook.set_properties({"title": sheet.title, "created": snapshot.moment.replace(tzinfo=None)})
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "heading": workbook.add_format({"bold": True, "border": 1, "bg_color": "#E6EAEF", "text_wrap": True}),
            "chapter": workbook.add_format({"bold": True, "border": 1, "bg_color": "#F4F6F8"}),
            "text": workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "mark": workbook.add_format({"border": 1, "valign": "top", "align": "center", "font_size": 14}),
        }
        _write_answers(workbook.add_worksheet(_name(sheet.title)), sheet, formats)
        _write_facts(workbook.add_worksheet(_name(sheet.headings[6])), sheet, formats)
    return buffer.getvalue()


def _write_answers(page: "Worksheet", sheet: CheckSheet, formats: "dict[str, Format]") -> None:
    last = len(_WIDTHS) - 1
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.freeze_panes(3, 2)
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, sheet.as_of)
    for column, heading in enumerate(sheet.headings):
        page.write_string(2, column, heading, formats["heading"])
    row = 3
    for part in sheet.parts:
        page.merge_range(row, 0, row, last, "", formats["chapter"])
        page.write_string(row, 0, part.title, formats["chapter"])
        row += 1
        for line in part.lines:
            for column, cell in enumerate(_cells(line)):
                _write_cell(page, row, column, cell, formats["mark" if column == _MARK else "text"])
            row += 1


def _write_facts(page: "Worksheet", sheet: CheckSheet, formats: "dict[str, Format]") -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    lines = [
        *sheet.facts,
        ("", ""),
        *sheet.marks,
        ("", ""),
        *sheet.states,
        ("", ""),
        *(("", one) for one in sheet.notes),
    ]
    page.write_string(0, 0, sheet.as_of, formats["title"])
    for row, (name, text) in enumerate(lines, start=2):
        page.write_string(row, 0, plain(name))
        page.write_string(row, 1, plain(text))


def _write_cell(page: "Worksheet", row: int, column: int, cell: int | str, given: "Format") -> None:
    if isinstance(cell, int):
        page.write_number(row, column, cell, given)
    else:
        page.write_string(row, column, plain(cell[:_LONGEST_CELL]), given)


def _cells(line: Line) -> tuple[int | str, ...]:
    return (
        line.number, line.question, line.mark, line.state_word, line.remarks, line.valid_until, "\n".join(line.evidence)
    )  # fmt: skip


def _name(text: str) -> str:
    """Return what a sheet of a workbook may be called."""
    return "".join(sign for sign in text if sign not in "[]:*?/\\'")[:31]
