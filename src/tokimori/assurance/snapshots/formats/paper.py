"""The check sheet as a document that an archive takes (PDF/A-2b), with the type for Japanese and Thai inside."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import fontpkg_noto_sans_thai
import noto_cjk_sans_jp_regular
import typst

from tokimori.assurance.snapshots.content import Snapshot
from tokimori.assurance.snapshots.formats.check_sheet import check_sheet

_TEMPLATE: Final = Path(__file__).with_name("paper.typ")
_FONTS: Final = (Path(str(noto_cjk_sans_jp_regular.FONT_PATH)).parent, fontpkg_noto_sans_thai.ROOT / "files")


def write_paper(snapshot: Snapshot, language: str) -> bytes:
    """Return the document, dated with the snapshot's own moment."""
    data = json.dumps(asdict(check_sheet(snapshot, language)), ensure_ascii=False)
    paper = typst.compile(
        str(_TEMPLATE),
        format="pdf",
        font_paths=[str(path) for path in _FONTS],
        ignore_system_fonts=True,
        sys_inputs={"sheet": data},
        pdf_standards="a-2b",
        timestamp=int(snapshot.moment.timestamp()),
    )
    if not isinstance(paper, bytes):
        raise TypeError("One document makes one file.")
    return paper
