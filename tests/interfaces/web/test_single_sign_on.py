"""Coming in with the company's own account: from the door to the provider and back, and what must not come in."""

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from support.browser import signed_in
from support.cast import Cast
from support.openid_provider import OpenIdProvider, running
from support.saml_provider import read_question
from support.single_sign_on import (
    Connected,
    company_with_administrator,
    connected_openid,
    connected_saml,
    post_saml,
    return_openid,
    saml_answer,
    with_passkey,
)
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.errors import BreakGlassMissing, SignInFailed
from tokimori.foundation.identity.limits import address_key, attempt_counts, count_attempt_of_address
from tokimori.foundation.identity.models import (
    Account,
    ExternalIdentity,
    IdentityProvider,
    PendingSignIn,
    SeenAssertion,
    Session,
)
from tokimori.foundation.identity.networks import AddressAudience, read_network
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.address_rules import NewNetwork, add_network
from tokimori.foundation.identity.services.lifecycle import change_roles, deactivate_account, remove_factors
from tokimori.foundation.identity.services.passkeys import passkeys_of, remove_passkey
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Origin, SignedIn, signed_in_by
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.refusals import MOST_A_MINUTE
from tokimori.foundation.single_sign_on import openid_connect
from tokimori.foundation.single_sign_on.services.pending import forget_single_sign_on
from tokimori.foundation.single_sign_on.services.providers import activate_provider, close_passwords, close_provider
from tokimori.foundation.single_sign_on.values import LinksBy, SecondFactor, State
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.entrance import browser_cookie_name
from tokimori.interfaces.web.middleware.tenancy import cookie_name

PASSWORD = "a quiet sentence by the sea"


@pytest.fixture
def minato() -> Cast:
    return company_with_administrator()


@pytest.fixture
def office(minato: Cast) -> Connected:
    return connected_saml(minato)


@pytest.fixture
def browser() -> Client:
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def cloud(minato: Cast) -> Iterator[Connected]:
    with running() as answers:
        place = connected_openid(minato, answers)
        answers.person["email"] = f"aiko@{place.domain}"
        yield place


def come_by_saml(place: Connected, browser: Client, *, next_address: str = "", **changes: Any) -> Any:
    """Walk the whole way; return the last answer."""
    question = place.begin(browser, **({"next": next_address} if next_address else {}))
    answered = post_saml(place, browser, saml_answer(place, question, **changes))
    return browser.get(answered["Location"]) if answered.status_code == 303 else answered


def come_by_openid(place: Connected, browser: Client) -> Any:
    answered = return_openid(place, browser, place.begin(browser))
    return browser.get(answered["Location"]) if answered.status_code == 303 else answered


def who(cast: Cast, browser: Client) -> SignedIn | None:
    cookie = browser.cookies.get(cookie_name())
    carried = read_carried_secret(cookie.value, prefix=SESSION_PREFIX) if cookie else None
    if carried is None:
        return None
    with tenant_transaction(cast.tenant):
        return signed_in_by(carried=carried, now=clock.now())


def reasons(cast: Cast) -> list[str]:
    with tenant_transaction(cast.tenant):
        rows = LedgerEvent.objects.filter(name="single_sign_on:refused").order_by("at", "id")
        return [row.details["reason"] for row in rows]


def mail(place: Connected, name: str = "aiko") -> dict[str, Any]:
    return {"attributes": {"email": f"{name}@{place.domain}"}}


def test_somebody_known_by_address_comes_in_and_is_linked_for_good(office: Connected, browser: Client) -> None:
    last = come_by_saml(office, browser, next_address="/my/corrections", **mail(office))

    assert last["Location"] == "/my/corrections"
    found = who(office.cast, browser)
    assert found is not None
    assert found.account.id == office.cast["aiko"].account_id
    assert found.proofs == {Proof.SINGLE_SIGN_ON}
    # His address may change at the provider: the lasting name is what counts from now on.
    again = Client(SERVER_NAME="localhost")
    come_by_saml(office, again, attributes={"email": f"chie@{office.domain}"})
    assert getattr(who(office.cast, again), "account", None) == found.account
    with tenant_transaction(office.cast.tenant):
        assert ExternalIdentity.objects.count() == 1
        names = list(LedgerEvent.objects.order_by("at", "id").values_list("name", flat=True))
    assert names.count("external_identity:linked") == 1
    assert names.count("sign_in:succeeded") == 2


