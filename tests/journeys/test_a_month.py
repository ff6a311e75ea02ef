"""The main job, walked as its people walk it: punch, explain, correct, approve, close, export, and what comes late."""

import csv
import io
import json
import time
import urllib.request
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.cast import FOUNDED, Cast, plan_office_days, usual_cast
from support.machine import new_token
from support.punching import at
from support.visitor import Visitor
from tokimori.domains.timekeeping.models import StaleDay
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import month_of
from tokimori.domains.timesheets.services.approval import approve_month, submit_month
from tokimori.foundation import clock
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def month() -> Month:
    return Month.of(clock.now().date()).previous


def workdays(month: Month) -> list[date]:
    days = [month.first + timedelta(days=offset) for offset in range((month.last - month.first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def send(address: str, token: str, reports: list[dict[str, str]]) -> list[str]:
    request = urllib.request.Request(  # noqa: S310 -- our own server
        f"{address}/api/v1/punches",
        json.dumps({"reports": reports}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310 -- as above
        return [answer["outcome"] for answer in json.load(response)["answers"]]


def reports(cast: Cast, name: str, day: date, *punches: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {
            "key": f"{name}-{day}-{kind}-{when}",
            "employee_code": cast[name].employee_code,
            "occurred_at": at(day, when).isoformat(),
            "kind": kind,
        }
        for kind, when in punches
    ]


def wait_for_calculation(cast: Cast) -> None:
    for _ in range(300):
        with tenant_transaction(cast.tenant):
            if not StaleDay.objects.exists():
                return
        time.sleep(0.1)
    pytest.fail("The worker did not calculate in 30 seconds.")


def link(cast: Cast, name: str) -> str:
    with tenant_transaction(cast.tenant):
        secret = issue_sign_in_link(actor=cast.system, account_id=cast[name].account_id, now=clock.now())
    return reverse("first_sign_in", args=[secret])


def hand_in_for(cast: Cast, name: str, decider: str, month: Month, now: datetime) -> None:
    person = cast[name]
    with tenant_transaction(cast.tenant):
        submit_month(actor=person.principal, employee_id=person.employee_id, month=month, now=now)
        seen = month_of(tenant=cast.tenant, employee_id=person.employee_id, month=month).digest
        approve_month(
            actor=cast[decider].principal,
            employee_id=person.employee_id,
            month=month,
            seen_digest=seen,
            note="",
            now=now,
        )


def test_a_month_from_the_first_punch_to_the_late_one(product: str, chromium: Browser, month: Month) -> None:
    cast = usual_cast()
    token = new_token(cast)
    days = workdays(month)
    forgotten = days[3]
    for name in ("aiko", "ben", "chie"):
        plan_office_days(cast, name, first=month.first, count=31, now=FOUNDED)
        worked = [("in", "08:55"), ("out", "18:30")]
        sent = [
            report
            for day in days
            for report in reports(cast, name, day, *(worked[:1] if (name, day) == ("aiko", forgotten) else worked))
        ]
        assert set(send(product, token, sent)) == {"recorded"}
    wait_for_calculation(cast)

    # Aiko comes in for the first time and punches.
    aiko = Visitor(chromium, product)
    aiko.enter_first(link(cast, "aiko"))
    aiko.look("recorder")
    aiko.page.get_by_role("button", name="In", exact=True).click()
    aiko.sees("Punched in")
    aiko.look("punch result")
    aiko.page.reload()
    aiko.sees("In since")

    # She sees why each minute is what it is, and what is missing.
    aiko.page.goto(reverse("my_day", args=[days[0].isoformat()]))
    aiko.sees("Complete")
    aiko.page.locator("summary", has_text="Legal overtime, over the day").click()
    aiko.sees("Over 8:00 of work on this duty.")
    aiko.sees("Labor Standards Act, Article 32, Article 37")
    aiko.look("my day")
    aiko.page.goto(reverse("my_month_of", args=[str(month)]))
    aiko.sees("1 thing missing")
    aiko.look("my month")
    aiko.page.get_by_role("link", name="Open the day").first.click()
    aiko.sees("No departure after this punch.")
    aiko.look("day with a gap")

    # She asks for a correction.
    aiko.page.get_by_role("link", name="Ask for a correction").first.click()
    aiko.look("correction form")
    aiko.page.fill("[name=time]", "18:30")
    aiko.page.fill("[name=reason]", "The reader at the gate was dark.")
    aiko.page.get_by_role("button", name="Send").click()
    aiko.sees("Waiting for approval")
    aiko.look("my requests")

    # Ben approves it.
    ben = Visitor(chromium, product)
    ben.enter_first(link(cast, "ben"))
    ben.page.goto(reverse("team"))
    ben.sees("Aiko")
    ben.look("team")
    ben.page.goto(reverse("approvals"))
    ben.sees("Add Out at 18:30")
    ben.look("approvals")
    ben.page.get_by_role("button", name="Approve", exact=True).first.click()
    ben.sees("Nothing waits for you")
    wait_for_calculation(cast)

    # Aiko hands the month in, Ben approves it.
    aiko.page.goto(reverse("my_month_of", args=[str(month)]))
    aiko.page.get_by_role("button", name="Hand in").click()
    aiko.sees("Waiting for approval")
    ben.page.goto(reverse("approvals"))
    ben.look("approvals with a month")
    ben.page.get_by_role("button", name="Approve", exact=True).first.click()
    ben.sees("Nothing waits for you")

    # Chie sees what is still open, then seals.
    chie = Visitor(chromium, product)
    chie.enter_first(link(cast, "chie"))
    chie.set_up_authenticator()  # payroll reads everybody's time: one factor is not enough
    chie.page.goto(reverse("closing_of", args=[str(month)]))
    chie.sees("months are not handed in")
    chie.look("closing, not ready")
    hand_in_for(cast, "ben", "chie", month, clock.now())
    hand_in_for(cast, "chie", "ben", month, clock.now())
    chie.page.reload()
    chie.sees("Ready to seal")
    chie.look("closing, ready")
    chie.page.check("[name=understood]")
    chie.page.locator("form.seal-form button").click()
    chie.sees("Sealed")
    chie.look("closing, sealed")

    # Payroll takes the files.
    chie.page.goto(reverse("exports"))
    chie.look("exports")
    with chie.page.expect_download() as started:
        chie.page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text(encoding="utf-8-sig"))))
    assert {row["employee_code"]: row["days_worked"] for row in rows}[cast["aiko"].employee_code] == str(len(days))
    chie.page.goto(reverse("exports"))
    with chie.page.expect_download() as started:
        chie.page.get_by_role("button", name="Excel").click()
    assert started.value.path().read_bytes().startswith(b"PK")

    # A punch that arrives after the seal is kept, and shows as an adjustment in the open month.
    saturday = next(
        month.first + timedelta(days=offset)
        for offset in range(20)
        if (month.first + timedelta(days=offset)).weekday() == 5
    )
    assert set(send(product, token, reports(cast, "aiko", saturday, ("in", "10:00"), ("out", "12:00")))) == {"recorded"}
    wait_for_calculation(cast)
    chie.page.goto(reverse("closing_of", args=[str(month.following)]))
    chie.sees("+2:00")
    chie.look("closing with an adjustment")

    # The rest of the administrator's pages.
    for page in ("imports", "employees", "sites", "rule_sets"):
        chie.page.goto(reverse(page))
        chie.look(page)
    chie.page.goto(reverse("rule_set", args=["jp-fixed"]))
    chie.look("rule set")
    chie.page.goto(reverse("employee", args=[cast["aiko"].employee_id]))
    chie.look("employee")
    chie.page.goto("/no-such-page")
    chie.look("not found")
