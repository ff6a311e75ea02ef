"""A company whose rows are attacked with every right, and the two who look: the customer's verifier, and the comparison."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from support import cluster
from support.cast import Cast, usual_cast
from support.logkeeping import BASE, SEED, LogKeeping, log_id, log_keeping
from support.months import FIRST_OF_MAY
from tokimori.domains.closings.queries import seal_file, seal_ids
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.bundles import BundleWish, bundle_pieces
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries.logs import TenantLog
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.interfaces.cli.verify import findings_of

VERIFIER = Path(__file__).resolve().parents[2] / "verify" / "tokimori_verify.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A company with a sealed April, whose auditor kept a checkpoint; and the company beside it."""

    cast: Cast
    other: Cast
    keeping: LogKeeping
    folder: Path

    def write(self, count: int = 5) -> None:
        """Let more happen, and have it signed as far as the signer does."""
        with tenant_transaction(self.cast.tenant):
            events = [Event(name=EventName.SIGN_OUT, subject_id=None) for _ in range(count)]
            record_events(events, actor=self.cast.system, at=FIRST_OF_MAY)
        self.keeping.sequencer.forget()
        self.keeping.publish(now=FIRST_OF_MAY)

    def verified(self) -> tuple[int, str]:
        """Take a bundle, and let the customer's verifier look at it with what it kept; or say why there is none."""
        log = TenantLog(tenant=self.cast.tenant, log=log_id(self.cast.tenant), epoch=1)
        with tenant_transaction(self.cast.tenant):
            signed = log.checkpoint()
            seals = seal_ids(tenant=self.cast.tenant)
        if signed is None:
            return 1, "no checkpoint is there any more"

        def seal_of(key: object) -> tuple[str, bytes]:
            name, content = seal_file(tenant=self.cast.tenant, seal_id=key)  # type: ignore[arg-type]
            return f"seals/{name}", content

        wish = BundleWish(log=log, checkpoint=signed, first=0, last=signed.size, created=FIRST_OF_MAY)
        file = self.folder / "log.zip"
        try:
            pieces = bundle_pieces(wish, others=[lambda key=key: seal_of(key) for key in seals])  # type: ignore[misc]
            file.write_bytes(b"".join(pieces))
        except NotFound:
            return 1, "a bundle cannot be made: events under the checkpoint are gone"
        key = VerifierKey(name=f"{BASE}/{log.log}/1", public=KeySigner(SEED).public()).text()
        answer = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-I", VERIFIER, "export", file, "--vkey", key, "--state", self.folder / "kept.json"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return answer.returncode, answer.stdout + answer.stderr

    def found(self) -> str:
        """Return what the comparison of rows finds."""
        return "\n".join(f"{one.what}: {one.why}" for one in findings_of(self.cast.tenant))

    def attack(self, statement: str, *values: object) -> None:
        """Change the database with every right, past triggers and rules."""
        with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
            administrator.execute("set session_replication_role = replica")
            administrator.execute(statement, values)  # type: ignore[arg-type]


@contextmanager
def standing(cast: Cast, folder: Path) -> Iterator[Site]:
    """Have everything signed, keep the checkpoint outside, and see that all is well before anybody comes."""
    with log_keeping() as keeping:
        made = Site(cast=cast, other=usual_cast(), keeping=keeping, folder=folder)
        made.write()
        status, said = made.verified()
        assert status == 0, said
        assert made.found() == ""
        yield made
