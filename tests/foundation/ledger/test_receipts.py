"""Whoever punches gets a receipt, the same each time, and can turn it into a proof once the log is signed."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from support.cast import NOON, Cast
from support.logkeeping import SEED, LogKeeping, log_keeping
from support.machine import new_token, one
from tokimori.domains.timekeeping.reports import PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punch
from tokimori.foundation.ledger.errors import NotUnderCheckpoint
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries.proofs import place_of_event, proof_of_event, recorded_events
from tokimori.foundation.ledger.receipts import MERGE_DELAY, receipt_for, receipt_key
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.checkpoints import read_checkpoint
from tokimori.foundation.transparency.faults import Unproven
from tokimori.foundation.transparency.leaves import read_leaf
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.foundation.transparency.proof_files import read_proof_file
from tokimori.foundation.transparency.proofs import verify_inclusion
from tokimori.foundation.transparency.receipts import Receipt, read_receipt, read_text
from tokimori.foundation.transparency.tree import leaf_hash


@pytest.fixture
def keeping() -> Iterator[LogKeeping]:
    with log_keeping() as made:
        yield made


def punched(cast: Cast, *, key: str = "k") -> str:
    with tenant_transaction(cast.tenant):
        report = PunchReport(
            key=key, employee_code=cast["aiko"].employee_code, occurred_at=NOON, kind=None, source=PunchSource.API
        )
        answer = record_punch(actor=cast["aiko"].principal, report=report, now=NOON + timedelta(seconds=1))
    receipt = answer.receipt()
    assert receipt is not None
    return receipt


def read(note: str) -> Receipt:
    origin = read_text(note.split("\n\n", maxsplit=1)[0] + "\n").origin
    return read_receipt(note.encode(), keys=[receipt_key(origin)])


def test_a_receipt_promises_its_place_within_a_minute(cast: Cast) -> None:
    receipt = read(punched(cast))

    assert (receipt.at, receipt.received) == (NOON, NOON + timedelta(seconds=1))
    assert receipt.merge_by == receipt.received + MERGE_DELAY


def test_a_punch_that_is_sent_again_gets_the_very_same_receipt(cast: Cast) -> None:
    assert punched(cast) == punched(cast)
    assert punched(cast) != punched(cast, key="another")


def test_a_receipt_that_was_changed_does_not_verify(cast: Cast) -> None:
    note = punched(cast)

    with pytest.raises(Unproven):
        read(note.replace("at 2026-04-01T03:00:00", "at 2026-04-01T02:00:00"))


def test_a_receipt_becomes_a_proof_once_the_log_is_signed(cast: Cast, keeping: LogKeeping) -> None:
    receipt = read(punched(cast))
    with tenant_transaction(cast.tenant), pytest.raises(NotUnderCheckpoint):
        proof_of_event(tenant=cast.tenant, event_id=receipt.event)
    keeping.publish(now=NOON + timedelta(seconds=30))
    with tenant_transaction(cast.tenant):
        file = read_proof_file(proof_of_event(tenant=cast.tenant, event_id=receipt.event))
        place = place_of_event(tenant=cast.tenant, event_id=receipt.event)
    key = VerifierKey(name=receipt.origin, public=KeySigner(SEED).public())
    checkpoint = read_checkpoint(file.note, keys=[key]).checkpoint

    verify_inclusion(index=file.index, size=checkpoint.size, leaf=receipt.leaf, proof=file.proof, root=checkpoint.root)
    assert file.extra is not None
    assert leaf_hash(file.extra) == receipt.leaf
    assert (read_leaf(file.extra).type, read_leaf(file.extra).at) == ("punch:recorded", NOON)
    assert place is not None
    assert place.signed_at is not None
    assert place.signed_at <= receipt.merge_by


def test_a_receipt_is_made_again_from_what_was_recorded(cast: Cast, keeping: LogKeeping) -> None:
    note = punched(cast)
    keeping.publish(now=NOON)
    with tenant_transaction(cast.tenant):
        from tokimori.domains.timekeeping.models import PunchEvent  # noqa: PLC0415 -- used here alone

        punch_id = PunchEvent.objects.get().id
        again = recorded_events(tenant=cast.tenant, name=EventName.PUNCH_RECORDED, subject_ids=[punch_id])[punch_id]

    assert receipt_for(again) == note


def test_the_api_answers_with_the_receipt(cast: Cast) -> None:
    token = new_token(cast)

    def ask(client: Client) -> str:
        response = client.post(
            "/api/v1/punches", json.dumps(one(cast)), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert response.status_code in {200, 201}
        return str(response.json()["receipt"])

    first, again = ask(Client()), ask(Client())

    assert first == again
    assert read(first).origin.startswith("localhost/tokimori/")
