"""Write rows as CSV or as an Excel workbook. The same rows give the same bytes."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

from tokimori.domains.exports.layouts import Cell, Column, Row

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "＠")  # noqa: RUF001 -- wide ones count in Japan
_WIDE_MINUS: Final = "－"  # noqa: RUF001 -- alone it is a mark of check sheets
_WRITTEN_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)  # a workbook carries a date; a fixed one keeps its digest stable


def write_csv(*, columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """Return the rows in UTF-8 with a byte order mark, by which spreadsheets know it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([harmless(column.value(row)) for column in columns])
    return buffer.getvalue().encode("utf-8-sig")


def write_excel(*, columns: Sequence[Column], rows: Iterable[Row], notes: Mapping[str, str]) -> bytes:
    """Return a workbook with the rows on its first sheet, and on its second the notes that say where they come from."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.set_properties({"created": _WRITTEN_AT})
        heading = workbook.add_format({"bold": True, "bottom": 1})
        sheet = workbook.add_worksheet("Tokimori")
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(columns) - 1, 16)
        for position, column in enumerate(columns):
            sheet.write_string(0, position, column.name, heading)
        for line, row in enumerate(rows, start=1):
            for position, column in enumerate(columns):
                _write_cell(sheet, line, position, column.value(row))
        proof = workbook.add_worksheet("Proof")
        proof.set_column(0, 0, 20)
        proof.set_column(1, 1, 70)
        for line, (name, text) in enumerate(notes.items()):
            proof.write_string(line, 0, plain(name), heading)
            proof.write_string(line, 1, plain(text))
    return buffer.getvalue()


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str):
        return cell
    is_formula = cell.startswith(_FORMULA_STARTS) or (cell.startswith(_WIDE_MINUS) and cell != _WIDE_MINUS)
    return f"'{cell}" if is_formula else cell


def plain(text: str) -> str:
    """Return a text that the library for workbooks takes as words, and never as markup of its own into the file.

    It writes what begins with ``<r>`` and ends with ``</r>`` as it is.
    """
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _write_cell(sheet: "xlsxwriter.worksheet.Worksheet", line: int, position: int, cell: Cell) -> None:
    if isinstance(cell, int):
        sheet.write_number(line, position, cell)
    else:
        sheet.write_string(line, position, plain(cell))
