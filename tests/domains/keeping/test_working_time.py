"""Working time by age: what is told besides goes once a sealed month is old, and the chain of seals holds."""

import json
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from support.attacked import standing
from support.cast import Cast
from support.cluster import ADMINISTRATION
from support.long_ago import NOTE, OLD_APRIL, PLACE, REASON, OldMonth, close_long_ago, work_long_ago
from support.months import APRIL, hand_in_and_approve, work_april
from support.punching import punch
from support.work import calculate
from tokimori.domains.approvals.models import ApprovalStep
from tokimori.domains.closings.errors import PeriodGone
from tokimori.domains.closings.models import Adjustment, Reopening, SealedTimesheet
from tokimori.domains.closings.queries import holding_seal
from tokimori.domains.closings.services.seal import reopen_period, seal_period
from tokimori.domains.exports.layouts import FileFormat, Layout
from tokimori.domains.exports.models import ExportFile
from tokimori.domains.exports.services import create_export, download_export
from tokimori.domains.organisations.models import Site
from tokimori.domains.schedules.plans import DayPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.domains.timekeeping.models import CorrectionRequest, PunchEvent, RawPayload, StaleDay
from tokimori.domains.timekeeping.reports import Outcome
from tokimori.domains.timesheets.models import DayResult, DayRevision, MonthResult
from tokimori.domains.timesheets.queries import day_content
from tokimori.engine import DayType
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.retention.models import RetentionCertificate
from tokimori.foundation.retention.outlook import months_ahead
from tokimori.foundation.retention.periods import RecordKind
from tokimori.foundation.retention.services import run
from tokimori.foundation.retention.services.holds import place_hold
from tokimori.foundation.retention.services.run import Due, digest_of, preview, take_away
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.cli.verify import findings_of

JAPAN = frozenset({"JP"})
CANNOT_BE_CHECKED = 2
CONTENTS = (
    (
        "timekeeping_punchevent",
        "place",
        "occurred_at = occurred_at - interval '1 second'",
        "occurred_at = now() - interval '729 days'",
    ),
    (
        "timekeeping_correctionrequest",
        "reason",
        "work_date = work_date + 1",
        "requested_at = now() - interval '729 days'",
    ),
    ("timekeeping_rawpayload", "content", "source = 'other'", "received_at = now() - interval '729 days'"),
    ("approvals_approvalstep", "note", "state = 'approved'", "at = now() - interval '729 days'"),
    ("timesheets_dayrevision", "content", "result_digest = repeat('0', 64)", "work_date = work_date + 1500"),
    ("closings_sealedtimesheet", "content", "digest = repeat('0', 64)", ""),
    ("exports_exportfile", "content", "file_name = 'another'", "created_at = now() - interval '729 days'"),
)


@pytest.fixture
def old(cast: Cast) -> OldMonth:
    work_long_ago(cast)
    made = close_long_ago(cast)
    with tenant_transaction(cast.tenant):
        RawPayload.objects.create(
            tenant_id=cast.tenant, id=new_id(), source="api", content=b"0002 came", digest="0" * 64,
            received_at=holding_seal(tenant=cast.tenant, month=OLD_APRIL).sealed_at - timedelta(days=9),  # type: ignore[union-attr]
        )  # fmt: skip
    return made


def due(cast: Cast, kind: RecordKind, countries: frozenset[str] = JAPAN) -> Due:
    with tenant_transaction(cast.tenant):
        found = preview(actor=cast.system, countries=countries, now=clock.now())
    return next(one for one in found if one.kind is kind)


def take_everything(cast: Cast, countries: frozenset[str] = JAPAN) -> int:
    made = 0
    while True:
        with tenant_transaction(cast.tenant):
            step = take_away(actor=cast.system, countries=countries, now=clock.now())
        if not step:
            return made
        made += len(step)


