"""Work on the servers by hand: let in by a second person, recorded line by line, looked at by another one."""

import argparse
import contextlib
import io
import sys
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from support.cast import Cast
from support.provider import SYSTEM, Worker, company_with_administrator, let_in, new_worker
from tokimori.foundation import clock
from tokimori.foundation.identity.models import Account
from tokimori.foundation.keys.models import TenantKey
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.operators.errors import (
    GrantNotValid,
    MaintenanceRefused,
    OwnRequest,
    StatementRefused,
)
from tokimori.foundation.operators.models import MaintenanceEntry, MaintenanceSession
from tokimori.foundation.operators.queries.maintenance import (
    MaintenanceRecord,
    MaintenanceView,
    maintenance_record,
    maintenance_sessions,
    sessions_not_whole,
)
from tokimori.foundation.operators.scopes import PrivilegeKind, SupportFunction
from tokimori.foundation.operators.services.directory import dismiss_operator
from tokimori.foundation.operators.services.grants import revoke_grant
from tokimori.foundation.operators.services.maintenance import (
    OpenMaintenance,
    end_maintenance,
    issue_maintenance_code,
    open_maintenance,
    review_maintenance,
)
from tokimori.foundation.operators.services.privileges import PrivilegeWish, ask_privilege, decide_privilege
from tokimori.foundation.operators.services.running import enter_for_maintenance, run_statement
from tokimori.foundation.operators.statements import read_command, read_statement
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.interfaces.cli.epochs import run_open_epoch
from tokimori.interfaces.cli.keys import run_keys_act
from tokimori.interfaces.cli.maintain import run_maintenance
from tokimori.interfaces.cli.operators import run_operator_act
from tokimori.settings.command_line import _parser

HOUR = timedelta(hours=1)
COUNT = "select count(*) from people_employee"


@pytest.fixture
def company() -> Cast:
    return company_with_administrator()


@pytest.fixture
def haru() -> Worker:
    return new_worker("Haru")


@pytest.fixture
def mika() -> Worker:
    return new_worker("Mika")


def allowed(haru: Worker, mika: Worker, *, may_write: bool = False, hours: int = 1) -> UUID:
    wish = PrivilegeWish(
        kind=PrivilegeKind.MAINTENANCE, reason="jobs hang", ticket="T-5", hours=hours, may_write=may_write
    )
    with tenant_transaction(PROVIDER):
        wanted = ask_privilege(actor=haru.principal, wish=wish, now=clock.now())
        decide_privilege(actor=mika.principal, request_id=wanted, is_approved=True, now=clock.now())
    return wanted


def code(haru: Worker, privilege: UUID, *, purpose: str = "See why jobs hang") -> str:
    with tenant_transaction(PROVIDER):
        return issue_maintenance_code(actor=haru.principal, privilege_id=privilege, purpose=purpose, now=clock.now())


def begin(haru: Worker, mika: Worker, *, may_write: bool = False, company_code: str = "") -> OpenMaintenance:
    return open_maintenance(
        code=code(haru, allowed(haru, mika, may_write=may_write)),
        login=haru.login_id,
        machine="here",
        company_code=company_code,
        now=clock.now(),
    )


def record(worker: Worker, session: OpenMaintenance) -> MaintenanceRecord:
    with tenant_transaction(PROVIDER):
        return maintenance_record(actor=worker.principal, session_id=session.session_id, now=clock.now())


# ------------------------------------------------------------------------------------------------------------ the code


def test_without_a_privilege_that_another_one_approved_there_is_no_code(haru: Worker, mika: Worker) -> None:
    wish = PrivilegeWish(kind=PrivilegeKind.MAINTENANCE, reason="x", ticket="T", hours=1)
    with tenant_transaction(PROVIDER):
        wanted = ask_privilege(actor=haru.principal, wish=wish, now=clock.now())
        with pytest.raises(MaintenanceRefused):
            issue_maintenance_code(actor=haru.principal, privilege_id=wanted, purpose="x", now=clock.now())
        decide_privilege(actor=mika.principal, request_id=wanted, is_approved=True, now=clock.now())
        with pytest.raises(MaintenanceRefused):
            issue_maintenance_code(actor=mika.principal, privilege_id=wanted, purpose="x", now=clock.now())
        with pytest.raises(MaintenanceRefused):
            issue_maintenance_code(actor=haru.principal, privilege_id=wanted, purpose="x", now=clock.now() + HOUR)
        with pytest.raises(GrantNotValid):
            issue_maintenance_code(actor=haru.principal, privilege_id=wanted, purpose=" ", now=clock.now())


