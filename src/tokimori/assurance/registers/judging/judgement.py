"""How entries are judged: which of them count, until when, and what follows. Entries and a moment in, a verdict out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from tokimori.assurance.evaluation.evidence import Evidence, Method, Outcome, Source
from tokimori.assurance.evaluation.states import Literal
from tokimori.assurance.registers.entries import EntryView, State, beginning_of
from tokimori.assurance.registers.fields import Value

Where = Callable[[EntryView], bool]
Fault = Callable[[EntryView, date], bool]
Faults = Mapping[str, Fault]
NO_FAULTS: Final[Faults] = MappingProxyType({})
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What entries say: how it ended, from when and until when it counts, and what was counted."""

    outcome: Outcome
    observed_at: datetime
    expires_at: datetime
    reason: str = ""
    measured: Mapping[str, int | str] = field(default_factory=dict)
    literal: Literal = Literal.YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that rows lean on: a name, the registers it reads, and the judge. ``method`` says what a pass is worth."""

    name: str
    registers: tuple[str, ...]
    judge: Callable[["Shelf"], Verdict | None]
    method: Method = Method.REGISTER

    @property
    def source(self) -> Source:
        """Return it as rows name it."""
        return Source(method=self.method, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The entries that may count, by register, and the moment: approved, begun, not superseded, not withdrawn."""

    entries: Mapping[str, Sequence[EntryView]]
    now: datetime

    @property
    def today(self) -> date:
        """Return the day, as the registers count it."""
        return self.now.date()

    def of(self, register: str, where: Where | None = None) -> tuple[EntryView, ...]:
        """Return the entries of a register that fit."""
        found = self.entries.get(register, ())
        return tuple(one for one in found if where is None or where(one))


Judge = Callable[[Shelf], Verdict | None]
Measures = Callable[[EntryView], Mapping[str, int | str]]


def shelf(entries: Sequence[EntryView], *, now: datetime) -> Shelf:
    """Return what may count of many entries."""
    by_register: dict[str, list[EntryView]] = {}
    for one in entries:
        if one.state is State.APPROVED and one.approved_at is not None and one.content.effective_on <= now.date():
            by_register.setdefault(one.register, []).append(one)
    return Shelf(entries=by_register, now=now)


def evidence_of(criterion: Criterion, entries: Sequence[EntryView], *, now: datetime) -> Evidence | None:
    """Return what the entries say about a criterion; where only samples say anything, that, marked as a sample."""
    wanted = [one for one in entries if one.register in criterion.registers]
    for is_sample in (False, True):
        verdict = criterion.judge(shelf([one for one in wanted if one.is_sample is is_sample], now=now))
        if verdict is not None:
            return Evidence(
                source=criterion.source,
                outcome=verdict.outcome,
                observed_at=verdict.observed_at,
                expires_at=max(verdict.expires_at, verdict.observed_at + _INSTANT),
                reason=verdict.reason,
                measured=verdict.measured,
                literal=verdict.literal,
                is_sample=is_sample,
            )
    return None


def has(**values: Value) -> Where:
    """Return whether an entry has these values."""
    return lambda one: all(one.fields.get(name) == value for name, value in values.items())


def every(
    register: str,
    where: Where | None = None,
    *,
    fails: Faults = NO_FAULTS,
    measures: Callable[[Shelf], Mapping[str, int | str]] | None = None,
    literal: Literal = Literal.YES,
) -> Judge:
    """Judge by all entries that fit: none may be too old, none may be as ``fails`` says. The first to end decides."""

    def judge(on: Shelf) -> Verdict | None:
        found = on.of(register, where)
        if not found:
            return None
        faults = [name for name, is_bad in fails.items() if any(is_bad(one, on.today) for one in found)]
        return verdict_on(
            found,
            faults=faults,
            measured={"entries": len(found), **(measures(on) if measures else {})},
            literal=literal,
        )

    return judge


