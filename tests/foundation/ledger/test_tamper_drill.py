"""The drill: somebody with every right over the database changes it, and each time it is named what is wrong.

Two look: the customer's own verifier, which holds one older checkpoint and knows nothing but files, and the comparison of
rows with their log (``tokimori verify``), which also sees punches.
"""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.attacked import VERIFIER, Site, standing
from support.cast import usual_cast
from support.logkeeping import BASE, SEED, log_id, log_keeping
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from support.punching import punch
from tokimori.domains.closings.services.seal import seal_period
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    cast = usual_cast()
    for hour in range(9, 14):
        punch(cast, "aiko", APRIL.first, f"in {hour:02}:00", now=FIRST_OF_MAY)
    with standing(cast, tmp_path) as made:
        yield made


@pytest.fixture
def sealed_site(tmp_path: Path) -> Iterator[Site]:
    cast = usual_cast()
    work_april(cast)
    hand_in_and_approve(cast)
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=FIRST_OF_MAY)
    with standing(cast, tmp_path) as made:
        yield made


ONE_EVENT = "(select id from ledger_ledgerevent where tenant_id = %s and name = 'punch:recorded' order by id limit 1)"


def test_what_nobody_touched_stays_proven(site: Site) -> None:
    site.write()
    status, said = site.verified()

    assert (status, site.found()) == (0, ""), said


def test_a_punch_that_was_changed_is_named(site: Site) -> None:
    site.attack(
        "update timekeeping_punchevent set occurred_at = occurred_at + interval '1 hour' where tenant_id = %s and id ="
        " (select id from timekeeping_punchevent where tenant_id = %s order by id limit 1)",
        site.cast.tenant, site.cast.tenant,
    )  # fmt: skip

    assert site.found() == "punch: it does not say what its event is bound to: it was changed"


def test_a_punch_that_was_deleted_is_named(site: Site) -> None:
    site.attack(
        "delete from timekeeping_punchevent where tenant_id = %s and id ="
        " (select id from timekeeping_punchevent where tenant_id = %s order by id limit 1)",
        site.cast.tenant, site.cast.tenant,
    )  # fmt: skip

    assert site.found() == "punch: its event is there and the punch is gone"


def test_a_punch_that_was_put_in_is_named(site: Site) -> None:
    site.attack(
        "insert into timekeeping_punchevent select (jsonb_populate_record(one, jsonb_build_object("
        "'id', gen_random_uuid(), 'key', 'forged'))).* from timekeeping_punchevent as one where tenant_id = %s limit 1",
        site.cast.tenant,
    )

    assert site.found() == "punch: no event recorded it: it was put in past the service"


def test_punches_that_were_truncated_are_named(site: Site) -> None:
    site.attack("delete from timekeeping_punchevent where tenant_id = %s", site.cast.tenant)

    assert "its event is there and the punch is gone" in site.found()


@pytest.mark.parametrize(
    "change",
    ["actor_id = gen_random_uuid()", "name = 'sign_out'", "at = at - interval '1 day'", "subject_id = null",
     "commitment = sha256('x')", "build = sha256('x')", "claimed_at = at"],
)  # fmt: skip
@pytest.mark.control(93, 96)
def test_an_event_that_was_changed_is_named(site: Site, change: str) -> None:
    site.attack(
        f"update ledger_ledgerevent set {change} where tenant_id = %s and id = {ONE_EVENT}",  # noqa: S608 -- fixed
        site.cast.tenant, site.cast.tenant,
    )  # fmt: skip
    status, said = site.verified()

    assert status != 0, said
    assert "event: its columns are not those of the leaf" in site.found()


