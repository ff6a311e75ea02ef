"""A day's minutes by class and night, for those who pay or add them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tokimori.engine.results import Bucket, DayResult

OVERTIME_BUCKETS: Final = frozenset(
    {
        Bucket.LEGAL_OVERTIME_DAILY,
        Bucket.LEGAL_OVERTIME_WEEKLY,
        Bucket.LEGAL_OVERTIME_MONTHLY,
        Bucket.LEGAL_OVERTIME_PERIOD,
    }
)
"""Legal overtime, of whatever step."""
_AGREED: Final = (Bucket.REGULAR, Bucket.WITHIN_LEGAL_OVERTIME, *sorted(OVERTIME_BUCKETS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Minutes of one day that are counted and paid alike."""

    bucket: Bucket
    minutes: int
    is_night: bool


def parts_of(result: DayResult) -> Sequence[Part]:
    """Return the parts of a day that was calculated with its steps, in the order in which they were worked.

    A day of agreed length is counted as agreed, whatever was worked (Labour Standards Act 38-2 to 38-4): its time line does
    not say how. Of the agreed minutes as many as lay in the night by the clock are night, the ordinary ones first.
    """
    if any(_minutes(result, bucket) != _on_the_line(result, bucket) for bucket in _AGREED):
        return _agreed_parts(result)
    return [Part(bucket=one.bucket, minutes=one.interval.minutes, is_night=one.is_night) for one in result.segments]


def _agreed_parts(result: DayResult) -> list[Part]:
    night = sum(one.interval.minutes for one in result.segments if one.is_night)
    parts: list[Part] = []
    for bucket in _AGREED:
        minutes = _minutes(result, bucket)
        in_night = min(night, minutes)
        night -= in_night
        parts += [
            Part(bucket=bucket, minutes=part, is_night=is_night)
            for part, is_night in ((minutes - in_night, False), (in_night, True))
            if part
        ]
    return parts


def _minutes(result: DayResult, bucket: Bucket) -> int:
    return int(getattr(result.figures, f"{bucket.value}_minutes"))


def _on_the_line(result: DayResult, bucket: Bucket) -> int:
    return sum(one.interval.minutes for one in result.segments if one.bucket is bucket)
