"""Answers that cannot both be true are found, and keep the sheet from being published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tokimori.assurance.contradiction_words import contradiction_sentence, unspoken
from tokimori.assurance.evaluation.answers import Answer, Why
from tokimori.assurance.evaluation.contradictions import (
    RULES,
    AtMost,
    Conditional,
    Contradiction,
    Excludes,
    Requires,
    Rule,
    States,
    contradictions,
    may_be_published,
    publication_blockers,
)
from tokimori.assurance.evaluation.states import Literal, Mark, State
from tokimori.assurance.queries import public_sheet

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def said(
    row: int,
    *,
    state: State = State.PROVEN,
    literal: Literal = Literal.YES,
    measured: Mapping[str, int | str] | None = None,
) -> Answer:
    return Answer(
        row=row, state=state, literal=literal, mark=Mark.YES, why=Why.NONE, findings=(), at=NOON, valid_until=None,
        measured=measured or {},
    )  # fmt: skip


def sheet(*answers: Answer) -> dict[int, Answer]:
    return {answer.row: answer for answer in answers}


RED = State.GAP
NO = Literal.NO


@pytest.mark.parametrize(
    ("answers", "rows"),
    [
        pytest.param(sheet(said(15, literal=NO), said(69)), {(15, 69)}, id="nothing goes abroad, yet regions abroad"),
        pytest.param(
            sheet(said(15, literal=NO), said(69, measured={"foreign_stores_without_entrusted_data": 1})), set(),
            id="abroad lies nothing entrusted",
        ),
        pytest.param(sheet(said(15, literal=NO), said(69, literal=NO)), set(), id="nothing abroad at all"),
        pytest.param(sheet(said(12, literal=NO), said(11)), {(12, 11)}, id="nobody gets it, yet it is used"),
        pytest.param(sheet(said(14, literal=NO), said(13), said(133)), {(14, 13, 133)}, id="nobody, yet contractors"),
        pytest.param(
            sheet(said(14, literal=NO), said(133, measured={"entrustment_listed": 1})), set(), id="entrustment is listed"
        ),
        pytest.param(sheet(said(33, measured={"accesses_without_grant": 1})), {(33,)}, id="an access without a grant"),
        pytest.param(sheet(said(33, measured={"accesses_without_grant": 0})), set(), id="no access without a grant"),
        pytest.param(sheet(said(33, measured={"accesses_without_grant": "none"})), {(33,)}, id="what cannot be compared"),
        pytest.param(sheet(said(29)), {(29,)}, id="deleted, but when do backups end"),
        pytest.param(sheet(said(30), said(29, state=RED, literal=NO)), {(30, 29)}, id="returned, yet not deleted"),
        pytest.param(sheet(said(61), said(62, state=RED), said(124)), {(61, 62)}, id="strong TLS on an open site"),
        pytest.param(sheet(said(61), said(62), said(124)), set(), id="encrypted throughout"),
        pytest.param(sheet(said(5)), {(5,)}, id="a certificate without an end"),
        pytest.param(sheet(said(16), said(104, state=RED)), {(16, 104)}, id="a level that nobody measures"),
        pytest.param(
            sheet(said(87, measured={"recovery_point_minutes": 9, "recovery_point_target_minutes": 5}), said(89)), {(87,)},
            id="a target that is missed",
        ),
        pytest.param(
            sheet(said(87, measured={"recovery_point_minutes": 5, "recovery_point_target_minutes": 5}), said(89)), set(),
            id="a target that is just met",
        ),
        pytest.param(sheet(said(49, literal=NO)), {(49,)}, id="no defaults, but nothing was tried"),
        pytest.param(sheet(said(49, literal=NO, measured={"default_secrets_tried": 12})), set(), id="no defaults, tried"),
        pytest.param(sheet(said(54), said(74, state=RED)), {(54, 74)}, id="releases controlled, changes not"),
        pytest.param(sheet(said(36), said(26, state=State.STALE)), {(36, 26)}, id="dormant closed, leavers unknown"),
        pytest.param(sheet(said(39), said(119)), set(), id="one feature, one answer"),
        pytest.param(sheet(said(39), said(119, state=RED)), {(39, 119)}, id="one feature, two answers"),
        pytest.param(sheet(said(30, state=RED, literal=NO), said(29, state=RED)), set(), id="red claims nothing"),
        pytest.param({}, set(), id="no answers at all"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_found(answers: dict[int, Answer], rows: set[tuple[int, ...]]) -> None:
    assert {found.rows for found in contradictions(answers)} == rows
    assert may_be_published(answers) is not bool(rows)


def test_every_kind_of_rule_is_used() -> None:
    assert {type(rule) for rule in RULES} == {Requires, Excludes, States, AtMost, Conditional}


@given(state=st.sampled_from([State.GAP, State.STALE, State.NO_EVIDENCE]))
def test_a_sheet_that_is_red_throughout_contradicts_nothing(state: State) -> None:
    answers = {row: said(row, state=state, literal=Literal.UNKNOWN) for row in range(1, 136)}

    assert contradictions(answers) == ()


@pytest.mark.parametrize(
    ("answers", "rows"),
    [
        pytest.param(sheet(said(15, literal=NO), said(68, literal=NO)), {(15, 68)}, id="at home, and not at home"),
        pytest.param(sheet(said(15, literal=NO), said(68)), set(), id="at home"),
        pytest.param(
            sheet(said(29, measured={"backup_life_days": 35}), said(59), said(94, state=RED)), {(29, 94)},
            id="erased, but nothing is kept to its time",
        ),
        pytest.param(sheet(said(44)), {(44,)}, id="yes, though each company decides"),
        pytest.param(sheet(replace(said(44), mark=Mark.CONDITIONAL)), set(), id="under a condition"),
    ],
)  # fmt: skip
def test_what_the_reference_sheet_gets_wrong_is_found(answers: dict[int, Answer], rows: set[tuple[int, ...]]) -> None:
    assert {found.rows for found in contradictions(answers)} == rows
    assert publication_blockers(answers) == contradictions(answers)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{type(rule).__name__}-{rule.row}")
@pytest.mark.parametrize("language", ["ja", "en", "th"])
def test_every_rule_is_told_in_a_sentence(rule: Rule, language: str) -> None:
    others = getattr(rule, "others", ())
    found = Contradiction(rule=rule, rows=(rule.row, *others))

    with translation.override(language):
        told = contradiction_sentence(found, measured={getattr(rule, "value", ""): 3})

    assert len(told) > 15
    assert "%" not in told
    assert unspoken() == ()


def test_the_sheet_for_everybody_promises_nothing_without_condition_where_companies_decide() -> None:
    blocked = {found.rows for found in publication_blockers(public_sheet(now=NOON).answers)}

    assert not blocked & {(44,), (47,), (48,)}
