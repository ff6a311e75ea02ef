"""The page on retention: periods with their ground, what goes next, holds placed and lifted, certificates."""

from datetime import timedelta

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.retention.models import LegalHold
from tokimori.foundation.retention.services.run import take_away
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    return new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


def remember(company: Cast, *, days: int) -> None:
    with tenant_transaction(company.tenant):
        then = clock.now() - timedelta(days=days)
        account = company["aiko"].account_id
        record_event(EventName.PASSWORD_CHANGED, actor=company.system, subject_id=account, at=then, mark="old")


@pytest.mark.control(94)
def test_the_page_says_what_is_kept_how_long_and_what_went(company: Cast) -> None:
    ann = signed_in(company, "ann")
    remember(company, days=6 * 366)

    page = ann.get(reverse("retention")).content.decode()
    assert "Labour Standards Act 109, whole period" in page
    assert "1 record is over its time" in page
    with tenant_transaction(company.tenant):
        take_away(actor=company.system, countries={"JP"}, now=clock.now())
    page = ann.get(reverse("retention")).content.decode()
    assert "Nothing is over its time." in page
    assert "Nothing was taken away by age so far." not in page


@pytest.mark.control(94)
def test_records_are_held_for_a_person_and_let_go_again(company: Cast) -> None:
    ann = signed_in(company, "ann")
    remember(company, days=6 * 366)
    wanted = {"kind": "event_details", "login": "aiko", "reason": "A dispute about overtime."}

    nobody = ann.post(reverse("place_hold"), {**wanted, "login": "somebody"})
    silent = ann.post(reverse("place_hold"), {**wanted, "reason": " "})
    assert (nobody.status_code, silent.status_code) == (422, 422)
    assert "There is nobody with this login ID." in nobody.content.decode()
    assert ann.post(reverse("place_hold"), wanted).status_code == 302
    page = ann.get(reverse("retention")).content.decode()
    assert "A dispute about overtime." in page
    assert "Nothing is over its time." in page
    with tenant_transaction(company.tenant):
        hold = LegalHold.objects.get()
        assert take_away(actor=company.system, countries={"JP"}, now=clock.now()) == ()
    assert ann.post(reverse("lift_hold", args=[hold.id])).status_code == 302
    assert "1 record is over its time" in ann.get(reverse("retention")).content.decode()


@pytest.mark.parametrize("kind", ["", "punches", "event_details' or 1=1"])
def test_an_unknown_kind_holds_the_details(company: Cast, kind: str) -> None:
    signed_in(company, "ann").post(reverse("place_hold"), {"kind": kind, "reason": "An inquiry.", "login": ""})

    with tenant_transaction(company.tenant):
        assert LegalHold.objects.get().record_kind == "event_details"