def test_a_person_comes_in_by_openid_connect(cloud: Connected, browser: Client) -> None:
    last = come_by_openid(cloud, browser)

    assert last["Location"] == "/"
    found = who(cloud.cast, browser)
    assert found is not None
    assert found.account.id == cloud.cast["aiko"].account_id
    with tenant_transaction(cloud.cast.tenant):
        row = PendingSignIn.objects.get()
        assert row.arrival is None, "what the provider said is forgotten once it was used"
        stored = bytes(cloud.row().sealed_secret or b"")
    assert b"secret" not in stored


def test_the_same_answer_opens_nothing_a_second_time(office: Connected, browser: Client) -> None:
    question = office.begin(browser)
    form = saml_answer(office, question, **mail(office))
    first = post_saml(office, browser, form)
    assert browser.get(first["Location"])["Location"] == "/"

    assert post_saml(office, browser, form).status_code == 401
    assert browser.get(first["Location"]).status_code == 401, "nor does its ticket"
    assert reasons(office.cast)[:1] == ["unsolicited"]


def test_an_assertion_is_remembered_even_where_its_question_is_not(office: Connected, browser: Client) -> None:
    question = office.begin(browser)
    form = saml_answer(office, question, **mail(office))
    post_saml(office, browser, form)
    with tenant_transaction(office.cast.tenant):
        PendingSignIn.objects.update(answered_at=None)

    assert post_saml(office, browser, form).status_code == 401
    assert reasons(office.cast) == ["replayed"]


def test_an_answer_that_nobody_asked_for_is_refused(office: Connected, browser: Client) -> None:
    question = office.begin(browser)
    form = saml_answer(office, question, **mail(office))

    for state in ("", "tko_x", form["RelayState"][:-1] + ("A" if form["RelayState"][-1] != "A" else "B")):
        assert post_saml(office, browser, {**form, "RelayState": state}).status_code == 401
    assert set(reasons(office.cast)) == {"unsolicited"}


def test_answers_that_nobody_asked_for_do_not_fill_the_record(office: Connected, browser: Client) -> None:
    """They need no account, and what is recorded stays for good."""
    form = saml_answer(office, office.begin(browser), **mail(office))

    moment = clock.now()

    with patch.object(clock, "now", return_value=moment):
        for _ in range(MOST_A_MINUTE + 5):
            assert post_saml(office, browser, {**form, "RelayState": "tko_x"}).status_code == 401

    assert len(reasons(office.cast)) == MOST_A_MINUTE


def test_one_who_comes_in_does_not_wipe_out_what_was_tried_from_his_address(office: Connected) -> None:
    """With one account of his own somebody could else try everybody's password, and begin anew again and again."""
    address = f"203.0.113.{secrets.randbelow(250) + 1}"
    visitor = Client(SERVER_NAME="localhost", REMOTE_ADDR=address)
    for _ in range(5):
        count_attempt_of_address(address=address_key(address), now=clock.now())
    before = attempt_counts([address_key(address)])[address_key(address)].attempts

    come_by_saml(office, visitor, **mail(office))

    assert who(office.cast, visitor) is not None
    assert attempt_counts([address_key(address)])[address_key(address)].attempts == before


