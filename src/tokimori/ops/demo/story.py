"""What happened in the demo company so far: a month that is nearly ready to close, and one that is under way."""

import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from tokimori.domains.people.queries import employees_by_code
from tokimori.domains.timekeeping.queries import stale_count
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import month_of
from tokimori.domains.timesheets.services.approval import approve_month, submit_month
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.queries import accounts_without_password
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.identity.services.tokens import NewToken, issue_token
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code
from tokimori.ops.demo.company import COMPANY_CODE, ZONES, DemoCompany, found_company
from tokimori.ops.demo.doors import as_file, press_the_button, send_by_api
from tokimori.ops.demo.people import FIRST_TO_SIGN_IN, Crew
from tokimori.ops.demo.punches import DemoPunch, punches_of

SEED: Final = 20260401
PRESSES_THE_BUTTON: Final = "1005"
_LONGEST_CALCULATION_SECONDS: Final = 120

Say = Callable[[str], None]


def fill_demo(*, port: int, environment: Mapping[str, str], now: datetime, say: Say) -> TenantId:
    """Found the company if it is not there, and let last month and this month happen to it through the doors."""
    tenant = tenant_of_company_code(COMPANY_CODE)
    if tenant is not None:
        return tenant
    tenant = TenantId(new_id(at=now))
    actor = system_principal(tenant)
    this_month = Month.of(now.date())
    say("Founding a company with three sites …")
    with tenant_transaction(tenant):
        company = found_company(actor=actor, first=this_month.previous.first, last=this_month.following.last, now=now)
    _bring_punches(company, port=port, environment=environment, now=now, say=say)
    with tenant_transaction(tenant):
        link = issue_sign_in_link(actor=actor, account_id=company.account_ids[PRESSES_THE_BUTTON], now=now)
    press_the_button(port=port, link=f"/first-sign-in/{link}", password=secrets.token_urlsafe(24))
    say("Calculating …")
    _wait_for_calculation(tenant, this_month)
    _hand_in(company, tenant=tenant, actor=actor, month=this_month.previous, now=now)
    return tenant


def first_sign_in_links(*, tenant: TenantId, now: datetime) -> list[tuple[str, str, str]]:
    """Return who may show himself, in which role, and a fresh one-time link for each who has chosen no passphrase yet."""
    links = []
    with tenant_transaction(tenant):
        people = employees_by_code(tenant=tenant, codes=FIRST_TO_SIGN_IN, on=now.date())
        waiting = accounts_without_password(
            tenant=tenant, account_ids=[person.account_id for person in people.values() if person.account_id]
        )
        for code, role in FIRST_TO_SIGN_IN.items():
            person = people[code]
            link = ""
            if person.account_id in waiting:
                secret = issue_sign_in_link(actor=system_principal(tenant), account_id=person.account_id, now=now)
                link = f"/first-sign-in/{secret}"
            links.append((f"{person.name} ({code}@minato.example)", role, link))
    return links


def one_day_token(*, tenant: TenantId, now: datetime) -> str:
    """Return a fresh token with which one may report punches for a day, to try the machine's door by hand."""
    token = NewToken(name="a day's try", scopes=frozenset({Scope.PUNCHES_WRITE}), expires_at=now + timedelta(days=1))
    with tenant_transaction(tenant):
        return issue_token(actor=system_principal(tenant), token=token, now=now)


def _bring_punches(company: DemoCompany, *, port: int, environment: Mapping[str, str], now: datetime, say: Say) -> None:
    """Send everything up to now: the night crew's as a file, all others' through the machine's door."""
    by_file: list[DemoPunch] = []
    by_api: list[DemoPunch] = []
    for person in company.people:
        made = punches_of(
            person,
            company.plans[person.code],
            zone=ZONES[person.site_code],
            seed=SEED,
            until=now - timedelta(minutes=1),
        )
        (by_file if person.crew is Crew.NIGHT else by_api).extend(made)
    say(f"Bringing in {len(by_api) + len(by_file):,} punches through the doors …")
    send_by_api(by_api, port=port, token=company.token)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "night-crew.csv"
        file.write_bytes(as_file(by_file, zone=ZONES["osaka"]))
        subprocess.run(  # noqa: S603 -- our own command
            [str(Path(sys.executable).parent / "tokimori"), "import-punches", str(file), "--company", COMPANY_CODE],
            check=False,  # two lines are meant to be rejected
            env=dict(environment),
            stdout=subprocess.DEVNULL,
        )


def _wait_for_calculation(tenant: TenantId, this_month: Month) -> None:
    deadline = time.monotonic() + _LONGEST_CALCULATION_SECONDS
    while time.monotonic() < deadline:
        with tenant_transaction(tenant):
            waiting = stale_count(tenant=tenant, first=this_month.previous.first, last=this_month.last)
        if not waiting:
            return
        time.sleep(0.3)


def _hand_in(company: DemoCompany, *, tenant: TenantId, actor: Principal, month: Month, now: datetime) -> None:
    """Let most people hand last month in and have it approved; who shows himself, or misses a punch, has not yet."""
    with tenant_transaction(tenant):
        for person in company.people:
            employee_id = company.employee_ids[person.code]
            view = month_of(tenant=tenant, employee_id=employee_id, month=month)
            if person.code == "1001" or view.blocking_count:
                continue
            submit_month(actor=actor, employee_id=employee_id, month=month, now=now)
            if _is_approved(person.code):
                _approve(actor, employee_id, month, view.digest, now)


def _is_approved(code: str) -> bool:
    """Whether a leader has decided already; one in six months still waits."""
    return int(code) % 6 != 0


def _approve(actor: Principal, employee_id: UUID, month: Month, digest: str, now: datetime) -> None:
    approve_month(actor=actor, employee_id=employee_id, month=month, seen_digest=digest, note="", now=now)
