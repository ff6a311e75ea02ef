"""Read what proves a statement of the provider's log."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.foundation.canonical import canonical_bytes
from tokimori.foundation.ledger.models import LogEntry, ProviderLeaf
from tokimori.foundation.ledger.queries.logs import ProviderLog, log_key
from tokimori.foundation.ledger.services.log_ids import PROVIDER_LOG
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.foundation.transparency.proof_files import ProofFile
from tokimori.foundation.transparency.proofs import inclusion_proof


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementProof:
    """All that a stranger needs: the proof (C2SP tlog-proof), what opens the leaf, and the key to compare with."""

    index: int
    origin: str
    signed_at: datetime
    proof: bytes
    opening: bytes
    key: str


def statement_proof(statement_id: UUID) -> StatementProof | None:
    """Return the proof of a statement, under the newest checkpoint; nothing as long as none is signed over it.

    To be called inside the provider's tenant.
    """
    leaf = ProviderLeaf.objects.filter(tenant_id=PROVIDER, id=statement_id).first()
    entry = LogEntry.objects.filter(tenant_id=PROVIDER, log=PROVIDER_LOG, id=statement_id).first()
    if leaf is None or entry is None:
        return None
    log = ProviderLog(epoch=entry.epoch)
    signed = log.checkpoint()
    key = log_key(signed.origin) if signed else None
    if signed is None or key is None or signed.size <= entry.index:
        return None
    path = inclusion_proof(index=entry.index, size=signed.size, read=log.nodes(size=signed.size))
    file = ProofFile(index=entry.index, proof=path, note=signed.note.encode(), extra=str(leaf.entry).encode())
    return StatementProof(
        index=entry.index,
        origin=signed.origin,
        signed_at=signed.signed_at,
        proof=file.content(),
        opening=canonical_bytes({"nonce": bytes(leaf.nonce).hex(), "payload": json.loads(leaf.payload)}),
        key=key.text(),
    )