def test_an_answer_comes_too_late_after_ten_minutes(office: Connected, browser: Client) -> None:
    question = office.begin(browser)
    with tenant_transaction(office.cast.tenant):
        PendingSignIn.objects.update(expires_at=clock.now())

    assert post_saml(office, browser, saml_answer(office, question, **mail(office))).status_code == 401


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 200), ("same-site", 200), ("same-origin", 302), ("none", 302)]
)
def test_nobody_is_signed_in_because_another_site_sent_him(office: Connected, site: str, status: int) -> None:
    where = reverse("begin_company_sign_in", args=[office.cast.company_code, "office"], query={"next": "/my/months"})

    answer = Client(SERVER_NAME="localhost").get(where, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == status
    assert (f'href="{where}"' in answer.content.decode()) is (status == 200)
    assert (browser_cookie_name() in answer.cookies) is (status == 302)


def test_a_ticket_opens_nothing_in_another_browser(office: Connected, browser: Client) -> None:
    """Otherwise somebody could be signed in to the attacker's account, and would type his own into it."""
    question = office.begin(browser)
    answered = post_saml(office, browser, saml_answer(office, question, **mail(office)))
    other = Client(SERVER_NAME="localhost")
    office.begin(other)

    assert other.get(answered["Location"]).status_code == 401
    assert who(office.cast, other) is None


def test_a_ticket_for_a_test_signs_nobody_in(office: Connected) -> None:
    mio = signed_in(office.cast, "mio")
    question = mio.get(reverse("test_identity_provider", args=[office.id]))["Location"]
    answered = post_saml(office, mio, saml_answer(office, question, **mail(office)))
    ticket = urlsplit(answered["Location"]).query

    assert mio.get(f"{reverse('arrive')}?{ticket}").status_code == 401


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"audience": "http://localhost/another"}, "audience"),
        ({"recipient": "http://localhost/another"}, "time"),
        ({"request_id": "_another"}, "request"),
        ({"starts": timedelta(minutes=-20)}, "time"),
        ({"issuer": "https://another.example"}, "issuer"),
    ],
)
def test_what_is_wrong_with_an_answer_is_recorded_and_told_to_nobody(
    office: Connected, browser: Client, changes: dict[str, Any], reason: str
) -> None:
    last = come_by_saml(office, browser, **{**mail(office), **changes})

    assert last.status_code == 401
    assert reasons(office.cast) == [reason]
    assert "You could not be signed in with your company&#x27;s account." in last.content.decode()


def test_whoever_has_no_account_hears_the_same_as_everybody_else(office: Connected, browser: Client) -> None:
    unknown = come_by_saml(office, browser, attributes={"email": f"nobody@{office.domain}"})
    with tenant_transaction(office.cast.tenant):
        Account.objects.filter(id=office.cast["chie"].account_id).update(is_active=False)
    closed = come_by_saml(office, browser, **mail(office, "chie"), subject="u-18")
    wrong = come_by_saml(office, browser, audience="http://localhost/another")

    assert {page.status_code for page in (unknown, closed, wrong)} == {401}
    texts = {
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
        for page in (unknown, closed, wrong)
    }
    assert len(texts) == 1
    assert reasons(office.cast) == ["unknown", "account_closed", "audience"]


def test_another_companys_provider_vouches_for_nobody_here(office: Connected, browser: Client) -> None:
    theirs = connected_saml(company_with_administrator())
    question = theirs.begin(browser)
    form = saml_answer(theirs, question, attributes={"email": f"aiko@{office.domain}"})

    assert post_saml(office, browser, form).status_code == 401
    come_by_saml(theirs, browser, attributes={"email": f"aiko@{office.domain}"})
    assert who(office.cast, browser) is None
    assert who(theirs.cast, browser) is None, "nor there: the domain is not one of that company's"


def test_two_providers_of_one_company_keep_their_names_apart(office: Connected, browser: Client) -> None:
    """The same lasting name at another provider is another person."""
    come_by_saml(office, browser, **mail(office))
    second = connected_saml(office.cast, slug="second")
    other = Client(SERVER_NAME="localhost")

    come_by_saml(second, other, **mail(office, "chie"))

    assert getattr(who(office.cast, other), "account", None) != getattr(who(office.cast, browser), "account", None)


def test_an_address_of_another_domain_links_nobody(office: Connected, browser: Client) -> None:
    office.trust(domains=("elsewhere.example",))

    assert come_by_saml(office, browser, **mail(office)).status_code == 401


def test_an_address_that_is_not_verified_links_nobody(cloud: Connected, browser: Client) -> None:
    cloud.answers.person["email_verified"] = False

    assert come_by_openid(cloud, browser).status_code == 401
    assert reasons(cloud.cast) == ["unknown"]


def test_an_address_that_was_given_to_somebody_new_does_not_open_the_account(
    office: Connected, browser: Client
) -> None:
    come_by_saml(office, browser, **mail(office))
    other = Client(SERVER_NAME="localhost")

    assert come_by_saml(office, other, **mail(office), subject="somebody-new").status_code == 401
    assert reasons(office.cast) == ["linked_otherwise"]


