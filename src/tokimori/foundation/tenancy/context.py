"""Who the tenant is, told to the database for one transaction.

The context is transaction-local and signed: ``<tenant>.<backend process>.<HMAC-SHA-256>``. A statement that an attacker
smuggles in can overwrite the setting, but cannot sign another tenant's name, and a context that was seen on one
connection is refused on every other. The database verifies it in ``tokimori.current_tenant()``.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tokimori.foundation.identifiers import TenantId

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


def signed_context(*, tenant_id: UUID, backend_process: int, key: bytes) -> str:
    """Return the text that names the tenant to one database connection."""
    claim = f"{tenant_id}.{backend_process}"
    return f"{claim}.{hmac.new(key, claim.encode(), 'sha256').hexdigest()}"


@contextmanager
def tenant_transaction(tenant_id: TenantId) -> Iterator[None]:
    """Open a transaction in which the database shows this tenant's rows and no others.

    Nested in a transaction of the same tenant it is a savepoint; nested in another tenant's it is refused.
    """
    outer = _current.get()
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


def _tell_database(tenant_id: TenantId) -> None:
    connection.ensure_connection()
    context = signed_context(
        tenant_id=tenant_id,
        backend_process=connection.connection.info.backend_pid,
        key=settings.TENANT_CONTEXT_KEY,
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
