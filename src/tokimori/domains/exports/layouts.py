"""What a payroll file looks like: its columns, in order, and where each comes from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Layout(StrEnum):
    """The files that can be made of a seal."""

    MONTH_TOTALS = "month_totals"
    DAYS = "days"


class FileFormat(StrEnum):
    """How a file is written."""

    CSV = "csv"
    EXCEL = "xlsx"


Cell = str | int
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: the name in its heading, and the value of a row. Times are whole minutes."""

    name: str
    value: Callable[[Row], Cell]


FIGURES: Final = (
    "scheduled_minutes",
    "worked_minutes",
    "regular_minutes",
    "within_legal_overtime_minutes",
    "legal_overtime_minutes",
    "legal_holiday_minutes",
    "holiday_overtime_minutes",
    "late_night_minutes",
    "break_minutes",
    "late_minutes",
    "early_leave_minutes",
    "absence_minutes",
)
"""The figures of every layout, by their names in the engine; each is also the label in the file."""


def _figure(name: str) -> Column:
    return Column(name=name, value=lambda row: int(row["figures"].get(name, 0)))


COLUMNS: Final[Mapping[Layout, tuple[Column, ...]]] = {
    Layout.MONTH_TOTALS: (
        Column(name="employee_code", value=lambda row: str(row["employee_code"])),
        Column(name="month", value=lambda row: str(row["month"])),
        Column(name="days_worked", value=lambda row: int(row["days_worked"])),
        *(_figure(name) for name in FIGURES),
    ),
    Layout.DAYS: (
        Column(name="employee_code", value=lambda row: str(row["employee_code"])),
        Column(name="date", value=lambda row: str(row["date"])),
        Column(name="day_type", value=lambda row: str(row["day_type"])),
        *(_figure(name) for name in FIGURES),
    ),
}


def rows_of(layout: Layout, sheet: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows that one person's sealed month has in a layout."""
    match layout:
        case Layout.MONTH_TOTALS:
            yield {
                "employee_code": sheet["employee_code"],
                "month": sheet["month"],
                "days_worked": sum(1 for day in sheet["days"].values() if day["figures"]["worked_minutes"]),
                "figures": with_sums(sheet["total"]),
            }
        case Layout.DAYS:
            for day, content in sorted(sheet["days"].items()):
                yield {
                    "employee_code": sheet["employee_code"],
                    "date": day,
                    "day_type": content["day_type"],
                    "figures": with_sums(content["figures"]),
                }


def with_sums(figures: Mapping[str, int]) -> Mapping[str, int]:
    """Return the figures with the one that is a sum of others."""
    parts = ("daily", "weekly", "monthly", "period")
    return {
        **figures,
        # What an older engine did not know, its seals do not hold.
        "legal_overtime_minutes": sum(figures.get(f"legal_overtime_{part}_minutes", 0) for part in parts),
    }
