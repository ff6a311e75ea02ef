"""The nightly run: visits of the provider and letters, every company, and what a run leaves when it is killed."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from support.cast import Cast
from support.cluster import ADMINISTRATION
from support.long_ago import close_long_ago, work_long_ago
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.domains.timesheets.models import DayRevision
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.operators.models import OperatorSession
from tokimori.foundation.retention.models import RetentionCertificate
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.jobs.records import take_away_old_records


def visit(cast: Cast, *, days: int) -> UUID:
    """Let somebody of the provider have been here so many days ago; his grant is another matter."""
    then, key = clock.now() - timedelta(days=days), new_id()
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(
            "insert into operators_operatorsession (tenant_id, id, grant_id, operator_id, opened_at, last_used_at, address,"
            " device, requests) values (%s, %s, gen_random_uuid(), gen_random_uuid(), %s, %s, '192.0.2.1', 'x', 3)",
            [cast.tenant, key, then, then],
        )
    return key


def letter(cast: Cast, *, made_at: datetime, state: str = "sent") -> UUID:
    with tenant_transaction(cast.tenant):
        return Notice.objects.create(
            tenant_id=cast.tenant, id=new_id(), account_id=cast["aiko"].account_id, kind="new_device", language="en",
            sealed_letter=b"", made_at=made_at, state=state,
        ).id  # fmt: skip


@pytest.mark.control(94)
def test_every_night_each_company_is_rid_of_what_is_over_its_time(cast: Cast, dan: Cast) -> None:
    work_long_ago(cast)
    close_long_ago(cast)
    old, young = visit(cast, days=3 * 366 + 1), visit(cast, days=3 * 366 - 1)
    sent = letter(cast, made_at=clock.now() - timedelta(days=91))
    waiting = letter(cast, made_at=clock.now() - timedelta(days=91), state="waiting")
    late = letter(cast, made_at=clock.now() - timedelta(days=89))

    take_away_old_records(0)

    with tenant_transaction(cast.tenant):
        assert set(OperatorSession.objects.values_list("id", flat=True)) == {young}
        assert set(Notice.objects.values_list("id", flat=True)) == {waiting, late}
        assert {one.place for one in PunchEvent.objects.all()} == {""}
        made = {one.record_kind: one.counts for one in RetentionCertificate.objects.all()}
    assert made["operator_visits"] == {"operators_operatorsession": 1}
    assert made["letters"] == {"notices_notice": 1}
    assert old != young
    assert sent not in {waiting, late}
    with tenant_transaction(dan.tenant):
        assert not RetentionCertificate.objects.exclude(record_kind="event_details").exists()


@pytest.mark.control(94)
def test_not_even_the_owner_deletes_a_visit_within_ninety_days(cast: Cast) -> None:
    visit(cast, days=89)
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner, pytest.raises(psycopg.Error, match="appended"):
        owner.execute("delete from operators_operatorsession where tenant_id = %s", [cast.tenant])


KILLED = """
import os, sys, time, uuid
import django
django.setup()
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.retention.services import run
from tokimori.foundation.tenancy.context import tenant_transaction
run.STEP = 7
tenant = uuid.UUID(sys.argv[1])
print("ready", flush=True)
while True:
    with tenant_transaction(tenant):
        if not run.take_away(actor=system_principal(tenant), countries={"JP"}, now=clock.now()):
            break
print("done", flush=True)
"""


@pytest.mark.control(94)
@pytest.mark.parametrize("milliseconds", [5, 40, 120])
def test_whenever_a_run_is_killed_what_went_has_its_certificate(cast: Cast, milliseconds: int) -> None:
    work_long_ago(cast)
    close_long_ago(cast)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tokimori.settings.django"}
    with subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-c", KILLED, str(cast.tenant)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGKILL)

    with tenant_transaction(cast.tenant):
        empty = DayRevision.objects.filter(content="").count()
        certificates = list(RetentionCertificate.objects.all())
        attested = sum(one.counts.get("timesheets_dayrevision", 0) for one in certificates)
        told = LedgerEvent.objects.filter(name=EventName.RETENTION_RUN.value).count()
    assert (attested, told) == (empty, len(certificates))
