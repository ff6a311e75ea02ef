"""Exports: from seals only, kept as handed out, harmless to spreadsheets."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from support.cast import Cast
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from tokimori.domains.closings.errors import PeriodNotSealed
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.exports.layouts import FileFormat, Layout
from tokimori.domains.exports.services import create_export, download_export
from tokimori.domains.exports.writers import harmless
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

LATER = FIRST_OF_MAY + timedelta(hours=2)


def export(cast: Cast, layout: Layout, file_format: FileFormat) -> bytes:
    with tenant_transaction(cast.tenant):
        actor = cast["chie"].principal
        file = create_export(actor=actor, month=APRIL, layout=layout, file_format=file_format, now=LATER)
        view, content = download_export(actor=actor, export_id=file.id, now=LATER)
    assert view == file
    return content


@pytest.fixture
def sealed(cast: Cast) -> Cast:
    work_april(cast)
    hand_in_and_approve(cast)
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=LATER)
    return cast


def test_the_totals_of_a_sealed_month(sealed: Cast) -> None:
    rows = list(csv.DictReader(io.StringIO(export(sealed, Layout.MONTH_TOTALS, FileFormat.CSV).decode("utf-8-sig"))))

    assert [row["employee_code"] for row in rows] == ["0001", "0002", "0003"]
    assert (rows[0]["month"], rows[0]["days_worked"], rows[0]["worked_minutes"]) == ("2026-04", "22", "10560")


def test_day_by_day(sealed: Cast) -> None:
    rows = list(csv.DictReader(io.StringIO(export(sealed, Layout.DAYS, FileFormat.CSV).decode("utf-8-sig"))))

    assert len(rows) == 3 * 22
    assert (rows[0]["date"], rows[0]["regular_minutes"]) == ("2026-04-01", "480")


def test_the_workbook_says_the_same_and_carries_the_seal(sealed: Cast) -> None:
    content = export(sealed, Layout.MONTH_TOTALS, FileFormat.EXCEL)

    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Tokimori"]
    headings = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, headings.index("worked_minutes") + 1).value == 10560
    proof = {row[0].value: row[1].value for row in book["Proof"].iter_rows()}
    assert len(proof["seal_digest"]) == 64


def test_the_same_seal_gives_the_same_bytes(sealed: Cast) -> None:
    for file_format in FileFormat:
        first = export(sealed, Layout.DAYS, file_format)
        assert export(sealed, Layout.DAYS, file_format) == first


def test_an_open_month_is_not_exported_and_downloads_are_recorded(cast: Cast) -> None:
    with pytest.raises(PeriodNotSealed):
        export(cast, Layout.DAYS, FileFormat.CSV)
    with pytest.raises(NotAllowed), tenant_transaction(cast.tenant):
        create_export(
            actor=cast["ben"].principal, month=APRIL, layout=Layout.DAYS, file_format=FileFormat.CSV, now=LATER
        )
    work_april(cast)
    hand_in_and_approve(cast)
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=LATER)
    export(cast, Layout.DAYS, FileFormat.CSV)
    with tenant_transaction(cast.tenant):
        assert LedgerEvent.objects.filter(name="export:downloaded").count() == 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(-5) == -5