def test_by_login_id_where_the_company_trusts_the_provider_with_it(office: Connected, browser: Client) -> None:
    office.trust(links_by=LinksBy.LOGIN_ID)

    come_by_saml(office, browser, subject="AIKO")

    assert getattr(who(office.cast, browser), "account", None)


def test_a_login_id_never_leads_to_an_administrators_account(office: Connected, browser: Client) -> None:
    office.trust(links_by=LinksBy.LOGIN_ID)

    assert come_by_saml(office, browser, subject="chie").status_code == 401
    assert reasons(office.cast) == ["administrator"]


def test_whoever_has_no_account_gets_one_where_the_company_wants_it(office: Connected, browser: Client) -> None:
    office.trust(creates_accounts=True)
    attributes = {"email": f"Noa@{office.domain}", "displayName": "野田 乃愛"}

    assert come_by_saml(office, browser, attributes=attributes)["Location"] == "/"

    found = who(office.cast, browser)
    assert found is not None
    assert (found.account.display_name, found.account.roles) == ("野田 乃愛", [Role.EMPLOYEE])
    assert not found.account.has_usable_password()
    for place in ("home", "my_security", "sessions"):
        assert browser.get(reverse(place), follow=True).status_code in {200, 403}
    with tenant_transaction(office.cast.tenant):
        assert LedgerEvent.objects.filter(name="account:created", subject_id=found.account.id).exists()


def test_a_name_that_was_somebodys_is_not_given_again(office: Connected, browser: Client) -> None:
    office.trust(creates_accounts=True, links_by=LinksBy.NOTHING)

    assert come_by_saml(office, browser, **mail(office)).status_code == 401
    assert reasons(office.cast) == ["name_taken"]


def test_a_provider_that_is_not_switched_on_or_closed_is_not_found(minato: Cast, browser: Client) -> None:
    draft = connected_saml(minato, slug="draft", state=State.TESTED)
    where = reverse("begin_company_sign_in", args=[minato.company_code, "draft"])
    assert browser.get(where).status_code == 404

    with tenant_transaction(minato.tenant):
        close_provider(actor=minato["mio"].principal, provider_id=draft.id, now=clock.now())
    for route in ("begin_company_sign_in", "our_saml_metadata"):
        assert browser.get(reverse(route, args=[minato.company_code, "draft"])).status_code == 404
        assert browser.get(reverse(route, args=["no-such-company", "draft"])).status_code == 404


def test_a_provider_that_was_closed_meanwhile_lets_nobody_in(office: Connected, browser: Client) -> None:
    answered = post_saml(office, browser, saml_answer(office, office.begin(browser), **mail(office)))
    with tenant_transaction(office.cast.tenant):
        close_provider(actor=office.cast["mio"].principal, provider_id=office.id, now=clock.now())

    assert browser.get(answered["Location"]).status_code == 401


def strength(cast: Cast, wanted: Strength) -> None:
    strengths = {**SecurityRules().strength, Audience.EMPLOYEE: wanted}
    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(strength=strengths), now=clock.now())


@pytest.mark.parametrize(
    ("second_factor", "context", "stage"),
    [
        (SecondFactor.TOLD, "https://refeds.org/profile/mfa", "in"),
        (SecondFactor.TOLD, "urn:minato:strong", "in"),
        (SecondFactor.TOLD, "urn:minato:weak", "enrolment"),
        (SecondFactor.ALWAYS, "urn:minato:weak", "in"),
        (SecondFactor.NEVER, "https://refeds.org/profile/mfa", "enrolment"),
    ],
)
def test_two_factors_of_the_provider_count_as_the_company_says(
    office: Connected, browser: Client, second_factor: SecondFactor, context: str, stage: str
) -> None:
    strength(office.cast, Strength.TWO_FACTORS)
    office.trust(second_factor=second_factor, strong_contexts=("urn:minato:strong",))

    come_by_saml(office, browser, **mail(office), context=context)

    assert getattr(who(office.cast, browser), "stage", None) == stage


