"""Questions find their rows, in three languages and in other words; whatever is typed, the answer is bounded."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.questionnaires.paraphrases import PARAPHRASES, UNSEEN
from tokimori.assurance.catalogue.controls import LANGUAGES, ROWS, controls
from tokimori.assurance.questionnaires.similarity import Index, normalised
from tokimori.assurance.questionnaires.suggesting import MOST_SUGGESTIONS, suggested_rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_of_the_catalogue_finds_its_own_row_first(language: str) -> None:
    for row, control in controls().items():
        assert suggested_rows(control.asks.in_language(language))[0].row == row


@pytest.mark.parametrize(
    ("asked", "first", "among_three"), [(PARAPHRASES, 0.9, 0.95), (UNSEEN, 0.8, 0.85)], ids=["known", "unseen"]
)
def test_paraphrases_find_their_rows(asked: Sequence[tuple[str, str, int]], first: float, among_three: float) -> None:
    found = [([one.row for one in suggested_rows(text)], row, text) for _, text, row in asked]
    missed = [(text, row, rows) for rows, row, text in found if rows[:1] != [row]]

    assert sum(rows[:1] == [row] for rows, row, _ in found) / len(found) >= first, missed
    assert sum(row in rows for rows, row, _ in found) / len(found) >= among_three, missed


def test_width_case_spaces_and_numbers_do_not_matter() -> None:
    assert normalised("３．１ ＭＦＡを　利用できますか？") == normalised("3.1 mfaを 利用できますか")  # noqa: RUF001 -- marks
    assert normalised("12") == "12"


def test_an_id_of_a_framework_brings_its_rows_nearer() -> None:
    without = {one.row: one.likeness for one in suggested_rows("Backup")}
    named = suggested_rows("A.8.13 Backup")

    assert all("ISO27001:2022 A.8.13" in controls()[one.row].frameworks for one in named)
    assert named[0].likeness > without.get(named[0].row, 0.0)


@given(st.text(max_size=300))
def test_whatever_is_asked_at_most_three_rows_come_in_order(text: str) -> None:
    found = suggested_rows(text)

    assert len(found) <= MOST_SUGGESTIONS
    assert all(one.row in ROWS and 0 < one.likeness <= 1 for one in found)
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


def test_an_empty_index_answers_nothing() -> None:
    assert Index([]).suggestions("anything") == ()
