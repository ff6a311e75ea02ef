"""The five tests that keep the sheet true: every row once, and whatever a row names is there."""

import contextlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.assurance.catalogue.controls import (
    LANGUAGES,
    ROWS,
    CatalogueBroken,
    Kind,
    controls,
    directory,
    read_section,
    sections,
)
from tokimori.assurance.catalogue.symbols import ROOT, SymbolMissing, find_symbol, rows_with_tests
from tokimori.assurance.evaluation.states import Good
from tokimori.assurance.probes.catalogue import PROBES

ALL = list(controls().values())
every_row = pytest.mark.parametrize("control", ALL, ids=lambda control: str(control.row))
A_ROW = """
[section]
code = "one"
ja = "一"
en = "One"
th = "หนึ่ง"

[[control]]
row = 41
kind = "product"
good = "yes"
built_by = ["tokimori.foundation.clock:now"]
probes = ["sign_in.throttle"]
frameworks = ["ISO27001:2022 A.8.5"]
[control.asks]
ja = "一"
en = "One"
th = "หนึ่ง"
[control.holds]
ja = "一"
en = "One"
th = "หนึ่ง"
"""


def test_every_row_stands_once_in_order() -> None:
    assert [control.row for section in sections() for control in section.controls] == list(range(1, 136))


@every_row
def test_every_symbol_is_there(control: object) -> None:
    for symbol in controls()[control.row].built_by:  # type: ignore[attr-defined]  # a row of the table
        assert find_symbol(symbol).line > 0


@every_row
def test_every_page_is_there(control: object) -> None:
    row = controls()[control.row]  # type: ignore[attr-defined]  # a row of the table
    assert [page for page in (*row.pages, *row.declared_by) if not (ROOT / page).is_file()] == []


def test_every_probe_that_a_row_names_is_registered_and_none_is_idle() -> None:
    named = {probe for control in ALL for probe in control.probes}

    assert named == set(PROBES)


def test_rows_that_claim_code_are_the_rows_that_tests_are_marked_with() -> None:
    assert set(rows_with_tests()) == {control.row for control in ALL if control.claims_code}


def test_the_good_answer_is_no_where_the_question_asks_for_something_bad() -> None:
    by_good = {good: {control.row for control in ALL if control.good is good} for good in Good}

    assert by_good[Good.NO] == {12, 14, 15, 49}
    assert by_good[Good.NEUTRAL] == {1, 2, 3, 10, 11, 13, 68, 69, 133}


def test_a_row_without_code_or_probe_claims_nothing() -> None:
    for control in ALL:
        if not (control.built_by or control.probes or control.declared_by):
            assert control.holds is None, control.row


def test_no_two_rows_ask_the_same_in_any_language() -> None:
    for language in LANGUAGES:
        asked = [control.asks.in_language(language) for control in ALL]
        assert len(set(asked)) == len(ROWS), language


def test_a_language_that_the_product_does_not_speak_is_answered_in_english() -> None:
    asks = controls()[41].asks

    assert asks.in_language("ja-JP") == asks.ja
    assert asks.in_language("fr") == asks.en


def test_every_kind_of_row_is_there() -> None:
    assert {control.kind for control in ALL} == set(Kind)


def test_a_row_is_read(tmp_path: Path) -> None:
    file = tmp_path / "01-one.toml"
    file.write_text(A_ROW, encoding="utf-8")

    (control,) = read_section(file).controls

    assert (control.row, control.kind, control.good, control.lacks) == (41, Kind.PRODUCT, Good.YES, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("row = 41", "row = 136", id="no such row"),
        pytest.param("row = 41", "row = true", id="no number"),
        pytest.param('kind = "product"', 'kind = "wish"', id="unknown kind"),
        pytest.param('good = "yes"', 'good = "maybe"', id="unknown answer"),
        pytest.param('good = "yes"', 'good = "yes"\nmark = "○"', id="a typed mark"),
        pytest.param("tokimori.foundation.clock:now", "os:remove", id="not ours"),
        pytest.param('["sign_in.throttle"]', '"sign_in.throttle"', id="no list"),
        pytest.param('["sign_in.throttle"]', '["a", "a"]', id="twice"),
        pytest.param('frameworks = ["ISO27001:2022 A.8.5"]', "frameworks = []", id="no framework"),
        pytest.param('th = "หนึ่ง"\n[control.holds]', "[control.holds]", id="a language is missing"),
        pytest.param('[control.holds]\nja = "一"\nen = "One"\nth = "หนึ่ง"\n', "", id="code without a word"),
        pytest.param("[section]", "[section", id="no TOML"),
        pytest.param("[[control]]", "[other]\n[[control]]", id="an unknown table"),
    ],
)
def test_what_is_not_written_as_rows_are_is_refused(tmp_path: Path, old: str, new: str) -> None:
    assert old in A_ROW
    file = tmp_path / "01-one.toml"
    file.write_text(A_ROW.replace(old, new), encoding="utf-8")

    with pytest.raises(CatalogueBroken, match=r"01-one\.toml"):
        read_section(file)


@given(text=st.text())
def test_any_text_is_a_chapter_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text.encode("utf-8", errors="surrogatepass"))

    with pytest.raises(CatalogueBroken):
        read_section(file)


@given(at=st.integers(min_value=0, max_value=len(A_ROW) - 1), put=st.text(max_size=3))
def test_a_row_with_a_change_anywhere_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, put: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "changed.toml"
    file.write_bytes((A_ROW[:at] + put + A_ROW[at + 1 :]).encode("utf-8", errors="surrogatepass"))

    with contextlib.suppress(CatalogueBroken):
        assert read_section(file).controls


@pytest.mark.parametrize(
    "symbol",
    [
        "tokimori.foundation.clock:then",
        "tokimori.foundation.nowhere:now",
        "tokimori.foundation.tenancy.constraints:TenantWall.nothing",
    ],
)
def test_a_symbol_that_is_not_there_is_noticed(symbol: str) -> None:
    with pytest.raises(SymbolMissing):
        find_symbol(symbol)


def test_a_method_is_found_in_its_class() -> None:
    place = find_symbol("tokimori.foundation.tenancy.constraints:TenantWall.create_sql")

    assert place.file == "src/tokimori/foundation/tenancy/constraints.py"
    assert place.name == "TenantWall.create_sql"


def test_the_page_on_rows_lists_every_row_as_it_is_written() -> None:
    page = (ROOT / "docs" / "reference" / "controls.md").read_text(encoding="utf-8")

    for control in ALL:
        probes = ", ".join(f"`{name}`" for name in control.probes) or "–"
        line = f"| {control.row} | {control.asks.en} | {control.kind.value} | {control.good.value} | {probes} |"
        assert line in page.splitlines(), "write it again: see its first lines"


def test_the_catalogue_lies_beside_the_sources() -> None:
    assert directory() == ROOT / "controls" / "sections"


def test_each_end_of_support_says_where_it_was_read() -> None:
    lines = json.loads((ROOT / "controls" / "end-of-support.json").read_text(encoding="utf-8"))

    assert len({(one["part"], one["series"]) for one in lines}) == len(lines)
    for one in lines:
        assert date.fromisoformat(one["ends"]).year > 2026
        assert "https://" in one["source"]
