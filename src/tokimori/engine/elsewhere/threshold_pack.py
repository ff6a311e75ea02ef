"""Overtime where a country counts hours worked: thresholds, their tiers, and what is not counted twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tokimori.engine.law import Reason


class UnknownDayType(ValueError):
    """A pack has no tiers for a kind of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """What lies beyond ``over_minutes``, exclusive, is paid at the multiplier of the hourly rate, until the next tier."""

    over_minutes: Fraction
    multiplier: Fraction
    is_paid_whole: bool = False
    """Whether any work in the tier is paid as all of it: a day's wage for an hour on a holiday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdPack:
    """A country's tiers by kind of day, for the whole week, and for a day after so many days of work without one off."""

    name: str
    law: str
    day_tiers: Mapping[str, tuple[Tier, ...]]
    day_limits: Mapping[str, Fraction]
    """Minutes of a day that may be asked for at most; exactly as many are allowed. A day without limit is left out."""
    week_tiers: tuple[Tier, ...] = ()
    consecutive_day: int | None = None
    consecutive_day_tiers: tuple[Tier, ...] = ()
    period_tiers: tuple[Tier, ...] = ()
    """Thresholds of an averaging period, which several weeks make together."""
    excludes_double_count: bool = True
    """Whether minutes that a day's tier has raised are left out where the week is counted."""

    def tiers_of(self, day_type: str) -> tuple[Tier, ...]:
        """Return the tiers of a kind of day; raise ``UnknownDayType``."""
        if day_type not in self.day_tiers:
            raise UnknownDayType(f"is none of {', '.join(sorted(self.day_tiers))}")
        return self.day_tiers[day_type]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierShare:
    """The minutes of a duty that lie in a tier, and those that are paid for it."""

    tier: Tier
    minutes: Fraction
    paid_minutes: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class TieredDay:
    """A day's minutes by tier, every tier named even if empty; and those beyond what may be asked for."""

    shares: tuple[TierShare, ...]
    over_limit_minutes: Fraction
    reasons: tuple[Reason, ...]

    def pay(self, *, hourly: Fraction) -> Fraction:
        """Return what the tiers are worth, exact, in the currency of the hourly rate."""
        return sum((hourly * one.tier.multiplier * one.paid_minutes / 60 for one in self.shares), Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedDay:
    """A day of a week."""

    day_type: str
    minutes: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class TieredWeek:
    """A week's minutes by multiplier; each minute once, unless the pack counts twice."""

    minutes_by_multiplier: Mapping[Fraction, Fraction]
    reasons: tuple[Reason, ...]

    def minutes_at(self, multiplier: Fraction) -> Fraction:
        """Return the minutes paid at a multiplier."""
        return self.minutes_by_multiplier.get(multiplier, Fraction(0))


def tiered_day(*, pack: ThresholdPack, day_type: str, minutes: Fraction) -> TieredDay:
    """Return a day's minutes by tier. Raise ``UnknownDayType``, and ``ValueError`` for negative minutes."""
    shares = tier_shares(tiers=pack.tiers_of(day_type), minutes=minutes)
    limit = pack.day_limits.get(day_type)
    over = Fraction(0) if limit is None else max(Fraction(0), minutes - limit)
    return TieredDay(
        shares=shares,
        over_limit_minutes=over,
        reasons=tuple(_reason("day_tier", pack, one) for one in shares if one.minutes > 0),
    )


def tiered_week(*, pack: ThresholdPack, days: Sequence[WorkedDay]) -> TieredWeek:
    """Return a week's minutes by multiplier, its days in order.

    A day that is at least the pack's so many-th day worked without one off has tiers of its own. Then the week is counted:
    of minutes that no tier has raised yet, those beyond the week's threshold are raised, inclusive of the threshold.
    Raise ``UnknownDayType``, and ``ValueError`` for negative minutes.
    """
    found: dict[Fraction, Fraction] = {}
    reasons: list[Reason] = []
    in_a_row = 0
    for day in days:
        in_a_row = in_a_row + 1 if day.minutes > 0 else 0
        is_late_in_row = pack.consecutive_day is not None and in_a_row >= pack.consecutive_day
        tiers = pack.consecutive_day_tiers if is_late_in_row else pack.tiers_of(day.day_type)
        for share in tier_shares(tiers=tiers, minutes=day.minutes):
            if share.minutes > 0:
                found[share.tier.multiplier] = found.get(share.tier.multiplier, Fraction(0)) + share.minutes
                reasons.append(_reason("consecutive_day_tier" if is_late_in_row else "day_tier", pack, share))
    total = sum((day.minutes for day in days), Fraction(0))
    _raise_by_total(pack, pack.week_tiers, "week_tier", found, reasons, total=total)
    return TieredWeek(minutes_by_multiplier=found, reasons=tuple(reasons))


def tiered_period(*, pack: ThresholdPack, weeks: Sequence[Sequence[WorkedDay]]) -> TieredWeek:
    """Return the minutes of an averaging period by multiplier: each week by itself, then what the whole period adds.

    Raise ``UnknownDayType``, and ``ValueError`` for negative minutes.
    """
    found: dict[Fraction, Fraction] = {}
    reasons: list[Reason] = []
    total = Fraction(0)
    for week in weeks:
        counted = tiered_week(pack=pack, days=week)
        total += sum((day.minutes for day in week), Fraction(0))
        reasons += counted.reasons
        for multiplier, minutes in counted.minutes_by_multiplier.items():
            found[multiplier] = found.get(multiplier, Fraction(0)) + minutes
    _raise_by_total(pack, pack.period_tiers, "period_tier", found, reasons, total=total)
    return TieredWeek(minutes_by_multiplier=found, reasons=tuple(reasons))


def tier_shares(*, tiers: Sequence[Tier], minutes: Fraction) -> tuple[TierShare, ...]:
    """Return how minutes fall into tiers that stand in order; the last has no end. Raise ``ValueError`` if negative."""
    if minutes < 0:
        raise ValueError("Work counts forward.")
    found: list[TierShare] = []
    for number, tier in enumerate(tiers):
        until = tiers[number + 1].over_minutes if number + 1 < len(tiers) else None
        reached = minutes if until is None else min(minutes, until)
        inside = max(Fraction(0), reached - tier.over_minutes)
        is_whole = tier.is_paid_whole and inside > 0 and until is not None
        paid = until - tier.over_minutes if is_whole and until is not None else inside
        found.append(TierShare(tier=tier, minutes=inside, paid_minutes=paid))
    return tuple(found)


def _raise_by_total(
    pack: ThresholdPack,
    tiers: Sequence[Tier],
    rule: str,
    found: dict[Fraction, Fraction],
    reasons: list[Reason],
    *,
    total: Fraction,
) -> None:
    plain = Fraction(1)
    counted = found.get(plain, Fraction(0)) if pack.excludes_double_count else total
    for share in tier_shares(tiers=tiers, minutes=counted):
        if share.minutes == 0:
            continue
        found[plain] = max(Fraction(0), found.get(plain, Fraction(0)) - share.minutes)
        found[share.tier.multiplier] = found.get(share.tier.multiplier, Fraction(0)) + share.minutes
        reasons.append(_reason(rule, pack, share))


def _reason(rule: str, pack: ThresholdPack, share: TierShare) -> Reason:
    return Reason(
        rule=rule,
        law=pack.law,
        facts=(
            ("over_minutes", str(share.tier.over_minutes)),
            ("multiplier", str(share.tier.multiplier)),
            ("minutes", str(share.minutes)),
        ),
    )
