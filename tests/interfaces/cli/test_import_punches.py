"""``tokimori import-punches`` says what became of a file and hands the rejected lines back."""

from pathlib import Path

import pytest

from support.cast import Cast
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.cli.import_punches import import_file


def test_the_outcome_is_told_and_the_rejected_lines_are_written(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    today = clock.now().date().isoformat()
    file = tmp_path / "punches.csv"
    file.write_bytes(f"従業員コード,日付,時刻,種別\n0002,{today},00:01,出勤\nbroken\n".encode("cp932"))
    rejected = tmp_path / "rejected.csv"

    status = import_file(path=file, company_code=cast.company_code, rejected_path=rejected)

    said = capsys.readouterr().out
    assert status == 1
    assert "Shift_JIS: 1 recorded, 0 seen before, 1 rejected" in said
    assert "line 3: import.broken_line" in said
    assert rejected.read_text() == "broken\n"
    with tenant_transaction(cast.tenant):
        assert PunchEvent.objects.count() == 1


@pytest.mark.parametrize("wrong", ["company", "file", "content"])
def test_what_cannot_be_read_at_all_is_said(
    cast: Cast, tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "punches.csv"
    if wrong != "file":
        file.write_text("nothing of use\n")
    code = "no-such-company" if wrong == "company" else cast.company_code

    assert import_file(path=file, company_code=code, rejected_path=None) == 2
    assert capsys.readouterr().out
