"""Statements in a recorded session: written down, run behind the wall, and what became of them written down."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from psycopg import Error

from tokimori.foundation import clock
from tokimori.foundation.operators.errors import GrantOver, MaintenanceRefused
from tokimori.foundation.operators.scopes import SupportFunction, Tool, rights_under
from tokimori.foundation.operators.services.maintenance import OpenMaintenance, note_outcome, note_typed
from tokimori.foundation.operators.services.visits import (
    Visit,
    VisitKey,
    admit_operator,
    leave_company,
    open_company,
    reachable_companies,
)
from tokimori.foundation.operators.statements import read_statement
from tokimori.foundation.tenancy.context import PROVIDER, at_door, granted_transaction, tenant_transaction

MOST_ROWS: Final = 200
SQL_ROUTE: Final = "maintenance_sql"
"""Under this name the company sees each statement among the provider's accesses."""
_LONGEST_RUN: Final = "60s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a statement came to: at most 200 rows of it, and how many there were. ``error`` is the database's sentence."""

    columns: tuple[str, ...] = ()
    rows: Sequence[Sequence[Any]] = ()
    row_count: int = 0
    error: str = ""


def enter_for_maintenance(*, session: OpenMaintenance, company_code: str, now: datetime) -> VisitKey:
    """Open a company for statements under a live grant of the operator; raise ``MaintenanceRefused`` when there is none."""
    with at_door(None), tenant_transaction(PROVIDER):
        found = [
            one for one in reachable_companies(actor=session.operator, now=now) if one.company_code == company_code
        ]
        if not found:
            raise MaintenanceRefused
        best = max(found, key=lambda one: (one.may_write, one.ends_at))
        return open_company(actor=session.operator, grant_id=best.grant_id, now=now)


def leave_after_maintenance(*, session: OpenMaintenance, key: VisitKey, now: datetime) -> None:
    """Close the company again."""
    with at_door(None), tenant_transaction(PROVIDER):
        leave_company(key=key, actor=session.operator, now=now)


def run_statement(*, session: OpenMaintenance, key: VisitKey | None, text: str, now: datetime) -> Answer:
    """Run one statement: without a company no tenant is open, so that none of its rows exist; with one, under its grant.

    The company sees each statement as an access, before it runs. Raise ``StatementRefused`` for what is none, and
    ``MaintenanceRefused`` when the session or the grant is over, or the grant is not for everything.
    """
    statement = read_statement(text)
    note_typed(session=session, tool=Tool.SQL, text=statement, now=now)
    try:
        with _own_connection(), _room(session, key, now=now):
            answer = _run(statement)
    except Error as error:
        answer = Answer(error=(error.diag.message_primary or type(error).__name__))
        note_outcome(
            session=session, tool=Tool.SQL, is_done=False, row_count=None, text=error.sqlstate or "", now=clock.now()
        )
        return answer
    note_outcome(session=session, tool=Tool.SQL, is_done=True, row_count=answer.row_count, now=clock.now())
    return answer


@contextmanager
def _own_connection() -> Iterator[None]:
    """Let a statement have its connection for itself: what it sets or locks there must not reach the record of it."""
    try:
        yield
    finally:
        connection.close()


@contextmanager
def _room(session: OpenMaintenance, key: VisitKey | None, *, now: datetime) -> Iterator[None]:
    if key is not None:
        visit = _admitted(session, key, now=now)
        may_write = visit.may_write and session.may_write
        with at_door(None), granted_transaction(key.company, grant_id=visit.grant_id, may_write=may_write):
            yield
        return
    with transaction.atomic(durable=True):
        if not session.may_write:
            with connection.cursor() as cursor:
                cursor.execute("set transaction read only")
        yield


def _admitted(session: OpenMaintenance, key: VisitKey, *, now: datetime) -> Visit:
    account_id = session.operator.account_id or UUID(int=0)
    try:
        visit = admit_operator(key=key, operator_id=account_id, route=SQL_ROUTE, method="SQL", is_use=True, now=now)
    except GrantOver as refusal:
        raise MaintenanceRefused from refusal
    # A statement sees every table, so a grant for a part of the product is not enough.
    if not rights_under(frozenset(SupportFunction), may_write=False) <= visit.principal.rights:
        raise MaintenanceRefused
    return visit


def _run(statement: str) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('statement_timeout', %s, true)", [_LONGEST_RUN])
    # As a prepared statement: the database takes one at a time, so that none hides behind another.
    with connection.connection.cursor() as cursor:
        cursor.execute(statement, prepare=True)
        if cursor.description is None:
            return Answer(row_count=max(cursor.rowcount, 0))
        rows = cursor.fetchmany(MOST_ROWS)
        return Answer(
            columns=tuple(column.name for column in cursor.description), rows=rows, row_count=max(cursor.rowcount, 0)
        )
