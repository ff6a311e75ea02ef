"""A snapshot: the whole sheet at a moment as one value, its canonical JSON, and the strict reading of that."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.foundation.canonical import canonical_bytes

FORMAT: Final = "tokimori-sheet/v1"
PUBLIC: Final = "public"
"""The edition for everybody. A company's own edition bears the company's code."""
DRAFT: Final = "(draft)"
"""The edition of a sheet that nobody published; no company's code holds a bracket."""


class SnapshotBroken(ValueError):
    """The bytes are no snapshot of this format, or not its canonical form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """One text in the three languages of the product."""

    ja: str
    en: str
    th: str

    def in_language(self, language: str) -> str:
        """Return the text in a language of the product."""
        return str(getattr(self, language))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvidence:
    """One thing that the row leans on, as it stood. Times are RFC 3339, digests SHA-256; empty where there is none.

    ``run`` and ``event`` are the ids of the observation and of its event in the provider's record; ``digest`` covers all
    that the observation says, ``code`` the code that looked.
    """

    method: str
    name: str
    state: str
    outcome: str
    observed_at: str
    expires_at: str
    reason: str
    measured: Mapping[str, int | str]
    run: str
    event: str
    digest: str
    code: str
    build: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedGap:
    """A gap that two people accepted for a time. It explains; it changes no state."""

    reason: str
    approved_at: str
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRow:
    """One row: what was asked, what was answered, and all that the answer was made of.

    ``own`` are the values of the company whose edition this is; nothing in the public edition.
    """

    row: int
    section: str
    kind: str
    question: Texts
    good: str
    state: str
    literal: str
    mark: str
    why: str
    remark: Texts
    valid_until: str
    evidence: tuple[SeenEvidence, ...]
    exception: ExplainedGap | None
    frameworks: tuple[str, ...]
    own: Mapping[str, int | str | bool] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter of the sheet."""

    code: str
    title: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All 135 rows at a moment, in order, none hidden. ``contradictions`` is empty in whatever is published."""

    format: str
    id: str
    edition: str
    taken_at: str
    build: str
    chapters: tuple[Chapter, ...]
    rows: tuple[SnapshotRow, ...]
    contradictions: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError("This is another format.")
        if [one.row for one in self.rows] != list(ROWS):
            raise ValueError("Each row stands there once, in order.")
        if {one.section for one in self.rows} - {one.code for one in self.chapters}:
            raise ValueError("Each row belongs to a chapter.")

    @property
    def moment(self) -> datetime:
        """Return when the sheet stood like this."""
        return datetime.fromisoformat(self.taken_at)

    def content(self) -> bytes:
        """Return the canonical JSON (RFC 8785)."""
        return canonical_bytes(asdict(self), may_hold_floats=False)


_READER: Final = TypeAdapter(Snapshot)


def read_snapshot(content: bytes) -> Snapshot:
    """Return the snapshot that was written as these very bytes; raise ``SnapshotBroken`` for anything else."""
    try:
        snapshot = _READER.validate_json(content)
    except (ValidationError, ValueError) as error:
        raise SnapshotBroken(str(error)) from error
    if snapshot.content() != content:
        raise SnapshotBroken("This is not the canonical form of what it says.")
    return snapshot


def instant(moment: datetime | None) -> str:
    """Return a time in RFC 3339, UTC, to the second; nothing for nothing."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
