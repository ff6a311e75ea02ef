"""What people are told by letter, from the doors of the product to the mail server, and back by the links."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.mail_server import Mailbox, a_mail_server, send_letters
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.models import Account, SignInLink
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.endings import tell_of_endings
from tokimori.foundation.identity.services.factors import begin_authenticator, confirm_authenticator
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.tokens import NewToken, issue_token
from tokimori.foundation.identity.token_networks import read_networks
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import claim_sign_in_address, tenant_of_sign_in_address

PHRASE = "a quiet sentence by the sea"
LINK = re.compile(r"https://time\.example(/first-sign-in/tkl_[0-9a-f]{32}_[A-Za-z0-9_-]{43})")
UNLOCK = re.compile(r"https://time\.example(/unlock/tku_[0-9a-f]{32}_[A-Za-z0-9_-]{43})")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with a_mail_server() as box:
        yield box


@pytest.fixture
def firm() -> Cast:
    cast = new_company(
        people={
            "ada": (frozenset({Role.ADMINISTRATOR}), None),
            "bob": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )
    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(mailed_links=1, attempts=3), now=clock.now())
    return cast


@pytest.fixture
def ada(firm: Cast) -> Client:
    browser = signed_in(firm, "ada")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def account(firm: Cast, name: str = "aiko") -> Account:
    with tenant_transaction(firm.tenant):
        return Account.objects.get(tenant_id=firm.tenant, id=firm[name].account_id)


def kinds_to(firm: Cast, name: str = "aiko") -> list[str]:
    with tenant_transaction(firm.tenant):
        rows = Notice.objects.filter(tenant_id=firm.tenant, account_id=firm[name].account_id).order_by("made_at", "id")
        return list(rows.values_list("kind", flat=True))


def choose(firm: Cast, link: str, *, browser: Client | None = None) -> Client:
    browser = browser or Client(SERVER_NAME="localhost")
    answer = browser.post(link, {"passphrase": PHRASE, "passphrase_again": PHRASE})
    assert answer.status_code == 302
    return browser


def guess(firm: Cast, password: str, *, browser: Client | None = None) -> int:
    typed = {"company_code": firm.company_code, "login": "aiko", "password": password}
    return (browser or Client(SERVER_NAME="localhost")).post(reverse("sign_in"), typed).status_code


def let_in(firm: Cast, mailbox: Mailbox, ada: Client) -> Client:
    """Let Aiko choose her passphrase by the link in her letter; return her browser."""
    ada.post(reverse("link_account", args=[firm["aiko"].account_id]))
    send_letters(firm)
    found = LINK.search(mailbox.text())
    assert found is not None
    browser = choose(firm, found[1])
    assert browser.get(reverse("my_security")).status_code == 200
    return browser


def test_an_invited_person_gets_the_link_and_nobody_else_sees_it(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    address = f"taro@{firm.company_code}.example"
    typed = {"display_name": "新人 太郎", "login_id": "taro", "email": address, "language": "ja", "roles": ["employee"]}
    page = ada.post(reverse("new_account"), typed).content.decode()

    assert f"goes to {address}" in page
    assert "tkl_" not in page
    send_letters(firm)
    (letter,) = mailbox.letters
    assert letter["To"] == address
    assert "勤怠アカウントのご案内" in str(letter["Subject"])
    found = LINK.search(mailbox.text())
    assert found is not None
    choose(firm, found[1])
    assert Client(SERVER_NAME="localhost").get(found[1]).status_code == 401, "the link works once"


def test_a_link_may_still_be_handed_over_which_ends_the_one_that_was_sent(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    where = reverse("link_account", args=[firm["aiko"].account_id])
    ada.post(where)
    send_letters(firm)
    found = LINK.search(mailbox.text())
    assert found is not None
    page = ada.post(where, {"by_hand": "yes"}).content.decode()
    assert "http://localhost/first-sign-in/tkl_" in page
    assert Client(SERVER_NAME="localhost").get(found[1]).status_code == 401


def test_what_is_kept_of_where_a_link_went_says_nothing_about_the_address(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    address = account(firm).email or ""
    for _ in range(2):
        ada.post(reverse("link_account", args=[firm["aiko"].account_id]))
    with tenant_transaction(firm.tenant):
        rows = SignInLink.objects.filter(tenant_id=firm.tenant, account_id=firm["aiko"].account_id)
        kept = [bytes(row.mailed_to or b"") for row in rows]

    assert len(set(kept)) == 2, "the same address is not recognised by it"
    assert hashlib.sha256(f"mailed\0{address}".encode()).digest() not in kept


def test_without_a_mail_service_the_link_is_handed_over_and_the_rules_say_so(firm: Cast, ada: Client) -> None:
    assert "tkl_" in ada.post(reverse("link_account", args=[firm["aiko"].account_id])).content.decode()
    assert "has no mail service" in ada.get(reverse("change_security_rules")).content.decode()
    assert kinds_to(firm) == []


def test_an_address_counts_once_its_person_has_used_a_letter_whoever_else_entered_it(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    address = account(firm).email or ""
    stranger = new_company(people={"eve": (frozenset({Role.ADMINISTRATOR}), None)})
    with tenant_transaction(stranger.tenant):
        theirs = Account.objects.get(tenant_id=stranger.tenant)
        theirs.email = address
        theirs.save(update_fields=["email", "email_index"])
        claim_sign_in_address(address)
    assert tenant_of_sign_in_address(address) is None, "two have entered it, and nobody has shown that it is his"
    let_in(firm, mailbox, ada)
    assert tenant_of_sign_in_address(address) == firm.tenant


def test_a_link_that_was_handed_over_confirms_no_address(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    page = ada.post(reverse("link_account", args=[firm["aiko"].account_id]), {"by_hand": "yes"}).content.decode()
    found = re.search(r"http://localhost(/first-sign-in/tkl_[^<\"]+)", page)
    assert found is not None
    choose(firm, found[1])
    address = account(firm).email or ""
    stranger = new_company(people={"eve": (frozenset({Role.ADMINISTRATOR}), None)})
    with tenant_transaction(stranger.tenant):
        claim_sign_in_address(address)
    assert tenant_of_sign_in_address(address) is None


def test_the_person_is_told_of_a_lock_and_ends_it_by_the_letter(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    let_in(firm, mailbox, ada)
    assert [guess(firm, "wrong one") for _ in range(4)] == [401, 401, 401, 429]
    assert guess(firm, PHRASE) == 429
    send_letters(firm)
    found = UNLOCK.search(mailbox.text())
    assert found is not None
    stranger = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")

    assert "End the waiting" in stranger.get(found[1]).content.decode()
    assert guess(firm, PHRASE) == 429, "a program that opens links ends nothing"
    assert "You may try again" in stranger.post(found[1]).content.decode()
    assert guess(firm, PHRASE) == 302
    assert stranger.post(found[1]).status_code == 401
    assert reverse("unlock", args=["x"]) == "/unlock/x"


@pytest.mark.control(41)
def test_the_person_is_told_of_a_lock_of_the_second_factor_by_a_letter_that_ends_nothing(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    let_in(firm, mailbox, ada)
    with tenant_transaction(firm.tenant):
        person = Account.objects.get(tenant_id=firm.tenant, id=firm["aiko"].account_id)
        actor = principal_of(person, employee_id=None)
        secret = begin_authenticator(actor=actor, account=person, now=clock.now()).secret
        digits = pyotp.TOTP(secret).at(clock.now())
        confirm_authenticator(actor=actor, account=person, code=digits, now=clock.now())
    half = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    assert guess(firm, PHRASE, browser=half) == 302
    tries = [half.post(reverse("second_factor"), {"code": "000000"}).status_code for _ in range(11)]
    send_letters(firm)

    assert tries[-1] == 429
    assert kinds_to(firm).count("second_factor_locked") == 1
    assert "/unlock/" not in mailbox.text()

    for _ in range(4):
        guess(firm, "wrong one")
    send_letters(firm)
    found = UNLOCK.search(mailbox.text())
    assert found is not None
    assert "You may try again" in half.post(found[1]).content.decode()
    assert half.post(reverse("second_factor"), {"code": "000000"}).status_code == 429, "a mailbox buys no more guesses"


@pytest.mark.control(41)
@pytest.mark.parametrize(
    ("page", "field", "further"),
    [
        (
            "change_password",
            "current",
            {"passphrase": "five other calm words", "passphrase_again": "five other calm words"},
        ),
        ("confirm", "password", {}),
    ],
)
def test_the_person_is_told_when_somebody_who_is_in_guesses_at_the_passphrase(
    firm: Cast, ada: Client, mailbox: Mailbox, page: str, field: str, further: dict[str, str]
) -> None:
    hers = let_in(firm, mailbox, ada)
    tries = [hers.post(reverse(page), {field: "wrong one", **further}).status_code for _ in range(4)]
    send_letters(firm)

    assert tries[-1] == 429
    assert kinds_to(firm).count("present_password_locked") == 1
    assert "somebody who was in already gave a wrong passphrase too often" in mailbox.text()
    assert "/unlock/" not in mailbox.text(), "it ends nothing"
    assert "locked" not in kinds_to(firm)


def test_an_unlocking_link_opens_nothing(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    let_in(firm, mailbox, ada)
    for _ in range(4):
        guess(firm, "wrong one")
    send_letters(firm)
    found = UNLOCK.search(mailbox.text())
    assert found is not None
    secret = found[1].rsplit("/", 1)[1]
    for wrong in (f"/first-sign-in/{secret}", f"/first-sign-in/tkl{secret[3:]}", "/unlock/tku_x"):
        assert Client(SERVER_NAME="localhost").get(wrong).status_code == 401, wrong


def test_strangers_do_not_close_the_account_to_the_browser_that_its_person_uses(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    hers = let_in(firm, mailbox, ada)
    hers.post(reverse("sign_out"))
    for _ in range(4):
        guess(firm, "wrong one")
    assert guess(firm, PHRASE) == 429, "from a browser that is not known"
    assert guess(firm, PHRASE, browser=hers) == 302
    assert guess(firm, PHRASE) == 429, "what she did opened nothing to strangers"


def test_a_changed_password_makes_every_other_browser_a_stranger(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    hers = let_in(firm, mailbox, ada)
    other = Client(SERVER_NAME="localhost", HTTP_USER_AGENT="Another browser")
    assert guess(firm, PHRASE, browser=other) == 302
    assert other.get(reverse("my_security")).status_code == 200
    changed = {"current": PHRASE, "passphrase": "another sentence by a lake"}
    hers.post(reverse("change_password"), {**changed, "passphrase_again": changed["passphrase"]})
    assert hers.get(reverse("my_security")).status_code == 200
    assert kinds_to(firm).count("new_device") == 1, "hers stays known"
    hers.post(reverse("sign_out"))
    for _ in range(4):
        guess(firm, "wrong one")
    assert guess(firm, changed["passphrase"], browser=other) == 429
    assert guess(firm, changed["passphrase"], browser=hers) == 302


def test_a_known_browser_has_its_own_tries_and_then_counts_like_a_strangers(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    hers = let_in(firm, mailbox, ada)
    hers.post(reverse("sign_out"))
    found = [guess(firm, "wrong one", browser=hers) for _ in range(7)]
    assert found == [401] * 6 + [429]
    assert guess(firm, PHRASE, browser=hers) == 429


@pytest.mark.parametrize("carried", ["", "x", "a:b:c", "e30:1abcde:xyz", "é" * 40, "x" * 5000])
def test_what_is_no_cookie_of_ours_makes_a_browser_a_stranger(
    firm: Cast, ada: Client, mailbox: Mailbox, carried: str
) -> None:
    let_in(firm, mailbox, ada)
    for _ in range(4):
        guess(firm, "wrong one")
    browser = Client(SERVER_NAME="localhost")
    browser.cookies["tokimori-known"] = carried
    assert guess(firm, PHRASE, browser=browser) == 429


def test_the_person_is_told_of_a_new_device_once(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    hers = let_in(firm, mailbox, ada)
    assert "new_device" not in kinds_to(firm), "the first time is no news"
    other = Client(SERVER_NAME="localhost", HTTP_USER_AGENT="Another browser")
    assert guess(firm, PHRASE, browser=other) == 302
    for browser in (other, other, hers):
        assert browser.get(reverse("my_security")).status_code == 200
    assert kinds_to(firm).count("new_device") == 1
    send_letters(firm)
    assert "Another browser" in mailbox.text()
    assert "127.0.0.1" in mailbox.text()


def test_the_person_is_told_of_what_was_changed(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    hers = let_in(firm, mailbox, ada)
    before = account(firm).email
    hers.post(
        reverse("change_password"),
        {
            "current": PHRASE,
            "passphrase": "another sentence by a lake",
            "passphrase_again": "another sentence by a lake",
        },
    )
    one = [firm["aiko"].account_id]
    ada.post(
        reverse("rename_account", args=one),
        {"login_id": "aiko", "email": f"new@{firm.company_code}.example", "display_name": "Aiko"},
    )
    ada.post(reverse("roles_account", args=one), {"roles": ["manager"]})
    ada.post(reverse("factors_account", args=one))
    assert kinds_to(firm)[1:] == ["password_changed", "names_changed", "roles_changed", "factors_taken_away"]
    send_letters(firm)
    assert mailbox.receivers[2] == before, "a changed address is told to the one before"


def test_all_of_a_file_are_sent_their_links_but_those_without_address(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    lines = "login_id,name,email,roles,language,employee_code\r\n"
    lines += f"q1,One,q1@{firm.company_code}.example,employee,ja,\r\nq2,Two,,employee,ja,\r\n"
    file = SimpleUploadedFile("people.csv", lines.encode(), content_type="text/csv")
    page = ada.post(reverse("account_files"), {"file": file}).content.decode()
    found = re.search(r'action="(/accounts/files/[^"]+/send)"', page)
    assert found is not None, page
    assert "1 link is on its way" in ada.post(found[1], follow=True).content.decode()
    send_letters(firm)
    assert mailbox.receivers == [f"q1@{firm.company_code}.example"]


def test_an_administrator_sees_what_did_not_arrive(firm: Cast, ada: Client, mailbox: Mailbox) -> None:
    address = account(firm).email or ""
    mailbox.behaviour.receivers[address] = 550
    ada.post(reverse("link_account", args=[firm["aiko"].account_id]))
    send_letters(firm)
    page = ada.get(reverse("account", args=[firm["aiko"].account_id])).content.decode()
    assert "Not delivered" in page
    assert "Is the address right?" in page
    assert "could not be reached by e-mail" in ada.get(reverse("accounts")).content.decode()


def test_those_who_can_renew_them_are_told_once_that_tokens_and_networks_end(
    firm: Cast, ada: Client, mailbox: Mailbox
) -> None:
    now = clock.now()
    for days in (10, 20):
        token = NewToken(
            name="payroll",
            scopes=frozenset({Scope.PUNCHES_WRITE}),
            networks=read_networks(()),
            expires_at=now + timedelta(days=days),
        )
        with tenant_transaction(firm.tenant):
            issue_token(actor=firm.system, token=token, now=now)
    with tenant_transaction(firm.tenant):
        assert tell_of_endings(actor=system_principal(firm.tenant), now=now) == 1
        assert tell_of_endings(actor=system_principal(firm.tenant), now=now) == 0
    assert (kinds_to(firm, "ada"), kinds_to(firm)) == (["token_ends"], [])
    send_letters(firm)
    assert mailbox.text().count("payroll") == 1
