"""From punches to stretches: present, on break, out. What cannot be paired is found, and no time is invented for it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, assert_never

from tokimori.engine.facts import Punch, PunchKind
from tokimori.engine.intervals import Interval, merged
from tokimori.engine.results import Finding, FindingCode, Severity


class PairedDay(NamedTuple):
    """A day's stretches. ``presence`` spans from arrivals to departures; breaks and outs lie inside it."""

    presence: tuple[Interval, ...]
    breaks: tuple[Interval, ...]
    private_outs: tuple[Interval, ...]
    findings: tuple[Finding, ...]
    punch_ids: tuple[str, ...]
    has_gap: bool
    """Whether something is missing, so that the edges of the presence say nothing about lateness."""


class _State(StrEnum):
    AWAY = "away"
    PRESENT = "present"
    ON_BREAK = "on_break"
    GONE_OUT = "gone_out"


class _Reader:
    """Reads punches one by one and keeps what they add up to."""

    __slots__ = ("breaks", "findings", "is_over", "last", "outs", "presence", "since", "state")

    def __init__(self, *, is_over: bool) -> None:
        self.is_over = is_over
        self.state = _State.AWAY
        self.since: int | None = None
        self.last: Punch | None = None
        self.presence: list[Interval] = []
        self.breaks: list[Interval] = []
        self.outs: list[Interval] = []
        self.findings: list[Finding] = []

    def read(self, punch: Punch, kind: PunchKind) -> None:
        """Take the next punch."""
        match kind:
            case PunchKind.IN:
                if self.state is not _State.AWAY:
                    self._miss(FindingCode.MISSING_OUT, self.last)
                self._stand(_State.PRESENT, punch)
            case PunchKind.OUT:
                self._leave(punch)
            case PunchKind.BREAK_START:
                self._interrupt(punch, _State.ON_BREAK)
            case PunchKind.GO_OUT:
                self._interrupt(punch, _State.GONE_OUT)
            case PunchKind.BREAK_END:
                self._resume(punch, _State.ON_BREAK, self.breaks, FindingCode.MISSING_BREAK_START)
            case PunchKind.RETURN:
                self._resume(punch, _State.GONE_OUT, self.outs, FindingCode.MISSING_GO_OUT)
            case _:
                assert_never(kind)

    def close(self) -> None:
        """Say what is still open after the last punch."""
        if self.state is _State.AWAY:
            return
        if self.is_over:
            self._miss(FindingCode.MISSING_OUT, self.last)
        else:
            self._find(FindingCode.STILL_WORKING, Severity.INFO, self.last)

    def _stand(self, state: _State, punch: Punch) -> None:
        self.state, self.since, self.last = state, punch.minute, punch

    def _stretch(self, until: Punch) -> Interval:
        if self.since is None:
            raise AssertionError("A stretch has a beginning.")
        return Interval(self.since, until.minute)

    def _leave(self, punch: Punch) -> None:
        match self.state:
            case _State.AWAY:
                self._miss(FindingCode.MISSING_IN, punch)
            case _State.PRESENT:
                self.presence.append(self._stretch(punch))
            case _State.ON_BREAK:
                self._miss(FindingCode.MISSING_BREAK_END, self.last)
            case _State.GONE_OUT:
                self._miss(FindingCode.MISSING_RETURN, self.last)
            case _:
                assert_never(self.state)
        self._stand(_State.AWAY, punch)

    def _interrupt(self, punch: Punch, state: _State) -> None:
        if self.state is _State.PRESENT:
            self.presence.append(self._stretch(punch))
        elif self.state is _State.AWAY:
            self._miss(FindingCode.MISSING_IN, punch)
        else:
            self._find(FindingCode.UNPAIRED_PUNCH, Severity.WARNING, punch)
            return
        self._stand(state, punch)

    def _resume(self, punch: Punch, state: _State, stretches: list[Interval], missing: FindingCode) -> None:
        if self.state is state:
            stretch = self._stretch(punch)
            stretches.append(stretch)
            self.presence.append(stretch)
        elif self.state is _State.AWAY:
            self._miss(FindingCode.MISSING_IN, punch)
        else:
            self._miss(missing, punch)
        self._stand(_State.PRESENT, punch)

    def _miss(self, code: FindingCode, punch: Punch | None) -> None:
        self._find(code, Severity.BLOCKING, punch)

    def _find(self, code: FindingCode, severity: Severity, punch: Punch | None) -> None:
        self.findings.append(
            Finding(
                code=code,
                severity=severity,
                at=punch.minute if punch else None,
                punch_ids=(punch.id,) if punch else (),
            )
        )


