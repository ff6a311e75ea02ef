"""Files are read with care and written back with nothing changed but the answers; hostile ones are refused."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.questionnaires import QUESTIONS, japanese_workbook, part, with_part
from tokimori.assurance.questionnaires.container import parse_part
from tokimori.assurance.questionnaires.delimited_sheet import CODECS, read_delimited_sheet, write_delimited
from tokimori.assurance.questionnaires.errors import (
    AnswerNotWritable,
    QuestionnaireHasLinks,
    QuestionnaireHasMacros,
    QuestionnaireHasPassword,
    QuestionnaireNotReadable,
    QuestionnaireTooLarge,
)
from tokimori.assurance.questionnaires.files import read_grids, write_file
from tokimori.assurance.questionnaires.layouts import SheetLayout, proposed_layouts, questions_of
from tokimori.assurance.questionnaires.vocabularies import MARKS, Verdict, Vocabulary, proposed_vocabulary
from tokimori.foundation.errors import Refusal

SHEET = "xl/worksheets/sheet1.xml"


def test_headings_sections_and_lists_of_a_japanese_workbook_are_found() -> None:
    _, _, grids = read_grids(japanese_workbook())

    (layout,) = proposed_layouts(grids)
    questions = questions_of(grids[0], layout)

    assert layout == SheetLayout(sheet="チェックシート", heading_row=3, question=2, answer=3, number=1, remark=4)
    assert [(one.number, one.text) for one in questions] == list(QUESTIONS)
    assert {one.section for one in questions} == {"1. 認証"}
    words = grids[0].words_for(questions[0].answer)
    assert words == ("○", "△", "×", "対象外")  # noqa: RUF001 -- marks
    assert proposed_vocabulary(words, language="ja") == Vocabulary(yes="○", partly="△", no="×", none="対象外")  # noqa: RUF001 -- marks


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("No,Question,Answer,Remarks\n1,Do you encrypt?,,\n", (2, 3, 1, 4)),
        ("ลำดับ,คำถาม,คำตอบ,หมายเหตุ\n1,มีการเข้ารหัสหรือไม่,,\n", (2, 3, 1, 4)),
        ("分類\t設問\t回答欄\t備考\nA\t暗号化していますか\t\t\n", (2, 3, 0, 4)),
        ("Do you encrypt all data at rest?\nAre passwords hashed and salted?\n", (1, 2, 0, 3)),
    ],
)
def test_headings_are_known_in_three_languages_and_done_without(lines: str, expected: tuple[int, ...]) -> None:
    _, _, grids = read_grids(lines.encode())

    (layout,) = proposed_layouts(grids)

    assert (layout.question, layout.answer, layout.number, layout.remark) == expected


def test_only_the_answers_change_in_a_workbook_and_a_sheet_is_added() -> None:
    before = japanese_workbook()
    written = {"チェックシート": {(5, 3): "○", (5, 4): "=HYPERLINK(1)", (6, 3): "×", (7, 5): "over a formula"}}  # noqa: RUF001 -- marks

    after = write_file(before, encoding="", written=written, note_name="Tokimori", note=[["Answered", "now"]])

    _, _, was = read_grids(before)
    _, _, now = read_grids(after)
    assert [grid.name for grid in now] == [*(grid.name for grid in was), "Tokimori"]
    changed = {
        (row, column): now[0].text((row, column))
        for row in range(1, 20)
        for column in range(1, 10)
        if now[0].text((row, column)) != was[0].text((row, column))
    }
    assert changed == {(5, 3): "○", (5, 4): "=HYPERLINK(1)", (6, 3): "×"}  # noqa: RUF001 -- marks
    assert (now[0].formulas, now[0].merged, now[0].lists) == (was[0].formulas, was[0].merged, was[0].lists)
    for name in ("xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/sharedStrings.xml", "docProps/core.xml"):
        assert part(before, name) == part(after, name)
    assert b'<c r="C5" s="' in part(after, SHEET)
    assert b"<f>=HYPERLINK" not in part(after, SHEET)
    assert write_file(before, encoding="", written=written, note_name="Tokimori", note=[["Answered", "now"]]) == after


def test_a_reader_that_is_not_ours_finds_every_cell_and_style_as_it_was() -> None:
    before = japanese_workbook()
    written = {"チェックシート": {(5, 3): "○", (5, 4): "=1+1\nline"}}

    after = write_file(before, encoding="", written=written, note_name="Tokimori", note=[["Answered", "now"]])

    was, now = (openpyxl.load_workbook(io.BytesIO(content)) for content in (before, after))
    changed = {}
    for name in was.sheetnames:
        for cell in (one for row in was[name].iter_rows() for one in row):
            other = now[name][cell.coordinate]
            assert cell.style_id == other.style_id
            if cell.value != other.value:
                changed[cell.coordinate] = (other.value, other.data_type)
        assert was[name].column_dimensions["B"].width == now[name].column_dimensions["B"].width
        assert str(was[name].merged_cells) == str(now[name].merged_cells)
    assert changed == {"C5": ("○", "s"), "D5": ("=1+1\nline", "s")}


@pytest.mark.parametrize("encoding", ["UTF-8", "Shift_JIS", "TIS-620"])
def test_a_csv_file_keeps_its_encoding_its_quotes_and_its_line_ends(encoding: str) -> None:
    words = {"UTF-8": "質問 คำถาม", "Shift_JIS": "質問は日本語です", "TIS-620": "คำถามภาษาไทยที่ยาวพอ"}[encoding]
    text = f'No;"{words}";Answer;Other\r\n1;"a ""b""\r\nc";;  x \r\n2;short\r\n'
    content = text.encode(CODECS[encoding].removesuffix("-sig"))

    sheet = read_delimited_sheet(content)
    after = write_delimited(sheet, written={(2, 3): '=1+1;"', (3, 3): "Yes"}, note="Answered")

    assert sheet.encoding == encoding
    said = text.replace('c";;', 'c";"\'=1+1;""";').replace("2;short", "2;short;Yes")
    assert after.decode(CODECS[encoding].removesuffix("-sig")) == said + "Answered\r\n"


