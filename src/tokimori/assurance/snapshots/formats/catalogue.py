"""Every file of a snapshot: its name, its kind, and who writes it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from tokimori.assurance.catalogue.controls import LANGUAGES
from tokimori.assurance.snapshots.content import Snapshot
from tokimori.assurance.snapshots.formats import oscal
from tokimori.assurance.snapshots.formats.page import write_page
from tokimori.assurance.snapshots.formats.paper import write_paper
from tokimori.assurance.snapshots.formats.tables import write_csv, write_workbook

Writer = Callable[[Snapshot], bytes]
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON_NAME: Final = "sheet.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatFile:
    """One file that a snapshot is written as."""

    name: str
    kind: str
    write: Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file as it was written."""

    name: str
    kind: str
    content: bytes

    @property
    def digest(self) -> str:
        """Return its SHA-256, in lower-case hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


_IN_LANGUAGES: Final = (
    ("html", "text/html", write_page),
    ("pdf", "application/pdf", write_paper),
    ("csv", "text/csv", write_csv),
    ("xlsx", WORKBOOK, write_workbook),
)
_OSCAL: Final[tuple[tuple[str, Writer], ...]] = (
    (oscal.CATALOG_NAME, oscal.write_catalog),
    (oscal.COMPONENT_NAME, oscal.write_component),
    (oscal.PLAN_NAME, oscal.write_plan),
    (oscal.RESULTS_NAME, oscal.write_results),
)
FILES: Final = (
    FormatFile(name=JSON_NAME, kind="application/json", write=Snapshot.content),
    *(
        FormatFile(name=f"sheet.{language}.{ending}", kind=kind, write=partial(write, language=language))
        for ending, kind, write in _IN_LANGUAGES
        for language in LANGUAGES
    ),
    *(FormatFile(name=name, kind="application/json", write=write) for name, write in _OSCAL),
)


def written(snapshot: Snapshot) -> Iterator[WrittenFile]:
    """Write every file of a snapshot."""
    for one in FILES:
        yield WrittenFile(name=one.name, kind=one.kind, content=one.write(snapshot))
