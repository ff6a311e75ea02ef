"""What was seen, or said by somebody who answers for it, and how long it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from tokimori.assurance.evaluation.states import Literal, State


class Method(StrEnum):
    """How evidence comes about."""

    PROBE = "probe"
    REGISTER = "register"
    FACT = "fact"
    VENDOR = "vendor"
    EXCLUSION = "exclusion"


class Outcome(StrEnum):
    """How an observation ended. An error is not a failure of the control, and not a success either."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing that a row leans on: a probe by its name, a register, a published page, a vendor's report."""

    method: Method
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The latest word of one source. It counts from ``observed_at`` until ``expires_at``, which is not included.

    A sample shows what evidence would look like; it founds nothing.
    """

    source: Source
    outcome: Outcome
    observed_at: datetime
    expires_at: datetime | None
    reason: str = ""
    measured: Mapping[str, int | str] = field(default_factory=dict)
    literal: Literal = Literal.YES
    is_sample: bool = False

    def __post_init__(self) -> None:
        if self.expires_at is not None and self.expires_at <= self.observed_at:
            raise ValueError("Evidence expires after it was observed.")
        if self.source.method in {Method.PROBE, Method.REGISTER, Method.VENDOR} and self.expires_at is None:
            raise ValueError("What somebody saw or signed does not count for ever.")


def state_of(evidence: Evidence | None, *, now: datetime) -> State:
    """Return the state that one source gives its row.

    Nothing is no evidence, and neither is a sample. A failure is a gap, however old, until something newer is seen. An
    error, evidence that is too old and evidence from the future are stale.
    """
    if evidence is None or evidence.is_sample:
        return State.NO_EVIDENCE
    if evidence.outcome is Outcome.FAILED:
        return State.GAP
    is_old = evidence.expires_at is not None and evidence.expires_at <= now
    if evidence.outcome is Outcome.ERRORED or is_old or evidence.observed_at > now:
        return State.STALE
    return _founded(evidence.source.method)


def _founded(method: Method) -> State:
    match method:
        case Method.PROBE:
            return State.PROVEN
        case Method.REGISTER:
            return State.ATTESTED
        case Method.FACT:
            return State.DECLARED
        case Method.VENDOR:
            return State.INHERITED
        case Method.EXCLUSION:
            return State.NOT_APPLICABLE
        case _:
            assert_never(method)
