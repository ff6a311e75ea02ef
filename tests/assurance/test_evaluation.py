"""An answer is a function of its evidence: tables of cases, and laws that hold for whatever evidence there is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.assurance.evaluation.answers import ControlException, Question, Why, answer
from tokimori.assurance.evaluation.evidence import Evidence, Method, Outcome, Source, state_of
from tokimori.assurance.evaluation.states import (
    FOUNDED,
    WORST_FIRST,
    Good,
    Literal,
    Mark,
    State,
    literal_of,
    mark_of,
    worst,
)

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROBE = Source(method=Method.PROBE, name="one")
OTHER = Source(method=Method.PROBE, name="other")
REGISTER = Source(method=Method.REGISTER, name="policies")
FACT = Source(method=Method.FACT, name="docs/architecture.md")
VENDOR = Source(method=Method.VENDOR, name="host")
EXCLUSION = Source(method=Method.EXCLUSION, name="media policy")
LASTING = frozenset({Method.FACT, Method.EXCLUSION})


def seen(
    source: Source = PROBE,
    outcome: Outcome = Outcome.PASSED,
    *,
    ago: timedelta = HOUR,
    lasts: timedelta = 2 * HOUR,
    literal: Literal = Literal.YES,
) -> Evidence:
    ends = None if source.method in LASTING else NOON - ago + lasts
    return Evidence(source=source, outcome=outcome, observed_at=NOON - ago, expires_at=ends, literal=literal)


def asked(*sources: Source, good: Good = Good.YES, is_partial: bool = False, settings: bool = False) -> Question:
    return Question(row=41, good=good, sources=frozenset(sources), is_partial=is_partial, depends_on_settings=settings)


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        pytest.param(None, State.NO_EVIDENCE, id="nothing was seen"),
        pytest.param(seen(), State.PROVEN, id="a probe passed"),
        pytest.param(seen(outcome=Outcome.FAILED), State.GAP, id="a probe failed"),
        pytest.param(seen(outcome=Outcome.ERRORED), State.STALE, id="a probe could not look"),
        pytest.param(seen(lasts=HOUR), State.STALE, id="its time is just over"),
        pytest.param(seen(lasts=HOUR + timedelta(microseconds=1)), State.PROVEN, id="its time is nearly over"),
        pytest.param(
            seen(outcome=Outcome.FAILED, lasts=timedelta(seconds=1)), State.GAP, id="an old failure stays one"
        ),
        pytest.param(seen(ago=-HOUR), State.STALE, id="seen in the future"),
        pytest.param(seen(REGISTER), State.ATTESTED, id="somebody signed for it"),
        pytest.param(seen(FACT), State.DECLARED, id="it is published"),
        pytest.param(seen(VENDOR), State.INHERITED, id="a vendor says so"),
        pytest.param(seen(EXCLUSION), State.NOT_APPLICABLE, id="it does not apply"),
    ],
)
def test_one_source_gives_a_state(evidence: Evidence | None, state: State) -> None:
    assert state_of(evidence, now=NOON) is state


@pytest.mark.parametrize(
    ("question", "evidence", "state", "mark", "why"),
    [
        pytest.param(asked(), [], State.NO_EVIDENCE, Mark.NO, Why.NOTHING_LOOKS, id="a row that nothing looks at"),
        pytest.param(asked(PROBE), [], State.NO_EVIDENCE, Mark.NO, Why.NOT_RUN, id="a probe that never ran"),
        pytest.param(asked(REGISTER), [], State.NO_EVIDENCE, Mark.NO, Why.NO_ENTRY, id="an empty register"),
        pytest.param(asked(PROBE), [seen()], State.PROVEN, Mark.YES, Why.NONE, id="proven"),
        pytest.param(asked(PROBE, OTHER), [seen()], State.NO_EVIDENCE, Mark.NO, Why.NOT_RUN, id="one of two is silent"),
        pytest.param(
            asked(PROBE, OTHER),
            [seen(), seen(OTHER, Outcome.FAILED)],
            State.GAP,
            Mark.NO,
            Why.FAILED,
            id="one of two failed",
        ),
        pytest.param(
            asked(PROBE, OTHER),
            [seen(), seen(OTHER, Outcome.ERRORED)],
            State.STALE,
            Mark.NO,
            Why.ERRORED,
            id="one of two could not look",
        ),
        pytest.param(asked(PROBE), [seen(lasts=HOUR)], State.STALE, Mark.NO, Why.EXPIRED, id="too old"),
        pytest.param(asked(PROBE, REGISTER), [seen(), seen(REGISTER)], State.ATTESTED, Mark.YES, Why.NONE, id="signed"),
        pytest.param(asked(PROBE), [seen(OTHER)], State.NO_EVIDENCE, Mark.NO, Why.NOT_RUN, id="another's evidence"),
        pytest.param(asked(PROBE, is_partial=True), [seen()], State.PROVEN, Mark.CONDITIONAL, Why.NONE, id="in part"),
        pytest.param(asked(PROBE, settings=True), [seen()], State.PROVEN, Mark.CONDITIONAL, Why.NONE, id="by settings"),
        pytest.param(
            asked(PROBE, settings=True), [], State.NO_EVIDENCE, Mark.NO, Why.NOT_RUN, id="a condition saves nothing"
        ),
        pytest.param(asked(PROBE, good=Good.NO), [seen()], State.PROVEN, Mark.NO, Why.NONE, id="no is good, proven"),
        pytest.param(
            asked(PROBE, good=Good.NO), [seen(outcome=Outcome.FAILED)], State.GAP, Mark.YES, Why.FAILED, id="not good"
        ),
        pytest.param(asked(PROBE, good=Good.NO), [], State.NO_EVIDENCE, Mark.YES, Why.NOT_RUN, id="no is good, unknown"),
        pytest.param(asked(EXCLUSION), [seen(EXCLUSION)], State.NOT_APPLICABLE, Mark.NONE, Why.NONE, id="does not apply"),
        pytest.param(asked(FACT, good=Good.NEUTRAL), [], State.NO_EVIDENCE, Mark.NONE, Why.NO_ENTRY, id="no fact known"),
        pytest.param(
            asked(FACT, good=Good.NEUTRAL),
            [seen(FACT, literal=Literal.NO)],
            State.DECLARED,
            Mark.NO,
            Why.NONE,
            id="a fact that says no",
        ),
    ],
)  # fmt: skip
def test_a_row_is_answered(question: Question, evidence: list[Evidence], state: State, mark: Mark, why: Why) -> None:
    given_answer = answer(question, evidence=evidence, now=NOON)

    assert (given_answer.state, given_answer.mark, given_answer.why) == (state, mark, why)


def test_the_newest_word_of_a_source_counts_and_of_two_at_once_the_worse() -> None:
    failed, passed = seen(outcome=Outcome.FAILED, ago=2 * HOUR, lasts=4 * HOUR), seen()

    assert answer(asked(PROBE), evidence=[passed, failed], now=NOON).state is State.PROVEN
    for together in ([passed, seen(outcome=Outcome.FAILED)], [seen(outcome=Outcome.FAILED), passed]):
        assert answer(asked(PROBE), evidence=together, now=NOON).state is State.GAP


def test_an_answer_says_until_when_it_holds_and_what_decided() -> None:
    found = answer(asked(PROBE, OTHER), evidence=[seen(), seen(OTHER, lasts=90 * timedelta(minutes=1))], now=NOON)

    assert found.valid_until == NOON + timedelta(minutes=30)
    assert found.deciding is not None
    assert found.deciding.source in {PROBE, OTHER}


def accepted(**changes: object) -> ControlException:
    values: dict[str, object] = {
        "row": 41,
        "reason": "The part is on its way.",
        "requested_by": "aiko",
        "approved_by": "ben",
        "approved_at": NOON - HOUR,
        "expires_at": NOON + HOUR,
    }
    return ControlException(**{**values, **changes})  # type: ignore[arg-type]  # a table of changes


def test_an_exception_explains_a_gap_and_never_changes_it() -> None:
    gap = [seen(outcome=Outcome.FAILED)]

    with_it = answer(asked(PROBE), evidence=gap, exceptions=[accepted()], now=NOON)
    without = answer(asked(PROBE), evidence=gap, now=NOON)

    assert with_it.exception is not None
    assert (with_it.state, with_it.mark) == (without.state, without.mark) == (State.GAP, Mark.NO)


@pytest.mark.parametrize(
    "changes",
    [{"expires_at": NOON}, {"approved_at": NOON + timedelta(seconds=1)}, {"row": 42}],
    ids=["over", "not yet", "of another row"],
)
def test_an_exception_counts_for_its_row_in_its_time(changes: dict[str, object]) -> None:
    found = answer(asked(PROBE), evidence=[], exceptions=[accepted(**changes)], now=NOON)

    assert found.exception is None


@pytest.mark.parametrize(
    "changes",
    [{"approved_by": "aiko"}, {"reason": " "}, {"requested_by": ""}, {"expires_at": NOON - HOUR}],
    ids=["by oneself", "without reason", "by nobody", "ending before it begins"],
)
def test_an_exception_takes_two_a_reason_and_an_end(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"exception|Nobody"):
        accepted(**changes)


def test_what_somebody_saw_does_not_count_for_ever() -> None:
    with pytest.raises(ValueError, match="for ever"):
        Evidence(source=PROBE, outcome=Outcome.PASSED, observed_at=NOON, expires_at=None)
    with pytest.raises(ValueError, match="expires after"):
        Evidence(source=PROBE, outcome=Outcome.PASSED, observed_at=NOON, expires_at=NOON)


SOURCES = (PROBE, OTHER, REGISTER, FACT, VENDOR, EXCLUSION)
evidence_of_any_kind = st.lists(
    st.builds(
        lambda source, outcome, ago, lasts: seen(source, outcome, ago=ago, lasts=lasts),
        source=st.sampled_from(SOURCES),
        outcome=st.sampled_from(Outcome),
        ago=st.timedeltas(min_value=-HOUR, max_value=100 * HOUR),
        lasts=st.timedeltas(min_value=timedelta(seconds=1), max_value=100 * HOUR),
    ),
    max_size=12,
)
questions = st.builds(
    lambda sources, good, is_partial: asked(*sources, good=good, is_partial=is_partial),
    sources=st.sets(st.sampled_from(SOURCES)),
    good=st.sampled_from(Good),
    is_partial=st.booleans(),
)


@given(question=questions, evidence=evidence_of_any_kind)
def test_the_state_is_the_worst_of_its_sources(question: Question, evidence: list[Evidence]) -> None:
    found = answer(question, evidence=evidence, now=NOON)

    assert found.state is worst(frozenset(finding.state for finding in found.findings))
    assert {finding.source for finding in found.findings} == question.sources


@given(question=questions, evidence=evidence_of_any_kind, source=st.sampled_from(SOURCES))
def test_one_source_more_never_makes_an_answer_better(
    question: Question, evidence: list[Evidence], source: Source
) -> None:
    wider = asked(*question.sources, source, good=question.good)

    before = answer(question, evidence=evidence, now=NOON).state
    after = answer(wider, evidence=evidence, now=NOON).state

    if question.sources:
        assert WORST_FIRST.index(after) <= WORST_FIRST.index(before)


@given(question=questions, evidence=evidence_of_any_kind)
def test_taking_evidence_away_never_makes_an_answer_good(question: Question, evidence: list[Evidence]) -> None:
    for source in question.sources:
        silent = [one for one in evidence if one.source != source]
        assert not answer(question, evidence=silent, now=NOON).is_good


@given(
    question=questions, evidence=evidence_of_any_kind, later=st.timedeltas(min_value=timedelta(0), max_value=500 * HOUR)
)
def test_by_waiting_alone_nothing_that_was_seen_becomes_good(
    question: Question, evidence: list[Evidence], later: timedelta
) -> None:
    known = [one for one in evidence if one.observed_at <= NOON]

    if not answer(question, evidence=known, now=NOON).is_good:
        assert not answer(question, evidence=known, now=NOON + later).is_good


@given(question=questions, evidence=evidence_of_any_kind, order=st.randoms(use_true_random=False))
def test_the_order_in_which_evidence_came_makes_no_difference(
    question: Question, evidence: list[Evidence], order: object
) -> None:
    shuffled = list(evidence)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's own random

    assert answer(question, evidence=evidence, now=NOON).state is answer(question, evidence=shuffled, now=NOON).state


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("good", [Good.YES, Good.NO])
def test_only_what_is_founded_gets_the_mark_of_the_good_answer(state: State, good: Good) -> None:
    literal = literal_of(state=state, good=good, fact=Literal.YES)
    mark = mark_of(state=state, good=good, literal=literal, is_conditional=False)

    good_mark = Mark.YES if good is Good.YES else Mark.NO
    assert (mark is good_mark) == (state in FOUNDED)
    assert (literal.value == good.value) == (state in FOUNDED)
