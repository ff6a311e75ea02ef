"""Which passwords may be chosen, by the product's own rules and by those that a company may add."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON, Cast
from tokimori.foundation import clock
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import (
    PasswordChangedLately,
    PasswordNotRight,
    PasswordTooWeak,
    PasswordUsedBefore,
    RulesNotValid,
)
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.security_rules import BOUNDS, Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.passwords import change_password, character_classes, refuse_weak_password
from tokimori.foundation.identity.services.rules import change_rules, current_rules, rules_versions
from tokimori.foundation.identity.services.sessions import (
    SESSION_PREFIX,
    Origin,
    Stage,
    open_session,
    signed_in_by,
)
from tokimori.foundation.tenancy.context import tenant_transaction

FIRST = "a quiet sentence by the sea"
DAY = timedelta(days=1)


@pytest.fixture
def aiko(cast: Cast) -> tuple[Cast, CarriedSecret]:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        account = choose_password(secret=link, password=FIRST, now=NOON)
        origin = Origin(address="203.0.113.9", device="a test")
        secret = open_session(account=account, proofs=[Proof.PASSWORD], is_half=False, origin=origin, now=NOON)
        open_session(account=account, proofs=[Proof.PASSWORD], is_half=False, origin=origin, now=NOON)
    carried = read_carried_secret(secret, prefix=SESSION_PREFIX)
    assert carried is not None
    return cast, carried


def change(aiko: tuple[Cast, CarriedSecret], wanted: str, *, current: str = FIRST, now: datetime = NOON) -> None:
    cast, carried = aiko
    with tenant_transaction(cast.tenant):
        change_password(actor=cast["aiko"].principal, carried=carried, current=current, wanted=wanted, now=now)


def rule(cast: Cast, *, now: datetime = NOON, **changes: Any) -> None:
    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(**changes), now=now)


@pytest.mark.parametrize(
    ("password", "changes", "verdict"),
    [
        ("elevenchars", {}, "length"),
        ("twelve chars", {}, None),
        ("海辺の静かな一つの文です", {}, None),
        ("ประโยคเงียบ ๆ ริมทะเล", {}, None),
        ("a" * 1025, {}, "length"),
        ("correct horse " * 70, {}, "common"),
        ("aaaaaaaaaaaaaaaa", {}, "common"),
        ("abcabcabcabcabc", {}, "common"),
        ("password1234", {}, "common"),
        ("qwertyuiop123", {}, "common"),
        ("Aiko Yamamoto!", {}, None),
        ("aiko-aiko-ai", {}, "common"),
        ("minato is my harbour", {"blocked_words": ("minato",)}, "word"),
        ("MINATO is my harbour", {"blocked_words": ("minato",)}, "word"),
        ("we love TokiMori", {}, "word"),
        ("t-i-m-e-c-a-r-d at nine", {}, "word"),
        ("\uff34\uff2f\uff2b\uff29\uff2d\uff2f\uff32\uff29 の朝の歌", {}, "word"),
        ("the time card of my life", {}, "word"),
        ("a longer sentence", {"minimum_length": 20}, "length"),
        ("only small letters", {"character_classes": 3}, "classes"),
        ("Three Kinds 1", {"character_classes": 4}, None),
        ("Three Kinds one", {"character_classes": 3}, None),
    ],
)
@pytest.mark.control(44)
def test_a_password_is_weighed(password: str, changes: dict[str, Any], verdict: str | None) -> None:
    account = Account(login_id="aiko", email="aiko@minato.example", display_name="Aiko")
    rules = SecurityRules(**changes)
    if verdict is None:
        refuse_weak_password(password, account=account, rules=rules)
        return

    with pytest.raises(PasswordTooWeak) as refusal:
        refuse_weak_password(password, account=account, rules=rules)
    assert refusal.value.facts["reason"] == verdict


@given(st.text(min_size=0, max_size=40))
def test_whatever_is_typed_is_taken_or_refused_and_nothing_else(password: str) -> None:
    account = Account(login_id="aiko", email=None, display_name="Aiko")
    assert 0 <= character_classes(password) <= 4
    try:
        refuse_weak_password(password, account=account, rules=SecurityRules())
    except PasswordTooWeak:
        return
    assert len(password) >= 12


@pytest.mark.control(50)
def test_changing_it_takes_the_present_one_and_ends_the_other_sessions(aiko: tuple[Cast, CarriedSecret]) -> None:
    cast, carried = aiko
    with pytest.raises(PasswordNotRight):
        change(aiko, "another sentence, by the lake", current="wrong")

    change(aiko, "another sentence, by the lake")

    with tenant_transaction(cast.tenant):
        assert Session.objects.filter(ended_at=None).count() == 1
        assert signed_in_by(carried=carried, now=NOON) is not None


@pytest.mark.control(48)
def test_the_last_ten_are_not_taken_again(aiko: tuple[Cast, CarriedSecret]) -> None:
    cast, _ = aiko
    rule(cast, history_depth=2)
    words = [FIRST, *(f"a sentence with the number {number}" for number in range(4))]
    for day, (current, wanted) in enumerate(pairwise(words)):
        change(aiko, wanted, current=current, now=NOON + (day + 1) * DAY)

    for before in (words[-1], words[-2], words[-3]):
        with pytest.raises(PasswordUsedBefore):
            change(aiko, before, current=words[-1])
    change(aiko, words[0], current=words[-1])


@pytest.mark.control(47)
def test_a_company_may_want_some_days_between(aiko: tuple[Cast, CarriedSecret]) -> None:
    cast, _ = aiko
    rule(cast, minimum_age_days=2)
    with pytest.raises(PasswordChangedLately):
        change(aiko, "another sentence, by the lake", now=NOON + DAY)

    change(aiko, "another sentence, by the lake", now=NOON + 2 * DAY)


@pytest.mark.control(47)
def test_a_company_may_let_passwords_grow_old(aiko: tuple[Cast, CarriedSecret]) -> None:
    cast, carried = aiko
    rule(cast, maximum_age_days=90, minimum_age_days=1)

    def stage(now: datetime) -> Stage:
        with tenant_transaction(cast.tenant):
            Session.objects.filter(ended_at=None).update(started_at=now, last_used_at=now)
            found = signed_in_by(carried=carried, now=now)
        assert found is not None
        return found.stage

    assert stage(NOON + 89 * DAY) is Stage.IN
    assert stage(NOON + 90 * DAY) is Stage.NEW_PASSWORD
    change(aiko, "another sentence, by the lake", now=NOON + 90 * DAY)
    assert stage(NOON + 90 * DAY) is Stage.IN


def test_somebody_may_be_told_to_change_it_even_if_he_did_lately(aiko: tuple[Cast, CarriedSecret]) -> None:
    cast, carried = aiko
    rule(cast, minimum_age_days=30)
    with tenant_transaction(cast.tenant):
        Account.objects.filter(id=cast["aiko"].account_id).update(must_change_password=True)
        found = signed_in_by(carried=carried, now=NOON)
    assert found is not None
    assert found.stage is Stage.NEW_PASSWORD

    change(aiko, "another sentence, by the lake")


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("MINATO-logistics-2026", False),
        ("Mi.na.to Lo.gis.tics", False),
        ("the harbour of minato", True),
        ("codes like mnt-7 are long", False),
        ("we go to ab every day", True),
    ],
)
@pytest.mark.control(44)
def test_a_password_with_the_names_of_the_company_is_refused(cast: Cast, password: str, *, is_taken: bool) -> None:
    names = ("mnt7", "Minato Logistics", "ab")
    with tenant_transaction(cast.tenant):
        account = Account.objects.get(id=cast["aiko"].account_id)
        with nullcontext() if is_taken else pytest.raises(PasswordTooWeak):
            refuse_weak_password(password, account=account, rules=SecurityRules(), words=names)


def test_both_doors_where_a_password_is_chosen_know_the_names_of_the_company(cast: Cast) -> None:
    browser = Client(SERVER_NAME="localhost")
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=clock.now())
    door, wish = reverse("first_sign_in", args=[link]), f"sunny {cast.company_code} morning"

    first = browser.post(door, {"passphrase": wish, "passphrase_again": wish})
    assert first.status_code == 422
    browser.post(door, {"passphrase": FIRST, "passphrase_again": FIRST})
    words = {"current": FIRST, "passphrase": wish, "passphrase_again": wish}
    assert browser.post(reverse("change_password"), words).status_code == 422
    words |= {"passphrase": "sunny without the name", "passphrase_again": "sunny without the name"}
    assert browser.post(reverse("change_password"), words).status_code == 302


LONG = "".join(chr(0x3042 + number % 80) + chr(0x61 + number % 23) for number in range(512))


@pytest.mark.parametrize(
    ("chosen", "others"),
    [
        (
            "  Two Spaces around  ",
            ["Two Spaces around", "  two spaces around  ", "  Two Spaces around", "  Two Spaces around  x"],
        ),
        (LONG, [LONG[:-1], LONG + "x", LONG[:72]]),
        ("caf\u00e9 in the morning", ["cafe\u0301 in the morning", "cafe in the morning"]),
    ],
)
def test_a_password_is_taken_exactly_as_it_was_typed(cast: Cast, chosen: str, others: list[str]) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=clock.now())
    browser = Client(SERVER_NAME="localhost")
    browser.post(reverse("first_sign_in", args=[link]), {"passphrase": chosen, "passphrase_again": chosen})
    words = {"company_code": cast.company_code, "login": "aiko"}

    for other in others:
        assert Client(SERVER_NAME="localhost").post(reverse("sign_in"), {**words, "password": other}).status_code != 302
    assert Client(SERVER_NAME="localhost").post(reverse("sign_in"), {**words, "password": chosen}).status_code == 302


@pytest.mark.parametrize("name", BOUNDS)
def test_rules_have_bounds(name: str) -> None:
    least, most = BOUNDS[name]
    for value in (least, most):
        assert getattr(SecurityRules(**{name: value}), name) == value
    for value in (least - 1, most + 1, True, "10", 7.5, None):
        with pytest.raises(RulesNotValid) as refusal:
            SecurityRules(**{name: value})
        assert refusal.value.facts["field"] == name


@pytest.mark.parametrize(
    "plain",
    [
        {"unknown": 1},
        {"blocked_words": "abc"},
        {"blocked_words": [1]},
        {"blocked_words": [" "]},
        {"blocked_words": ["x" * 61]},
        {"blocked_words": [f"word {number}" for number in range(201)]},
        {"strength": {}},
        {"strength": {"employee": 1, "manager": 1, "administrator": 9}},
        {"strength": {"employee": 1, "manager": 1, "nobody": 2}},
        {"strength": {"employee": 1, "manager": 1, "administrator": 1}},
        {"strength": 2},
    ],
)
def test_rules_that_make_no_sense_are_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(RulesNotValid):
        SecurityRules.from_plain(plain)


def test_rules_come_back_as_they_were_stored() -> None:
    strength = {**SecurityRules().strength, Audience.MANAGER: Strength.PHISHING_RESISTANT}
    rules = SecurityRules(minimum_length=15, blocked_words=("minato",), strength=strength)

    assert SecurityRules.from_plain(rules.to_plain()) == rules


def test_rules_are_versions_and_the_same_rules_make_none(cast: Cast) -> None:
    rule(cast, minimum_length=15)
    rule(cast, minimum_length=15)
    rule(cast, minimum_length=16)

    with tenant_transaction(cast.tenant):
        assert current_rules(tenant=cast.tenant).minimum_length == 16
        assert [view.version for view in rules_versions(actor=cast.system)] == [2, 1]
        with pytest.raises(NotAllowed):
            change_rules(actor=cast["chie"].principal, rules=SecurityRules(), now=NOON)
