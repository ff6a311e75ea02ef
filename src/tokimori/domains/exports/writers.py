"""Write rows as CSV or as an Excel workbook. The same rows give the same bytes."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

from tokimori.domains.exports.layouts import Cell, Column, Row

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
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
            proof.write_string(line, 0, name, heading)
            proof.write_string(line, 1, text)
    return buffer.getvalue()


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _write_cell(sheet: "xlsxwriter.worksheet.Worksheet", line: int, position: int, cell: Cell) -> None:
    if isinstance(cell, int):
        sheet.write_number(line, position, cell)
    else:
        sheet.write_string(line, position, cell)
