"""A company on which one thing is tried, and who looks at it: the comparison of rows, and the customer's own program."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from tokimori.assurance.probes.build import ROOT
from tokimori.domains.closings.queries import seal_file, seal_ids
from tokimori.domains.timekeeping.evidence import BINDING, punch_lines
from tokimori.foundation import clock
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.bundles import BundledFacts, BundleWish, bundle_pieces
from tokimori.foundation.ledger.queries import EventView
from tokimori.foundation.ledger.queries.logs import TenantLog
from tokimori.foundation.ledger.receipts import origin_of
from tokimori.foundation.ledger.services.log_ids import existing_log_of
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.interfaces.cli.verify import findings_of

VERIFIER: Final = ROOT / "verify" / "tokimori_verify.py"
_VERIFIER_SECONDS: Final = 120
_UNBOUND: Final = """
    do $$ declare one record; begin
        for one in select conrelid::regclass as place, conname from pg_constraint
                    where contype = 'f' and connamespace = 'public'::regnamespace loop
            execute format('alter table %s drop constraint %I', one.place, one.conname);
        end loop; end $$
"""
_EACH_WALL: Final = sql.SQL("""
    do $$ declare place regclass; begin
        for place in select oid::regclass from pg_class
                      where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity loop
            execute format('alter table %s {} trigger user, {} row level security', place);
        end loop; end $$
""")
_DOWN: Final = _EACH_WALL.format(sql.SQL("disable"), sql.SQL("no force"))
_UP: Final = _EACH_WALL.format(sql.SQL("enable"), sql.SQL("force"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A company whose auditor keeps the checkpoint of the first ``first`` leaves of its log in ``folder``."""

    code: str
    tenant: TenantId
    log: str
    first: int
    folder: Path
    seed: bytes

    def is_found_by_rows(self) -> bool:
        """Whether the comparison of punches, events and places with the log says that something is wrong."""
        return bool(findings_of(self.tenant))

    def is_found_outside(self) -> bool:
        """Whether who kept a checkpoint finds something wrong with the bundle that he is given now, or gets none."""
        log = TenantLog(tenant=self.tenant, log=self.log, epoch=1)
        with tenant_transaction(self.tenant):
            signed = log.checkpoint()
            seals = seal_ids(tenant=self.tenant)
        if signed is None:
            return True
        wish = BundleWish(log=log, checkpoint=signed, first=0, last=signed.size, created=clock.now())
        facts = BundledFacts(name="punches.jsonl", of=BINDING, lines=partial(_punches_of, self.tenant))
        file = self.folder / "log.zip"
        try:
            file.write_bytes(
                b"".join(bundle_pieces(wish, others=[partial(_seal, self.tenant, one) for one in seals], facts=facts))
            )
        except NotFound:
            return True
        key = VerifierKey(name=origin_of(self.log, 1), public=KeySigner(self.seed).public()).text()
        kept = self.folder / "kept.json"
        command: list[str | Path] = [sys.executable, "-I", VERIFIER, "export", file, "--vkey", key, "--state", kept]
        answer = subprocess.run(  # noqa: S603 -- our own program, on files of our own
            command, capture_output=True, check=False, timeout=_VERIFIER_SECONDS
        )
        return answer.returncode != 0


def _seal(tenant: TenantId, seal_id: UUID) -> tuple[str, bytes]:
    name, content = seal_file(tenant=tenant, seal_id=seal_id)
    return f"seals/{name}", content


def _punches_of(tenant: TenantId, events: Sequence[tuple[int, EventView]]) -> bytes:
    return punch_lines(tenant=tenant, events=events)


def keep_a_checkpoint(*, code: str, tenant: TenantId, folder: Path, seed: bytes) -> Stand:
    """Return a company whose auditor keeps what its log is now; raise ``RuntimeError`` if that is not in order."""
    folder.mkdir()
    with tenant_transaction(tenant):
        log = existing_log_of(tenant) or ""
        signed = TenantLog(tenant=tenant, log=log, epoch=1).checkpoint()
    stand = Stand(code=code, tenant=tenant, log=log, first=signed.size if signed else 0, folder=folder, seed=seed)
    if signed is None or stand.is_found_outside():
        raise RuntimeError("A log that nobody touched is not in order; nothing can be tried on it.")
    return stand


def release(owner: "psycopg.Connection[tuple[Any, ...]]") -> None:
    """Take away what binds rows to one another, so that an attack is stopped by nothing but being noticed."""
    owner.execute(_UNBOUND)


def attack_on(
    owner: "psycopg.Connection[tuple[Any, ...]]", statements: Sequence[str], stand: Stand, *, other: Stand
) -> None:
    """Do to a company what whoever owns the database can: with the walls and the triggers down for that moment."""
    values = {"mine": stand.tenant, "other": other.tenant, "log": stand.log, "first": stand.first}
    with owner.transaction():
        owner.execute(_DOWN)
        for statement in statements:
            owner.execute(statement, values)
        owner.execute(_UP)
