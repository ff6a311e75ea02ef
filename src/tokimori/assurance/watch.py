"""The jobs that keep the sheet true."""

from django.conf import settings

from tokimori.assurance.drill.holding import hold_drill, is_due
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.queries import last_runs
from tokimori.assurance.schedule import due
from tokimori.assurance.services.answering import answer_sheet
from tokimori.assurance.services.running import run_probe
from tokimori.foundation import clock
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.jobs.blueprint import jobs
from tokimori.jobs.running import job_between_transactions


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="watch_controls", lock="watch_controls", queueing_lock="watch_controls")
def watch_controls(timestamp: int) -> None:
    """Every five minutes: run the probes that are due, and answer the sheet."""
    del timestamp  # what counts is the clock now
    with tenant_transaction(PROVIDER):
        last = dict(last_runs())
    minutes = [(probe.name, probe.every_minutes) for probe in PROBES.values() if probe.has_subject()]
    for name in due(minutes, last=last, now=clock.now()):
        run_probe(PROBES[name])
    answer_sheet(now=clock.now())


@jobs.periodic(cron="2-57/5 * * * *")
@jobs.task(name="hold_tamper_drill", lock="hold_tamper_drill", queueing_lock="hold_tamper_drill")
def hold_tamper_drill(timestamp: int) -> None:
    """Every five minutes, whether one is due: hold the drill, where a scratch database is named, and look how it ended."""
    del timestamp  # as above
    if settings.DRILL_DATABASE_URL and is_due(now=clock.now()):
        hold_drill(scratch_url=settings.DRILL_DATABASE_URL, now=clock.now())
        run_probe(PROBES["ledger.tamper"])
        answer_sheet(now=clock.now())


@jobs.task(name="look_now")
@job_between_transactions
def look_now(tenant: TenantId, *, probe: str) -> None:
    """Run one probe that somebody asked for, and answer the sheet. A probe of an earlier build is left out."""
    del tenant  # probes are the provider's
    if probe in PROBES:
        run_probe(PROBES[probe])
        answer_sheet(now=clock.now())