def newest(
    register: str,
    where: Where | None = None,
    *,
    dated_by: str = "done_on",
    days: int = 366,
    fails: Faults = NO_FAULTS,
    measures: Measures | None = None,
) -> Judge:
    """Judge by what was done last: it counts for so many days from the day on which it was done."""

    def judge(on: Shelf) -> Verdict | None:
        found = [one for one in on.of(register, where) if one.day(dated_by) is not None]
        if not found:
            return None
        last = max(found, key=lambda one: (one.fields[dated_by], one.approved_at or on.now))
        done = last.day(dated_by) or on.today
        faults = [name for name, is_bad in fails.items() if is_bad(last, on.today)]
        approved = last.approved_at or on.now
        return Verdict(
            outcome=Outcome.FAILED if faults else Outcome.PASSED,
            observed_at=approved,
            expires_at=min(beginning_of(done) + timedelta(days=days), last.ends_at),
            reason=", ".join(faults),
            measured={"last_done": done.isoformat(), "entries": len(found), **(measures(last) if measures else {})},
        )

    return judge


def best(register: str, where: Where | None = None, *, measures: Measures | None = None) -> Judge:
    """Judge by the one entry that counts longest; others may have ended."""

    def judge(on: Shelf) -> Verdict | None:
        found = on.of(register, where)
        if not found:
            return None
        last = max(found, key=lambda one: one.ends_at)
        return verdict_on([last], faults=(), measured={"entries": len(found), **(measures(last) if measures else {})})

    return judge


def kept(
    register: str, where: Where | None = None, *, days: int = 366, fails: Faults = NO_FAULTS, of_newest: bool = False
) -> Judge:
    """Judge a register of what happened: something was written into it lately, and nothing in it is as ``fails`` says.

    With ``of_newest`` only the newest entry must be in order: what came before it has been put right.
    """

    def judge(on: Shelf) -> Verdict | None:
        found = on.of(register, where)
        if not found:
            return None
        newest_one = max(found, key=_approved)
        looked_at = [newest_one] if of_newest else found
        faults = [name for name, is_bad in fails.items() if any(is_bad(one, on.today) for one in looked_at)]
        return Verdict(
            outcome=Outcome.FAILED if faults else Outcome.PASSED,
            observed_at=_approved(newest_one),
            expires_at=_approved(newest_one) + timedelta(days=days),
            reason=", ".join(faults),
            measured={"entries": len(found), **_counts(found, fails, on.today)},
        )

    return judge


def _approved(one: EntryView) -> datetime:
    return one.approved_at or one.at


def _counts(found: Sequence[EntryView], fails: Faults, today: date) -> Mapping[str, int]:
    return {name: sum(1 for one in found if is_bad(one, today)) for name, is_bad in fails.items()}


def verdict_on(
    found: Sequence[EntryView],
    *,
    faults: Sequence[str],
    measured: Mapping[str, int | str],
    literal: Literal = Literal.YES,
) -> Verdict:
    """Return the verdict on entries that all count: until the first of them ends, from when it was approved."""
    first = min(found, key=lambda one: one.ends_at)
    return Verdict(
        outcome=Outcome.FAILED if faults else Outcome.PASSED,
        observed_at=first.approved_at or first.at,
        expires_at=first.ends_at,
        reason=", ".join(faults),
        measured={**measured, "next_end": first.ends_on.isoformat()},
        literal=literal,
    )


def overdue(due: str, *, done: str = "") -> Fault:
    """Return the fault that a day has passed and what was due then is not done."""

    def judge(one: EntryView, today: date) -> bool:
        last = one.day(due)
        return last is not None and last < today and (not done or one.day(done) is None)

    return judge


def lacks(name: str) -> Fault:
    """Return the fault that a field does not say yes, or says nothing."""
    return lambda one, _: not one.fields.get(name)


def above(name: str, most: int) -> Fault:
    """Return the fault that a number is greater than it may be."""
    return lambda one, _: one.number_in(name) > most