@pytest.mark.parametrize("text", ["", "x", "tkw_x", "tkw_" + "0" * 32 + "_" + "x" * 43])
def test_a_made_up_code_opens_nothing(haru: Worker, text: str) -> None:
    with pytest.raises(MaintenanceRefused):
        open_maintenance(code=text, login=haru.login_id, machine="here", company_code="", now=clock.now())


def test_a_code_opens_once_soon_and_for_the_operator_whom_it_names(haru: Worker, mika: Worker) -> None:
    shown = code(haru, allowed(haru, mika))
    usual = {"code": shown, "machine": "here", "company_code": ""}
    with pytest.raises(MaintenanceRefused):
        open_maintenance(login=mika.login_id, now=clock.now(), **usual)
    with pytest.raises(MaintenanceRefused):
        open_maintenance(login=haru.login_id, now=clock.now() + timedelta(minutes=10), **usual)
    open_maintenance(login=haru.login_id, now=clock.now(), **usual)
    with pytest.raises(MaintenanceRefused):
        open_maintenance(login=haru.login_id, now=clock.now(), **usual)


# -------------------------------------------------------------------------------------------------------- what is typed


def test_each_statement_is_written_down_with_what_it_came_to(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)
    answer = run_statement(session=session, key=None, text="select 1 as one union select 2;", now=clock.now())
    wrong = run_statement(session=session, key=None, text="select nothing", now=clock.now())
    end_maintenance(session=session, now=clock.now())

    assert (answer.columns, answer.row_count) == (("one",), 2)
    assert "nothing" in wrong.error
    found = record(mika, session)
    assert [(one.is_typed, one.text, one.row_count, one.is_done) for one in found.entries] == [
        (True, "select 1 as one union select 2", None, None),
        (False, "", 2, True),
        (True, "select nothing", None, None),
        (False, "42703", None, False),
    ]
    assert found.is_whole
    with tenant_transaction(PROVIDER):
        ended = LedgerEvent.objects.get(name="maintenance:ended", subject_id=session.session_id)
    assert (ended.details["entries"], ended.details["digest"]) == (4, found.entries[-1].digest)


def test_without_a_company_no_row_of_any_tenant_is_there(company: Cast, haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika, may_write=True)

    assert run_statement(session=session, key=None, text=COUNT, now=clock.now()).rows == [(0,)]
    changed = run_statement(session=session, key=None, text="update people_employee set code = 'x'", now=clock.now())
    assert (changed.row_count, changed.error) == (0, "")


def test_without_leave_to_write_the_database_refuses_to(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)

    answer = run_statement(session=session, key=None, text="delete from procrastinate_jobs", now=clock.now())
    assert "read-only" in answer.error


def test_in_a_company_statements_run_under_its_grant_and_it_sees_each(
    company: Cast, haru: Worker, mika: Worker
) -> None:
    session = begin(haru, mika, company_code=company.company_code)
    with pytest.raises(MaintenanceRefused):
        enter_for_maintenance(session=session, company_code=company.company_code, now=clock.now())
    grant = let_in(company, haru)
    key = enter_for_maintenance(session=session, company_code=company.company_code, now=clock.now())

    assert run_statement(session=session, key=key, text=COUNT, now=clock.now()).rows == [(1,)]
    refused = run_statement(session=session, key=key, text="update people_employee set code = 'x'", now=clock.now())
    assert "read-only" in refused.error
    with tenant_transaction(company.tenant):
        seen = [event.details for event in LedgerEvent.objects.filter(name="operator:request")]
        assert [(one["route"], one["method"]) for one in seen] == [("maintenance_sql", "SQL")] * 2
        revoke_grant(actor=company["ada"].principal, grant_id=grant, now=clock.now())
    with pytest.raises(MaintenanceRefused):
        run_statement(session=session, key=key, text=COUNT, now=clock.now())


