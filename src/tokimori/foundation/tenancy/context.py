"""Who the tenant is, told to the database for one transaction.

The context is transaction-local and signed: ``<tenant>.<backend process>.<HMAC-SHA-256>``. A statement that an attacker
smuggles in can overwrite the setting, but cannot sign another tenant's name, and a context that was seen on one
connection is refused on every other. The database verifies it in ``tokimori.current_tenant()``.

The provider's own people come in under a grant: its id is a fourth part, signed with the rest, and the database asks at
each statement whether it is live.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId

PROVIDER: Final = TenantId(UUID("00000000-0000-7000-8000-000000000001"))
"""The tenant of the provider's own people, the same in every installation; the database knows it by the same key."""


class Door(StrEnum):
    """Which host a request came to: the companies' own, or that of the provider's people."""

    COMPANIES = "companies"
    PROVIDER = "provider"


_door: ContextVar[Door | None] = ContextVar("tokimori_door", default=None)
_current: ContextVar[TenantId | None] = ContextVar("tokimori_tenant", default=None)


class TenantContextError(RuntimeError):
    """A programmer's mistake about tenants: none is open, or another one is."""


def current_tenant() -> TenantId:
    """Return the tenant whose transaction is open; raise when there is none."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise TenantContextError("No tenant is open. Use tenant_transaction().")
    return tenant_id


def is_tenant_open() -> bool:
    """Whether a tenant's transaction is open here."""
    return _current.get() is not None


@contextmanager
def at_door(door: Door | None) -> Iterator[None]:
    """Serve what one door serves: companies at theirs, the provider at its own; jobs, which have none, serve all."""
    token = _door.set(door)
    try:
        yield
    finally:
        _door.reset(token)


def is_served(tenant_id: TenantId) -> bool:
    """Whether a tenant may be opened at the door to which the request came."""
    match _door.get():
        case Door.COMPANIES:
            return tenant_id != PROVIDER
        case Door.PROVIDER:
            return tenant_id == PROVIDER
        case None:
            return True


def signed_context(*, tenant_id: UUID, backend_process: int, key: bytes, grant_id: UUID | None = None) -> str:
    """Return the text that names the tenant to one database connection, under a grant if there is one."""
    claim = f"{tenant_id}.{backend_process}"
    signed = claim if grant_id is None else f"{claim}.{grant_id}"
    context = f"{claim}.{hmac.new(key, signed.encode(), 'sha256').hexdigest()}"
    return context if grant_id is None else f"{context}.{grant_id}"


@contextmanager
def tenant_transaction(tenant_id: TenantId) -> Iterator[None]:
    """Open a transaction in which the database shows this tenant's rows and no others.

    Nested in a transaction of the same tenant it is a savepoint; nested in another tenant's it is refused. A tenant that is
    not served at this door is not found.
    """
    outer = _current.get()
    if outer is None and not is_served(tenant_id):
        raise NotFound
    if outer is not None and outer != tenant_id:
        raise TenantContextError("Another tenant is open.")
    with transaction.atomic():
        if outer is not None:
            yield
            return
        _tell_database(tenant_id)
        token = _current.set(tenant_id)
        try:
            yield
        finally:
            _current.reset(token)
            _silence_if_nested()


@contextmanager
def granted_transaction(tenant_id: TenantId, *, grant_id: UUID, may_write: bool) -> Iterator[None]:
    """Open a company for one of the provider's people. The database lets nothing be seen unless the grant is live.

    Under a grant for reading the transaction is read only: the database refuses each write, whatever the code above does.
    """
    if _current.get() is not None:
        raise TenantContextError("A tenant is open.")
    with transaction.atomic(durable=True):
        if not may_write:
            with connection.cursor() as cursor:
                cursor.execute("set transaction read only")
        _tell_database(tenant_id, grant_id=grant_id)
        token = _current.set(tenant_id)
        try:
            yield
        finally:
            _current.reset(token)


def _tell_database(tenant_id: TenantId, *, grant_id: UUID | None = None) -> None:
    connection.ensure_connection()
    context = signed_context(
        tenant_id=tenant_id,
        backend_process=connection.connection.info.backend_pid,
        key=settings.TENANT_CONTEXT_KEY,
        grant_id=grant_id,
    )
    with connection.cursor() as cursor:
        cursor.execute("select set_config('tokimori.tenant_context', %s, true)", [context])


def _silence_if_nested() -> None:
    """Forget the tenant when an outer transaction, as in tests, goes on after this one.

    At the end of the outermost transaction PostgreSQL forgets by itself. In a broken transaction nothing can be said,
    nor read, until it is rolled back, which forgets as well.
    """
    if len(connection.savepoint_ids) == 0 or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute("select set_config('tokimori.tenant_context', '', true)")
