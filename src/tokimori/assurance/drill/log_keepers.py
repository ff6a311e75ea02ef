"""A sequencer, a signer and a publisher for the length of a drill, with a key that is made for it and thrown away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from tokimori.foundation.receipt_keys import receipt_signer
from tokimori.foundation.sequencing.publishing import Publisher
from tokimori.foundation.sequencing.sequencer import Sequencer
from tokimori.foundation.signing.door import SignerClient, SignerDoor
from tokimori.foundation.signing.signer import CheckpointSigner
from tokimori.foundation.signing.state import StateFile
from tokimori.foundation.signing.succession import Succession
from tokimori.foundation.transparency.notes import KeySigner
from tokimori.ops.database_preparation import SEQUENCER_GROUP

_BUILD: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeepers:
    """All that keeps the logs of the scratch database."""

    sequencer: Sequencer
    publisher: Publisher

    def publish(self, *, now: datetime) -> None:
        """Give every event its place, and have it signed as far as the signer does."""
        self.sequencer.forget()
        while self.sequencer.step(now=now):
            pass
        self.publisher.publish(now=now)


@contextmanager
def log_keepers(*, url: str, base: str, seed: bytes, folder: Path) -> Iterator[LogKeepers]:
    """Start a signer in a thread, with a state of its own in ``folder``, and a sequencer on a connection of its role."""
    folder.mkdir(parents=True, exist_ok=True)
    key, socket = folder / "key", folder / "door"
    key.write_bytes(seed)
    signer = CheckpointSigner(
        base=base, key=KeySigner(seed), state=StateFile(folder / "state.json"), succession=Succession(key)
    )
    with SignerDoor(socket, signer) as door:
        thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            with _as_sequencer(url) as connection:
                sequencer = Sequencer(connection)
                publisher = Publisher(
                    connection=connection,
                    sequencer=sequencer,
                    signer=SignerClient(path=socket),
                    base=base,
                    build=_BUILD,
                    receipt_public=receipt_signer(seed).public(),
                )
                yield LogKeepers(sequencer=sequencer, publisher=publisher)
        finally:
            door.shutdown()
            thread.join()


def _as_sequencer(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(url, autocommit=True, options=f"-c role={SEQUENCER_GROUP}")