def test_an_event_whose_leaf_was_changed_with_it_is_named_by_who_kept_a_checkpoint(site: Site) -> None:
    """Whoever changes the columns, the leaf and the entry alike deceives the rows, and not the tree."""
    site.attack(
        f"update ledger_logentry set leaf_hash = sha256('x') where id = {ONE_EVENT}",  # noqa: S608 -- fixed above
        site.cast.tenant,
    )
    status, said = site.verified()
    site.write()

    assert "the first" in site.found()
    assert "are not those that were signed" in site.found()
    assert status == 0, said  # what was signed is told by the events, which nobody changed
    assert site.keeping.publish(now=FIRST_OF_MAY).tenants == ()


def test_a_payload_that_was_exchanged_for_another_is_named(site: Site) -> None:
    site.attack(
        f"update ledger_ledgerevent set sealed = (select sealed from ledger_ledgerevent where tenant_id = %s"  # noqa: S608
        f" order by id desc limit 1) where id = {ONE_EVENT}",
        site.cast.tenant, site.cast.tenant,
    )  # fmt: skip

    assert "payload: it does not open" in site.found()


@pytest.mark.parametrize("table", ["ledger_ledgerevent", "ledger_logentry"])
@pytest.mark.control(93, 96)
def test_an_event_that_was_deleted_is_named(site: Site, table: str) -> None:
    site.attack(f"delete from {table} where id = {ONE_EVENT}", site.cast.tenant)  # noqa: S608 -- fixed above
    status, said = site.verified()

    assert status != 0, said
    assert "the event at place" in site.found() or "where" in site.found()


def test_an_event_that_was_put_in_past_the_trigger_is_named(site: Site) -> None:
    site.attack(
        "insert into ledger_ledgerevent select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*"
        " from ledger_ledgerevent as one where tenant_id = %s limit 1",
        site.cast.tenant,
    )

    assert "event: it has no place in the log, and waits for none" in site.found()


def test_places_that_were_exchanged_are_named(site: Site) -> None:
    """Two events trade their places: every row is there, and the tree is another one."""
    log = log_id(site.cast.tenant)
    for old, new in ((3, -1), (4, 3), (-1, 4)):
        site.attack('update ledger_logentry set "index" = %s where log = %s and "index" = %s', new, log, old)
    status, said = site.verified()

    assert status != 0, said
    assert "are not those that were signed" in site.found()


def test_the_newest_rows_that_were_taken_away_are_named(site: Site) -> None:
    """Events, places and checkpoint alike: what is left fits together, and does not fit what was kept."""
    log = log_id(site.cast.tenant)
    site.write(10)
    assert site.verified()[0] == 0
    gone = 'select id from ledger_logentry where log = %s and "index" >= 20'
    site.attack(f"delete from ledger_ledgerevent where id in ({gone})", log)  # noqa: S608 -- fixed
    site.attack('delete from ledger_logentry where log = %s and "index" >= 20', log)
    site.attack("delete from ledger_logcheckpoint where log = %s and size > 20", log)
    site.write()
    status, said = site.verified()

    assert status != 0, said


def test_a_whole_history_that_was_written_anew_is_named(site: Site) -> None:
    """Even with the signing key: who kept an older checkpoint holds what the new history contradicts."""
    log = log_id(site.cast.tenant)
    site.attack(
        f"update ledger_ledgerevent set actor_id = gen_random_uuid() where id = {ONE_EVENT}",  # noqa: S608 -- fixed
        site.cast.tenant,
    )
    with tenant_transaction(site.cast.tenant):
        from tokimori.foundation.ledger.models import LedgerEvent  # noqa: PLC0415 -- used here alone

        forged = LedgerEvent.objects.filter(tenant_id=site.cast.tenant, name="punch:recorded").order_by("id")[0]
        leaf = forged.leaf(log=log).hash()
    site.attack("update ledger_ledgerevent set leaf_hash = %s where id = %s", leaf, forged.id)
    site.attack("update ledger_logentry set leaf_hash = %s where id = %s", leaf, forged.id)
    site.attack("delete from ledger_logcheckpoint where log = %s", log)
    with log_keeping() as thief:  # a signer with the same key, and without memory
        with tenant_transaction(site.cast.tenant):
            record_events([Event(name=EventName.SIGN_OUT, subject_id=None)], actor=site.cast.system, at=FIRST_OF_MAY)
        assert thief.publish(now=FIRST_OF_MAY).tenants
        status, said = site.verified()

    assert status != 0, said
    assert site.found() == ""  # inside, everything fits; only who stands outside can tell


