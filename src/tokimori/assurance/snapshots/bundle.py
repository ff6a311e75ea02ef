"""All files of a snapshot with what proves them, as one zip; the same snapshot and proof give the same bytes."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from tokimori.assurance.snapshots.pages import OPENING_NAME, PROOF_NAME, command_of
from tokimori.assurance.snapshots.queries import file_content, files_of
from tokimori.foundation.ledger.queries.statements import StatementProof

_WRITTEN_AT: Final = (1980, 1, 1, 0, 0, 0)
_KEPT: Final = 4
_made: dict[UUID, bytes] = {}
_making = threading.Lock()
_README: Final = """\
Snapshot {snapshot} of the security sheet.

Each file's SHA-256 stands in the leaf {index} of the log {origin}.
Check any of them without asking the provider, with Python alone:

  {command}

Compare the key after --vkey with the one that you were given on another way, for example in your contract.
"""


def bundle_of(snapshot_id: UUID, proof: StatementProof | None) -> bytes:
    """Return the zip; to be called inside the provider's tenant. Without a proof, as long as none is signed."""
    return _with_proof(_files_of(snapshot_id), proof, snapshot_id=snapshot_id)


def zip_of(files: Iterable[tuple[str, bytes]], proof: StatementProof | None, *, snapshot_id: UUID) -> bytes:
    """Return the same of files that are no published snapshot's; nothing of it is kept."""
    return _with_proof(_zipped(files), proof, snapshot_id=snapshot_id)


def _with_proof(zipped: bytes, proof: StatementProof | None, *, snapshot_id: UUID) -> bytes:
    buffer = io.BytesIO(zipped)
    buffer.seek(0, io.SEEK_END)
    if proof is not None:
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as bundle:
            _put(bundle, PROOF_NAME, proof.proof)
            _put(bundle, OPENING_NAME, proof.opening)
            text = _README.format(
                snapshot=snapshot_id, index=proof.index, origin=proof.origin, command=command_of(proof)
            )
            _put(bundle, "README.txt", text.encode())
    return buffer.getvalue()


def bundle_tag(snapshot_id: UUID, proof: StatementProof | None) -> str:
    """Return what names the zip before it is made: the same snapshot and proof are the same zip."""
    proved = proof.proof + proof.opening if proof is not None else b""
    return hashlib.sha256(snapshot_id.bytes + hashlib.sha256(proved).digest()).hexdigest()


def _files_of(snapshot_id: UUID) -> bytes:
    """Return a zip of what was published, which never changes; proofs do, with each checkpoint of the log.

    Each process makes it once and keeps the newest few, since everybody may ask for it as often as he likes.
    """
    with _making:
        if snapshot_id not in _made:
            made = _zipped((one.name, file_content(snapshot_id, one.name)[1]) for one in files_of(snapshot_id))
            while len(_made) >= _KEPT:
                _made.pop(next(iter(_made)))
            _made[snapshot_id] = made
        return _made[snapshot_id]


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files:
            _put(bundle, name, content)
    return buffer.getvalue()


def _put(bundle: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_WRITTEN_AT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    bundle.writestr(entry, content)
