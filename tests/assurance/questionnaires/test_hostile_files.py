"""Files that a hostile buyer could send: each is refused with a reason or read in a bounded time, and written back too."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from support.provider import at_console, new_worker
from support.questionnaires import japanese_workbook, with_part
from tokimori.assurance.questionnaires.errors import QuestionnaireNotReadable, QuestionnaireTooLarge
from tokimori.assurance.questionnaires.files import read_grids, write_file
from tokimori.assurance.questionnaires.layouts import heading_words, proposed_layouts, questions_of
from tokimori.assurance.questionnaires.similarity import normalised
from tokimori.assurance.questionnaires.suggesting import suggested_rows
from tokimori.foundation.errors import Refusal

SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECONDS = 20
"""On a busy machine; without its bound each of these takes minutes or all of the memory."""
_SOUND = japanese_workbook()


def sheet(inside: str) -> bytes:
    return f'<worksheet xmlns="{SPACE}">{inside}</worksheet>'.encode()


def workbook_with(inside: str) -> bytes:
    return with_part(_SOUND, {SHEET: sheet(inside)})


def strings(*texts: str) -> bytes:
    inside = "".join(f'<si><t xml:space="preserve">{one}</t></si>' for one in texts)
    return f'<sst xmlns="{SPACE}">{inside}</sst>'.encode()


def packed(method: int) -> bytes:
    """Return a workbook packed by a method of which a little makes very much."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(SHEET, b"\0" * (39 * 1024 * 1024))
    return buffer.getvalue()


def rows(count: int, cell: Callable[[int], str]) -> str:
    inside = "".join(f'<row r="{one}">{cell(one)}</row>' for one in range(1, count + 1))
    return f"<sheetData>{inside}</sheetData>"


def one_part_as_many_sheets() -> bytes:
    names = "".join(f'<sheet name="s{one}" sheetId="{one}" r:id="rId1"/>' for one in range(1, 60))
    book = f'<workbook xmlns="{SPACE}" xmlns:r="{RELATED}"><sheets>{names}</sheets></workbook>'.encode()
    return with_part(_SOUND, {"xl/workbook.xml": book})


def many_lists() -> bytes:
    rule = '<dataValidation type="list" sqref="C5"><formula1>"a,b"</formula1></dataValidation>'
    return workbook_with(f"<sheetData/><dataValidations>{rule * 6000}</dataValidations>")


