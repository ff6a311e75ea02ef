"""Each probe passes on the product as it is, and turns its row red within one run once its control is switched off."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from support import cluster
from support.cast import new_company
from support.probing import ALONE_WITH_PORTS, as_superuser, is_red, off, outcome, switches_off
from support.provider import new_worker
from tokimori.assurance.probes import build, calculation, passwords, records
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.services.canaries import FIRST, canaries
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.drafts import services as drafts
from tokimori.foundation.identity import limits
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services import accounts as account_services
from tokimori.foundation.identity.services import factors, sessions
from tokimori.foundation.identity.services import sign_in as sign_in_services
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware import doors

# What these find is true of a test's database or of this day, and tried one by one below.
NOT_GREEN_HERE = {
    "retention.run",
    "accounts.dormant",
    "cryptography.inventory",
    "build.released",
    "database.routes",
    "disclosure.contact",
    "egress.places",
    "duties.conflicts",
    "factors.coverage",
    "ledger.backlog",
    "ledger.tamper",
    "ledger.verify",
    "leavers.access",
    "listener.certificate",
    "listener.headers",
    "listener.pages",
    "listener.tls_floor",
    "listener.transport",
    "operators.grants",
    "operators.sessions",
    "processes.apart",
    "punch.outside",
    "service.answers",
    "password.hash",
    "requirements.trace",
    "tests.of_build",
    "accounts.shared",
}


OF_REGISTERS = {
    "audit.age",
    "cert_register.expiry",
    "legal.gaps",
    "nda.coverage",
    "policy.published",
    "raci.complete",
    "training.overdue",
    "vendor.review",
    "vendor_evidence.expiry",
    "vendors.complete",
}
"""They look at nothing before there are entries; ``registers/test_register_probes.py`` turns each green and red."""


@pytest.mark.control(34, 36, 38, 39, 41, 43, 44, 45, 47, 48, 49, 50, 71, 85, 91, 92, 93, 95, 96, 119, 124, 132)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[ALONE_WITH_PORTS] if name in {"database.exposure", "ports.declared"} else [])
        for name in sorted(set(PROBES) - NOT_GREEN_HERE - OF_REGISTERS)
    ],
)
def test_the_product_as_it_is_passes(name: str) -> None:
    assert outcome(name) == ("passed", "")


@pytest.mark.parametrize(
    "name",
    [
        "accounts.shared",
        "cryptography.inventory",
        "database.routes",
        "duties.conflicts",
        "egress.places",
        "operators.sessions",
    ],
)
def test_the_others_look_without_an_error(name: str) -> None:
    assert outcome(name)[0] != "errored"


@pytest.mark.parametrize(
    ("name", "change", "undo"),
    [
        off(
            "walls.forced",
            "alter table people_employee no force row level security",
            "alter table people_employee force row level security",
            id="a wall is not forced",
        ),
        off(
            "walls.forced",
            "create policy anybody on people_employee using (true)",
            "drop policy anybody on people_employee",
            id="a policy lets everybody in",
        ),
        off(
            "walls.attack",
            "create policy anybody on people_employee using (true)",
            "drop policy anybody on people_employee",
            id="another company's people are seen",
        ),
        off(
            "walls.attack",
            "alter table identity_account disable row level security",
            "alter table identity_account enable row level security",
            id="a wall is down",
        ),
        off(
            "walls.attack",
            "grant usage on schema tokimori_private to tokimori_runtime; "
            "grant select on tokimori_private.tenant_context_key to tokimori_runtime",
            "revoke all on tokimori_private.tenant_context_key from tokimori_runtime; "
            "revoke usage on schema tokimori_private from tokimori_runtime",
            id="the key of contexts lies open",
        ),
        off(
            "database.grants",
            "grant delete on ledger_ledgerevent to tokimori_runtime",
            "revoke delete on ledger_ledgerevent from tokimori_runtime",
            id="events may be deleted",
        ),
        off(
            "database.grants",
            "grant select on people_employee to public",
            "revoke select on people_employee from public",
            id="everybody may read people",
        ),
        off(
            "facts.tamper",
            "alter table timekeeping_punchevent disable trigger user",
            "alter table timekeeping_punchevent enable trigger user",
            id="the trigger is off",
        ),
        off(
            "facts.tamper",
            "grant truncate on assurance_proberun to tokimori_runtime; "
            "alter table assurance_proberun disable trigger user",
            "revoke truncate on assurance_proberun from tokimori_runtime; "
            "alter table assurance_proberun enable trigger user",
            id="evidence may be emptied",
        ),
    ],
)
def test_a_weaker_database_turns_its_rows_red(name: str, change: str, undo: str) -> None:
    with as_superuser(change, undo):
        assert is_red(name)
    assert outcome(name)[0] == "passed"


def nothing(*values: object, **named: object) -> None:
    """Do nothing, in the place of a control."""


def always(*, answer: object) -> Callable[..., object]:
    return lambda *_values, **_named: answer


def _five_seconds_ahead() -> datetime:
    return clock.now() + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("name", "module", "control", "instead"),
    [
        off("sign_in.throttle", limits, "_count", nothing, id="attempts are not counted"),
        off("session.end", sessions, "_holds", always(answer=True), id="sessions never end"),
        off("session.end", drafts, "KEPT_FOR", timedelta(minutes=1), id="what was typed is gone before its session"),
        off("session.end", drafts, "KEPT_FOR", timedelta(days=30), id="what was typed is kept for a month"),
        off("factors.self_test", factors, "_takes_digits", always(answer=True), id="any digits are taken"),
        off("factors.self_test", sign_in_services, "has_factors", always(answer=False), id="no factor is asked"),
        off("addresses.limits", sign_in_services, "admit_at_sign_in", nothing, id="anybody from anywhere"),
        off("identity.reuse", account_services, "give_names", nothing, id="names are not kept"),
        off("sign_in.record", sign_in_services, "_note_sign_in", nothing, id="sign-ins are not written down"),
        off("console.exposure", doors, "_is_console", always(answer=False), id="customers reach the console"),
        off("console.exposure", doors, "_may_come", always(answer=True), id="strangers reach the console"),
        off("clock.offset", records, "clock", SimpleNamespace(now=_five_seconds_ahead), id="the clocks differ"),
        off("password.fields", passwords, "_PACKAGE", None, id="a password shows"),
    ],
)
def test_a_control_that_is_switched_off_turns_its_rows_red(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, module: Any, control: str, instead: Any
) -> None:
    if name == "password.fields":
        (tmp_path / "open.html").write_text('<input name="password" type="text" autocomplete="current-password">')
        instead = tmp_path
    monkeypatch.setattr(module, control, instead)

    assert is_red(name)


def test_an_error_that_quotes_what_was_typed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.StreamHandler, "setFormatter", nothing)

    assert outcome("log.canary")[0] != "passed"


def test_a_wrong_calculation_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cases = json.loads(calculation.VECTORS.read_text(encoding="utf-8"))
    cases[0]["result"] = {"worked": 1}
    (tmp_path / "vectors.json").write_text(json.dumps(cases), encoding="utf-8")
    monkeypatch.setattr(calculation, "VECTORS", tmp_path / "vectors.json")

    found, reason = outcome("calculation.vectors")

    assert found == "failed"
    assert cases[0]["id"] in reason


def test_the_vectors_are_those_of_the_table_of_cases() -> None:
    table = json.loads((Path(__file__).parents[1] / "cases" / "answers.json").read_text(encoding="utf-8"))
    keys = ("id", "country", "system", "kind", "inputs", "result")

    assert json.loads(calculation.VECTORS.read_text(encoding="utf-8")) == [
        {key: case[key] for key in keys} for case in table
    ]


@switches_off("password.hash")
def test_a_password_that_is_not_hashed_is_noticed() -> None:
    canary, _ = canaries(now=clock.now())
    with tenant_transaction(FIRST):
        Account.objects.filter(tenant_id=FIRST, id=canary.account_id).update(password="plain")
    try:
        assert is_red("password.hash")
    finally:
        with tenant_transaction(FIRST):
            Account.objects.filter(tenant_id=FIRST, id=canary.account_id).update(password="!nothing")


@pytest.mark.control(35)
@switches_off("operators.grants")
def test_an_access_without_a_grant_is_noticed() -> None:
    cast = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR}), None)})
    worker, now = new_worker(), clock.now()
    stranger = Principal(
        tenant_id=cast.tenant, kind=PrincipalKind.OPERATOR, account_id=worker.account_id, employee_id=None,
        rights=frozenset(),
    )  # fmt: skip
    with tenant_transaction(cast.tenant):
        record_event(EventName.OPERATOR_REQUEST, actor=stranger, subject_id=None, at=now, route="home")

    assert is_red("operators.grants")
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute("delete from ledger_ledgerevent where tenant_id = %s", [cast.tenant])


@pytest.mark.control(26, 36)
@switches_off("accounts.dormant", "leavers.access")
def test_accounts_that_should_be_closed_are_noticed() -> None:
    cast = new_company(
        people={"ada": (frozenset({Role.ADMINISTRATOR}), None), "bo": (frozenset({Role.EMPLOYEE}), None)}
    )
    long_ago = clock.now() - timedelta(days=400)
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute(
            "update identity_account set created_at = %s where tenant_id = %s", [long_ago, cast.tenant]
        )
        administrator.execute(
            "update people_employee set left_on = %s where tenant_id = %s", [long_ago.date(), cast.tenant]
        )

    assert is_red("accounts.dormant")
    assert is_red("leavers.access")


@pytest.mark.control(40)
@switches_off("factors.coverage")
def test_a_privileged_person_without_a_factor_is_noticed() -> None:
    cast = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR}), None)})
    with tenant_transaction(cast.tenant):
        Account.objects.filter(tenant_id=cast.tenant, id=cast["ada"].account_id).update(
            password="argon2$argon2id$v=19$x", password_set_at=clock.now() - timedelta(days=2)
        )
    try:
        assert is_red("factors.coverage")
    finally:
        with tenant_transaction(cast.tenant):
            Account.objects.filter(tenant_id=cast.tenant, id=cast["ada"].account_id).update(password="!nothing")


@pytest.mark.control(22)
@switches_off("duties.conflicts")
def test_roles_that_conflict_are_noticed() -> None:
    cast = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR, Role.AUDITOR}), None)})

    assert is_red("duties.conflicts")
    assert cast["ada"].account_id


@switches_off("tests.of_build")
def test_a_run_of_the_tests_with_a_failure_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    record = {"build": build.build_digest(), "is_whole": True, "failed": 1, "passed": 9}
    file.write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr(build, "TEST_RECORD", file)

    assert is_red("tests.of_build")


@pytest.mark.parametrize(
    ("record", "is_good"),
    [
        pytest.param(
            {"build": "{this}", "is_whole": True, "failed": 0, "passed": 9}, True, id="this build, all passed"
        ),
        pytest.param({"build": "another", "is_whole": True, "failed": 0, "passed": 9}, False, id="another build"),
        pytest.param({"build": "{this}", "is_whole": True, "failed": 1, "passed": 9}, False, id="one failed"),
        pytest.param({"build": "{this}", "is_whole": False, "failed": 0, "passed": 9}, False, id="a part of them"),
        pytest.param({"build": "{this}", "is_whole": True, "failed": 0, "passed": 0}, False, id="none at all"),
    ],
)
def test_a_run_of_the_tests_counts_for_its_build_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, record: Mapping[str, object], *, is_good: bool
) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record).replace("{this}", build.build_digest()), encoding="utf-8")
    monkeypatch.setattr(build, "TEST_RECORD", file)

    assert (outcome("tests.of_build")[0] == "passed") is is_good


def test_without_a_record_of_the_tests_the_probe_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build, "TEST_RECORD", tmp_path / "none.json")

    assert outcome("tests.of_build") == ("errored", "no_test_record")


def test_an_open_requirement_is_counted() -> None:
    found, _ = outcome("requirements.trace")
    page = (build.ROOT / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")

    assert (found == "failed") == ("| open |" in page)