def test_no_provider_is_as_good_as_a_passkey(office: Connected, browser: Client) -> None:
    strength(office.cast, Strength.PHISHING_RESISTANT)
    office.trust(second_factor=SecondFactor.ALWAYS)

    come_by_saml(office, browser, **mail(office))

    assert getattr(who(office.cast, browser), "stage", None) == "enrolment"


@pytest.mark.parametrize("wrong", ["state", "code", "issuer", "no issuer", "nonce", "key", "verifier", "error"])
def test_an_answer_of_openid_connect_that_is_not_ours_is_refused(cloud: Connected, browser: Client, wrong: str) -> None:
    question = cloud.begin(browser)
    answers: OpenIdProvider = cloud.answers
    expected = {"state": "unsolicited", "code": "token_endpoint", "verifier": "token_endpoint", "issuer": "issuer"}
    match wrong:
        case "nonce":
            answers.changes["nonce"] = "another"
        case "issuer":
            answers.stated_issuer = "https://another.example"
        case "no issuer":
            answers.stated_issuer = None
        case "key":
            answers.signs = RSAKey.generate_key(2048)
        case "verifier":
            question = question.replace("code_challenge=", "code_challenge=x")
        case _:
            pass
    parts = urlsplit(return_address(cloud, question))
    query = parts.query
    match wrong:
        case "state":
            query = query.replace("state=tko_", "state=tko_0")
        case "code":
            query = query.replace("code=code", "code=guess")
        case "error":
            query = query.replace("code=", "error=")
        case _:
            pass

    assert browser.get(f"{parts.path}?{query}").status_code == 401
    fallback = {"no issuer": "issuer", "key": "signature", "error": "refused_by_provider"}
    assert reasons(cloud.cast) == [expected.get(wrong) or fallback.get(wrong, wrong)]


def return_address(place: Connected, question: str) -> str:
    return str(place.answers.authorize(dict(parse_qsl(urlsplit(question).query))))


def test_a_code_is_exchanged_once(cloud: Connected, browser: Client) -> None:
    parts = urlsplit(return_address(cloud, cloud.begin(browser)))
    where = f"{parts.path}?{parts.query}"

    assert browser.get(where).status_code == 303
    assert browser.get(where).status_code == 401


def test_a_new_key_of_the_provider_is_fetched_and_not_more_than_once_a_minute(
    cloud: Connected, browser: Client
) -> None:
    def fetched() -> int:
        return int(cloud.answers.requests.count("/keys"))

    before = fetched()
    cloud.answers.keys.append(RSAKey.generate_key(2048, {"kid": "second", "use": "sig"}))
    assert come_by_openid(cloud, browser).status_code == 401, "they were fetched a moment ago"
    assert fetched() == before

    with tenant_transaction(cloud.cast.tenant):
        IdentityProvider.objects.update(keys_fetched_at=clock.now() - timedelta(minutes=2))
    assert come_by_openid(cloud, browser)["Location"] == "/"
    assert fetched() == before + 1


