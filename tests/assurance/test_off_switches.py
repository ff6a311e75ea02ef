"""For each probe there is a test that switches its control off, in the product or around it, and sees its rows turn red."""

import ast
import logging
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from support import cluster
from support.cast import new_company
from support.probing import ALONE_WITH_PORTS, as_superuser, is_red, off, outcome, switches_off
from support.provider import at_console, new_worker
from tokimori.assurance.probes import build, records
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.services.canaries import FAMILY_NAME, FIRST, canaries
from tokimori.domains.timekeeping.reports import PunchReport
from tokimori.engine import day
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services import concurrent_use, sessions
from tokimori.foundation.identity.services import passwords as password_services
from tokimori.foundation.identity.services import sign_in as sign_in_services
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.identity.services.shared_accounts import NewSharedAccount, register_shared_account
from tokimori.foundation.operators.services.maintenance import record_bypass
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


def _promised() -> Iterator[str]:
    """Yield the probes that tests of the sheet promise to see red, by the marks that they bear."""
    for file in sorted(Path(__file__).parent.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="switches_off"), args=names):
                    yield from (one.value for one in names if isinstance(one, ast.Constant))
                case ast.Call(func=ast.Name(id="off"), args=[ast.Constant(value=name), *_]):
                    yield name


@pytest.mark.parametrize("name", sorted(PROBES))
def test_each_probe_has_a_test_that_switches_its_control_off(name: str) -> None:
    assert name in set(_promised())


def test_no_test_promises_a_probe_that_there_is_not() -> None:
    assert set(_promised()) <= set(PROBES)


def nothing(*values: object, **named: object) -> None:
    """Do nothing, in the place of a control."""


def never(*values: object, **named: object) -> bool:
    """Say no, in the place of a control."""
    return False


@pytest.mark.parametrize(
    ("name", "module", "control", "instead"),
    [
        off("password.rules", password_services, "refuse_weak_password", nothing, id="weak passwords are taken"),
        off("password.history", password_services, "refuse_used_password", nothing, id="used passwords are taken"),
        off("password.age", sessions, "needs_new_password", never, id="passwords never grow old"),
        off("password.change", password_services, "end_sessions_of", nothing, id="other sessions go on"),
        off("password.change", password_services, "check_password", lambda *_: True, id="no present one is needed"),
        off("accounts.shared", concurrent_use, "AT_ONCE", timedelta(0), id="use in two places is not noticed"),
        off("calculation.vectors", day, "subtracted", lambda work, _: tuple(work), id="breaks count as work"),
    ],
)
def test_a_part_of_the_product_that_is_switched_off_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, module: Any, control: str, instead: Any
) -> None:
    before = outcome(name)[1]

    monkeypatch.setattr(module, control, instead)

    assert is_red(name)
    assert outcome(name)[1] != before


@switches_off("punch.replay")
def test_punches_that_are_not_told_apart_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    told_apart: dict[int, tuple[PunchReport, str]] = {}  # which keeps each report, so that no two are one

    def key_of_its_own(report: PunchReport) -> str:
        return told_apart.setdefault(id(report), (report, str(uuid4())))[1]

    monkeypatch.setattr(PunchReport, "stored_key", property(key_of_its_own))

    assert is_red("punch.replay")


@switches_off("accounts.shared")
def test_an_exception_that_is_over_is_noticed() -> None:
    cast = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR}), None)})
    before = clock.now() - timedelta(days=2)
    account = NewAccount(
        login_id="counter", email=None, display_name="Counter", roles=frozenset({Role.EMPLOYEE}), language="en"
    )
    wanted = NewSharedAccount(
        account=account, custodian_id=cast["ada"].account_id, reason="At the counter",
        expires_at=before + timedelta(days=1),
    )  # fmt: skip
    with tenant_transaction(cast.tenant):
        register_shared_account(actor=cast["ada"].principal, wanted=wanted, now=before)

    assert is_red("accounts.shared")

    with as_superuser(
        f"update identity_sharedaccountexception set ended_at = now() where tenant_id = '{cast.tenant}'",  # noqa: S608 -- our own id
        "select 1",
    ):
        assert outcome("accounts.shared")[0] != "errored"


@switches_off("operators.sessions")
def test_one_of_the_providers_people_without_a_device_is_noticed() -> None:
    worker = new_worker()
    at_console(worker, has_device=False)

    assert is_red("operators.sessions")

    with as_superuser(
        f"update identity_session set ended_at = now() where account_id = '{worker.account_id}'",  # noqa: S608 -- our own id
        "select 1",
    ):
        assert "every_session_has_its_device" not in outcome("operators.sessions")[1]


@pytest.mark.control(52)
@switches_off("operators.sessions")
def test_a_command_that_went_past_the_recording_is_noticed() -> None:
    with tenant_transaction(PROVIDER):
        record_bypass(actor=system_principal(PROVIDER), command="add", reason="In a test", now=clock.now())

    assert is_red("operators.sessions")
    assert "no_command_went_past_the_recording" in outcome("operators.sessions")[1]


@switches_off("default.credentials")
def test_a_planted_default_account_is_noticed() -> None:
    canary, _ = canaries(now=clock.now())
    account = NewAccount(
        login_id="admin", email=None, display_name="Admin", roles=frozenset({Role.EMPLOYEE}), language="en"
    )
    with tenant_transaction(FIRST):
        planted = create_account(actor=canary.system, account=account, now=clock.now())
        Account.objects.filter(tenant_id=FIRST, id=planted).update(
            password=make_password("admin"), password_set_at=clock.now()
        )
    try:
        assert is_red("default.credentials")
    finally:
        with tenant_transaction(FIRST):
            Account.objects.filter(tenant_id=FIRST, id=planted).update(password="!nothing", is_active=False)
    assert outcome("default.credentials")[0] == "passed"


