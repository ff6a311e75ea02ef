"""Answers that cannot both be true. A sheet with one of them is not published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from tokimori.assurance.evaluation.answers import Answer
from tokimori.assurance.evaluation.states import Literal, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Requires:
    """Who gives the good answer to ``row`` must give it to all of ``others`` as well."""

    row: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excludes:
    """Who answers ``row`` with ``answer`` cannot answer one of ``others`` with ``said``, unless ``unless`` was measured."""

    row: int
    answer: Literal
    others: tuple[int, ...]
    said: Literal = Literal.YES
    unless: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """Who gives the good answer to ``row`` has measured each of ``values``: a date, a number, a count."""

    row: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost:
    """What was measured as ``value`` is not more than ``limit``, a number or the name of another measure."""

    row: int
    value: str
    limit: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """A sheet for everybody cannot say yes without a condition where each customer's own settings decide on ``row``."""

    row: int


Rule = Requires | Excludes | States | AtMost | Conditional

RULES: Final[tuple[Rule, ...]] = (
    Excludes(row=15, answer=Literal.NO, others=(69,), unless="foreign_stores_without_entrusted_data"),
    Excludes(row=15, answer=Literal.NO, others=(68,), said=Literal.NO),
    States(row=90, values=("backup_region",)),
    Excludes(row=12, answer=Literal.NO, others=(11,), unless="anonymised_release_method"),
    Excludes(row=14, answer=Literal.NO, others=(13, 133), unless="entrustment_listed"),
    AtMost(row=33, value="accesses_without_grant", limit=0),
    AtMost(row=133, value="accesses_without_grant", limit=0),
    States(row=29, values=("backup_life_days",)),
    Requires(row=29, others=(59, 94)),
    Requires(row=30, others=(29,)),
    States(row=31, values=("media_policy",)),
    Requires(row=61, others=(62, 124)),
    AtMost(row=61, value="terminals_below_floor", limit=0),
    States(row=5, values=("certificate_expiry",)),
    Requires(row=16, others=(104,)),
    Requires(row=87, others=(89,)),
    States(row=87, values=("recovery_point_minutes", "recovery_point_target_minutes")),
    AtMost(row=87, value="recovery_point_minutes", limit="recovery_point_target_minutes"),
    States(row=49, values=("default_secrets_tried",)),
    Requires(row=54, others=(74,)),
    Requires(row=36, others=(26,)),
    Requires(row=118, others=(110,)),
    Requires(row=39, others=(119,)),
    Requires(row=119, others=(39,)),
    Conditional(row=44),
    Conditional(row=47),
    Conditional(row=48),
)
"""The rules of the sheet: location, own use, entrustment, deletion, transport, service level, recovery, releases …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A rule that does not hold between these rows."""

    rule: Rule
    rows: tuple[int, ...]


def contradictions(answers: Mapping[int, Answer], rules: tuple[Rule, ...] = RULES) -> tuple[Contradiction, ...]:
    """Return what contradicts itself. A row that is red claims nothing, and so contradicts nothing."""
    found = ((rule, _broken(rule, answers)) for rule in rules)
    return tuple(Contradiction(rule=rule, rows=rows) for rule, rows in found if rows)


def publication_blockers(answers: Mapping[int, Answer]) -> tuple[Contradiction, ...]:
    """Return what keeps a sheet with these answers from going out; every rule does."""
    return contradictions(answers)


def may_be_published(answers: Mapping[int, Answer]) -> bool:
    """Whether a sheet with these answers may go out: nothing in it contradicts anything else."""
    return not publication_blockers(answers)


def _broken(rule: Rule, answers: Mapping[int, Answer]) -> tuple[int, ...]:
    """Return the rows that are in conflict, none when the rule holds."""
    subject = answers.get(rule.row)
    if subject is None:
        return ()
    match rule:
        case Requires(others=others):
            lacking = tuple(other for other in others if other in answers and not answers[other].is_good)
            return (rule.row, *lacking) if subject.is_good and lacking else ()
        case Excludes(answer=answer, others=others, said=said, unless=unless):
            is_explained = bool(unless) and _is_measured(unless, answers, (rule.row, *others))
            other = tuple(one for one in others if one in answers and answers[one].literal is said)
            return (rule.row, *other) if subject.literal is answer and other and not is_explained else ()
        case States(values=values):
            missing = [value for value in values if value not in subject.measured]
            return (rule.row,) if subject.is_good and missing else ()
        case AtMost():
            return (rule.row,) if subject.is_good and _exceeds(rule, subject) else ()
        case Conditional():
            return (rule.row,) if subject.is_good and subject.mark is Mark.YES else ()
        case _:
            assert_never(rule)


def _is_measured(name: str, answers: Mapping[int, Answer], rows: tuple[int, ...]) -> bool:
    return any(name in answers[row].measured for row in rows if row in answers)


def _exceeds(rule: AtMost, subject: Answer) -> bool:
    measured = subject.measured.get(rule.value)
    limit = rule.limit if isinstance(rule.limit, int) else subject.measured.get(rule.limit)
    if measured is None:
        return False
    # What cannot be compared is not within the limit.
    return not isinstance(measured, int) or not isinstance(limit, int) or measured > limit