def told(cast: Cast, old: OldMonth) -> tuple[bool, ...]:
    """Return whether place, reason, note, explanation, day, month, sheet, raw file and payroll file are there."""
    with tenant_transaction(cast.tenant):
        return (
            {one.place for one in PunchEvent.objects.all()} == {PLACE},
            CorrectionRequest.objects.get(id=old.wish).reason == REASON,
            NOTE in {one.note for one in ApprovalStep.objects.all()},
            all(DayRevision.objects.values_list("content", flat=True)),
            DayResult.objects.filter(work_date__year=2021, work_date__month=4).exists(),
            MonthResult.objects.filter(month=OLD_APRIL.first).exists(),
            all(SealedTimesheet.objects.values_list("content", flat=True)),
            all(bytes(one.content) for one in RawPayload.objects.all()),
            all(bytes(one.content) for one in ExportFile.objects.all()),
        )


@pytest.mark.control(94)
def test_what_an_old_month_tells_goes_with_certificates_and_the_preview_said_so(cast: Cast, old: OldMonth) -> None:
    assert all(told(cast, old))
    time, files = due(cast, RecordKind.WORKING_TIME), due(cast, RecordKind.FILES)

    take_everything(cast)

    assert not any(told(cast, old))
    with tenant_transaction(cast.tenant):
        taken = {one.record_kind: one for one in RetentionCertificate.objects.exclude(record_kind="event_details")}
        keys = list(ExportFile.objects.values_list("id", flat=True))
    assert taken["working_time"].counts == time.counts
    assert taken["payroll_files"].counts == files.counts == {"exports_exportfile": 1}
    assert bytes(taken["payroll_files"].digest) == digest_of(sorted(keys))
    assert set(time.counts) == {
        "approvals_approvalstep", "closings_sealedtimesheet", "timekeeping_correctionrequest", "timekeeping_punchevent",
        "timekeeping_rawpayload", "timesheets_dayresult", "timesheets_dayrevision", "timesheets_monthresult",
    }  # fmt: skip
    assert (due(cast, RecordKind.WORKING_TIME).rows, take_everything(cast)) == (0, 0), "and nothing goes twice"


@pytest.mark.control(94, 96)
def test_the_chain_of_seals_the_punches_and_the_log_are_proven_as_before(
    cast: Cast, old: OldMonth, tmp_path: Path
) -> None:
    with standing(cast, tmp_path) as site:
        take_everything(cast)
        site.write()
        status, said = site.verified()

        assert site.found() == ""
        assert "REFUTED" not in said.upper().replace("NOTHING WAS REFUTED", ""), said
        assert status == CANNOT_BE_CHECKED, "what the event of the seal told has gone as well"
        assert "are erased or withheld" in said
        assert "0 of 1 timesheets are here" in said
        site.attack("update closings_sealedtimesheet set digest = repeat('0', 64) where tenant_id = %s", cast.tenant)
        assert "a timesheet in it was changed" in site.found()


def test_what_is_empty_without_a_certificate_is_found(cast: Cast, old: OldMonth) -> None:
    assert findings_of(cast.tenant) == ()
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner:
        owner.execute("update closings_sealedtimesheet set content = '' where tenant_id = %s", [cast.tenant])
        owner.execute("update timekeeping_punchevent set place = '' where tenant_id = %s", [cast.tenant])

    assert {one.why for one in findings_of(cast.tenant)} == {
        "a timesheet in it is empty, and no certificate says why",
        "it does not say what its event is bound to: it was changed",
    }


@pytest.mark.control(94)
def test_a_month_that_was_never_sealed_is_not_completed_and_stays(cast: Cast) -> None:
    work_long_ago(cast)

    assert due(cast, RecordKind.WORKING_TIME).rows == 0
    take_everything(cast)
    with tenant_transaction(cast.tenant):
        assert all(DayRevision.objects.values_list("content", flat=True))
        assert {one.place for one in PunchEvent.objects.all()} == {PLACE}


