"""What a sample is, and the days that it speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tokimori.assurance.registers.fields import Value

REFERENCE = "@"
"""A value that begins with it names another sample, by its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample: its register, its title, and what stands in its fields."""

    register: str
    title: str
    fields: Mapping[str, Value]
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days around the one on which the demo begins, as fields hold them."""

    today: date

    def ago(self, days: int) -> str:
        """Return the day so many days before."""
        return (self.today - timedelta(days=days)).isoformat()

    def ahead(self, days: int) -> str:
        """Return the day so many days after."""
        return (self.today + timedelta(days=days)).isoformat()

    def minute(self, days: int, clock: str) -> str:
        """Return a minute of the day so many days before."""
        return f"{self.ago(days)}T{clock}"


def sample(register: str, title: str, key: str = "", /, **fields: Value) -> Sample:
    """Return a sample."""
    return Sample(register=register, title=title, fields=fields, key=key)
