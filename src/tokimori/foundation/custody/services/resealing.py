"""Seal anew what older keys sealed: a run that goes on where it was interrupted, some rows at once, beside everything else.

Facts are never written again, not even for this: they keep the key that sealed them, which stays, wrapped under the newest
key above it, until the facts themselves may go.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.custody.services.rotation import rewrap_subject_keys
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.keys.models import SealingRun
from tokimori.foundation.keys.services.making import index_keys, sealing_key
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.sealed_fields import BlindIndexField, is_sealed
from tokimori.foundation.sealing import key_id_of, seal, unseal
from tokimori.foundation.tenancy.constraints import TenantWall, Writing

AT_ONCE: Final = 500
_BY_HAND: Final[Sequence[tuple[str, str, str]]] = (
    ("identity_authenticator", "sealed_secret", "authenticator"),
    ("identity_identityprovider", "sealed_secret", "identity provider"),
)
"""Columns that their services seal themselves, and for what; not of persons, and short: the second half of a sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come: rows that were looked at, those that were sealed anew, those that there are in all."""

    run_id: UUID
    seen: int
    sealed: int
    total: int
    is_finished: bool


@transaction.atomic
def begin_resealing(*, actor: Principal, now: datetime) -> Progress:
    """Begin to seal anew whatever is not sealed by the newest keys; an unfinished run goes on instead."""
    authorise(actor, Permission.SETUP_WRITE)
    tenant = actor.tenant_id
    run = SealingRun.objects.filter(tenant_id=tenant, finished_at=None).order_by("id").first()
    if run is None:
        total = sum(model._default_manager.filter(tenant_id=tenant).count() for model, _ in _walked())
        run = SealingRun(tenant_id=tenant, id=new_id(at=now), kind="newest", total_count=total, started_at=now)
        run.save(force_insert=True)
    return _progress(run)


@transaction.atomic
def continue_resealing(*, actor: Principal, run_id: UUID, now: datetime, at_once: int = AT_ONCE) -> Progress:
    """Take the next rows of a run, in a transaction of their own; say how far it has come."""
    authorise(actor, Permission.SETUP_WRITE)
    tenant = actor.tenant_id
    run = SealingRun.objects.select_for_update(no_key=True).get(tenant_id=tenant, id=run_id)
    if run.finished_at is not None or rewrap_subject_keys(actor=actor, at_once=at_once):
        return _progress(run)
    for model, columns in _walked():
        table = model._meta.db_table
        if table < run.column:
            continue
        after = run.last_id if table == run.column else None
        rows = _rows(model, columns, tenant=tenant, after=after, at_once=at_once)
        if not rows:
            continue
        run.sealed_count += sum(_sealed_anew(model, columns, row, tenant=tenant) for row in rows)
        run.seen_count += len(rows)
        run.column, run.last_id = table, rows[-1][0]
        run.save(update_fields=["sealed_count", "seen_count", "column", "last_id"])
        return _progress(run)
    run.finished_at = now
    run.save(update_fields=["finished_at"])
    record_event(
        EventName.KEYS_RESEALED, actor=actor, subject_id=run.id, at=now, seen=run.seen_count, sealed=run.sealed_count
    )
    return _progress(run)


def continue_unfinished(*, actor: Principal, now: datetime) -> Progress | None:
    """Take the next rows of a run that was begun and not finished, if there is one."""
    authorise(actor, Permission.SETUP_WRITE)
    rows = SealingRun.objects.filter(tenant_id=actor.tenant_id, finished_at=None).order_by("id")
    run_id = rows.values_list("id", flat=True).first()
    return None if run_id is None else continue_resealing(actor=actor, run_id=run_id, now=now)


def reseal_everything(*, actor: Principal, now: datetime) -> Progress:
    """Begin or go on with a run, and take it to its end; each step is a transaction where none is open."""
    progress = begin_resealing(actor=actor, now=now)
    while not progress.is_finished:
        progress = continue_resealing(actor=actor, run_id=progress.run_id, now=now)
    return progress


def _walked() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Return the tables whose rows may change and that hold sealed columns or blind indexes, by name."""
    by_hand = {table: column for table, column, _ in _BY_HAND}
    for model in sorted(apps.get_models(), key=lambda each: each._meta.db_table):
        walls = [one for one in model._meta.constraints if isinstance(one, TenantWall)]
        columns = [
            str(one.column) for one in model._meta.concrete_fields if is_sealed(one) or isinstance(one, BlindIndexField)
        ]
        if model._meta.db_table in by_hand:
            columns.append(by_hand[model._meta.db_table])
        if columns and walls and walls[0].writing is not Writing.APPEND:
            yield model, columns


def _rows(
    model: type[models.Model], columns: Sequence[str], *, tenant: TenantId, after: UUID | None, at_once: int
) -> list[tuple[UUID, *tuple[bytes | None, ...]]]:
    """Return the keys of the next rows and what their columns hold, as it lies there."""
    query = sql.SQL(
        "select {names} from {table} where tenant_id = %s and (%s::uuid is null or id > %s) order by id limit %s"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, ["id", *columns])),
        table=sql.Identifier(model._meta.db_table),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(), [tenant, after, after, at_once])
        return [tuple(row) for row in cursor.fetchall()]


def _sealed_anew(
    model: type[models.Model],
    columns: Sequence[str],
    found: tuple[UUID, *tuple[bytes | None, ...]],
    *,
    tenant: TenantId,
) -> bool:
    """Seal a row's columns anew if any of them is not sealed by the newest key; return whether one was."""
    key, *held = found
    stale = {
        name for name, value in zip(columns, held, strict=True) if value and _is_stale(model, name, value, key, tenant)
    }
    if not stale:
        return False
    row = model._default_manager.select_for_update(no_key=True).get(tenant_id=tenant, id=key)
    for table, name, purpose in _BY_HAND:
        if table == model._meta.db_table and name in stale:
            plain = unseal(bytes(getattr(row, name)), tenant=tenant, purpose=purpose, row=key)
            setattr(row, name, seal(plain, tenant=tenant, purpose=purpose, row=key))
    row.save(update_fields=sorted(stale))
    return True


def _is_stale(model: type[models.Model], name: str, value: bytes, row: UUID, tenant: TenantId) -> bool:
    column = model._meta.get_field(name)
    if isinstance(column, BlindIndexField):
        return int.from_bytes(value[:2], "big") != index_keys(tenant=tenant)[0].version
    attribute = vars(column).get("subject")
    subject = None
    if attribute is not None:
        subject = model._default_manager.filter(tenant_id=tenant, id=row).values_list(attribute, flat=True).get()
    key = sealing_key(tenant=tenant, subject=subject)
    # Of an erased person nothing can be opened, and so nothing sealed anew: it stays as it is.
    is_erased = subject is not None and not key.is_subjects
    return not is_erased and key_id_of(bytes(value)) != UUID(bytes=key.id)


def _progress(run: SealingRun) -> Progress:
    return Progress(
        run_id=run.id,
        seen=run.seen_count,
        sealed=run.sealed_count,
        total=run.total_count,
        is_finished=run.finished_at is not None,
    )