REFUSED = {
    "packed by bzip2": lambda: packed(zipfile.ZIP_BZIP2),
    "packed by LZMA": lambda: packed(zipfile.ZIP_LZMA),
    "the number of a string has thousands of digits": lambda: workbook_with(
        f'<sheetData><row r="1"><c t="s"><v>{"9" * 5000}</v></c></row></sheetData>'
    ),
    "a string that there is not": lambda: workbook_with(
        '<sheetData><row r="1"><c t="s"><v>999999</v></c></row></sheetData>'
    ),
    "a string without a number": lambda: workbook_with('<sheetData><row r="1"><c t="s"/></row></sheetData>'),
    "row nought": lambda: workbook_with('<sheetData><row r="0"><c><v>1</v></c></row></sheetData>'),
    "a cell in another row": lambda: workbook_with('<sheetData><row r="1"><c r="A2"><v>1</v></c></row></sheetData>'),
    "a cell beyond the last column": lambda: workbook_with('<sheetData><row><c r="ZZZ1"/></row></sheetData>'),
    "a row beyond the last one": lambda: workbook_with('<sheetData><row r="1048577"/></sheetData>'),
    "one part as many sheets": one_part_as_many_sheets,
    "many lists": many_lists,
    "UTF-16, in which no tag can be counted": lambda: with_part(
        _SOUND, {SHEET: sheet(rows(30_000, lambda _: "")).decode().encode("utf-16")}
    ),
    "deep nesting": lambda: workbook_with("<a>" * 5_000 + "</a>" * 5_000),
    "broken markup": lambda: workbook_with("<sheetData><row>"),
    "kinds that are none": lambda: with_part(_SOUND, {"[Content_Types].xml": b"kinds"}),
    "no sheets": lambda: with_part(_SOUND, {"xl/workbook.xml": f'<workbook xmlns="{SPACE}"/>'.encode()}),
    "more fields than any table has": lambda: b"," * 450_000,
    "fields in lines": lambda: (b"," * 190 + b"\n") * 10_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_made_to_hurt_is_refused_with_a_reason(name: str) -> None:
    content = REFUSED[name]()
    began = time.perf_counter()

    with pytest.raises((QuestionnaireNotReadable, QuestionnaireTooLarge)):
        read_grids(content)

    assert time.perf_counter() - began < SECONDS


def one_long_string_in_every_cell() -> bytes:
    cells = '<c t="s"><v>0</v></c>' * 100
    long = strings(" " + "\ufdfa" * 32_000)
    return with_part(_SOUND, {SHEET: sheet(rows(2_000, lambda _: cells)), "xl/sharedStrings.xml": long})


def said(*texts: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


def titles_without_numbers() -> bytes:
    """Return rows that are sections if most of the others have a number, which each of them would have to ask anew."""
    title = '<c r="B{}" t="inlineStr"><is><t>Title</t></is></c>'
    return workbook_with(rows(19_000, lambda one: said("No", "Question", "Answer") if one == 1 else title.format(one)))


def merged_answers() -> bytes:
    """Return thousands of questions whose answers share one cell, beside thousands of merged cells."""
    areas = ["C2:C20000", *(f"E{one}:F{one}" for one in range(1, 4_900))]
    merged = "".join(f'<mergeCell ref="{one}"/>' for one in areas)
    asked = rows(19_000, lambda one: said(*("No", "Question", "Answer") if one == 1 else (str(one), "Is it so?", "")))
    return workbook_with(f"{asked}<mergeCells>{merged}</mergeCells>")


BOUNDED = {
    "one long string in every cell": one_long_string_in_every_cell,
    "titles without numbers": titles_without_numbers,
    "merged answers": merged_answers,
    "quotes": lambda: b'""' * 900_000 + b"\n",
    "Thai without end": lambda: ("\u0e01" * 32_000 + "\n").encode("cp874") * 200,
}


@pytest.mark.parametrize("name", BOUNDED)
def test_a_file_that_is_made_to_take_long_is_read_or_refused_in_a_bounded_time(name: str) -> None:
    content = BOUNDED[name]()
    began = time.perf_counter()

    try:
        _, _, grids = read_grids(content)
        for layout in proposed_layouts(grids):
            questions_of(next(grid for grid in grids if grid.name == layout.sheet), layout)
    except Refusal:
        pass

    assert time.perf_counter() - began < SECONDS


def test_texts_that_are_made_to_take_long_are_compared_in_a_bounded_time() -> None:
    chance = random.Random(7)  # noqa: S311 -- nothing secret
    texts = (
        "\ufdfa" * 4_000,
        "1 " * 2_000,
        "a" * 4_000,
        "A.1" * 1_300 + "!",
        "V1." * 1_300,
        "A&" * 2_000 + "-",
        "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(4_000)),
        " ".join("\u3041" * 3 for _ in range(1_000)),
    )
    began = time.perf_counter()

    for text in texts:
        suggested_rows(text)
        normalised(text)
        heading_words(text * 8)

    assert time.perf_counter() - began < SECONDS / 4


ATTRIBUTES = st.sampled_from(
    ["", "1", "0", "-1", "A1", "B2", "XFD1048576", "ZZZ9", "s", "n", "b", "inlineStr", "str", "e", "9" * 30, "\u0661"]
)
TEXTS = st.sampled_from(["", "0", "1", "7", "-1", "1.0", "=1+1", "9" * 5_000, "Question", "Answer", "No", "Is it so?"])


def _cell(place: str, kind: str, text: str, inline: str, more: str) -> str:
    named = f' r="{place}"' if place else ""
    return f'<c{named} t="{kind}">{more}<v>{text}</v><is><t>{inline}</t></is></c>'


def _line(number: str, inside: list[str], more: str) -> str:
    named = f' r="{number}"' if number else ""
    return f"{more}<row{named}>{''.join(inside)}</row>"


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """Draw the inside of a sheet: sound parts in odd order, with odd places, comments and instructions between them."""
    between = st.sampled_from(["", "<!-- -->", "<?a b?>", "<x/>", '<row xmlns="other"/>'])
    cells = st.builds(_cell, ATTRIBUTES, ATTRIBUTES, TEXTS, TEXTS, between)
    lines = st.builds(_line, ATTRIBUTES, st.lists(cells, max_size=4), between)
    data = f"<sheetData>{''.join(draw(st.lists(lines, max_size=5)))}</sheetData>"
    merged = f'<mergeCells>{draw(between)}<mergeCell ref="{draw(ATTRIBUTES)}:{draw(ATTRIBUTES)}"/></mergeCells>'
    rule = (
        f'<dataValidations><dataValidation type="list" sqref="{draw(ATTRIBUTES)} {draw(ATTRIBUTES)}">'
        f"<formula1>{draw(ATTRIBUTES)}!{draw(ATTRIBUTES)}</formula1></dataValidation></dataValidations>"
    )
    return "".join(
        draw(st.permutations([data, draw(st.sampled_from(["", merged])), draw(st.sampled_from(["", rule]))]))
    )


@settings(max_examples=200, deadline=None)
@given(sheets())
def test_a_sheet_of_odd_parts_is_read_and_written_back_or_refused(inside: str) -> None:
    try:
        content = workbook_with(inside)
        _, _, grids = read_grids(content)
        for layout in proposed_layouts(grids):
            questions_of(next(grid for grid in grids if grid.name == layout.sheet), layout)
        written = {grid.name: {(2, 3): "Yes", (900, 2): "=1+1"} for grid in grids}
        after = write_file(content, encoding="", written=written, note_name="Note", note=[["a"]])
    except Refusal:
        return
    assert read_grids(after)[2][0].text((900, 2)) == "=1+1"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"]), st.data())
def test_a_workbook_whose_own_parts_are_odd_is_read_and_written_back_or_refused(name: str, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(_SOUND)) as archive:
        whole = archive.read(name).decode()
    tags = [at for at, sign in enumerate(whole) if sign == "<"]
    first, last = data.draw(st.sampled_from(list(pairwise([*tags, len(whole)]))))
    instead = data.draw(
        st.sampled_from(["", "<!-- -->", "<?a b?>", "<sheet/>", '<sheet sheetId="x" name="n"/>', "<a>&amp;</a>"])
    )
    changed = whole[:first] + instead + whole[last if data.draw(st.booleans()) else first :]
    try:
        content = with_part(_SOUND, {name: changed.encode()})
        _, _, grids = read_grids(content)
        written = {grids[0].name: {(2, 3): "Yes"}}
        after = write_file(content, encoding="", written=written, note_name="Note", note=[["a"]])
    except Refusal:
        return
    assert read_grids(after)[2]


def test_what_is_refused_is_told_on_the_page_and_is_no_fault_of_ours() -> None:
    console = at_console(new_worker())

    for name in ("packed by LZMA", "the number of a string has thousands of digits", "no sheets"):
        answer = console.post(
            reverse("questionnaires"),
            {"buyer": "A buyer", "language": "en", "file": SimpleUploadedFile("a.xlsx", REFUSED[name]())},
        )
        assert answer.status_code == 422, name
        assert "Save it anew in Excel" in answer.content.decode()