def test_no_transaction_is_open_while_a_provider_is_asked(cloud: Connected, browser: Client) -> None:
    seen = []
    real = openid_connect.fetch

    def watched(*arguments: Any, **named: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return real(*arguments, **named)

    with patch.object(openid_connect, "fetch", watched):
        come_by_openid(cloud, browser)

    assert seen == [False]


def test_a_test_shows_what_would_happen_and_changes_nothing(minato: Cast) -> None:
    draft = connected_saml(minato, slug="draft", state=State.DRAFT)
    mio = signed_in(minato, "mio")
    session = mio.cookies[cookie_name()].value
    question = mio.get(reverse("test_identity_provider", args=[draft.id]))["Location"]

    answered = post_saml(draft, mio, saml_answer(draft, question, **mail(draft)))
    result = mio.get(answered["Location"], follow=True)

    text = result.content.decode()
    assert "The test passed." in text
    assert "The account of Aiko would be linked and signed in." in text
    assert mio.cookies[cookie_name()].value == session
    with tenant_transaction(minato.tenant):
        assert not ExternalIdentity.objects.exists()
        assert Session.objects.count() == 1
    assert draft.row().state == "tested"


def test_a_test_that_fails_says_why_and_switches_nothing_on(minato: Cast) -> None:
    draft = connected_saml(minato, slug="draft", state=State.DRAFT)
    mio = signed_in(minato, "mio")
    question = mio.get(reverse("test_identity_provider", args=[draft.id]))["Location"]

    answered = post_saml(draft, mio, saml_answer(draft, question, audience="http://localhost/another"))
    result = mio.get(answered["Location"], follow=True)

    assert "The answer is meant for another service." in result.content.decode()
    assert draft.row().state == "draft"
    page = mio.post(reverse("activate_identity_provider", args=[draft.id]), follow=True)
    assert "Test the provider first" in page.content.decode()
    assert draft.row().state == "draft"


def test_the_result_of_a_test_is_its_administrators_alone(minato: Cast) -> None:
    draft = connected_saml(minato, slug="draft", state=State.DRAFT)
    mio, chie = signed_in(minato, "mio"), signed_in(minato, "chie")
    question = mio.get(reverse("test_identity_provider", args=[draft.id]))["Location"]
    answered = post_saml(draft, mio, saml_answer(draft, question, **mail(draft)))

    assert chie.get(answered["Location"]).status_code == 403
    where = mio.get(answered["Location"])["Location"]
    assert chie.get(where).status_code == 403
    second = signed_in(minato, "mio")
    assert second.get(answered["Location"]).status_code == 401, "another browser of the same administrator"


def test_values_that_change_want_a_new_test(minato: Cast) -> None:
    draft = connected_saml(minato, slug="draft", state=State.TESTED)
    mio = signed_in(minato, "mio")

    mio.post(reverse("describe_identity_provider", args=[draft.id]), {"metadata": draft.answers.metadata()})

    assert draft.row().state == "draft"


def test_a_test_of_the_values_before_does_not_count_for_the_new_ones(minato: Cast) -> None:
    draft = connected_saml(minato, slug="draft", state=State.DRAFT)
    mio = signed_in(minato, "mio")
    question = mio.get(reverse("test_identity_provider", args=[draft.id]))["Location"]
    answered = post_saml(draft, mio, saml_answer(draft, question, **mail(draft)))
    mio.post(reverse("describe_identity_provider", args=[draft.id]), {"metadata": draft.answers.metadata()})

    mio.get(answered["Location"])

    assert draft.row().state == "draft"


def test_a_provider_that_people_come_in_by_becomes_no_other(office: Connected) -> None:
    mio = signed_in(office.cast, "mio")
    where = reverse("describe_identity_provider", args=[office.id])

    other = mio.post(where, {"metadata": office.answers.metadata(entity_id="https://another.example/metadata")})

    assert other.status_code == 422
    assert office.row().configuration["entity_id"] == office.answers.entity_id


def test_new_certificates_join_and_old_ones_are_removed(office: Connected, browser: Client) -> None:
    mio = signed_in(office.cast, "mio")
    old = office.answers.pair
    office.answers.__init__("https://idp.example")
    mio.post(reverse("describe_identity_provider", args=[office.id]), {"metadata": office.answers.metadata()})
    assert office.row().state == "active"
    assert come_by_saml(office, browser, **mail(office))["Location"] == "/"
    new, office.answers.pair = office.answers.pair, old
    assert come_by_saml(office, browser, **mail(office))["Location"] == "/"

    page = mio.get(reverse("identity_provider", args=[office.id]))
    removals = [one["remove_url"] for one in page.context["certificates"]]
    assert len(removals) == 2
    mio.post(removals[1])
    assert come_by_saml(office, browser, **mail(office)).status_code == 401
    office.answers.pair = new
    assert come_by_saml(office, browser, **mail(office))["Location"] == "/"
    last = mio.post(removals[0], follow=True)
    assert "at least one certificate" in last.content.decode()


def give_password(cast: Cast, name: str) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast[name].account_id, now=clock.now())
        choose_password(secret=link, password=PASSWORD, now=clock.now())


def by_password(cast: Cast, name: str) -> bool:
    attempt = SignInAttempt(
        company_code=cast.company_code, name=name, password=PASSWORD, origin=Origin(address=name, device="a test")
    )
    try:
        return bool(sign_in(attempt=attempt, now=clock.now()))
    except SignInFailed:
        return False