@pytest.mark.control(94)
def test_a_month_that_is_younger_than_its_time_stays(cast: Cast) -> None:
    work_april(cast)
    hand_in_and_approve(cast)
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=clock.now())
        due_in = preview(actor=cast.system, countries=JAPAN, now=clock.now() + timedelta(days=5 * 366 - 250))
        assert [one.rows for one in due_in if one.kind is RecordKind.WORKING_TIME] == [0]
    assert take_everything(cast) == 0
    with tenant_transaction(cast.tenant):
        assert DayResult.objects.exists()


@pytest.mark.control(94)
def test_each_person_has_the_time_of_his_own_country(cast: Cast, old: OldMonth) -> None:
    """The company is in Thailand as well; Aiko has worked in Japan alone, and a move of her site changes nothing."""
    both = JAPAN | {"TH"}
    assert due(cast, RecordKind.WORKING_TIME, both).rows == due(cast, RecordKind.WORKING_TIME).rows
    with tenant_transaction(cast.tenant):
        Site.objects.filter(id=cast.site_id).update(country="TH")
        now = clock.now() - timedelta(days=600)  # when April 2021 was over for two years, and not for five
        found = {one.kind: one.rows for one in preview(actor=cast.system, countries=both, now=now)}
    assert (found[RecordKind.WORKING_TIME], found[RecordKind.FILES]) == (0, 0)


