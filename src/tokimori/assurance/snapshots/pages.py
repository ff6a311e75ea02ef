"""What the pages of a snapshot show: its files by format and language, and how each is checked without us."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tokimori.assurance.snapshots.queries import FileView, SnapshotView, files_of
from tokimori.foundation.ledger.queries.statements import StatementProof, statement_proof
from tokimori.interfaces.web.dates import moment

UTC: Final = ZoneInfo("UTC")
PROOF_NAME: Final = "proof.tlog-proof"
OPENING_NAME: Final = "opening.json"
EVERYTHING_NAME: Final = "everything.zip"
_KIBIBYTE: Final = 1024


def snapshot_line(view: SnapshotView) -> dict[str, Any]:
    """Return what a list shows of a snapshot; to be called inside the provider's tenant."""
    is_signed = statement_proof(view.statement_id) is not None
    return {
        "id": view.id,
        "taken_at": f"{moment(view.taken_at, UTC)} UTC",
        "is_listed": view.is_listed,
        "state": _signed(is_signed=is_signed),
        "url": reverse("sheet_snapshot", args=[view.id]) if view.is_listed else "",
    }


def snapshot_context(view: SnapshotView, *, address: str) -> dict[str, Any]:
    """Return what the page of a snapshot shows; ``address`` is where its files lie, with a slash at the end."""
    context = files_context(
        files=files_of(view.id), proof=statement_proof(view.statement_id), taken_at=view.taken_at, address=address
    )
    return {"snapshot": view, **context}


def files_context(
    *, files: Sequence[FileView], proof: StatementProof | None, taken_at: datetime, address: str
) -> dict[str, Any]:
    """Return what `_snapshot_files.html` shows of files that a log commits to."""
    return {
        "taken_at": f"{moment(taken_at, UTC)} UTC",
        "state": _signed(is_signed=proof is not None),
        "formats": _formats(files, address),
        "everything_url": address + EVERYTHING_NAME,
        "proof_url": address + PROOF_NAME if proof else "",
        "opening_url": address + OPENING_NAME if proof else "",
        "signed": _proof_words(proof) if proof else None,
        "command": command_of(proof) if proof else "",
    }


def command_of(proof: StatementProof) -> str:
    """Return how a file is checked; its name stands for each of them."""
    return (
        f"python tokimori_verify.py sheet sheet.json --proof {PROOF_NAME} --opening {OPENING_NAME} --vkey {proof.key}"
    )


def _proof_words(proof: StatementProof) -> dict[str, str]:
    return {
        "key": proof.key,
        "proof_name": PROOF_NAME,
        "opening_name": OPENING_NAME,
        "origin": proof.origin,
        "index": str(proof.index),
        "signed_at": f"{moment(proof.signed_at, UTC)} UTC",
    }


def _signed(*, is_signed: bool) -> dict[str, str]:
    if is_signed:
        return {"kind": "ok", "label": _("Signed")}
    return {"kind": "wait", "label": _("Being signed")}


def _formats(files: Sequence[FileView], address: str) -> list[dict[str, Any]]:
    """Return the files by format: one for each language, or one for all."""
    labels = {
        "html": _("Page to read and print (HTML)"),
        "pdf": _("Document (PDF)"),
        "xlsx": _("Check sheet (Excel)"),
        "csv": _("Table (CSV)"),
        "json": _("Data (JSON), of which all others are made"),
        "oscal": _("OSCAL 1.2.1, for tools of auditors"),
    }
    found = {kind: [_file(one, address) for one in files if _format_of(one.name) == kind] for kind in labels}
    return [{"label": label, "files": found[kind]} for kind, label in labels.items() if found[kind]]


def _format_of(name: str) -> str:
    return "oscal" if name.endswith(".oscal.json") else name.rsplit(".", 1)[-1]


def _file(view: FileView, address: str) -> dict[str, str]:
    languages = dict(settings.LANGUAGES)
    middle = view.name.split(".")[1]
    return {
        "url": address + view.name,
        "label": str(languages.get(middle, view.name)),
        "language": middle if middle in languages else "",
        "size": f"{max(1, round(view.size / _KIBIBYTE))} KB",
        "digest": f"SHA-256 {view.digest}",
        "name": view.name,
    }