def test_tiles_that_were_changed_or_taken_away_are_named(site: Site) -> None:
    site.write(300)
    log = log_id(site.cast.tenant)
    site.attack("update ledger_logtile set root = sha256('x') where log = %s", log)
    changed = site.found()
    site.attack("delete from ledger_logtile where log = %s", log)

    assert "tile 0/0 has not the root it had" in changed
    assert "tile 0/0 has not the root it had" in site.found()


def test_a_checkpoint_that_was_changed_is_named(site: Site) -> None:
    log = log_id(site.cast.tenant)
    site.attack("update ledger_logcheckpoint set note = replace(note, E'/1\\n', E'/1\\n1') where log = %s", log)
    status, said = site.verified()

    assert status != 0, said


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("update closings_seal set content = replace(content, '2026-04', '2026-05') where tenant_id = %s", "digest"),
        ("update closings_seal set digest = repeat('0', 64) where tenant_id = %s", "digest"),
        (
            "update closings_sealedtimesheet set content = replace(content, '480', '490') where tenant_id = %s",
            "timesheet",
        ),
        ("delete from closings_sealedtimesheet where tenant_id = %s", "timesheet"),
        ("delete from closings_seal where tenant_id = %s", "seal is gone"),
    ],
)
def test_a_seal_that_was_touched_is_named(sealed_site: Site, statement: str, why: str) -> None:
    sealed_site.attack(statement, sealed_site.cast.tenant)
    status, said = sealed_site.verified()

    assert why in sealed_site.found()
    if "delete" not in statement:
        assert status != 0, said


def test_a_seal_that_was_sealed_anew_over_other_figures_is_named(sealed_site: Site) -> None:
    """Content and digest fit each other; the log recorded another digest."""
    sealed_site.attack(
        "update closings_seal set content = replace(content, '2026-04', '2026-05'), digest = encode(sha256(convert_to("
        "replace(content, '2026-04', '2026-05'), 'UTF8')), 'hex') where tenant_id = %s",
        sealed_site.cast.tenant,
    )

    assert "seal: its digest is not the one that was recorded" in sealed_site.found()


def test_rows_of_two_companies_that_were_exchanged_are_named(site: Site) -> None:
    mine, other = site.cast.tenant, site.other.tenant
    site.attack(
        "update timekeeping_punchevent set tenant_id = %s where id = (select id from timekeeping_punchevent"
        " where tenant_id = %s order by id limit 1)",
        other, mine,
    )  # fmt: skip
    punches = site.found()
    site.attack(f"update ledger_ledgerevent set tenant_id = %s where id = {ONE_EVENT}", other, mine)  # noqa: S608 -- fixed
    status, said = site.verified()

    assert "punch is gone" in punches
    assert status != 0, said
    assert "the event at place" in site.found()


def test_a_bundle_without_a_single_event_does_not_pass_for_the_log(site: Site) -> None:
    site.verified()
    with zipfile.ZipFile(site.folder / "log.zip") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts["events.jsonl"] = b"".join(parts["events.jsonl"].splitlines(keepends=True)[:-1])
    with zipfile.ZipFile(site.folder / "log.zip", "w") as written:
        for name, content in parts.items():
            written.writestr(name, content)
    key = VerifierKey(name=f"{BASE}/{log_id(site.cast.tenant)}/1", public=KeySigner(SEED).public()).text()
    answer = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-I", VERIFIER, "export", site.folder / "log.zip", "--vkey", key],
        capture_output=True, check=False,
    )  # fmt: skip

    assert answer.returncode != 0
