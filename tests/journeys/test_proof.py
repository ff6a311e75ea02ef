"""Payroll takes the receipts of a file of punches; the auditor reads why the signer refuses his company's log."""

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.cast import Cast, usual_cast
from support.logkeeping import log_keeping
from support.probing import as_superuser
from support.visitor import Visitor
from tokimori.foundation import clock
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    return usual_cast()


@pytest.fixture
def visitor(chromium: Browser, product: str) -> Iterator[Visitor]:
    made = Visitor(chromium, product)
    yield made
    made.context.close()


def enter(visitor: Visitor, company: Cast, name: str) -> None:
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company[name].account_id, now=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))


def test_payroll_takes_the_receipts_of_a_file(visitor: Visitor, company: Cast, tmp_path: Path) -> None:
    enter(visitor, company, "chie")
    visitor.set_up_authenticator()
    day = (clock.now() - timedelta(days=1)).date().isoformat()
    lines = ["employee_code,date,time,kind,place"]
    lines += [f"{company['aiko'].employee_code},{day},{hour:02}:00,," for hour in (9, 18)] + [
        "nobody,2026-04-01,09:00,,"
    ]
    file = tmp_path / "april.csv"
    file.write_text("\r\n".join(lines))
    visitor.page.goto(reverse("imports"))
    visitor.page.set_input_files("[name=file]", file)
    visitor.page.get_by_role("button", name="Import").click()
    visitor.sees("Keep these receipts beside your file.")
    visitor.look("what became of a file")

    with visitor.page.expect_download() as taken:
        visitor.page.get_by_role("link", name="Download the receipts").click()

    with zipfile.ZipFile(taken.value.path()) as opened:
        assert len(opened.namelist()) == 2


def test_the_auditor_reads_why_the_signer_refuses(visitor: Visitor, company: Cast) -> None:
    enter(visitor, company, "eri")
    visitor.set_up_authenticator()
    place = f"where tenant_id = '{company.tenant}' and \"index\" = 3"
    with log_keeping() as keeping:
        keeping.publish(now=clock.now())
        with as_superuser(
            f"update ledger_logentry set leaf_hash = sha256(leaf_hash) {place}",  # noqa: S608 -- our own id
            "update ledger_logentry as entry set leaf_hash = event.leaf_hash from ledger_ledgerevent as event"  # noqa: S608 -- as above
            f" where event.id = entry.id and entry.tenant_id = '{company.tenant}'",
            past_triggers=True,
        ):
            visitor.page.goto(reverse("log"))
            keeping.sequencer.forget()
            with tenant_transaction(company.tenant):
                issue_sign_in_link(actor=company.system, account_id=company["aiko"].account_id, now=clock.now())
            keeping.publish(now=clock.now())
            visitor.page.goto(reverse("log_proof"))
            visitor.sees("The signer has refused this log since")
            visitor.look("proof, refused")
