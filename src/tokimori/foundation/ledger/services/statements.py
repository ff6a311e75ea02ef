"""Have the provider's log say something of the installation, for everybody to read and to check."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tokimori.foundation.canonical import canonical_bytes
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.models import ProviderStatement
from tokimori.foundation.tenancy.context import PROVIDER


class StatementType(StrEnum):
    """What the application lets the provider's log say."""

    SHEET_PUBLISHED = "sheet:published"


def state_publicly(said: StatementType, *, details: Mapping[str, str | int], now: datetime) -> UUID:
    """Ask the sequencer for a leaf of the provider's log, in the open transaction of the provider's tenant.

    Return the leaf's id. It is there and under a signed checkpoint some seconds after the transaction. Whoever calls has
    asked for the right, and records who did it.
    """
    row = ProviderStatement.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        type=said.value,
        details=canonical_bytes(dict(details)).decode(),
        asked_at=now,
    )
    return UUID(str(row.id))