@switches_off("default.credentials")
def test_a_planted_default_login_of_the_database_is_noticed() -> None:
    database = cluster.ADMINISTRATION["database"]
    with as_superuser(
        f"create role root login password 'root'; grant connect on database {database} to root",
        f"revoke connect on database {database} from root; drop role root",
    ):
        assert is_red("default.credentials")


@switches_off("log.query")
def test_a_log_that_answers_slowly_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MOST_COMPANIES", 2)
    monkeypatch.setattr(records, "_MOST_SEARCH_MILLISECONDS", 250)
    with as_superuser(
        "create policy slow on ledger_ledgerevent as restrictive using ((select pg_sleep(0.3)::text) is not null)",
        "drop policy slow on ledger_ledgerevent",
    ):
        assert is_red("log.query")


@switches_off("log.canary")
def test_a_log_that_is_turned_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("tokimori.assurance"), "disabled", True)

    assert is_red("log.canary")


@switches_off("secrets.in_logs")
def test_a_door_that_writes_passwords_down_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sign_in_services.check_password

    def telling(typed: str, *values: Any, **named: Any) -> bool:
        logging.getLogger("tokimori.careless").warning(f"{typed} was typed")  # noqa: G004 -- the mistake to be found
        return real(typed, *values, **named)

    monkeypatch.setattr(sign_in_services, "check_password", telling)

    assert is_red("secrets.in_logs")


@switches_off("at_rest.canary")
def test_a_column_that_keeps_a_name_in_plain_is_noticed() -> None:
    canaries(now=clock.now())
    with as_superuser(
        f"update organisations_site set code = '{FAMILY_NAME}' where tenant_id = '{FIRST}'",  # noqa: S608 -- our own words
        f"update organisations_site set code = 'site' where tenant_id = '{FIRST}'",  # noqa: S608 -- as above
        past_triggers=True,
    ):
        assert is_red("at_rest.canary")
    assert outcome("at_rest.canary") == ("passed", "")


@switches_off("ledger.verify")
def test_an_event_that_lost_its_place_is_noticed() -> None:
    tenant = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR}), None)}).tenant
    with as_superuser(
        f"create table kept_leaves as select * from ledger_pendingleaf where tenant_id = '{tenant}'; "  # noqa: S608 -- our own id
        f"delete from ledger_pendingleaf where tenant_id = '{tenant}'; "
        f"delete from ledger_logentry where tenant_id = '{tenant}'",
        "insert into ledger_pendingleaf select * from kept_leaves; drop table kept_leaves",
        past_triggers=True,
    ):
        assert is_red("ledger.verify")


@switches_off("ledger.backlog")
def test_events_that_nobody_gives_their_place_are_noticed() -> None:
    tenant = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR}), None)}).tenant
    hour = f"where tenant_id = '{tenant}'"
    with as_superuser(
        f"update ledger_pendingleaf set recorded_at = recorded_at - interval '1 hour' {hour}",  # noqa: S608 -- our own id
        f"update ledger_pendingleaf set recorded_at = recorded_at + interval '1 hour' {hour}",  # noqa: S608 -- as above
        past_triggers=True,
    ):
        assert is_red("ledger.backlog")


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        pytest.param("Name: strange-part\nVersion: 1.0\n", "strange", id="a part that nobody locked"),
        pytest.param("Name: Django\nVersion: 9.9\n", "versions", id="another version than the locked one"),
    ],
)
@switches_off("build.provenance")
def test_a_part_that_is_not_as_it_was_locked_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, metadata: str, found: str
) -> None:
    directory = tmp_path / "planted-1.0.dist-info"
    directory.mkdir()
    (directory / "METADATA").write_text(f"Metadata-Version: 2.1\n{metadata}", encoding="utf-8")
    # Behind the others: of two distributions of one name the later one is looked at.
    monkeypatch.setattr("sys.path", [*sys.path, str(tmp_path)])

    assert is_red("build.provenance")
    assert found in outcome("build.provenance")[1]


@switches_off("build.provenance")
def test_a_file_that_was_changed_since_the_start_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tokimori.foundation import build as foundation_build  # noqa: PLC0415 -- changed here alone

    build.build_digest()
    (tmp_path / "planted.py").write_text("import os\n", encoding="utf-8")
    monkeypatch.setattr(foundation_build, "_PACKAGE", tmp_path)

    assert is_red("build.provenance")


@switches_off("requirements.trace")
def test_a_requirement_that_is_open_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = (build.ROOT / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")
    directory = tmp_path / "docs" / "reference"
    directory.mkdir(parents=True)
    (directory / "asvs.md").write_text(page.replace("| met |", "| open |", 1), encoding="utf-8")
    monkeypatch.setattr(build, "ROOT", tmp_path)

    assert is_red("requirements.trace")


@ALONE_WITH_PORTS
@switches_off("database.exposure")
def test_a_database_whose_port_is_open_to_everybody_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("show port")
        (port,) = cursor.fetchone() or ("5432",)
    with socket.socket() as everybody:
        try:
            everybody.bind(("0.0.0.0", int(port)))  # noqa: S104 -- the mistake to be found
        except OSError:
            pytest.skip("The database itself listens at its port on this machine.")
        everybody.listen()

        assert is_red("database.exposure")
    assert outcome("database.exposure")[0] == "passed"


def test_whoever_owns_the_machine_is_who_these_tests_say() -> None:
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        assert administrator.execute("select current_setting('is_superuser')").fetchone() == ("on",)