def test_a_mark_at_the_beginning_stays() -> None:
    content = b"\xef\xbb\xbfNo,Question,Answer\n1,Why?,\n"

    after = write_delimited(read_delimited_sheet(content), written={}, note="end")

    assert after == content + b"end\n"


def test_an_answer_that_the_encoding_does_not_know_is_refused() -> None:
    sheet = read_delimited_sheet("คำถามภาษาไทย,คำตอบ\nมีหรือไม่,\n".encode("cp874"))

    with pytest.raises(AnswerNotWritable):
        write_delimited(sheet, written={(2, 2): "△"}, note="")


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (60 * 1024 * 1024))
    return buffer.getvalue()


def million_rows() -> bytes:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(1, 1_000_001))
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part(japanese_workbook(), {SHEET: head + rows + b"</sheetData></worksheet>"})


def lying_sizes() -> bytes:
    """Return an archive whose directory says that a part is small."""
    content = bytearray(bomb())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y SYSTEM "file:///etc/passwd">]><a>&x;&y;</a>'
RELATION = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" TargetMode="External" '
    b'Target="http://example.com/a.png"/></Relationships>'
)
MACRO_KIND = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" '
    b'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (bomb, QuestionnaireTooLarge),
        (lying_sizes, Refusal),
        (million_rows, QuestionnaireTooLarge),
        (lambda: b"PK\x03\x04" + b"x" * 9_000_000, QuestionnaireTooLarge),
        (lambda: with_part(japanese_workbook(), {SHEET: ENTITY}), QuestionnaireNotReadable),
        (lambda: with_part(japanese_workbook(), {"xl/sharedStrings.xml": ENTITY}), QuestionnaireNotReadable),
        (lambda: with_part(japanese_workbook(), {SHEET: ENTITY.decode().encode("utf-16")}), QuestionnaireNotReadable),
        (lambda: with_part(japanese_workbook(), {"xl/vbaProject.bin": b"x"}), QuestionnaireHasMacros),
        (lambda: with_part(japanese_workbook(), {"[Content_Types].xml": MACRO_KIND}), QuestionnaireHasMacros),
        (lambda: with_part(japanese_workbook(), {"xl/embeddings/oleObject1.bin": b"x"}), QuestionnaireHasMacros),
        (
            lambda: with_part(japanese_workbook(), {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
            QuestionnaireHasLinks,
        ),
        (lambda: with_part(japanese_workbook(), {"xl/connections.xml": b"<a/>"}), QuestionnaireHasLinks),
        (lambda: with_part(japanese_workbook(), {"xl/drawings/_rels/d.xml.rels": RELATION}), QuestionnaireHasLinks),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, QuestionnaireHasPassword),
        (lambda: b'No,"never ends\n1,2\n', QuestionnaireNotReadable),
        (lambda: b"", QuestionnaireNotReadable),
    ],
)
def test_hostile_files_are_refused(content: object, refusal: type[Refusal]) -> None:
    assert callable(content)
    with pytest.raises(refusal):
        read_grids(content())


