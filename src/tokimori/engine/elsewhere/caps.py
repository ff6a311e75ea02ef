"""Caps by configuration: of one period, of a rolling window's average, of a number of times; inclusive or strict."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tokimori.engine.law import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A limit in minutes on the average of so many periods in a row; one period has its own minutes as average.

    With ``is_strict`` exactly the limit is too much. ``times_allowed`` lets so many windows of the sequence pass the limit.
    """

    name: str
    limit_minutes: int
    windows: tuple[int, ...] = (1,)
    is_strict: bool = False
    times_allowed: int = 0

    def __post_init__(self) -> None:
        """Refuse limits and windows that count backward."""
        if self.limit_minutes < 0 or self.times_allowed < 0 or not self.windows or min(self.windows) < 1:
            raise ValueError("A cap has a limit and windows of a period at least.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapCheck:
    """How the last period stands: the windows that are over, how often it happened, what is left of the last period."""

    is_broken: bool
    times: int
    further_minutes: int | None
    """Minutes that the last period may still hold; ``None`` while it may pass the limit."""
    reasons: tuple[Reason, ...]


def check_cap(*, cap: Cap, minutes: Sequence[int]) -> CapCheck:
    """Return how the last of the periods stands under a cap; periods that are not known are not judged.

    Where so many times are allowed, every window that ends in a given period counts. Raise ``ValueError`` for no period or
    negative minutes.
    """
    if not minutes or min(minutes) < 0:
        raise ValueError("Periods follow one another, and work counts forward.")
    times = sum(_is_over(cap, minutes[: end + 1]) for end in range(len(minutes)))
    over_now = _is_over(cap, minutes)
    lefts = [
        cap.limit_minutes * size - sum(minutes[-size:]) - (1 if cap.is_strict else 0)
        for size in cap.windows
        if len(minutes) >= size
    ]
    may_pass = times - over_now < cap.times_allowed
    facts = (("cap", cap.name), ("limit_minutes", cap.limit_minutes), ("times", times), ("is_over", over_now))
    return CapCheck(
        is_broken=over_now and times > cap.times_allowed,
        times=times,
        further_minutes=None if may_pass else max(0, min(lefts, default=0)),
        reasons=(Reason(rule="cap", facts=facts),),
    )


def _is_over(cap: Cap, minutes: Sequence[int]) -> bool:
    averages = [Fraction(sum(minutes[-size:]), size) for size in cap.windows if len(minutes) >= size]
    return any(one >= cap.limit_minutes if cap.is_strict else one > cap.limit_minutes for one in averages)