def pair_punches(*, punches: Sequence[Punch], duplicate_seconds: int, is_over: bool) -> PairedDay:
    """Return the stretches of one day's punches, given in order.

    Presence is counted between two punches that both exist. A break inside it is present but not worked.
    """
    single, doubled = without_doubles(punches, within_seconds=duplicate_seconds)
    kept, left_over = without_left_over(single)
    reader = _Reader(is_over=is_over)
    for punch, kind in with_kinds(kept):
        reader.read(punch, kind)
    reader.close()
    return PairedDay(
        presence=merged(reader.presence),
        breaks=merged(reader.breaks),
        private_outs=merged(reader.outs),
        findings=(*doubled, *left_over, *reader.findings),
        punch_ids=tuple([punch.id for punch in punches]),
        has_gap=bool(left_over or reader.findings) and _has_gap([*left_over, *reader.findings]),
    )


def _has_gap(findings: Sequence[Finding]) -> bool:
    return any(one.severity is not Severity.INFO for one in findings)


def without_doubles(punches: Sequence[Punch], *, within_seconds: int) -> tuple[tuple[Punch, ...], tuple[Finding, ...]]:
    """Return the punches that count, and a finding for each double tap.

    Of presses of the same kind within the window, the first arrival counts and the last of anything that ends a stretch.
    """
    kept: list[Punch] = []
    findings: list[Finding] = []
    for punch in punches:
        before = kept[-1] if kept else None
        if before is None or punch.kind is not before.kind or (punch.at - before.at).total_seconds() > within_seconds:
            kept.append(punch)
            continue
        ignored = punch
        if punch.kind in {PunchKind.OUT, PunchKind.BREAK_END, PunchKind.RETURN}:
            ignored, kept[-1] = before, punch
        findings.append(
            Finding(
                code=FindingCode.DUPLICATE_IGNORED,
                severity=Severity.INFO,
                at=ignored.minute,
                punch_ids=(ignored.id,),
            )
        )
    return tuple(kept), tuple(findings)


def without_left_over(punches: Sequence[Punch]) -> tuple[tuple[Punch, ...], tuple[Finding, ...]]:
    """Return the punches that pair, and a finding for the one that does not where nobody said what the punches are.

    Of an odd number, the last but one would begin a break that the departure ends; it is ignored until somebody adds the
    missing one.
    """
    if len(punches) < 3 or len(punches) % 2 == 0 or _is_said(punches):  # noqa: PLR2004 -- an arrival, one left over, a departure
        return tuple(punches), ()
    left_over = punches[-2]
    finding = Finding(
        code=FindingCode.UNPAIRED_PUNCH,
        severity=Severity.BLOCKING,
        at=left_over.minute,
        punch_ids=(left_over.id,),
    )
    return (*punches[:-2], punches[-1]), (finding,)


def _is_said(punches: Sequence[Punch]) -> bool:
    return any(punch.kind is not None for punch in punches)


def with_kinds(punches: Sequence[Punch]) -> list[tuple[Punch, PunchKind]]:
    """Return each punch with its kind, inferred where it was not said.

    The first is an arrival and the last a departure; those between begin and end breaks in turn.
    """
    found: list[tuple[Punch, PunchKind]] = []
    inside = on_break = False
    for position, punch in enumerate(punches):
        is_last = position == len(punches) - 1
        kind = punch.kind or _inferred(inside=inside, on_break=on_break, is_last=is_last)
        inside = kind is not PunchKind.OUT
        on_break = kind is PunchKind.BREAK_START
        found.append((punch, kind))
    return found


def _inferred(*, inside: bool, on_break: bool, is_last: bool) -> PunchKind:
    if not inside:
        return PunchKind.IN
    if is_last:
        return PunchKind.OUT
    return PunchKind.BREAK_END if on_break else PunchKind.BREAK_START