def test_a_grant_for_a_part_of_the_product_opens_no_statements(company: Cast, haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika, company_code=company.company_code)
    let_in(company, haru, functions=frozenset({SupportFunction.WORKING_TIME}))
    key = enter_for_maintenance(session=session, company_code=company.company_code, now=clock.now())

    with pytest.raises(MaintenanceRefused):
        run_statement(session=session, key=key, text=COUNT, now=clock.now())


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "commit",
        "rollback; select 1",
        "set role postgres",
        "reset all",
        "begin",
        "copy people_employee to stdout",
        "drop table people_employee",
        "create table x ()",
        "grant all on people_employee to public",
        "do $$ begin end $$",
        "call x()",
        "listen x",
        "-- nothing",
        "/* hidden */ commit",
        "select 1 \0",
        "x" * 10_001,
        "vacuum",
        "prepare x as select 1",
    ],
)
def test_what_is_not_about_rows_is_refused_before_it_is_run(text: str) -> None:
    with pytest.raises(StatementRefused):
        read_statement(text)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (read_statement, read_command):
        with contextlib.suppress(StatementRefused):
            read(text)


def test_several_statements_in_one_are_refused_by_the_database(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)

    answer = run_statement(session=session, key=None, text="select 1; commit; select 2", now=clock.now())

    assert "multiple commands" in answer.error


def test_what_a_statement_sets_for_its_connection_reaches_neither_the_record_nor_the_next_one(
    haru: Worker, mika: Worker
) -> None:
    session = begin(haru, mika)
    for text in (
        "select set_config('search_path', 'pg_catalog', false)",
        "select set_config('work_mem', '1234kB', false)",
        "select pg_advisory_lock(1953458025)",
    ):
        assert run_statement(session=session, key=None, text=text, now=clock.now()).error == ""

    found = run_statement(
        session=session,
        key=None,
        text="select current_setting('search_path'), current_setting('work_mem') = '1234kB',"
        " (select count(*) from pg_locks where locktype = 'advisory' and objid = 1953458025)",
        now=clock.now(),
    )
    assert found.rows == [('"$user", public', False, 0)]
    assert [one.is_done for one in record(mika, session).entries if not one.is_typed] == [True] * 4


def test_a_session_for_reading_cannot_let_itself_write(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)

    text = "select set_config('transaction_read_only', 'off', true)"
    assert "read-write" in run_statement(session=session, key=None, text=text, now=clock.now()).error


@pytest.mark.parametrize("end", ["time", "dismissal", "closed"])
def test_nothing_runs_once_the_session_is_over(haru: Worker, mika: Worker, end: str) -> None:
    session = begin(haru, mika)
    now = clock.now()
    match end:
        case "time":
            now += HOUR
        case "dismissal":
            with tenant_transaction(PROVIDER):
                dismiss_operator(actor=SYSTEM, account_id=haru.account_id, now=now)
        case _:
            end_maintenance(session=session, now=now)

    with pytest.raises(MaintenanceRefused):
        run_statement(session=session, key=None, text="select 1", now=now)


# ------------------------------------------------------------------------------------------------------------ the record


def test_of_the_record_nothing_is_changed_and_what_is_added_or_left_out_shows(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)
    run_statement(session=session, key=None, text="select 1", now=clock.now())
    for change in ({"text": "select 2"}, {"row_count": 5}):
        with pytest.raises(DatabaseError), tenant_transaction(PROVIDER):
            MaintenanceEntry.objects.filter(session_id=session.session_id).update(**change)
    with pytest.raises(DatabaseError), tenant_transaction(PROVIDER):
        MaintenanceEntry.objects.filter(session_id=session.session_id).delete()
    assert record(mika, session).is_whole

    with tenant_transaction(PROVIDER):
        MaintenanceEntry.objects.create(
            tenant_id=PROVIDER, session_id=session.session_id, sequence=3, is_typed=True, tool="sql", text="forged",
            at=clock.now(), digest="0" * 64,
        )  # fmt: skip
        assert session.session_id in sessions_not_whole(tenant=PROVIDER)
    assert not record(mika, session).is_whole


