"""Reading files of punches: what is understood goes in, the rest is kept and handed back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON, Cast
from tokimori.domains.timekeeping.errors import MissingColumns
from tokimori.domains.timekeeping.models import PunchEvent, RawPayload
from tokimori.domains.timekeeping.punch_file import LARGEST_FILE, PunchLine, read_punch_file
from tokimori.domains.timekeeping.queries import import_runs, rejected_lines
from tokimori.domains.timekeeping.services.imports import import_punches
from tokimori.foundation.delimited import FileTooLarge, RefusedLine, WrongEncoding
from tokimori.foundation.errors import NotAllowed, Refusal
from tokimori.foundation.tenancy.context import tenant_transaction

ENGLISH = "employee_code,date,time,kind,place\n"
JAPANESE = "従業員コード,日付,時刻,種別,場所\r\n"


def test_the_rest_of_the_file_goes_in(cast: Cast) -> None:
    content = (
        ENGLISH
        + "0002,2026-04-01,09:00,in,gate\n"
        + "no such line\n"
        + "0002,2026-04-01,18:00,vanish,\n"
        + "9999,2026-04-01,09:00,in,\n"
        + '0002,2026-04-01,"unbalanced,in,\n'
        + "0002,2026/4/1,11:58:30,,\n"
    )

    with tenant_transaction(cast.tenant):
        outcome = import_punches(actor=cast.system, file_name="a.csv", content=content.encode(), now=NOON)

        assert (outcome.encoding, outcome.recorded_count, outcome.repeated_count) == ("UTF-8", 2, 0)
        assert [(line.number, line.refusal.code) for line in outcome.rejected] == [
            (3, "import.broken_line"),
            (4, "punch.unknown_kind"),
            (5, "punch.unknown_employee"),
            (6, "import.broken_line"),
        ]
        kept = rejected_lines(tenant=cast.tenant, run_id=outcome.run_id)
        assert next(line.text for line in kept) == "no such line"
        assert RawPayload.objects.get().content == content.encode()
        assert set(PunchEvent.objects.values_list("payload_id", flat=True)) == {RawPayload.objects.get().id}


def test_shift_jis_is_read_and_the_same_file_again_changes_nothing(cast: Cast) -> None:
    content = (JAPANESE + "0002,2026-04-01,9:00,出勤,東京 正面口\r\n0002,2026-04-01,11:00,退勤,\r\n").encode("cp932")

    with tenant_transaction(cast.tenant):
        first = import_punches(actor=cast.system, file_name="a.csv", content=content, now=NOON)
        again = import_punches(actor=cast.system, file_name="b.csv", content=content, now=NOON)

        assert (first.encoding, first.recorded_count) == ("Shift_JIS", 2)
        assert (again.recorded_count, again.repeated_count) == (0, 2)
        assert PunchEvent.objects.count() == 2
        assert len(import_runs(tenant=cast.tenant, limit=5)) == 2


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(b"x" * (LARGEST_FILE + 1), FileTooLarge, id="too large"),
        pytest.param(b"\xff\xfe\x00\x81", WrongEncoding, id="neither encoding"),
        pytest.param(b"employee_code,date\n", MissingColumns, id="columns missing"),
        pytest.param(b"", MissingColumns, id="empty"),
        pytest.param(b"date,date,time,kind,employee_code\n", MissingColumns, id="a column twice"),
    ],
)
def test_what_is_no_punch_file_is_refused_whole(cast: Cast, content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal), tenant_transaction(cast.tenant):
        import_punches(actor=cast.system, file_name="a.csv", content=content, now=NOON)

    with tenant_transaction(cast.tenant):
        assert not RawPayload.objects.exists()


def test_who_may_not_import_stores_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed), tenant_transaction(cast.tenant):
        import_punches(actor=cast["ben"].principal, file_name="a.csv", content=ENGLISH.encode(), now=NOON)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        file = read_punch_file(content)
    except Refusal:
        return
    assert all(isinstance(line, PunchLine | RefusedLine) for line in file.lines)


@given(st.text(max_size=200))
def test_no_text_below_the_heading_breaks_the_reader(text: str) -> None:
    try:
        file = read_punch_file((ENGLISH + text).encode())
    except (UnicodeEncodeError, Refusal):
        return
    assert all(line.number >= 2 for line in file.lines)