@pytest.mark.control(94)
@pytest.mark.parametrize(
    ("days", "whose", "kept"),
    [
        ((None, None), None, True),
        ((None, None), "aiko", True),
        ((None, None), "ben", False),
        ((date(2021, 4, 10), date(2021, 4, 12)), "aiko", True),
        ((date(2021, 7, 1), None), "aiko", False),
        ((None, date(2021, 2, 1)), None, False),
    ],
)
def test_a_hold_keeps_what_it_is_about(
    cast: Cast,
    old: OldMonth,
    days: tuple[date | None, date | None],
    whose: str | None,
    kept: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    with tenant_transaction(cast.tenant):
        place_hold(
            actor=cast.system, kind=RecordKind.WORKING_TIME, reason="a dispute", now=clock.now(),
            person_id=cast[whose].account_id if whose else None, covers_from=days[0], covers_until=days[1],
        )  # fmt: skip
    before = due(cast, RecordKind.WORKING_TIME)
    assert bool(before.held) is (kept or whose == "ben")
    take_everything(cast)

    assert told(cast, old)[0] is kept
    if whose == "ben":
        assert told(cast, old)[7] is True, "what names nobody is held with whomever it may be about"


@pytest.mark.parametrize(("table", "column", "change", "young"), CONTENTS)
@pytest.mark.control(93, 94)
def test_not_even_the_owner_changes_anything_else_or_empties_what_is_young(
    cast: Cast, old: OldMonth, table: str, column: str, change: str, young: str
) -> None:
    work_april(cast)
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner:
        for wanted in (change, f"{column} = '', {change}", f"{column} = 'x'"):
            with pytest.raises(psycopg.Error, match="appended"), owner.transaction():
                owner.execute(f"update {table} set {wanted} where tenant_id = %s", [cast.tenant])  # type: ignore[arg-type] # noqa: S608
        with pytest.raises(psycopg.Error, match="appended"), owner.transaction():
            owner.execute(f"delete from {table} where tenant_id = %s", [cast.tenant])  # type: ignore[arg-type] # noqa: S608
        owner.execute("set session_replication_role = replica")
        if young:
            owner.execute(f"update {table} set {young} where tenant_id = %s", [cast.tenant])  # type: ignore[arg-type] # noqa: S608
        owner.execute("update closings_seal set month = '2025-11-01' where tenant_id = %s", [cast.tenant])
        owner.execute("set session_replication_role = default")
        with pytest.raises(psycopg.Error, match="appended"), owner.transaction():
            owner.execute(f"update {table} set {column} = '' where tenant_id = %s", [cast.tenant])  # type: ignore[arg-type] # noqa: S608


def test_the_door_of_the_database_lets_nothing_young_through(cast: Cast, old: OldMonth) -> None:
    del old
    young = clock.now() - timedelta(days=729)
    with tenant_transaction(cast.tenant):
        for kind in ("working_time", "payroll_files", "people_who_left"):
            with (
                pytest.raises(DatabaseError, match="stay for 730 days"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                statement = f"select * from tokimori.forget_{kind}(null, %s, array['JP'], array['JP'], true, 9)"  # noqa: S608 -- our own words
                cursor.execute(statement, [young])


@pytest.mark.control(94)
def test_a_run_that_is_cut_off_has_a_certificate_for_what_went_and_goes_on(
    cast: Cast, old: OldMonth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "STEP", 10)
    whole = due(cast, RecordKind.WORKING_TIME).rows
    with pytest.raises(KeyboardInterrupt), tenant_transaction(cast.tenant):
        take_away(actor=cast.system, countries=JAPAN, now=clock.now())
        raise KeyboardInterrupt
    assert due(cast, RecordKind.WORKING_TIME).rows == whole, "what was not committed did not happen"

    take_everything(cast)

    assert not any(told(cast, old))
    with tenant_transaction(cast.tenant):
        counts = [sum(one.counts.values()) for one in RetentionCertificate.objects.filter(record_kind="working_time")]
    assert (sum(counts), max(counts)) == (whole, 10)


def test_what_comes_for_a_month_that_is_gone_makes_nothing_anew(cast: Cast, old: OldMonth) -> None:
    del old
    take_everything(cast)
    day, aiko = date(2021, 4, 24), cast["aiko"].employee_id
    late = DayPlan(employee_id=aiko, work_date=day, day_type=DayType.LEGAL_HOLIDAY, shifts=())

    (answer, _) = punch(cast, "aiko", day, "in 10:00, out 12:00", now=clock.now())
    with tenant_transaction(cast.tenant):
        plan_days(actor=cast.system, plans=[late], now=clock.now())
        known = DayRevision.objects.count()
        assert StaleDay.objects.filter(work_date=day).exists()
    calculate(cast, now=clock.now())

    assert answer.outcome is Outcome.REFUSED
    with tenant_transaction(cast.tenant):
        assert not StaleDay.objects.exists()
        assert not Adjustment.objects.exists()
        assert (DayRevision.objects.count(), DayResult.objects.filter(work_date=day).count()) == (known, 0)


def test_a_month_that_is_gone_is_not_opened_again_and_no_file_is_made_of_it(cast: Cast, old: OldMonth) -> None:
    take_everything(cast)
    chie = cast["chie"].principal
    with tenant_transaction(cast.tenant):
        for act in (
            lambda: reopen_period(actor=cast.system, month=OLD_APRIL, reason="again", now=clock.now()),
            lambda: create_export(
                actor=chie, month=OLD_APRIL, layout=Layout.DAYS, file_format=FileFormat.CSV, now=clock.now()
            ),
            lambda: download_export(actor=chie, export_id=old.file, now=clock.now()),
        ):
            with pytest.raises(PeriodGone):
                act()
        assert not Reopening.objects.exists()
        assert day_content(tenant=cast.tenant, employee_id=cast["aiko"].employee_id, work_date=OLD_APRIL.first) is None


@pytest.mark.control(94)
def test_the_outlook_says_in_which_month_what_falls_due(cast: Cast, old: OldMonth) -> None:
    del old
    with tenant_transaction(cast.tenant):
        now = clock.now().replace(year=2026, month=1, day=15)
        ahead = months_ahead(actor=cast.system, countries=JAPAN, now=now)
        found = {str(one.month): dict(one.counts) for one in ahead}
        later = now.replace(month=12)
        then = next(
            one for one in preview(actor=cast.system, countries=JAPAN, now=later) if one.kind is RecordKind.WORKING_TIME
        )
    assert len(found) == 12
    assert [month for month, counts in found.items() if RecordKind.WORKING_TIME in counts] == ["2026-05-01"]
    assert found["2026-05-01"][RecordKind.WORKING_TIME] == then.rows
    assert json.dumps(sorted(found)) == json.dumps(list(found))