def test_an_entry_that_the_log_does_not_know_shows_even_when_its_chain_closes(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)
    run_statement(session=session, key=None, text="select 1", now=clock.now())
    with tenant_transaction(PROVIDER):
        MaintenanceSession.objects.filter(id=session.session_id).update(entries=1)

    assert not record(mika, session).is_whole


def listed(worker: Worker, session: OpenMaintenance, *, later: timedelta = timedelta()) -> MaintenanceView:
    with tenant_transaction(PROVIDER):
        found, total = maintenance_sessions(actor=worker.principal, now=clock.now() + later, offset=0, limit=10_000)
    assert total == len(found)
    return next(one for one in found if one.id == session.session_id)


def test_another_one_reviews_within_a_week_and_what_is_late_shows(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)
    week = timedelta(days=7, seconds=1)
    assert not listed(mika, session, later=timedelta(days=6)).is_overdue
    assert listed(mika, session, later=week).is_overdue
    with tenant_transaction(PROVIDER), pytest.raises(Exception, match="not_found"):
        review_maintenance(actor=mika.principal, session_id=session.session_id, words="As asked.", now=clock.now())
    end_maintenance(session=session, now=clock.now())
    with tenant_transaction(PROVIDER):
        with pytest.raises(OwnRequest):
            review_maintenance(actor=haru.principal, session_id=session.session_id, words="Fine.", now=clock.now())
        with pytest.raises(GrantNotValid):
            review_maintenance(actor=mika.principal, session_id=session.session_id, words=" ", now=clock.now())
        review_maintenance(actor=mika.principal, session_id=session.session_id, words="As asked.", now=clock.now())
    assert not listed(mika, session, later=week).is_overdue


def test_the_database_refuses_a_review_by_oneself(haru: Worker, mika: Worker) -> None:
    session = begin(haru, mika)

    with pytest.raises(DatabaseError, match="maintenance_reviewed_by_another"), tenant_transaction(PROVIDER):
        MaintenanceSession.objects.filter(id=session.session_id).update(
            reviewed_by=haru.account_id, reviewed_at=clock.now()
        )


# ----------------------------------------------------------------------------------------------------------- the command


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))


