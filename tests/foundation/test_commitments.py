"""What is committed to when an event is recorded: its leaf, its sealed payload, and that it awaits its place."""

import hashlib
import json
from datetime import timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError

from support import cluster
from support.cast import NOON, Cast
from tokimori.domains.timekeeping.content import content_of
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.domains.timekeeping.reports import PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punch
from tokimori.foundation.build import build_digest
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent, LedgerLog, PendingLeaf
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.request_origin import RequestOrigin, coming_from
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.leaves import commitment, read_leaf

HERE = RequestOrigin(address="203.0.113.9", device="a marked terminal")


def recorded(cast: Cast, **details: str | int | None) -> LedgerEvent:
    actor = cast["aiko"].principal
    with coming_from(HERE), tenant_transaction(cast.tenant):
        made = record_event(EventName.SIGN_OUT, actor=actor, subject_id=actor.account_id, at=NOON, **details)
        return LedgerEvent.objects.get(id=made.event_id)


def test_the_leaf_names_the_event_and_commits_to_its_payload(cast: Cast) -> None:
    event = recorded(cast, reason="idle")
    with tenant_transaction(cast.tenant):
        log = LedgerLog.objects.get(tenant_id=cast.tenant).log
    leaf = read_leaf(event.leaf(log=log).entry())
    opened = event.opened

    assert (leaf.type, leaf.event, leaf.actor, leaf.received) == ("sign_out", event.id, event.actor_id, NOON)
    assert leaf.build == build_digest()
    assert opened is not None
    assert commitment(opened.nonce, opened.written) == leaf.commitment
    assert json.loads(opened.written)["details"] == {"reason": "idle"}
    assert hashlib.sha256(b"\x00" + leaf.entry()).digest() == bytes(event.leaf_hash)


def test_details_and_device_stand_nowhere_in_plain(cast: Cast) -> None:
    event = recorded(cast, reason="plainly-marked")

    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        (text,) = administrator.execute(
            "select event::text from ledger_ledgerevent as event where id = %s", [event.id]
        ).fetchone() or ("",)
    for secret in (b"plainly-marked", b"a marked terminal"):
        assert secret.decode() not in text
        assert secret.hex() not in text
    assert (event.details, event.device) == ({"reason": "plainly-marked"}, "a marked terminal")


def test_a_payload_that_was_moved_to_another_event_does_not_open(cast: Cast) -> None:
    one, other = recorded(cast, reason="one"), recorded(cast, reason="other")
    other.sealed = one.sealed

    assert other.opened is None
    assert other.details == {}


def test_two_events_that_say_the_same_have_different_commitments(cast: Cast) -> None:
    assert bytes(recorded(cast).commitment) != bytes(recorded(cast).commitment)


def test_every_event_awaits_its_place_whoever_inserts_it(cast: Cast) -> None:
    event = recorded(cast)
    with tenant_transaction(cast.tenant):
        waiting = set(PendingLeaf.objects.values_list("id", flat=True))
        events = set(LedgerEvent.objects.values_list("id", flat=True))

    assert event.id in waiting
    assert waiting == events


def test_what_is_rolled_back_awaits_nothing(cast: Cast) -> None:
    with pytest.raises(DatabaseError), tenant_transaction(cast.tenant):
        record_event(EventName.SIGN_OUT, actor=cast.system, subject_id=None, at=NOON, reason="never")
        raise DatabaseError
    with tenant_transaction(cast.tenant):
        assert not LedgerEvent.objects.filter(name="sign_out").exists()
        assert not PendingLeaf.objects.filter(recorded_at=NOON).exists()


def test_nobody_of_the_application_takes_away_what_awaits_its_place(cast: Cast) -> None:
    recorded(cast)

    with pytest.raises(DatabaseError, match="permission denied"), tenant_transaction(cast.tenant):
        PendingLeaf.objects.filter(tenant_id=cast.tenant).delete()


def test_a_tenant_has_one_log_and_companies_have_different_ones(cast: Cast, dan: Cast) -> None:
    logs = []
    for company in (cast, dan):
        with tenant_transaction(company.tenant):
            logs += LedgerLog.objects.values_list("log", flat=True)

    assert len(set(logs)) == len(logs) == 2
    assert all(len(bytes.fromhex(log)) == 16 for log in logs)


def test_a_punchs_event_claims_the_time_of_the_punch_and_is_bound_to_its_row(cast: Cast) -> None:
    late = NOON + timedelta(hours=9)
    with tenant_transaction(cast.tenant):
        report = PunchReport(
            key="k", employee_code=cast["aiko"].employee_code, occurred_at=NOON, kind=None, source=PunchSource.API
        )
        record_punch(actor=cast["aiko"].principal, report=report, now=late)
        row = PunchEvent.objects.get()
        event = LedgerEvent.objects.get(name="punch:recorded")

        assert (event.happened_at, event.at) == (NOON, late)
        assert event.details == {"source": "api", "content": content_of(row=row)}


def test_events_of_before_the_log_are_committed_to_as_they_are(cast: Cast) -> None:
    """The migration is run on a row as the release before left it."""
    migration: Any = import_module("tokimori.foundation.ledger.migrations.0004_commit_to_what_was_recorded")
    old = recorded(cast, reason="before")
    before = {"details": {"reason": "before", "count": 3}, "device": "an old terminal"}

    row = type("Row", (), {**{name: getattr(old, name) for name in (
        "tenant_id", "id", "name", "at", "actor_kind", "actor_id", "subject_id", "correlation", "outcome",
        "session_id", "address",
    )}, **before})()  # fmt: skip
    migration._commit(row, log="0" * 32)  # noqa: SLF001 -- what the migration does to each row
    old.sealed, old.build, old.commitment = row.sealed, row.build, row.commitment
    vars(old).pop("opened", None)

    assert (old.details, old.device) == (before["details"], before["device"])
    assert bytes(row.leaf_hash) == old.leaf(log="0" * 32).hash()
    assert read_leaf(old.leaf(log="0" * 32).entry()).build == "0" * 64
