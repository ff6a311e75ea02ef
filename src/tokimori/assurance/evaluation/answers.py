"""The answer to one row: a function of what the row leans on, the evidence, the exceptions, and a moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tokimori.assurance.evaluation.evidence import Evidence, Method, Source, state_of
from tokimori.assurance.evaluation.states import (
    FOUNDED,
    Good,
    Literal,
    Mark,
    State,
    literal_of,
    mark_of,
    worst,
)


class Why(StrEnum):
    """Why a row is not green, as a code; screens and reports have the sentence."""

    NONE = ""
    NOTHING_LOOKS = "nothing_looks"
    NO_ENTRY = "no_entry"
    NOT_RUN = "not_run"
    FAILED = "failed"
    ERRORED = "errored"
    EXPIRED = "expired"
    ONLY_SAMPLE = "only_sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What evaluation needs to know of a row: its number, the good answer, its sources, and whether a condition applies.

    ``is_partial`` says that something is missing although the rest holds; ``depends_on_settings`` that each customer's own
    settings decide. Both make the mark conditional, never better.
    """

    row: int
    good: Good
    sources: frozenset[Source]
    is_partial: bool = False
    depends_on_settings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlException:
    """A gap that somebody accepted for a time. It explains; it never changes a state.

    ``requested_by`` and ``approved_by`` are two people. It counts from ``approved_at`` until ``expires_at``.
    """

    row: int
    reason: str
    requested_by: str
    approved_by: str
    approved_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.requested_by or not self.approved_by:
            raise ValueError("An exception has a reason, somebody who asked and somebody who approved.")
        if self.requested_by == self.approved_by:
            raise ValueError("Nobody approves his own exception.")
        if self.expires_at <= self.approved_at:
            raise ValueError("An exception ends after it begins.")

    def is_live(self, now: datetime) -> bool:
        """Whether it counts at a moment."""
        return self.approved_at <= now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The state that one source gives, and the evidence behind it if there is any."""

    source: Source
    state: State
    evidence: Evidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one row at a moment, with everything it was made of. ``valid_until`` is when it must be asked anew."""

    row: int
    state: State
    literal: Literal
    mark: Mark
    why: Why
    findings: tuple[Finding, ...]
    at: datetime
    valid_until: datetime | None
    exception: ControlException | None = None
    measured: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether something stands behind the good answer, or the row does not apply."""
        return self.state in FOUNDED or self.state is State.NOT_APPLICABLE

    @property
    def has_sample(self) -> bool:
        """Whether some of what is shown is a sample, which founds nothing and enters nothing that is signed."""
        return any(one.evidence is not None and one.evidence.is_sample for one in self.findings)

    @property
    def deciding(self) -> Finding | None:
        """Return the finding that decided, the first of the worst."""
        return next((one for one in self.findings if one.state is self.state), None)


def answer(
    question: Question,
    *,
    evidence: Iterable[Evidence],
    exceptions: Iterable[ControlException] = (),
    now: datetime,
) -> Answer:
    """Return the answer: the worst of everything the row leans on. Evidence of other sources is left aside."""
    latest = _latest(evidence)
    ordered = sorted(question.sources, key=lambda source: (source.method, source.name))
    findings = tuple(
        Finding(source=source, state=state_of(latest.get(source), now=now), evidence=latest.get(source))
        for source in ordered
    )
    state = worst(frozenset(finding.state for finding in findings))
    seen = tuple(one.evidence for one in findings if one.evidence is not None and not one.evidence.is_sample)
    facts = {one.literal for one in seen}
    literal = literal_of(state=state, good=question.good, fact=facts.pop() if len(facts) == 1 else Literal.UNKNOWN)
    is_conditional = question.is_partial or question.depends_on_settings
    ends = [one.expires_at for one in seen if one.expires_at]
    return Answer(
        row=question.row,
        state=state,
        literal=literal,
        mark=mark_of(state=state, good=question.good, literal=literal, is_conditional=is_conditional),
        why=_why(state, findings, now=now),
        findings=findings,
        at=now,
        valid_until=min((end for end in ends if end > now), default=None),
        exception=next((one for one in exceptions if one.row == question.row and one.is_live(now)), None),
        measured={name: value for one in seen for name, value in one.measured.items()},
    )


def _latest(evidence: Iterable[Evidence]) -> Mapping[Source, Evidence]:
    """Return the newest word of each source; of two at the same moment, the worse."""
    latest: dict[Source, Evidence] = {}
    for one in evidence:
        known = latest.get(one.source)
        if known is None or _is_newer(one, known):
            latest[one.source] = one
    return latest


def _is_newer(one: Evidence, known: Evidence) -> bool:
    if one.observed_at != known.observed_at:
        return one.observed_at > known.observed_at
    order = ("passed", "errored", "failed")
    return order.index(one.outcome) > order.index(known.outcome)


def _why(state: State, findings: tuple[Finding, ...], *, now: datetime) -> Why:
    match state:
        case State.GAP:
            return Why.FAILED
        case State.STALE:
            found = next(one.evidence for one in findings if one.state is State.STALE)
            is_old = found is not None and found.expires_at is not None and found.expires_at <= now
            return Why.EXPIRED if is_old else Why.ERRORED
        case State.NO_EVIDENCE:
            if not findings:
                return Why.NOTHING_LOOKS
            silent = [one for one in findings if one.state is State.NO_EVIDENCE]
            if any(one.evidence is not None for one in silent):
                return Why.ONLY_SAMPLE
            return Why.NOT_RUN if silent[0].source.method is Method.PROBE else Why.NO_ENTRY
        case _:
            return Why.NONE