def test_the_command_asks_for_the_code_and_records_what_is_typed(
    haru: Worker, mika: Worker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    login = f"new-{haru.login_id}"
    typed(
        monkeypatch, code(haru, allowed(haru, mika)), "select 7", "as seven;", "", "drop table x;",
        f"operator add --login {login} --name Neu", "operator nonsense", "end",
    )  # fmt: skip

    assert run_maintenance(argparse.Namespace(login=haru.login_id, company="")) == 0

    out = capsys.readouterr().out
    assert "seven\n7\n(1 rows)" in out
    assert "operator.statement_refused" in out
    assert "/first-sign-in/tkl_" in out
    with tenant_transaction(PROVIDER):
        assert Account.objects.filter(login_id=login).exists()
        session = MaintenanceSession.objects.filter(operator_id=haru.account_id).get()
        texts = list(
            MaintenanceEntry.objects.filter(session_id=session.id, is_typed=True)
            .order_by("sequence")
            .values_list("text", flat=True)
        )
    assert texts == ["select 7\nas seven", f"operator add --login {login} --name Neu", "operator nonsense"]
    assert session.ended_at is not None


def test_what_rows_hold_is_shown_and_never_obeyed_by_the_terminal(
    haru: Worker, mika: Worker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, code(haru, allowed(haru, mika)), r"select E'\x1b]0;x\x07\u009b2J\nmaintain> ' || '日本';", "end")

    assert run_maintenance(argparse.Namespace(login=haru.login_id, company="")) == 0

    out = capsys.readouterr().out
    assert not any(sign in out for sign in ("\x1b", "\x07", "\x9b"))
    assert "�]0;x��2J�maintain> 日本" in out


@pytest.mark.parametrize("line", ["", "nonsense"])
def test_the_command_refuses_without_a_code(
    haru: Worker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    typed(monkeypatch, line)

    assert run_maintenance(argparse.Namespace(login=haru.login_id, company="")) == 1
    assert "operator.maintenance_refused" in capsys.readouterr().out


def test_outside_of_a_recorded_session_a_privileged_command_says_why_and_is_counted(
    haru: Worker, mika: Worker, capsys: pytest.CaptureFixture[str]
) -> None:
    with tenant_transaction(PROVIDER):
        Account.objects.filter(id__in=[haru.account_id, mika.account_id]).update(last_signed_in_at=clock.now())
        before = LedgerEvent.objects.filter(name="maintenance:bypassed").count()
    usual = {"act": "link", "login": haru.login_id}
    assert run_operator_act(argparse.Namespace(**usual, bypass="")) == 1
    assert "operator.wrapper_needed" in capsys.readouterr().out

    assert run_operator_act(argparse.Namespace(**usual, bypass="All keys are lost")) == 0
    with tenant_transaction(PROVIDER):
        events = LedgerEvent.objects.filter(name="maintenance:bypassed").order_by("id")
        assert events.count() == before + 1
        assert list(events)[-1].details == {"command": "link", "reason": "All keys are lost"}


@pytest.fixture
def two_who_were_in(haru: Worker, mika: Worker) -> None:
    """Two of the provider's people could open a recorded session."""
    with tenant_transaction(PROVIDER):
        Account.objects.filter(id__in=[haru.account_id, mika.account_id]).update(last_signed_in_at=clock.now())


def bypasses() -> list[dict[str, object]]:
    with tenant_transaction(PROVIDER):
        return [one.details for one in LedgerEvent.objects.filter(name="maintenance:bypassed").order_by("id")]


DANGEROUS = (
    "keys add-root --name root-9",
    "keys rewrap",
    "keys rotate",
    "keys reseal",
    "keys rotate-person --company one --person 0190a000-0000-7000-8000-000000000000",
    "keys destroy-person --company one --person 0190a000-0000-7000-8000-000000000000",
    "open-epoch --reason burnt --socket /nowhere",
)


@pytest.mark.usefixtures("two_who_were_in")
@pytest.mark.control(35)
@pytest.mark.parametrize("line", DANGEROUS)
def test_what_touches_keys_or_logs_runs_in_a_recorded_session_alone(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bypasses()
    chosen = _parser().parse_args(line.split())

    run = run_open_epoch if line.startswith("open-epoch") else run_keys_act
    assert run(chosen) == 1
    assert "operator.wrapper_needed" in capsys.readouterr().out
    assert bypasses() == before


@pytest.mark.usefixtures("two_who_were_in")
def test_in_an_emergency_a_key_is_rotated_outside_and_it_is_counted(cast: Cast) -> None:
    line = ["keys", "rotate", "--company", cast.company_code, "--bypass", "The console is gone"]

    assert run_keys_act(_parser().parse_args(line)) == 0
    assert bypasses()[-1] == {"command": "keys rotate", "reason": "The console is gone"}


@pytest.mark.usefixtures("two_who_were_in")
def test_to_see_which_keys_there_are_no_session_is_needed(cast: Cast) -> None:
    assert run_keys_act(_parser().parse_args(["keys", "show", "--company", cast.company_code])) == 0


@pytest.mark.usefixtures("two_who_were_in")
@pytest.mark.control(35)
@pytest.mark.parametrize(("may_write", "versions"), [(True, 2), (False, 1)])
def test_in_a_recorded_session_keys_are_rotated_where_it_may_write(
    haru: Worker, mika: Worker, cast: Cast, monkeypatch: pytest.MonkeyPatch, *, may_write: bool, versions: int
) -> None:
    line = f"keys rotate --company {cast.company_code}"
    before = bypasses()
    typed(monkeypatch, code(haru, allowed(haru, mika, may_write=may_write)), line, "end")

    assert run_maintenance(argparse.Namespace(login=haru.login_id, company="")) == 0

    with tenant_transaction(cast.tenant):
        assert TenantKey.objects.filter(use="fields").count() == versions
    with tenant_transaction(PROVIDER):
        session = MaintenanceSession.objects.filter(operator_id=haru.account_id).latest("issued_at")
        entries = list(MaintenanceEntry.objects.filter(session_id=session.id).order_by("sequence"))
    assert [(one.is_typed, one.text, one.is_done) for one in entries] == [
        (True, line, None),
        (False, "0" if may_write else "2", may_write),
    ]
    assert bypasses() == before
