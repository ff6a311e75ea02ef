import pytest

from engine.notation import JAPANESE_TIERS, OFFICE, codes, duty, japanese, one_day, planned_days
from tokimori.engine import BreakPolicy, BreakSource, BreakTier, calculate_days
from tokimori.engine.breaks import tier_minutes

PUNCHED, SCHEDULED, AUTOMATIC = BreakSource.PUNCHED, BreakSource.SCHEDULED, BreakSource.AUTOMATIC


def policy(*sources: BreakSource) -> BreakPolicy:
    return BreakPolicy(sources=sources, automatic=JAPANESE_TIERS, required=JAPANESE_TIERS)


@pytest.mark.parametrize(
    ("worked", "owed"),
    [(0, 0), (359, 0), (360, 0), (361, 45), (479, 45), (480, 45), (481, 60), (540, 60), (900, 60)],
)
def test_bounds_of_the_law_are_exclusive(worked: int, owed: int) -> None:
    """Labor Standards Act 34; JP-B-002 has 480 and 540."""
    assert tier_minutes(worked_minutes=worked, tiers=JAPANESE_TIERS) == owed


@pytest.mark.parametrize(
    ("sources", "written", "worked", "taken"),
    [
        pytest.param((PUNCHED,), "09:00-18:00", 540, 0, id="none punched, none taken"),
        pytest.param((PUNCHED,), "09:00-18:00 break 12:00-12:30", 510, 30, id="as punched"),
        pytest.param((SCHEDULED,), "09:00-18:00", 480, 60, id="as planned"),
        pytest.param((SCHEDULED,), "09:00-12:30", 180, 30, id="planned, but only while present"),
        pytest.param((SCHEDULED,), "13:00-18:00", 300, 0, id="planned, but before arrival"),
        pytest.param((PUNCHED, SCHEDULED), "09:00-18:00 break 11:00-11:30", 510, 30, id="punched comes first"),
        pytest.param((PUNCHED, SCHEDULED), "09:00-18:00", 480, 60, id="none punched, so as planned"),
        pytest.param((PUNCHED, AUTOMATIC), "09:00-15:00", 360, 0, id="six hours, nothing deducted"),
        pytest.param((PUNCHED, AUTOMATIC), "09:00-15:01", 316, 45, id="a minute more, the tier deducted"),
        pytest.param((PUNCHED, AUTOMATIC), "09:00-18:00", 480, 60, id="none taken, an hour deducted"),
        pytest.param((PUNCHED, AUTOMATIC), "09:00-18:00 break 12:00-13:00", 480, 60, id="taken, nothing deducted"),
        pytest.param((PUNCHED, AUTOMATIC), "09:00-18:00 break 12:00-12:30", 480, 60, id="half taken, half deducted"),
        pytest.param((PUNCHED, AUTOMATIC), "09:00-18:00 break 12:00-14:00", 420, 120, id="more taken than owed"),
    ],
)
def test_breaks_by_source(sources: tuple[BreakSource, ...], written: str, worked: int, taken: int) -> None:
    result = one_day(OFFICE, duty(written), breaks=policy(*sources))

    assert (result.figures.worked_minutes, result.figures.break_minutes) == (worked, taken)


@pytest.mark.parametrize(
    ("written", "is_short"),
    [
        pytest.param("09:00-15:00", False, id="six hours owe nothing"),
        pytest.param("09:00-15:01", True, id="a minute more owes a break"),
        pytest.param("09:00-17:45 break 12:00-12:45", False, id="eight hours with three quarters"),
        pytest.param("09:00-17:46 break 12:00-12:45", True, id="a minute more with three quarters"),
        pytest.param("09:00-18:00 break 12:00-13:00", False, id="an hour"),
    ],
)
def test_short_breaks_are_found_and_never_mended(written: str, is_short: bool) -> None:  # noqa: FBT001 -- a column
    result = one_day(OFFICE, duty(written), breaks=policy(PUNCHED))

    assert ("break_too_short" in codes(result)) is is_short


def test_planned_break_worked_through_is_found() -> None:
    result = one_day(OFFICE, duty("09:00-18:00"), breaks=policy(PUNCHED))

    assert "scheduled_break_worked" in codes(result)


def test_steps_name_where_each_break_came_from() -> None:
    result = one_day(OFFICE, duty("09:00-18:00 break 12:00-12:30"), breaks=policy(PUNCHED, AUTOMATIC))

    steps = [(step.rule.value, step.minutes) for step in result.steps if step.bucket.value == "break"]
    assert steps == [("break_punched", 30), ("break_automatic", 30)]


def test_a_single_minute_is_deducted_too() -> None:
    rules = japanese(
        breaks=BreakPolicy(
            sources=(BreakSource.PUNCHED, BreakSource.AUTOMATIC),
            automatic=(BreakTier(over_minutes=360, break_minutes=46),),
        )
    )
    days = planned_days(["09:00-18:00"], rules=rules)

    (result,) = calculate_days(days=days, punches=duty("09:00-18:00 break 12:00-12:45"))

    assert result.figures.break_minutes == 46
