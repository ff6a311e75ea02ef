"""An entry as code knows it: what was written, how it stands, and when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from tokimori.assurance.registers.fields import Value
from tokimori.foundation.canonical import digest


class State(StrEnum):
    """How far an entry has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """How an entry stands at a moment; an approved one may have become too old by itself."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    REVIEW_DUE = "review_due"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What somebody writes into an entry."""

    title: str
    owner_id: UUID
    deputy_id: UUID | None
    effective_on: date
    review_due_on: date
    expires_on: date | None
    fields: Mapping[str, Value]
    supersedes_id: UUID | None = None

    def digest_with(self, files: tuple[str, ...]) -> str:
        """Return the digest of all that is approved: the words, the dates, and the digests of the files."""
        return digest(
            {
                "title": self.title,
                "owner": str(self.owner_id),
                "deputy": str(self.deputy_id or ""),
                "effective_on": self.effective_on.isoformat(),
                "review_due_on": self.review_due_on.isoformat(),
                "expires_on": self.expires_on.isoformat() if self.expires_on else "",
                "fields": dict(self.fields),
                "supersedes": str(self.supersedes_id or ""),
                "files": sorted(files),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry with its newest version. ``approved_at`` is when that version was approved, if it was."""

    id: UUID
    register: str
    is_sample: bool
    number: int
    state: State
    content: Content
    author_id: UUID
    acted_by: UUID | None
    note: str
    digest: str
    at: datetime
    approved_at: datetime | None

    @property
    def fields(self) -> Mapping[str, Value]:
        """Return the values of its fields."""
        return self.content.fields

    @property
    def ends_on(self) -> date:
        """Return the last day on which it counts without somebody looking at it again."""
        ends = self.content.expires_on
        return min(ends, self.content.review_due_on) if ends else self.content.review_due_on

    @property
    def ends_at(self) -> datetime:
        """Return the moment from which it does not count any more."""
        return beginning_of(self.ends_on + timedelta(days=1))

    def standing(self, today: date) -> Standing:
        """Return how it stands on a day."""
        if self.state is not State.APPROVED:
            return Standing(self.state.value)
        if self.content.effective_on > today:
            return Standing.NOT_YET
        if self.content.expires_on is not None and self.content.expires_on < today:
            return Standing.EXPIRED
        return Standing.REVIEW_DUE if self.content.review_due_on < today else Standing.IN_FORCE

    def day(self, name: str) -> date | None:
        """Return a field's date, if there is one."""
        value = self.fields.get(name)
        return date.fromisoformat(value) if isinstance(value, str) else None

    def number_in(self, name: str) -> int:
        """Return a field's number; zero where there is none."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def is_so(self, name: str) -> bool:
        """Whether a field says yes."""
        return self.fields.get(name) is True

    def text(self, name: str) -> str:
        """Return a field's text; empty where there is none."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def rows(self) -> tuple[int, ...]:
        """Return the rows of the sheet that it names."""
        value = self.fields.get("sheet_rows")
        return tuple(one for one in value if isinstance(one, int)) if isinstance(value, list) else ()


def beginning_of(day: date) -> datetime:
    """Return the first moment of a day, in UTC, on which the registers' days are counted."""
    return datetime.combine(day, time.min, tzinfo=UTC)
