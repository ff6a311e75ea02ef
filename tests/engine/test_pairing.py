from datetime import timedelta

import pytest

from engine.notation import MONDAY, OFFICE, codes, duty, figures_that_are_not_zero, moment, one_day, punch, unsaid
from tokimori.engine import Punch, PunchKind, Severity, pair_punches

IN, OUT = PunchKind.IN, PunchKind.OUT
BREAK_START, BREAK_END = PunchKind.BREAK_START, PunchKind.BREAK_END


def said(text: str) -> list[Punch]:
    """Return punches written as ``in 09:00 break_start 12:00``."""
    words = text.split()
    return [punch(PunchKind(kind), MONDAY, clock) for kind, clock in zip(words[::2], words[1::2], strict=True)]


@pytest.mark.parametrize(
    ("punched", "worked", "found"),
    [
        pytest.param("in 09:00 out 18:00", 540, [], id="complete"),
        pytest.param("in 09:00 break_start 12:00 break_end 13:00 out 18:00", 480, [], id="with a break"),
        pytest.param("in 09:00 out 12:00 in 13:00 out 18:00", 480, [], id="two stretches"),
        pytest.param("in 06:00 out 10:00 in 16:00 out 21:00", 540, [], id="a split shift, XX-016"),
        pytest.param("in 09:00", 0, ["missing_out"], id="an arrival alone gives nothing"),
        pytest.param("out 18:00", 0, ["missing_in"], id="a departure alone gives nothing"),
        pytest.param("in 09:00 in 13:00 out 18:00", 300, ["missing_out"], id="the second arrival counts"),
        pytest.param("in 09:00 out 12:00 out 18:00", 180, ["missing_in"], id="the first departure counts"),
        pytest.param("in 09:00 break_start 12:00 out 18:00", 180, ["missing_break_end"], id="break without end"),
        pytest.param("in 09:00 break_end 13:00 out 18:00", 300, ["missing_break_start"], id="break without start"),
        pytest.param("in 09:00 go_out 12:00 out 18:00", 180, ["missing_return"], id="gone and not returned"),
        pytest.param("in 09:00 return 13:00 out 18:00", 300, ["missing_go_out"], id="returned and not gone"),
        pytest.param(
            "break_start 12:00 break_end 13:00 out 18:00", 300, ["missing_in"], id="no arrival before a break"
        ),
        pytest.param(
            "in 09:00 break_start 12:00 go_out 12:10 break_end 13:00 out 18:00",
            480,
            ["unpaired_punch"],
            id="going out during a break changes nothing",
        ),
    ],
)
def test_time_is_counted_between_two_punches_that_exist(punched: str, worked: int, found: list[str]) -> None:
    result = one_day("", said(punched))

    assert result.figures.worked_minutes == worked
    assert [code for code in codes(result) if code != "work_without_schedule"] == found


@pytest.mark.parametrize(
    ("clocks", "worked", "found"),
    [
        pytest.param("09:00 18:00", 540, [], id="two"),
        pytest.param("09:00 12:00 13:00 18:00", 480, [], id="four"),
        pytest.param("09:00 12:00 13:00 15:00 15:30 18:00", 450, [], id="six"),
        pytest.param("09:00", 0, ["missing_out"], id="one"),
    ],
)
def test_unsaid_punches_are_arrival_departure_and_breaks_between(clocks: str, worked: int, found: list[str]) -> None:
    result = one_day("09:00-18:00", unsaid(clocks))

    assert (result.figures.worked_minutes, codes(result)) == (worked, found)


@pytest.mark.parametrize(
    ("clocks", "worked"),
    [("09:00 12:00 18:00", 540), ("09:00 12:00 13:00 15:00 18:00", 480)],
)
def test_the_unsaid_punch_that_is_left_over_is_ignored_and_found(clocks: str, worked: int) -> None:
    """XX-015."""
    result = one_day(OFFICE, unsaid(clocks))

    assert (result.figures.worked_minutes, codes(result)) == (worked, ["unpaired_punch"])


def test_day_that_is_not_over_misses_nothing_yet() -> None:
    paired = pair_punches(punches=said("in 09:00"), duplicate_seconds=60, is_over=False)

    assert [(one.code.value, one.severity) for one in paired.findings] == [("still_working", Severity.INFO)]
    assert not paired.has_gap


def test_what_is_missing_blocks() -> None:
    assert [one.severity for one in one_day(OFFICE, said("in 09:00")).findings] == [Severity.BLOCKING]


@pytest.mark.parametrize(
    ("kind", "gap_seconds", "kept"),
    [
        pytest.param(IN, 31, "first", id="the first arrival counts"),
        pytest.param(BREAK_START, 31, "first", id="the first start of a break counts"),
        pytest.param(OUT, 31, "second", id="the last departure counts"),
        pytest.param(BREAK_END, 31, "second", id="the last end of a break counts"),
        pytest.param(IN, 60, "first", id="exactly at the window"),
        pytest.param(IN, 61, None, id="beyond the window both count"),
    ],
)
def test_double_taps_count_once(kind: PunchKind, gap_seconds: int, kept: str | None) -> None:
    base = moment(MONDAY, "09:00")
    first = Punch(id="first", at=base, kind=kind)
    second = Punch(id="second", at=base + timedelta(seconds=gap_seconds), kind=kind)

    paired = pair_punches(punches=[first, second], duplicate_seconds=60, is_over=True)

    ignored = [one.punch_ids for one in paired.findings if one.code.value == "duplicate_ignored"]
    assert ignored == ([] if kept is None else [("second",) if kept == "first" else ("first",)])


def test_private_outs_are_present_but_not_worked() -> None:
    result = one_day(OFFICE, duty("09:00-18:00 break 12:00-13:00 out 15:00-15:30"))

    assert figures_that_are_not_zero(result) == {
        "scheduled": 480,
        "worked": 450,
        "regular": 450,
        "presence": 540,
        "break": 60,
        "private_out": 30,
    }
