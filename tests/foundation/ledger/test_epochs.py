"""After a restore to an earlier point nothing is sealed over: the log begins anew, and says so in its first leaf."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from support import cluster
from support.cast import NOON, Cast
from support.logkeeping import BASE, LogKeeping, log_id, log_keeping
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent, LogCheckpoint, LogEntry, LogEpoch, ProviderLeaf
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.interfaces.cli.epochs import open_epochs


@pytest.fixture
def keeping() -> Iterator[LogKeeping]:
    with log_keeping() as made:
        made.publish(now=NOON)
        yield made


def write(cast: Cast, count: int) -> None:
    with tenant_transaction(cast.tenant):
        record_events(
            [Event(name=EventName.SIGN_OUT, subject_id=None) for _ in range(count)], actor=cast.system, at=NOON
        )


def restore(cast: Cast, *, size: int) -> None:
    """Take away all that came after, as a restore to an earlier point does."""
    log = log_id(cast.tenant)
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        gone = "select id from ledger_logentry where log = %s and index >= %s"
        administrator.execute(f"delete from ledger_ledgerevent where id in ({gone})", [log, size])  # noqa: S608 -- fixed
        administrator.execute("delete from ledger_logentry where log = %s and index >= %s", [log, size])
        administrator.execute("delete from ledger_logcheckpoint where log = %s and size > %s", [log, size])


def test_a_restored_log_opens_an_epoch_that_names_what_was_signed(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 20)
    keeping.publish(now=NOON)
    log = log_id(cast.tenant)
    (signed,) = keeping.signer.states([log])
    assert signed is not None
    restore(cast, size=10)
    write(cast, 3)
    keeping.sequencer.forget()
    assert "went back" in keeping.publish(now=NOON).refused[0]

    assert open_epochs(reason="The disk of the first site burnt.", socket=keeping.signer.path) == 0
    write(cast, 2)
    published = keeping.publish(now=NOON)

    (ours,) = [one for one in published.tenants if one.place.tenant == cast.tenant]
    assert ours.note.startswith(f"{BASE}/{log}/2\n3\n")
    with tenant_transaction(cast.tenant):
        first = LogEntry.objects.get(epoch=2, index=0)
        statement = LedgerEvent.objects.get(id=first.id)
        assert LogEpoch.objects.get().event_id == first.id
    assert statement.name == "log:epoch-opened"
    assert statement.details["former_checkpoint"] == signed.note
    assert (statement.details["former_origin"], statement.details["restored_size"]) == (f"{BASE}/{log}/1", 13)
    assert statement.details["reason"] == "The disk of the first site burnt."


def test_logs_that_did_not_go_back_stay_as_they_are(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 5)
    keeping.publish(now=NOON)
    open_epochs(reason="nothing", socket=keeping.signer.path)

    with tenant_transaction(cast.tenant):
        assert not LogEpoch.objects.exists()


def test_opening_that_was_broken_off_is_done_by_the_next(
    cast: Cast, keeping: LogKeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(cast, 20)
    keeping.publish(now=NOON)
    restore(cast, size=4)
    keeping.sequencer.forget()
    with monkeypatch.context() as broken:
        broken.setattr(type(keeping.signer), "open_epoch", lambda *_, **__: (_ for _ in ()).throw(InterruptedError))
        with pytest.raises(InterruptedError):
            open_epochs(reason="once", socket=keeping.signer.path)
    open_epochs(reason="twice", socket=keeping.signer.path)
    published = keeping.publish(now=NOON)

    assert [one.place.epoch for one in published.tenants if one.place.tenant == cast.tenant] == [2]
    with tenant_transaction(cast.tenant):
        assert LogEpoch.objects.count() == 1


def test_the_providers_log_holds_the_tenants_checkpoint(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 5)
    keeping.publish(now=NOON)
    log = log_id(cast.tenant)

    with tenant_transaction(cast.tenant):
        sizes = set(LogCheckpoint.objects.values_list("size", flat=True))
    with tenant_transaction(PROVIDER):
        said = [json.loads(leaf.payload)["details"] for leaf in ProviderLeaf.objects.all()]
        entries = LogEntry.objects.filter(log="provider").count()
        assert entries == ProviderLeaf.objects.count()
        assert LogCheckpoint.objects.filter(log="provider").order_by("-size")[0].size == entries
    assert {one["size"] for one in said if one.get("origin") == f"{BASE}/{log}/1"} == sizes
    assert sum("public" in one for one in said) == 2