def only(place: Connected, *audiences: Audience) -> None:
    with tenant_transaction(place.cast.tenant):
        close_passwords(
            actor=place.cast["mio"].principal, provider_id=place.id, audiences=frozenset(audiences), now=clock.now()
        )


def test_passwords_stay_a_way_in_until_the_company_says_otherwise(office: Connected) -> None:
    for name in ("aiko", "mio"):
        give_password(office.cast, name)
        assert by_password(office.cast, name)
    with pytest.raises(BreakGlassMissing):
        only(office, Audience.EMPLOYEE, Audience.ADMINISTRATOR)

    with_passkey(office.cast, "mio")
    only(office, Audience.EMPLOYEE)

    assert not by_password(office.cast, "aiko")
    assert by_password(office.cast, "mio"), "administrators were not chosen"
    only(office, Audience.ADMINISTRATOR)
    assert by_password(office.cast, "aiko")
    assert not by_password(office.cast, "mio")
    with tenant_transaction(office.cast.tenant):
        close_provider(actor=office.cast["mio"].principal, provider_id=office.id, now=clock.now())
    assert by_password(office.cast, "mio")


def test_the_last_administrators_passkey_stays_while_passwords_are_off(office: Connected) -> None:
    with_passkey(office.cast, "mio")
    only(office, Audience.EMPLOYEE)
    actor = office.cast["mio"].principal

    with pytest.raises(BreakGlassMissing), tenant_transaction(office.cast.tenant):
        (key,) = passkeys_of(actor=actor)
        remove_passkey(actor=actor, passkey_id=key.id, now=clock.now())

    with tenant_transaction(office.cast.tenant):
        assert len(passkeys_of(actor=actor)) == 1


def test_an_address_that_the_company_keeps_out_is_kept_out_by_this_way_too(office: Connected, browser: Client) -> None:
    wanted = NewNetwork(
        audiences=(AddressAudience.EMPLOYEE,),
        network=read_network("198.51.100.0/24"),
        note="office",
        expires_at=None,
    )
    with tenant_transaction(office.cast.tenant):
        add_network(actor=office.cast.system, new=wanted, address="198.51.100.7", now=clock.now())

    assert come_by_saml(office, browser, **mail(office)).status_code == 403

    with tenant_transaction(office.cast.tenant):
        assert not ExternalIdentity.objects.exists()


def test_the_last_administrator_with_a_passkey_keeps_role_account_and_key_while_passwords_are_off(
    office: Connected,
) -> None:
    with_passkey(office.cast, "mio")
    only(office, Audience.EMPLOYEE)
    mio = {"actor": office.cast.system, "account_id": office.cast["mio"].account_id, "now": clock.now()}
    with tenant_transaction(office.cast.tenant):
        Account.objects.filter(id=office.cast["chie"].account_id).update(
            roles=[Role.ADMINISTRATOR], last_signed_in_at=clock.now()
        )

    for act in (deactivate_account, remove_factors, partial(change_roles, roles=frozenset({Role.EMPLOYEE}))):
        with pytest.raises(BreakGlassMissing), tenant_transaction(office.cast.tenant):
            act(**mio)
    with_passkey(office.cast, "chie")
    with tenant_transaction(office.cast.tenant):
        deactivate_account(**mio)


def test_a_one_time_link_does_not_step_around_the_provider(office: Connected, browser: Client) -> None:
    with_passkey(office.cast, "mio")
    only(office, Audience.EMPLOYEE)
    with tenant_transaction(office.cast.tenant):
        link = issue_sign_in_link(actor=office.cast.system, account_id=office.cast["aiko"].account_id, now=clock.now())

    assert browser.get(reverse("first_sign_in", args=[link])).status_code == 401


def test_the_door_shows_the_companys_providers_and_no_others(office: Connected, browser: Client) -> None:
    named = browser.get(reverse("sign_in"), {"company": office.cast.company_code})
    assert "Sign in with Minato Office" in named.content.decode()
    assert "Minato Office" not in browser.get(reverse("sign_in")).content.decode()

    asked = browser.get(reverse("company_sign_in"), {"company_code": f" {office.cast.company_code.upper()} "})
    assert urlsplit(asked["Location"]).path == reverse(
        "begin_company_sign_in", args=[office.cast.company_code, "office"]
    )
    assert browser.get(reverse("company_sign_in"), {"company_code": "nobody"}).status_code == 422
    office.begin(browser)
    assert "Minato Office" in browser.get(reverse("sign_in")).content.decode(), "the browser remembers the company"


