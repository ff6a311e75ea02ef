"""What a kind of case is made of: the inputs it reads, and the function that answers them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tokimori.engine.law import NotInForce, Reason
from tokimori.engine.results import Step


class Inputs(BaseModel):
    """What a case gives: read strictly, unknown keys refused, never changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Given = TypeVar("Given", bound=Inputs)


class Impossible(ValueError):
    """Inputs that are well-formed one by one and cannot be together. ``path`` names the offending key."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(why)
        self.path = path
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of a case in plain values, and the steps that led to it."""

    result: Mapping[str, Any]
    steps: Sequence[Step | Reason] = ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[Given]):
    """A kind of case: how its inputs are read, and how they are answered."""

    inputs: type[Given]
    answer: Callable[[Given], Answer]


def _clock_minute(text: str) -> str:
    clock_minute(text)
    return text


def clock_minute(text: str) -> int:
    """Return ``hh:mm`` as minutes from the midnight that the work date begins with; 24:00 and beyond lie on later days."""
    hours, _, minutes = text.partition(":")
    is_clock = len(hours) == 2 and len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()  # noqa: PLR2004 -- hh:mm
    if not is_clock or int(minutes) > 59 or int(hours) > 72:  # noqa: PLR2004 -- a clock's minutes; three days are no duty any more
        raise ValueError("is not a time of the form hh:mm")
    return int(hours) * 60 + int(minutes)


def _local(text: str) -> str:
    local_moment(text)
    return text


def local_moment(text: str) -> datetime:
    """Return ``YYYY-MM-DDThh:mm``, with seconds or without, as a wall-clock moment without zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is not a moment of the form YYYY-MM-DDThh:mm") from error
    if moment.tzinfo is not None or "T" not in text:
        raise ValueError("is not a moment of the form YYYY-MM-DDThh:mm")
    return moment


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return a wall-clock moment of a zone as an instant in UTC; of a repeated hour, the first."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def at_clock(day: date, minute: int, zone: str) -> datetime:
    """Return the instant at which a zone's clock shows so many minutes, counted from the work date."""
    days, rest = divmod(minute, 24 * 60)
    return in_zone(datetime.combine(day + timedelta(days=days), datetime.min.time()) + timedelta(minutes=rest), zone)


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone") from error
    return text


def is_within_a_century(day: date) -> date:
    """Refuse days at the edge of the calendar, where a step to a neighbour fails."""
    if not date(1947, 9, 1) <= day <= date(2199, 12, 31):
        raise ValueError("lies outside 1947-09-01 to 2199-12-31")
    return day


ClockTime = Annotated[str, AfterValidator(_clock_minute)]
LocalMoment = Annotated[str, AfterValidator(_local)]
Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[date, AfterValidator(is_within_a_century)]
Minutes = Annotated[int, Field(ge=0, le=10_000_000)]
PositiveMinutes = Annotated[int, Field(ge=1, le=10_000_000)]
MinutesOfDay = Annotated[int, Field(ge=0, le=1440)]
MinutesOfDuty = Annotated[int, Field(ge=0, le=3 * 1440)]
WorkingDayHours = Annotated[float, Field(gt=0, le=24, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Yen = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


@contextmanager
def blaming(path: str) -> Iterator[None]:
    """Turn a refusal of the engine into one that names the key which caused it."""
    try:
        yield
    except NotInForce:
        raise
    except Impossible:
        raise
    except ValueError as error:
        raise Impossible(path, str(error)) from error
