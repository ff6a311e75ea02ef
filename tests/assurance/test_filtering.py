"""The list is narrowed by state, chapter, kind, words and requirement, and by nothing else that an address may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.assurance.catalogue.controls import ROWS, Kind, controls, sections
from tokimori.assurance.evaluation.states import FOUNDED, State
from tokimori.assurance.filtering import Wanted, answers_to, is_wanted, read_wanted
from tokimori.assurance.queries import public_sheet
from tokimori.foundation import clock


def rows(**query: str) -> set[int]:
    answers = public_sheet(now=clock.now()).answers
    wanted = read_wanted(query)
    return {row for row in ROWS if is_wanted(controls()[row], answers[row], wanted=wanted, language="en")}


def test_asking_for_nothing_gives_every_row() -> None:
    assert rows() == set(ROWS)
    assert not read_wanted({}).is_narrowed


def test_chapters_kinds_and_states_divide_all_rows() -> None:
    for name, values in {
        "section": [one.code for one in sections()],
        "kind": [one.value for one in Kind],
        "state": [one.value for one in State],
    }.items():
        found = [rows(**{name: value}) for value in values]
        assert set().union(*found) == set(ROWS)
        assert sum(map(len, found)) == len(ROWS)


def test_founded_is_every_state_with_something_behind_it() -> None:
    founded = set().union(*(rows(state=state.value) for state in (*FOUNDED, State.NOT_APPLICABLE)))

    assert rows(state="founded") == founded


@pytest.mark.parametrize(
    ("asked", "answers", "does_not"),
    [
        ("A.8.5", "ISO27001:2022 A.8.5", "ISO27001:2022 A.8.51"),
        ("a.8.5", "ISO27001:2022 A.8.5", "ASVS-5.0 V8.5"),
        ("V6.3.1", "ASVS-5.0 V6.3.1", "ASVS-5.0 V6.3.10"),
        ("6.3.1", "ASVS-5.0 V6.3.1", "ASVS-5.0 V16.3.1"),
        ("ASVS V6.3.1", "ASVS-5.0 V6.3.1", "NIST-800-53r5 AC-6"),
        ("ASVS", "ASVS-5.0 V6.3.1", "ISO27001:2022 A.8.5"),
        ("iso 27001", "ISO27001:2022 A.8.5", "ASVS-5.0 V6.3.1"),
        ("AC-6(9)", "NIST-800-53r5 AC-6(9)", "NIST-800-53r5 AC-6"),
        ("ac 6", "NIST-800-53r5 AC-6", "NIST-800-53r5 AC-16"),
    ],
)
def test_a_requirement_is_found_by_its_id_and_no_other_one(asked: str, answers: str, does_not: str) -> None:
    assert answers_to(answers, asked)
    assert not answers_to(does_not, asked)


def test_words_and_requirements_narrow_together() -> None:
    by_id = rows(framework="V6.3.1")

    assert 41 in by_id
    assert len(by_id) < 10
    assert rows(framework="V6.3.1", words="unicorn") == set()


@given(st.dictionaries(st.sampled_from(["words", "state", "section", "kind", "framework"]), st.text(max_size=90)))
def test_whatever_an_address_says_is_read(query: dict[str, str]) -> None:
    wanted = read_wanted(query)

    assert isinstance(wanted, Wanted)
    assert len(wanted.words) <= 60
    assert wanted.state in {"", "founded", *(one.value for one in State)}
    assert wanted.kind in {"", *(one.value for one in Kind)}