def test_somebody_without_a_password_confirms_by_his_provider(office: Connected, browser: Client) -> None:
    come_by_saml(office, browser, **mail(office))
    with tenant_transaction(office.cast.tenant):
        Session.objects.update(proved_at=clock.now() - timedelta(hours=1))
    assert browser.get(reverse("authenticator"))["Location"].startswith(reverse("confirm"))
    page = browser.get(reverse("confirm"), {"next": "/security/authenticator"})
    assert "Sign in with Minato Office" in page.content.decode()

    where = reverse("confirm_with", args=["office"], query={"next": "/security/authenticator"})
    question = browser.get(where)["Location"]
    root, _ = read_question(question)
    assert root.get("ForceAuthn") == "true"
    answered = post_saml(office, browser, saml_answer(office, question))
    assert browser.get(answered["Location"])["Location"] == "/security/authenticator"
    assert browser.get(reverse("authenticator")).status_code == 200


def test_somebody_else_at_the_provider_confirms_nothing(office: Connected, browser: Client) -> None:
    come_by_saml(office, browser, **mail(office))
    come_by_saml(office, Client(SERVER_NAME="localhost"), **mail(office, "chie"), subject="u-18")
    question = browser.get(reverse("confirm_with", args=["office"]))["Location"]

    answered = post_saml(office, browser, saml_answer(office, question, subject="u-18"))

    assert browser.get(answered["Location"]).status_code == 401


def test_an_old_recognition_confirms_nothing(cloud: Connected, browser: Client) -> None:
    come_by_openid(cloud, browser)
    question = browser.get(reverse("confirm_with", args=["cloud"]))["Location"]
    cloud.answers.changes["auth_time"] = int((clock.now() - timedelta(hours=1)).timestamp())

    answered = return_openid(cloud, browser, question)

    assert browser.get(answered["Location"]).status_code == 401


def test_our_metadata_is_what_a_provider_reads(office: Connected, browser: Client) -> None:
    text = browser.get(reverse("our_saml_metadata", args=[office.cast.company_code, "office"])).content.decode()

    assert 'WantAssertionsSigned="true"' in text
    assert office.row().certificate in text
    assert f"/sign-in/with/{office.cast.company_code}/office/saml" in text


def test_a_company_sees_its_own_providers_alone(office: Connected, dan: Cast) -> None:
    stranger = signed_in(dan, "dan")

    assert "Minato" not in stranger.get(reverse("identity_providers")).content.decode()
    for route in ("identity_provider", "test_identity_provider"):
        assert stranger.get(reverse(route, args=[office.id])).status_code == 404
    for route in ("trust", "activate", "only", "close", "describe"):
        form = {"links_by": "nothing", "second_factor": "told", "metadata": office.answers.metadata()}
        assert stranger.post(reverse(f"{route}_identity_provider", args=[office.id]), form).status_code == 404


def test_what_is_over_is_forgotten(office: Connected, browser: Client) -> None:
    come_by_saml(office, browser, **mail(office))
    with tenant_transaction(office.cast.tenant):
        assert forget_single_sign_on(tenant=office.cast.tenant, now=clock.now()) == 0
        assert forget_single_sign_on(tenant=office.cast.tenant, now=clock.now() + timedelta(days=2)) == 2
        assert not PendingSignIn.objects.exists()
        assert not SeenAssertion.objects.exists()


def test_a_closed_provider_is_changed_no_more(office: Connected) -> None:
    actor = office.cast["mio"].principal
    with tenant_transaction(office.cast.tenant):
        close_provider(actor=actor, provider_id=office.id, now=clock.now())
    mio = signed_in(office.cast, "mio")

    assert mio.post(reverse("activate_identity_provider", args=[office.id])).status_code == 409
    with pytest.raises(NotFound), tenant_transaction(office.cast.tenant):
        activate_provider(actor=actor, provider_id=office.cast.tenant, now=clock.now())
