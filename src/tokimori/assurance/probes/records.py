"""Logs, clocks and what lies in the database: secrets must not show, errors must, and time must agree."""

import io
import json
import logging
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.db import connection
from psycopg import sql

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.probes.sign_in import attempt
from tokimori.assurance.probes.time_source import offset_from
from tokimori.assurance.probes.walls import tenant_models
from tokimori.assurance.services.canaries import FAMILY_NAME, account_of, canaries, give_password, leaving_nothing
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.services.factors import begin_authenticator
from tokimori.foundation.identity.services.sign_in import sign_in
from tokimori.foundation.ledger.events import EventName, EventOutcome
from tokimori.foundation.ledger.queries import EventFilter, events
from tokimori.foundation.logs import correlation_id, logger
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

_log = logger("tokimori.assurance")
_MOST_OFFSET_MILLISECONDS: Final = 1000
_MOST_SEARCH_MILLISECONDS: Final = 5000
_MOST_COMPANIES: Final = 50
_PAGE: Final = 50
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def observe_error_log(now: datetime) -> Observation:
    """Raise a marked error and find it in the log: with kind, place and correlation, and without what a person typed."""
    del now  # the log has its own clock
    mark, private = secrets.token_hex(8), secrets.token_hex(8)
    token = correlation_id.set(mark)
    try:
        with _overheard() as heard:
            try:
                _ = _NOTHING[private]
            except KeyError:
                _log.exception("assurance.canary", display_name=private)
    finally:
        correlation_id.reset(token)
    lines = [json.loads(line) for line in heard.getvalue().splitlines() if mark in line]
    entry: dict[str, Any] = lines[0] if lines else {}
    checks = {
        "the_error_is_logged": entry.get("event") == "assurance.canary" and entry.get("level") == "error",
        "its_kind_and_place_stand_there": entry.get("exception_type") == "KeyError" and "exception_place" in entry,
        "it_has_a_time": "timestamp" in entry,
        "what_was_typed_does_not": private not in heard.getvalue(),
    }
    return judged(checks)


def observe_secrets_in_logs(now: datetime) -> Observation:
    """Sign in with a known and with a wrong password; look for both in the log and in the company's events."""
    canary, _ = canaries(now=now)
    wrong = secrets.token_urlsafe(24)
    with leaving_nothing(canary.tenant), _overheard() as heard:
        password = give_password(canary, now=now)
        for typed in (wrong, password):
            try:
                sign_in(attempt=attempt(canary, typed), now=now)
            except Refusal:
                _log.info("assurance.refused")
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from ledger_ledgerevent as event where tenant_id = %s "
                "and (position(%s in event::text) > 0 or position(%s in event::text) > 0)",
                [canary.tenant, wrong, password],
            )
            (found,) = cursor.fetchone() or (0,)
    said = heard.getvalue()
    checks = {
        "the_log_is_overheard": "assurance.refused" in said,
        "no_password_in_the_log": wrong not in said and password not in said,
        "no_password_in_the_events": found == 0,
    }
    return judged(checks)


def observe_at_rest(now: datetime) -> Observation:
    """Read every row of the canary as it lies there: neither the secret of its authenticator nor its name is readable."""
    canary, _ = canaries(now=now)
    tables = tuple(tenant_models())
    with leaving_nothing(canary.tenant):
        account = account_of(canary)
        made = begin_authenticator(actor=principal_of(account, employee_id=None), account=account, now=now)
        readable = [
            table for table in tables if any(_holds(table, canary.tenant, text) for text in (made.secret, FAMILY_NAME))
        ]
        is_read = account.display_name == FAMILY_NAME
    checks = {"the_service_reads_it": is_read, **{f"unreadable:{table}": False for table in readable}}
    return judged(checks, tables=len(tables), readable_tables=len(readable))


def observe_clocks(now: datetime) -> Observation:
    """Compare this program's clock with the database's, and with a source outside where one is named."""
    del now  # the question is what time it is
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (there,) = cursor.fetchone() or (before,)
    after = clock.now()
    offset = abs((there - (before + (after - before) / 2)).total_seconds() * 1000)
    checks = {"clocks_agree": offset <= _MOST_OFFSET_MILLISECONDS}
    if not settings.TIME_SOURCE:
        return judged(checks, offset_milliseconds=round(offset), clocks=2, source="none named")
    outside = offset_from(settings.TIME_SOURCE)
    ahead = abs(outside.ahead.total_seconds() * 1000)
    checks["the_source_agrees"] = ahead <= _MOST_OFFSET_MILLISECONDS + outside.uncertain.total_seconds() * 1000
    return judged(
        checks,
        offset_milliseconds=round(offset),
        source_offset_milliseconds=round(ahead),
        clocks=3,
        source=settings.TIME_SOURCE,
    )


def observe_search(now: datetime) -> Observation:
    """Ask the logs of the companies three usual questions, and measure the slowest answers."""
    del now  # the whole of a log is searched
    questions = (
        EventFilter(),
        EventFilter(outcome=EventOutcome.FAILED),
        EventFilter(name=EventName.SIGN_IN_SUCCEEDED),
    )
    took: list[int] = []
    for tenant in all_tenants()[:_MOST_COMPANIES]:
        with tenant_transaction(tenant):
            for wanted in questions:
                began = time.perf_counter()
                events(actor=system_principal(tenant), wanted=wanted, limit=_PAGE)
                took.append(round((time.perf_counter() - began) * 1000))
    slowest = sorted(took)[int(len(took) * 0.95)] if took else 0
    return judged(
        {"answers_come_quickly": slowest <= _MOST_SEARCH_MILLISECONDS},
        searches=len(took),
        slow_search_milliseconds=slowest,
    )


def _holds(table: str, tenant: TenantId, text: str) -> bool:
    """Whether a table shows a text, be it as text or as bytes; what is sealed shows neither."""
    counting = sql.SQL(
        "select count(*) from {} as stored where tenant_id = %s "
        "and (position(%s in stored::text) > 0 or position(%s in stored::text) > 0)"
    )
    with connection.cursor() as cursor:
        cursor.execute(counting.format(sql.Identifier(table)).as_string(), [tenant, text, text.encode().hex()])
        (found,) = cursor.fetchone() or (0,)
    return bool(found)


@contextmanager
def _overheard() -> Iterator[io.StringIO]:
    """Listen to everything that this process logs, in the form in which it is logged."""
    root = logging.getLogger()
    heard = io.StringIO()
    listener = logging.StreamHandler(heard)
    formatter = next((one.formatter for one in root.handlers if type(one) is logging.StreamHandler), None)
    listener.setFormatter(formatter)
    root.addHandler(listener)
    try:
        yield heard
    finally:
        root.removeHandler(listener)
