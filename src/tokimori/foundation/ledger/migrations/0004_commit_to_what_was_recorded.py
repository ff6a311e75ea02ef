"""Commit to the events that are there, each in its tenant's log, and let every new one await its place from now on.

What is computed here is written out, as it was when this was written: the format of leaves, version 1, and of sealed values,
version 1.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import migrations

_CHUNK = 2000
_NO_BUILD = bytes(32)
"""Events that are older than the log do not say which build recorded them."""

OPEN = """
alter table ledger_ledgerevent no force row level security;
alter table ledger_ledgerlog no force row level security;
alter table ledger_pendingleaf no force row level security;
alter table ledger_ledgerevent disable trigger user;
"""
CLOSE = """
alter table ledger_ledgerevent enable trigger user;
alter table ledger_pendingleaf force row level security;
alter table ledger_ledgerlog force row level security;
alter table ledger_ledgerevent force row level security;
"""
AWAITING = """
create function tokimori.await_places_in_the_log() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    insert into public.ledger_pendingleaf (tenant_id, id, leaf_hash, recorded_at)
    select tenant_id, id, leaf_hash, at from fresh;
    return null;
end
$$;
revoke all on function tokimori.await_places_in_the_log() from public;
create trigger await_places after insert on ledger_ledgerevent
    referencing new table as fresh for each statement execute function tokimori.await_places_in_the_log();
"""


def commit(apps: Any, _schema_editor: Any) -> None:
    """Give each event of before its nonce, its sealed payload and its leaf."""
    event, log = apps.get_model("ledger", "LedgerEvent"), apps.get_model("ledger", "LedgerLog")
    pending = apps.get_model("ledger", "PendingLeaf")
    logs: dict[Any, str] = {}
    for rows in _chunks(event):
        for row in rows:
            if row.tenant_id not in logs:
                logs[row.tenant_id] = secrets.token_hex(16)
                log.objects.create(tenant_id=row.tenant_id, log=logs[row.tenant_id], opened_at=row.at)
            _commit(row, log=logs[row.tenant_id])
        event.objects.bulk_update(rows, ["build", "commitment", "leaf_hash", "sealed"])
        pending.objects.bulk_create(
            pending(tenant_id=row.tenant_id, id=row.id, leaf_hash=row.leaf_hash, recorded_at=row.at) for row in rows
        )


def _chunks(event: Any) -> Iterator[Sequence[Any]]:
    while rows := list(event.objects.filter(leaf_hash=None).order_by("tenant_id", "id")[:_CHUNK]):
        yield rows


def _commit(row: Any, *, log: str) -> None:
    nonce = secrets.token_bytes(32)
    payload = rfc8785.dumps(
        {
            "actor_kind": row.actor_kind,
            "address": row.address,
            "correlation": row.correlation,
            "details": row.details,
            "device": row.device,
            "outcome": row.outcome,
            "session": str(row.session_id) if row.session_id else None,
        }
    )
    row.build = _NO_BUILD
    row.commitment = hashlib.sha256(b"tokimori-commit-v1" + nonce + payload).digest()
    entry = rfc8785.dumps(
        {
            "v": 1,
            "log": log,
            "event": str(row.id),
            "type": row.name,
            "actor": str(row.actor_id) if row.actor_id else None,
            "object": str(row.subject_id) if row.subject_id else None,
            "at": _text(row.at),
            "received": _text(row.at),
            "build": row.build.hex(),
            "commitment": row.commitment.hex(),
        }
    )
    row.leaf_hash = hashlib.sha256(b"\x00" + entry).digest()
    row.sealed = _sealed(nonce + payload, row)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sealed(plain: bytes, row: Any) -> bytes:
    info = b"tokimori sealing\0" + row.tenant_id.bytes
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(settings.SEALING_KEY)
    nonce = secrets.token_bytes(12)
    place = b"\0".join((row.tenant_id.bytes, b"ledger_ledgerevent.sealed", row.id.bytes))
    return b"\x01" + nonce + AESGCM(key).encrypt(nonce, plain, place)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_commitments_and_logs")]
    operations = [
        migrations.RunSQL(sql=OPEN, reverse_sql=migrations.RunSQL.noop),
        migrations.RunPython(commit, migrations.RunPython.noop),
        migrations.RunSQL(sql=CLOSE, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=AWAITING, reverse_sql=migrations.RunSQL.noop),
    ]
