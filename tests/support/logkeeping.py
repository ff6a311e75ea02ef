"""A sequencer, a signer and a publisher of the tests' own database, in this very process."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from support import cluster
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.models import LedgerLog
from tokimori.foundation.sequencing.publishing import Published, Publisher
from tokimori.foundation.sequencing.sequencer import Sequencer
from tokimori.foundation.signing.door import SignerClient, SignerDoor
from tokimori.foundation.signing.signer import CheckpointSigner
from tokimori.foundation.signing.state import StateFile
from tokimori.foundation.signing.succession import Succession
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.notes import KeySigner

BASE: Final = "localhost/tokimori"
SEED: Final = bytes(range(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeeping:
    """All that keeps the logs, for one test."""

    connection: "psycopg.Connection[tuple[Any, ...]]"
    sequencer: Sequencer
    signer: SignerClient
    publisher: Publisher
    state: Path

    def sequence(self, *, now: datetime) -> int:
        """Sequence whatever awaits it and return how many."""
        count = 0
        while (some := self.sequencer.step(now=now)) > 0:
            count += some
        return count

    def publish(self, *, now: datetime) -> Published:
        """Sequence whatever awaits it, and have it signed."""
        self.sequence(now=now)
        return self.publisher.publish(now=now)


@contextmanager
def log_keeping(state: Path | None = None) -> Iterator[LogKeeping]:
    """Start a signer in a thread, and a sequencer on a connection of its role."""
    with tempfile.TemporaryDirectory() as folder:
        kept = state or Path(folder) / "state.json"
        socket = Path(folder) / "signer"
        key = Path(folder) / "key"
        key.write_bytes(SEED)
        signer = CheckpointSigner(base=BASE, key=KeySigner(SEED), state=StateFile(kept), succession=Succession(key))
        door = SignerDoor(socket, signer)
        thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            with psycopg.connect(cluster.ADMINISTRATION["sequencer_url"], autocommit=True) as connection:
                sequencer = Sequencer(connection)
                client = SignerClient(path=socket)
                publisher = Publisher(
                    connection=connection, sequencer=sequencer, signer=client, base=BASE, build="0" * 64,
                    receipt_public=KeySigner(bytes(32)).public(),
                )  # fmt: skip
                yield LogKeeping(
                    connection=connection, sequencer=sequencer, signer=client, publisher=publisher, state=kept
                )
        finally:
            door.shutdown()
            thread.join()
            door.server_close()


def log_id(tenant: TenantId) -> str:
    """Return the id of a tenant's log."""
    with tenant_transaction(tenant):
        return LedgerLog.objects.get(tenant_id=tenant).log
