"""An administrator looks at what is over its time, sees what comes next, and holds some days of one person back."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.cast import Cast, whole_cast
from support.long_ago import close_long_ago, work_long_ago
from support.visitor import Visitor
from tokimori.domains.organisations.models import Site
from tokimori.foundation import clock
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.retention.periods import RecordKind
from tokimori.foundation.retention.services.run import take_away
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    cast = whole_cast()
    work_long_ago(cast)
    close_long_ago(cast)
    with tenant_transaction(cast.tenant):
        Site.objects.filter(id=cast.site_id).update(country="TH")
        take_away(
            actor=cast.system, countries={"JP", "TH"}, now=clock.now(), kinds=[RecordKind.EVENTS, RecordKind.FILES]
        )
    return cast


@pytest.fixture
def fay(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company["fay"].account_id, now=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))
    visitor.set_up_authenticator()
    yield visitor
    visitor.context.close()


@pytest.mark.control(94)
def test_she_sees_what_goes_tonight_and_holds_it_back(fay: Visitor) -> None:
    page = fay.page
    page.goto("/log/retention")
    fay.sees("are over their time and go tonight")
    fay.sees("What falls due next")
    fay.look("retention")
    page.locator("summary", has_text="Hold records back").click()
    page.select_option("[name=kind]", "working_time")
    page.fill("[name=login]", "aiko")
    page.fill("[name=covers_from]", "2021-04-20")
    page.fill("[name=covers_until]", "2021-04-01")
    page.fill("[name=reason]", "A dispute about overtime.")
    fay.look("holding records back")
    page.get_by_role("button", name="Hold them back").click()
    fay.sees("the last one not before the first")
    fay.look("days that are none")
    page.fill("[name=covers_until]", "2021-04-30")
    page.get_by_role("button", name="Hold them back").click()

    fay.sees("Records of")
    fay.sees("All of it is held back.")
    fay.sees("A dispute about overtime.")
    fay.look("held back")
