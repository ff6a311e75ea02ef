"""A company lets somebody of the provider in, watches, shows him out; an emergency takes two and is told."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession

from support.cast import Cast
from support.provider import GOOD, HOST, SYSTEM, Worker, at_console, company_with_administrator, new_passkey, new_worker
from support.rules import tokyo_rules
from support.visitor import PASSPHRASE, Visitor
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.operators.queries.devices import newest_passkey
from tokimori.foundation.operators.scopes import PrivilegeKind
from tokimori.foundation.operators.services.devices import register_device
from tokimori.foundation.operators.services.maintenance import end_maintenance, open_maintenance
from tokimori.foundation.operators.services.privileges import (
    PrivilegeWish,
    ask_privilege,
    decide_privilege,
)
from tokimori.foundation.operators.services.running import run_statement
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

RULES = tokyo_rules().code
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    return company_with_administrator()


@pytest.fixture
def haru() -> Worker:
    return new_worker(f"Haru {str(new_id())[-6:]}")  # the company chooses by name, and other tests have theirs


@pytest.fixture
def ada(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company["ada"].account_id, now=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))
    visitor.set_up_authenticator()
    yield visitor
    visitor.context.close()


@pytest.fixture
def desk(chromium: Browser, product: str, haru: Worker) -> Iterator[Visitor]:
    """Haru's own machine, at the provider's door."""
    visitor = Visitor(chromium, product.replace("127.0.0.1", HOST))
    with tenant_transaction(PROVIDER):
        link = issue_sign_in_link(actor=SYSTEM, account_id=haru.account_id, now=clock.now())
    visitor.page.goto(reverse("first_sign_in", args=[link]))
    visitor.page.fill("[name=passphrase]", PASSPHRASE)
    visitor.page.fill("[name=passphrase_again]", PASSPHRASE)
    visitor.page.get_by_role("button", name="Save and sign in").click()
    visitor.page.wait_for_url(re.compile("/security"))
    yield visitor
    visitor.context.close()


def with_key(visitor: Visitor, *, may_wander: bool = False) -> tuple[CDPSession, str]:
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        "defaultBackupEligibility": may_wander,
        "defaultBackupState": may_wander,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def register(worker: Worker) -> None:
    """Register the device on which the worker just added a passkey, as another operator would."""
    with tenant_transaction(PROVIDER):
        passkey = newest_passkey(account_id=worker.account_id)
        assert passkey is not None
        register_device(actor=SYSTEM, passkey_id=passkey, name="Desk", posture=GOOD, certificate="", now=clock.now())


def enter_company(desk: Visitor, company: Cast) -> None:
    desk.page.goto(reverse("operator_console"))
    desk.page.get_by_role("button", name=f"Open {company.company_code}").click()
    desk.page.wait_for_url(re.compile("/closing"))


def add_passkey(visitor: Visitor) -> None:
    visitor.page.goto(reverse("my_security"))
    visitor.page.get_by_role("button", name="Add a passkey").click()


def test_a_company_lets_somebody_in_watches_and_shows_him_out(
    ada: Visitor, desk: Visitor, company: Cast, haru: Worker
) -> None:
    desk.sees("Your company asks for a passkey.")
    session, wandering = with_key(desk, may_wander=True)
    add_passkey(desk)
    desk.page.get_by_text("This passkey can move to other devices.").wait_for()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": wandering})
    with_key(desk)
    add_passkey(desk)
    desk.sees("they are not shown again")
    desk.page.goto(reverse("operator_console"))
    desk.sees("This device is not registered")
    desk.look("console, unknown device")
    register(haru)
    desk.page.goto(reverse("operator_console"))
    desk.sees("None at present.")
    desk.look("console")

    ada.page.goto(reverse("support_access"))
    ada.sees("nobody")
    ada.look("support access, nobody")
    ada.page.select_option("[name=operator]", str(haru.account_id))
    ada.page.fill("[name=purpose]", "Look why April is short")
    ada.page.get_by_role("button", name="Let this person in").click()
    ada.sees("Look why April is short")
    ada.look("support access, granted")

    desk.page.goto(reverse("operator_console"))
    desk.page.get_by_role("button", name=f"Open {company.company_code}").click()
    desk.page.wait_for_url(re.compile("/closing"))
    desk.sees(f"Support access by {haru.name} until")
    desk.look("in the company")
    desk.page.goto(reverse("team"))

    ada.page.get_by_text("GET team").first.wait_for(timeout=15_000)  # the page looks by itself
    ada.look("support access, live")
    ada.page.get_by_role("button", name="End it now").click()
    ada.sees("The access has ended.")
    ada.sees("nobody")

    desk.page.goto(reverse("sites"))
    desk.page.wait_for_url(re.compile("/operators"))
    desk.sees("None at present.")


def test_an_emergency_takes_two_and_stands_on_the_administrators_pages(
    ada: Visitor, desk: Visitor, company: Cast, haru: Worker
) -> None:
    mika = new_worker("Mika Second")
    wish = PrivilegeWish(
        kind=PrivilegeKind.BREAK_GLASS,
        reason="Punches are lost",
        ticket="T-9",
        hours=2,
        company_code=company.company_code,
    )
    with tenant_transaction(PROVIDER):
        wanted = ask_privilege(actor=mika.principal, wish=wish, now=clock.now())
    with_key(desk)
    add_passkey(desk)
    desk.sees("they are not shown again")
    register(haru)
    desk.page.goto(reverse("operator_console"))
    desk.look("console, waiting")
    line = desk.page.locator("li", has_text=company.company_code)
    line.get_by_role("button", name="Approve").click()
    desk.sees("Approved.")
    assert at_console(mika).post(reverse("open_company", args=[wanted])).status_code == 302

    ada.page.goto(reverse("sites"))
    ada.sees("Emergency access by the provider: Mika Second")
    ada.look("an emergency")
    ada.page.get_by_role("button", name="We have seen it").click()
    ada.page.goto(reverse("sites"))
    assert ada.page.get_by_text("Emergency access by the provider").count() == 0


def test_under_a_grant_to_write_a_file_is_read_and_rules_are_published_and_the_company_sees_who_did(
    ada: Visitor, desk: Visitor, company: Cast, haru: Worker, tmp_path: Path
) -> None:
    with_key(desk)
    add_passkey(desk)
    desk.sees("they are not shown again")
    register(haru)
    ada.page.goto(reverse("support_access"))
    ada.page.select_option("[name=operator]", str(haru.account_id))
    ada.page.fill("[name=purpose]", "Bring in the punches of the broken clock")
    ada.page.get_by_label("People, sites and rules").check()
    ada.page.locator("[name=mode][value=write]").check()
    ada.page.get_by_role("button", name="Let this person in").click()
    ada.sees("Bring in the punches of the broken clock")
    ada.sees("read and write")

    enter_company(desk, company)
    desk.sees(f"Support access by {haru.name} until")
    yesterday = clock.now().astimezone(ZoneInfo("Asia/Tokyo")).date() - timedelta(days=1)
    file = tmp_path / "punches.csv"
    code = company["aiko"].employee_code
    lines = ["employee_code,date,time,kind", f"{code},{yesterday},08:58,in", f"{code},{yesterday},18:02,out"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    desk.page.goto(reverse("imports"))
    desk.page.set_input_files("input[type=file]", str(file))
    desk.page.locator("main form[enctype] button[type=submit]").click()
    desk.sees("punches.csv")

    desk.page.goto(f"{reverse('try_rule_set', args=[RULES])}?month={yesterday:%Y-%m}")
    desk.page.get_by_role("button", name="Publish as the next version").click()
    desk.page.wait_for_url(re.compile(f"/rules/{RULES}$"))
    # Nothing beyond what the grant names, whatever the address.
    for where in (reverse("new_account"), reverse("exports"), reverse("grant_access", args=[haru.account_id])):
        assert desk.page.goto(where).status == 403  # type: ignore[union-attr]  # a page that was asked for answers

    with tenant_transaction(company.tenant):
        done = LedgerEvent.objects.filter(actor_kind="operator", actor_id=haru.account_id)
        names = set(done.values_list("name", flat=True))
        assert {"punch:imported", "punch:recorded", "rule_set:published"} <= names
        assert PunchEvent.objects.filter(employee_id=company["aiko"].employee_id).count() == 2
    ada.page.goto(reverse("support_access"))
    ada.page.get_by_role("link", name=re.compile("requests")).first.click()
    ada.sees("Published or proposed a version of a rule set")
    ada.look("what was done")


def test_maintenance_is_begun_on_the_console_and_reviewed_by_another_one(desk: Visitor, haru: Worker) -> None:
    mika = new_worker("Mika Second")
    wish = PrivilegeWish(kind=PrivilegeKind.MAINTENANCE, reason="jobs hang", ticket="T-11", hours=1)
    with_key(desk)
    add_passkey(desk)
    desk.sees("they are not shown again")
    register(haru)
    with tenant_transaction(PROVIDER):
        wanted = ask_privilege(actor=haru.principal, wish=wish, now=clock.now())
        decide_privilege(actor=mika.principal, request_id=wanted, is_approved=True, now=clock.now())
    desk.page.goto(reverse("operator_console"))
    desk.look("console, maintenance")
    desk.page.get_by_label("Purpose").fill("See why jobs hang")
    desk.page.get_by_role("button", name="Show the code").click()
    desk.sees("The code works once")
    desk.look("maintenance, code")
    code = desk.page.locator("code.secret").nth(1).inner_text()
    session = open_maintenance(code=code, login=haru.login_id, machine="db-1", company_code="", now=clock.now())
    run_statement(session=session, key=None, text="select count(*) from procrastinate_jobs", now=clock.now())
    end_maintenance(session=session, now=clock.now())

    desk.page.goto(reverse("maintenance"))
    desk.look("recorded sessions")
    desk.page.goto(reverse("maintenance_session", args=[session.session_id]))
    desk.sees("select count(*) from procrastinate_jobs")
    desk.sees("Yours: another one reviews it.")
    desk.look("recorded session")
    new_passkey(mika)
    desk.page.goto(reverse("operator_devices"))
    desk.look("devices")
    line = desk.page.locator("li", has_text="Mika Second").first
    line.locator("summary").click()
    line.get_by_label("Name of the device").fill("Mika's laptop")
    line.get_by_label("System and version").fill("macOS 27")
    for label in ("The disk is encrypted", "The system is up to date", "The screen locks by itself"):
        line.get_by_label(label).check()
    line.get_by_role("button", name="Register").click()
    desk.sees("The device is registered.")
    desk.sees("Mika's laptop")