def test_a_part_of_more_tags_than_any_sheet_is_refused_before_it_becomes_a_tree() -> None:
    with pytest.raises(QuestionnaireNotReadable):
        parse_part(b"<a>" + b"<c/>" * 1_500_000 + b"</a>")


_SOUND = japanese_workbook()  # once: a workbook holds the moment at which it was written


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(_SOUND)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        read_grids(bytes(content))
    except Refusal:
        return


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='<>/="abcrstv: 0123456789AZ$&;', max_size=200))
def test_whatever_stands_in_a_sheet_is_read_or_refused(inside: str) -> None:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet = f'{head}<row><c t="{inside[:5]}" r="{inside[5:12]}"><v>{inside[12:]}</v></c></row></sheetData></worksheet>'

    try:
        _, _, grids = read_grids(with_part(japanese_workbook(), {SHEET: sheet.encode()}))
        for layout in proposed_layouts(grids):
            questions_of(next(grid for grid in grids if grid.name == layout.sheet), layout)
    except Refusal:
        return


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_is_sent_as_csv_is_read_and_written_back_or_refused(content: bytes) -> None:
    try:
        sheet = read_delimited_sheet(content)
        proposed_layouts([sheet.grid()])
        after = write_delimited(sheet, written={}, note="end")
    except Refusal:
        return
    assert after.startswith(content)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=4), min_size=1, max_size=6), st.text(max_size=20))
def test_an_answer_comes_back_and_all_other_fields_stay(rows: list[list[str]], answer: str) -> None:
    quoted = "\r\n".join(",".join('"' + one.replace('"', '""') + '"' for one in row) for row in rows) + "\r\n"
    try:
        sheet = read_delimited_sheet(quoted.encode("utf-8"), encoding="UTF-8")
    except (Refusal, UnicodeEncodeError):
        return
    if sheet.separator != ",":
        return

    after = write_delimited(sheet, written={(1, 1): answer}, note="end") if _fits(answer) else None

    if after is not None:
        again = read_delimited_sheet(after, encoding="UTF-8")
        assert again.records[0][0].text.removeprefix("'") == answer.removeprefix("'")
        assert [one.text for one in again.records[0][1:]] == rows[0][1:]
        assert [[one.text for one in record] for record in again.records[1 : len(rows)]] == rows[1:]


def _fits(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def test_a_condition_without_a_word_gets_the_less_favourable_one() -> None:
    bare = Vocabulary(yes="Yes", no="No")

    assert bare.word(Verdict.CONDITIONAL, good_is_no=False) == "No"
    assert bare.word(Verdict.CONDITIONAL, good_is_no=True) == "Yes"
    assert MARKS.word(Verdict.CONDITIONAL, good_is_no=True) == "△"
    assert MARKS.word(Verdict.GOOD, good_is_no=True) == "×"  # noqa: RUF001 -- the cross of check sheets
