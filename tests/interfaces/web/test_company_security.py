"""The company's security: the weakest point first, rules that are versions, and no change that shuts its maker out."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.machine import new_token
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.errors import RulesChanged, RulesLockOut
from tokimori.foundation.identity.models import Account, AddressRule, Passkey, SeenAddress, Session
from tokimori.foundation.identity.networks import AddressAudience, read_network
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength, changes_between
from tokimori.foundation.identity.services.address_rules import NewNetwork, add_network
from tokimori.foundation.identity.services.rules import change_rules, current_rules
from tokimori.foundation.identity.services.security_level import Concern, Point, Weight, security_level
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.security_choices import values_of

PASSKEYS = {**SecurityRules().strength, Audience.ADMINISTRATOR: Strength.PHISHING_RESISTANT}


@pytest.fixture
def company() -> Cast:
    return new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "sam": (frozenset({Role.SECURITY}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


def give_passkey(cast: Cast, name: str) -> None:
    with tenant_transaction(cast.tenant):
        Passkey.objects.create(
            tenant_id=cast.tenant,
            account_id=cast[name].account_id,
            credential_id=new_id().bytes,
            public_key=b"key",
            use_count=0,
            transports=[],
            name="key",
            is_synchronised=False,
            added_at=clock.now(),
        )


def points(cast: Cast, name: str = "ann") -> dict[Concern, Point]:
    with tenant_transaction(cast.tenant):
        return {point.concern: point for point in security_level(actor=cast[name].principal, now=clock.now()).points}


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(response.content.decode())).split())


def form(rules: SecurityRules | None = None, *, seen: int = 0, **changes: str) -> dict[str, str]:
    return {**values_of(rules or SecurityRules()), "seen_version": str(seen), **changes}


def forget_proof(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        Session.objects.update(proved_at=clock.now() - timedelta(hours=1))


# The level


def test_the_weakest_point_comes_first_and_falls_away_when_it_is_mended(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        Account.objects.update(last_signed_in_at=clock.now())
        level = security_level(actor=company["ann"].principal, now=clock.now())
    first = level.points[0]
    assert (first.concern, first.weight, first.count, first.whole) == (
        Concern.ADMINISTRATORS_WITHOUT_FACTOR,
        Weight.ACT,
        2,
        2,
    )
    assert [point.weight for point in level.points] == sorted(point.weight for point in level.points)

    give_passkey(company, "ann")
    assert points(company)[Concern.ADMINISTRATORS_WITHOUT_FACTOR].count == 1
    give_passkey(company, "sam")
    assert points(company)[Concern.ADMINISTRATORS_WITHOUT_FACTOR].weight is Weight.GOOD
    assert points(company)[Concern.ADMINISTRATORS_WITHOUT_PASSKEY].weight is Weight.GOOD


def test_every_point_is_read_from_what_is_stored(company: Cast) -> None:
    now = clock.now()
    before = points(company)
    new_token(company)
    with tenant_transaction(company.tenant):
        Account.objects.filter(id=company["aiko"].account_id).update(last_signed_in_at=now - timedelta(days=91))
        Account.objects.exclude(id=company["aiko"].account_id).update(last_signed_in_at=now - timedelta(days=89))
        change_rules(
            actor=company.system,
            rules=SecurityRules(
                minimum_length=8,
                history_depth=0,
                character_classes=3,
                attempts=20,
                lock_minutes=1,
                trusted_device_days=30,
            ),
            now=now,
        )
        for days in (0, 3):
            add_network(
                actor=company.system,
                new=NewNetwork(
                    audiences=(AddressAudience.ADMINISTRATOR,),
                    network=read_network("203.0.113.0/24"),
                    expires_at=now + timedelta(days=days) if days else None,
                ),
                address="",
                now=now,
            )
    after = points(company)

    assert before[Concern.ADMINISTRATORS_ANYWHERE].weight is Weight.CONSIDER
    assert after[Concern.ADMINISTRATORS_ANYWHERE].weight is Weight.GOOD
    assert after[Concern.DORMANT_ACCOUNTS] == Point(
        concern=Concern.DORMANT_ACCOUNTS, weight=Weight.ACT, count=1, whole=3
    )
    weak = {
        Concern.TOKENS_ANYWHERE: 1,
        Concern.SHORT_PASSWORDS: 8,
        Concern.REUSED_PASSWORDS: 0,
        Concern.OLDER_RULES: 1,
        Concern.MANY_ATTEMPTS: 20,
        Concern.SHORT_LOCK: 1,
        Concern.TRUSTED_DEVICES: 0,
        Concern.EXCEPTIONS: 1,
    }
    for concern, count in weak.items():
        assert (after[concern].weight, after[concern].count) == (Weight.CONSIDER, count), concern
        assert before[concern].weight is Weight.GOOD, concern
    assert Concern.MANAGERS_WITHOUT_FACTOR not in after, "there is none"


def test_the_page_names_it_and_shows_the_switch_to_who_may_use_it(company: Cast) -> None:
    pages = {name: signed_in(company, name).get(reverse("company_security")) for name in ("ann", "sam")}

    for page in pages.values():
        assert page.status_code == 200
        assert words(page).index("2 of 2 administrators have no second factor") < words(page).index(
            "Administrators may come in from any network"
        )
    change = f"{reverse('change_security_rules')}#field-strength_employee"
    assert change in pages["ann"].content.decode()
    assert change not in pages["sam"].content.decode()
    assert signed_in(company, "aiko").get(reverse("company_security")).status_code == 403
    assert "Security" in words(signed_in(company, "sam").get(reverse("sessions")))
    with tenant_transaction(company.tenant), pytest.raises(NotAllowed):
        security_level(actor=company["aiko"].principal, now=clock.now())


# The rules


def test_a_change_is_a_version_with_what_was_before_and_after(company: Cast) -> None:
    browser = signed_in(company, "ann")

    answer = browser.post(
        reverse("change_security_rules"),
        form(idle_minutes="10", blocked_words="Acme\n\n tokyo ", strength_employee="2"),
    )
    again = browser.post(
        reverse("change_security_rules"),
        form(seen=1, idle_minutes="10", blocked_words="acme\ntokyo", strength_employee="2"),
    )

    assert (answer.status_code, again.status_code) == (302, 302)
    with tenant_transaction(company.tenant):
        rules = current_rules(tenant=company.tenant)
        (event,) = LedgerEvent.objects.filter(name="security_rules:changed")
    assert (rules.idle_minutes, rules.blocked_words, rules.strength[Audience.EMPLOYEE]) == (
        10,
        ("acme", "tokyo"),
        Strength.TWO_FACTORS,
    )
    assert event.actor_id == company["ann"].account_id
    details = dict(event.details)
    strengths = [details.pop(f"strength.{when}") for when in ("before", "after")]
    assert ['"employee":1' in strengths[0], '"employee":2' in strengths[1]] == [True, True]
    assert details == {
        "version": 1,
        "idle_minutes.before": "30",
        "idle_minutes.after": "10",
        "blocked_words.before": "0",
        "blocked_words.after": "2",
    }
    shown = words(browser.get(reverse("company_security")))
    assert "Version 1" in shown
    assert "Minutes without use after which one is signed out: 30 → 10" in shown
    assert "Ann" in shown


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("idle_minutes", "31"),
        ("idle_minutes", "4"),
        ("idle_minutes", ""),
        ("idle_minutes", "ten"),
        ("idle_minutes", "1\uff10"),
        ("absolute_hours", "13"),
        ("attempts", "2"),
        ("history_depth", "25"),
        ("minimum_length", "7"),
        ("strength_administrator", "1"),
        ("strength_employee", "9"),
        ("strength_employee", ""),
        ("blocked_words", "x" * 61),
    ],
)
def test_what_cannot_be_chosen_is_refused_beside_its_field_and_the_rest_is_kept(
    company: Cast, field: str, typed: str
) -> None:
    browser = signed_in(company, "ann")

    answer = browser.post(reverse("change_security_rules"), form(**{"lock_minutes": "44", field: typed}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="44"' in page
    assert "Some of it cannot be so" in page
    with tenant_transaction(company.tenant):
        assert current_rules(tenant=company.tenant) == SecurityRules()


def test_the_form_asks_who_it_is_and_keeps_what_was_chosen(company: Cast) -> None:
    browser = signed_in(company, "ann")
    forget_proof(company)

    shown = browser.get(reverse("change_security_rules"))
    sent = browser.post(reverse("change_security_rules"), form(idle_minutes="11"))

    assert shown["Location"].startswith(reverse("confirm"))
    assert sent.status_code == 401
    assert 'value="11"' in sent.content.decode()
    with tenant_transaction(company.tenant):
        assert current_rules(tenant=company.tenant) == SecurityRules()


def test_who_changes_what_has_changed_meanwhile_is_told(company: Cast) -> None:
    browser = signed_in(company, "ann")
    with tenant_transaction(company.tenant):
        change_rules(actor=company.system, rules=SecurityRules(idle_minutes=9), now=clock.now())
        with pytest.raises(RulesChanged):
            change_rules(actor=company.system, rules=SecurityRules(), now=clock.now(), seen_version=0)

    answer = browser.post(reverse("change_security_rules"), form(idle_minutes="12"))

    assert answer.status_code == 409
    assert "Somebody has changed the rules" in words(answer)


def test_nobody_asks_for_what_he_has_not_himself(company: Cast) -> None:
    browser = signed_in(company, "ann")

    refused = browser.post(reverse("change_security_rules"), form(strength_administrator="3"))
    assert refused.status_code == 409
    assert "First set up for yourself" in words(refused)
    with tenant_transaction(company.tenant), pytest.raises(RulesLockOut):
        change_rules(actor=company["ann"].principal, rules=SecurityRules(strength=PASSKEYS), now=clock.now())

    give_passkey(company, "ann")
    taken = browser.post(reverse("change_security_rules"), form(strength_administrator="3"))
    assert taken.status_code == 302
    assert browser.get(reverse("company_security")).status_code == 200


def test_changes_are_told_by_field_and_words_are_counted() -> None:
    before = SecurityRules(blocked_words=("a",))
    after = SecurityRules(blocked_words=("b",), attempts=5)

    assert [(one.name, one.before, one.after) for one in changes_between(before, after)] == [
        ("attempts", 10, 5),
        ("blocked_words", 1, 1),
    ]
    assert changes_between(before, before) == ()


# The networks


def try_it(browser: Client, **changes: Any) -> Any:
    typed = {"network": "203.0.113.0/24", "audience": ["employee"], "note": "office", "until": "", **changes}
    return browser.get(reverse("networks"), typed)


def test_a_network_is_tried_and_then_holds(company: Cast) -> None:
    browser = signed_in(company, "ann")
    now = clock.now()
    with tenant_transaction(company.tenant):
        SeenAddress.objects.create(
            tenant_id=company.tenant,
            day=now.date(),
            audience="employee",
            actor_id=company["aiko"].account_id,
            address="198.51.100.7",
            last_at=now,
        )

    tried = try_it(browser)
    held = browser.post(
        reverse("add_network"), {"network": "203.0.113.0/24", "audience": ["employee"], "note": "office"}
    )

    assert "Aiko Employees 198.51.100.7" in words(tried)
    assert "would have been kept out" in words(tried)
    assert held.status_code == 302
    with tenant_transaction(company.tenant):
        (rule,) = AddressRule.objects.all()
        assert (rule.network, rule.audience, rule.note, rule.added_by) == (
            "203.0.113.0/24",
            "employee",
            "office",
            company["ann"].account_id,
        )
    assert "office" in words(signed_in(company, "sam").get(reverse("networks")))
    assert "Remove it" in words(browser.get(reverse("networks"), {"remove": str(rule.id)}))
    assert browser.post(reverse("remove_network", args=[rule.id])).status_code == 302
    assert browser.post(reverse("remove_network", args=[rule.id])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"network": "203.0.113.7/24"}, "Meant is perhaps 203.0.113.0/24."),
        ({"network": "office"}, "Write a network as 203.0.113.0/24"),
        ({"audience": []}, "Choose who is meant"),
        ({"audience": ["everybody"]}, "Choose who is meant"),
        ({"until": "tomorrow"}, "an end that lies ahead"),
        ({"network": "<script>"}, "Write a network as"),
    ],
)
def test_what_makes_no_network_is_told(company: Cast, changes: dict[str, Any], sentence: str) -> None:
    answer = try_it(signed_in(company, "ann"), **changes)

    assert answer.status_code == 422
    assert sentence in words(answer)


def test_who_would_shut_himself_out_is_shown_his_own_address_first(company: Cast) -> None:
    browser = signed_in(company, "ann")

    tried = try_it(browser, audience=["administrator"])
    sent = browser.post(reverse("add_network"), {"network": "203.0.113.0/24", "audience": ["administrator"]})

    assert "You come from 127.0.0.1 yourself and would be kept out." in words(tried)
    assert 'action="/company/networks/add"' not in tried.content.decode()
    assert sent.status_code == 409
    assert "network=127.0.0.1%2F32&amp;audience=administrator" in tried.content.decode()
    own = try_it(browser, network="127.0.0.1/32", audience=["administrator"])
    assert 'action="/company/networks/add"' in own.content.decode()


def test_networks_are_changed_by_who_showed_lately_who_he_is(company: Cast) -> None:
    browser = signed_in(company, "ann")
    forget_proof(company)

    tried = try_it(browser)
    sent = browser.post(reverse("add_network"), {"network": "203.0.113.0/24", "audience": ["employee"]})
    removed = browser.post(reverse("remove_network", args=[new_id()]))

    for answer in (tried, sent, removed):
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{reverse('confirm')}?next=%2Fcompany%2Fnetworks%3F")
    with tenant_transaction(company.tenant):
        assert not AddressRule.objects.exists()


def test_who_may_only_read_tries_nothing(company: Cast) -> None:
    assert try_it(signed_in(company, "sam")).status_code == 403


# Who is still there


def test_what_a_page_asks_by_itself_keeps_no_session_and_staying_does(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    with tenant_transaction(company.tenant):
        before = clock.now() - timedelta(minutes=10)
        Session.objects.update(last_used_at=before)

    browser.get(reverse("sessions"), HTTP_TOKIMORI_UNATTENDED="yes")
    with tenant_transaction(company.tenant):
        assert Session.objects.get().last_used_at == before
    assert browser.post(reverse("stay")).status_code == 204
    with tenant_transaction(company.tenant):
        assert Session.objects.get().last_used_at > before
        Session.objects.update(last_used_at=before - timedelta(minutes=30))
    assert browser.post(reverse("stay")).status_code == 302


def test_who_has_the_passkey_that_is_asked_for_now_is_led_to_show_it(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    give_passkey(company, "aiko")
    with tenant_transaction(company.tenant):
        strength = {**SecurityRules().strength, Audience.EMPLOYEE: Strength.PHISHING_RESISTANT}
        change_rules(actor=company.system, rules=SecurityRules(strength=strength), now=clock.now())
        Session.objects.update(proofs=["password", "authenticator"])

    page = browser.get(reverse("recorder"), follow=True)

    assert page.redirect_chain[-1][0] == f"{reverse('second_factor')}?next={quote(reverse('recorder'), safe='')}"
    assert "Use a passkey" in words(page)
