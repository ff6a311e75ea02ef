import json
from datetime import timedelta

import pytest

from engine.notation import MONDAY, OFFICE, codes, duty, japanese, one_day, planned_days, punch
from tokimori.engine import Bucket, DailyRounding, Figures, PunchKind, calculate_days, engine_version, total_figures


def test_days_that_do_not_follow_one_another_are_refused() -> None:
    days = planned_days([OFFICE] * 3, rules=japanese())

    with pytest.raises(ValueError, match="consecutive"):
        calculate_days(days=[days[0], days[2]], punches=[])


def test_no_days_have_no_results() -> None:
    assert calculate_days(days=[], punches=duty(OFFICE)) == ()


def test_engine_names_its_version() -> None:
    assert engine_version


def test_result_says_by_which_rules_it_was_made() -> None:
    result = one_day(OFFICE, duty(OFFICE), code="office", version=3)

    assert (result.work_date, result.rule_set_code, result.rule_set_version) == (MONDAY, "office", 3)


def test_result_is_ready_for_json() -> None:
    plain = one_day(OFFICE, duty("08:58-20:10 break 12:00-13:00")).to_plain()

    assert json.loads(json.dumps(plain)) == plain
    assert plain["presence"] == [{"start": "2026-05-31T23:58:00Z", "end": "2026-06-01T11:10:00Z"}]


@pytest.mark.parametrize(
    ("counts", "worked", "found"),
    [(True, 540, []), (False, 480, ["early_presence_not_counted"])],
)
def test_presence_before_the_shift_counts_or_is_kept_as_evidence(
    counts: bool,  # noqa: FBT001 -- a column
    worked: int,
    found: list[str],
) -> None:
    result = one_day(OFFICE, duty("08:00-18:00 break 12:00-13:00"), counts_before_schedule=counts)

    assert (result.figures.worked_minutes, codes(result)) == (worked, found)
    assert result.figures.presence_minutes == 600


def test_work_on_an_unplanned_day_is_found() -> None:
    assert codes(one_day("", duty("09:00-12:00"))) == ["work_without_schedule"]


def test_very_long_duty_is_found() -> None:
    punches = [punch(PunchKind.IN, MONDAY, "09:00"), punch(PunchKind.OUT, MONDAY + timedelta(days=1), "14:00")]

    monday, _ = calculate_days(days=planned_days([OFFICE, ""], types="wn", rules=japanese()), punches=punches)

    assert "long_duty" in codes(monday)


def test_time_line_shows_what_the_figures_say() -> None:
    result = one_day("09:00-17:00 break 12:00-13:00", duty("09:00-23:00 break 12:00-13:00"))

    assert [(one.bucket, one.interval.minutes, one.is_night) for one in result.segments] == [
        (Bucket.REGULAR, 180, False),
        (Bucket.REGULAR, 240, False),
        (Bucket.WITHIN_LEGAL_OVERTIME, 60, False),
        (Bucket.LEGAL_OVERTIME_DAILY, 240, False),
        (Bucket.LEGAL_OVERTIME_DAILY, 60, True),
    ]


def test_figures_add_up() -> None:
    days = planned_days([OFFICE] * 2, rules=japanese())
    results = calculate_days(days=days, punches=[*duty(OFFICE), *duty(OFFICE, MONDAY + timedelta(days=1))])

    assert total_figures(results) == results[0].figures + results[1].figures
    assert total_figures([]) == Figures()
    assert Figures.from_plain(total_figures(results).to_plain()) == total_figures(results)


@pytest.mark.parametrize(
    ("written", "minutes"), [("09:00-17:00", 480), ("09:01-17:00", 480), ("08:59-17:01", 510), ("09:14-17:46", 540)]
)
def test_rounding_never_takes_a_minute(written: str, minutes: int) -> None:
    rules = japanese(rounding=DailyRounding.UP_ONLY, rounding_minutes=15)
    days = planned_days([""], types="w", rules=rules)

    (result,) = calculate_days(days=days, punches=duty(written))

    assert result.figures.presence_minutes == result.figures.worked_minutes == minutes
