"""The eight states of a row, which answer to its question is good, and the mark that a buyer knows."""

from enum import StrEnum
from typing import Final, assert_never


class State(StrEnum):
    """How well an answer is founded; never fewer than these."""

    PROVEN = "proven"
    ATTESTED = "attested"
    DECLARED = "declared"
    INHERITED = "inherited"
    NOT_APPLICABLE = "not_applicable"
    GAP = "gap"
    STALE = "stale"
    NO_EVIDENCE = "no_evidence"


class Good(StrEnum):
    """Which literal answer to the question is the good one; some questions only ask for a fact."""

    YES = "yes"
    NO = "no"
    NEUTRAL = "neutral"


class Literal(StrEnum):
    """What the question is answered in words."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """The sign in the column of answers: yes, yes under a condition, no, does not apply or is not a yes-or-no question."""

    YES = "○"
    CONDITIONAL = "△"
    NO = "×"  # noqa: RUF001 -- the cross of check sheets
    NONE = "－"  # noqa: RUF001 -- the dash of check sheets


WORST_FIRST: Final = (
    State.GAP,
    State.STALE,
    State.NO_EVIDENCE,
    State.INHERITED,
    State.DECLARED,
    State.NOT_APPLICABLE,
    State.ATTESTED,
    State.PROVEN,
)
"""The order in which linked evidence is taken together: the worst wins, and nothing that is missing is neutral."""

FOUNDED: Final = frozenset({State.PROVEN, State.ATTESTED, State.DECLARED, State.INHERITED})
"""States in which something stands behind the good answer."""


def worst(states: frozenset[State]) -> State:
    """Return the worst of several states; of none, that there is no evidence."""
    return next((state for state in WORST_FIRST if state in states), State.NO_EVIDENCE)


def literal_of(*, state: State, good: Good, fact: Literal) -> Literal:
    """Return the answer in words. What is not founded is never answered with the good word.

    A question for a fact is answered by the fact that the evidence states.
    """
    match good:
        case Good.NEUTRAL:
            return fact if state in FOUNDED else Literal.UNKNOWN
        case Good.YES:
            return _answer(state, founded=Literal.YES, failed=Literal.NO)
        case Good.NO:
            return _answer(state, founded=Literal.NO, failed=Literal.YES)
        case _:
            assert_never(good)


def mark_of(*, state: State, good: Good, literal: Literal, is_conditional: bool) -> Mark:
    """Return the sign. What is unknown gets the sign of the bad answer: a missing proof counts against the row."""
    if state is State.NOT_APPLICABLE or (good is Good.NEUTRAL and literal is Literal.UNKNOWN):
        return Mark.NONE
    if good is not Good.NEUTRAL and is_conditional and state in FOUNDED:
        return Mark.CONDITIONAL
    match literal:
        case Literal.YES:
            return Mark.YES
        case Literal.NO:
            return Mark.NO
        case Literal.UNKNOWN:
            return Mark.YES if good is Good.NO else Mark.NO
        case _:
            assert_never(literal)


def _answer(state: State, *, founded: Literal, failed: Literal) -> Literal:
    if state in FOUNDED:
        return founded
    return failed if state is State.GAP else Literal.UNKNOWN
