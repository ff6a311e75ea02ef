"""The screens of accounts: what they tell, what they hand over once, what they print."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.models import Account, ReviewCampaign, ReviewItem, SharedAccountException
from tokimori.foundation.identity.services.accounts import LINK_PREFIX, account_of_link
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.papers.slips import PrintedSlip, slips_as_pdf

LINK = re.compile(r"http://localhost/first-sign-in/(tkl_[0-9a-f]{32}_[A-Za-z0-9_-]{43})")


@pytest.fixture
def firm() -> Cast:
    return new_company(
        people={
            "ada": (frozenset({Role.ADMINISTRATOR}), None),
            "bob": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
            "eri": (frozenset({Role.AUDITOR}), None),
        }
    )


@pytest.fixture
def ada(firm: Cast) -> Client:
    browser = signed_in(firm, "ada")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def act(browser: Client, firm: Cast, name: str, who: str = "aiko", **typed: object) -> str:
    answer = browser.post(reverse(name, args=[firm[who].account_id]), typed, follow=True)
    assert answer.status_code == 200, name
    return text_of(answer)


def test_the_list_says_states_in_words_and_is_searched(firm: Cast, ada: Client) -> None:
    page = text_of(ada.get(reverse("accounts")))
    assert "4 open accounts" in page
    assert page.count("Invited") >= 3
    found = text_of(ada.get(reverse("accounts"), {"q": "aik"}, headers={"HX-Request": "true"}))
    assert "Aiko" in found
    assert "Bob" not in found
    assert "<html" not in found
    assert "Nobody by these filters" in text_of(ada.get(reverse("accounts"), {"state": "locked"}))


def test_an_invitation_shows_its_link_once_and_mails_nothing(firm: Cast, ada: Client) -> None:
    typed = {"display_name": "新人 太郎", "login_id": "Taro", "email": "", "language": "ja", "roles": ["employee"]}
    page = text_of(ada.post(reverse("new_account"), typed))

    secret = LINK.search(page)
    assert secret is not None
    assert "it is not sent" in page
    with tenant_transaction(firm.tenant):
        account = account_of_link(secret=secret[1], now=clock.now())
    assert account.login_id == "taro"
    assert "tkl_" not in text_of(ada.get(reverse("account", args=[account.id])))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"login_id": "aiko"}, "is somebody&#x27;s already, or was"),
        ({"login_id": "two words"}, "not written as it must be"),
        ({"roles": ["administrator", "payroll"]}, "must not hold these two roles together"),
        ({"employee_code": "nobody"}, "no employee with this number"),
        ({"employee_code": "0003"}, "has an account already"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_makes_nothing(
    firm: Cast, ada: Client, changes: dict[str, object], sentence: str
) -> None:
    typed = {"display_name": "N", "login_id": "new", "language": "en", "roles": ["employee"], **changes}
    answer = ada.post(reverse("new_account"), typed)

    assert answer.status_code in {404, 409, 422}
    assert sentence in text_of(answer)
    assert 'value="N"' in text_of(answer)
    with tenant_transaction(firm.tenant):
        assert Account.objects.count() == 4


def test_what_an_administrator_does_about_an_account_is_told(firm: Cast, ada: Client) -> None:
    assert "roles are changed" in act(ada, firm, "roles_account", roles=["employee", "manager"])
    assert "must not hold these two roles" in act(ada, firm, "roles_account", roles=["payroll", "auditor"])
    assert "names are changed" in act(
        ada, firm, "rename_account", login_id="aiko.sato", email="", display_name="Aiko Sato"
    )
    assert "may try again" in act(ada, firm, "unlock_account")
    assert "0 sessions are ended" in act(ada, firm, "sessions_account")
    assert LINK.search(act(ada, firm, "link_account"))
    assert LINK.search(act(ada, firm, "factors_account"))
    assert "The account is closed" in act(ada, firm, "close_account")
    assert "This account is closed" in act(ada, firm, "link_account")
    assert LINK.search(act(ada, firm, "open_account"))
    assert "not closed" in act(ada, firm, "open_account")


def test_ones_own_page_offers_nothing_and_its_addresses_refuse(firm: Cast, ada: Client) -> None:
    page = text_of(ada.get(reverse("account", args=[firm["ada"].account_id])))
    assert "your own account" in page
    assert "Close the account" not in page
    for name in ("link", "roles", "rename", "unlock", "factors", "close", "open"):
        typed = {"login_id": "x", "display_name": "x"}
        answer = ada.post(reverse(f"{name}_account", args=[firm["ada"].account_id]), typed)
        assert answer.status_code == 403, name


def test_a_file_makes_accounts_and_hands_its_rejected_lines_back(firm: Cast, ada: Client) -> None:
    content = "login_id,name,roles\nnew1,新人,employee\naiko,=HYPERLINK(),\nnew2,N,king\n".encode()
    page = text_of(ada.post(reverse("account_files"), {"file": SimpleUploadedFile("a.csv", content)}))

    assert "a.csv" in page
    assert "tkl_" not in page
    where = re.search(r'href="(/accounts/files/[^"]+/rejected)"', page)
    assert where is not None
    rows = list(csv.reader(io.StringIO(ada.get(where[1]).content.decode("utf-8-sig"))))
    assert [row[:3] for row in rows] == [
        ["line", "code", "field"],
        ["3", "account.name_taken", ""],
        ["4", "account.not_valid", "roles"],
    ]
    bad = ada.post(reverse("account_files"), {"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")})
    assert bad.status_code == 422
    assert ada.post(reverse("account_files")).status_code == 422
    assert ada.get(reverse("account_file_example")).content.startswith(b"\xef\xbb\xbflogin_id,name")


def test_slips_are_a_pdf_of_fresh_links(firm: Cast, ada: Client) -> None:
    ids = [str(firm["aiko"].account_id), str(firm["ada"].account_id)]
    answer = ada.post(reverse("print_slips"), {"accounts": ids})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]
    assert ada.post(reverse("print_slips"), {"accounts": ["no id"]}).status_code == 422


def test_what_stands_on_a_slip_is_data_and_never_markup() -> None:
    """A name that would be a command of the page's language is printed as it is written, in any script."""
    nasty = '#read("/etc/passwd") *bold* $x$ \\ "quoted" </svg>'
    slips = [
        PrintedSlip(
            company_name="みなと精密株式会社",
            company_code="minato",
            person=name,
            login_id=nasty[:60],
            language=language,
            link="http://localhost/first-sign-in/" + "x" * 80,
            door="http://localhost/sign-in",
            ends_at=datetime(2026, 4, 8, 12, tzinfo=UTC),
        )
        for name, language in ((nasty, "en"), ("岡田 真理", "ja"), ("สุวรรณรัตน์ กมลชนก", "th"))
    ]
    paper = slips_as_pdf(slips=slips * 3, printed_at=datetime(2026, 4, 1, tzinfo=UTC))

    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type/Page/") + paper.count(b"/Type /Page/") >= 1
    assert paper == slips_as_pdf(slips=slips * 3, printed_at=datetime(2026, 4, 1, tzinfo=UTC))


def test_a_shared_account_is_registered_handed_out_and_taken_back(firm: Cast, ada: Client) -> None:
    typed = {
        "display_name": "Gate tablet",
        "login_id": "tablet",
        "custodian": "bob",
        "reason": "one tablet",
        "expires_on": clock.now().date().replace(day=28).isoformat(),
    }
    for changes, sentence in (
        ({"custodian": "nobody"}, "Name a person of your company"),
        ({"expires_on": "2020-01-01"}, "an end within a year"),
        ({"expires_on": ""}, "an end within a year"),
        ({"login_id": "aiko"}, "somebody&#x27;s already"),
    ):
        answer = ada.post(reverse("register_shared_account"), {**typed, **changes})
        assert sentence in text_of(answer), changes
    with tenant_transaction(firm.tenant):
        assert not SharedAccountException.objects.exists()
    good = {**typed, "expires_on": f"{clock.now().year + 1}-{clock.now().month:02}-01"}
    assert "is registered" in text_of(ada.post(reverse("register_shared_account"), good, follow=True))
    with tenant_transaction(firm.tenant):
        exception_id = SharedAccountException.objects.get().id

    handed = ada.post(reverse("hand_out_shared_account", args=[exception_id]), {"user": "aiko", "purpose": "gate"})
    assert LINK.search(text_of(handed))
    page = text_of(ada.get(reverse("shared_accounts")))
    assert "With Aiko" in page
    again = ada.post(
        reverse("hand_out_shared_account", args=[exception_id]), {"user": "aiko", "purpose": "x"}, follow=True
    )
    assert "Take it back first" in text_of(again)
    back = ada.post(reverse("take_back_shared_account", args=[exception_id]), follow=True)
    assert "It is back" in text_of(back)
    ended = ada.post(reverse("end_shared_account", args=[exception_id]), follow=True)
    assert "the account is closed" in text_of(ended)


def test_a_review_is_begun_decided_and_read_as_csv(firm: Cast, ada: Client) -> None:
    with tenant_transaction(firm.tenant):
        Account.objects.filter(id=firm["bob"].account_id).update(last_signed_in_at=clock.now())
    typed = {
        "name": "Autumn",
        "scope": "everybody",
        "reviewer": str(firm["eri"].account_id),
        "deputy": str(firm["bob"].account_id),
        "due_on": f"{clock.now().year + 1}-01-31",
        "consequence": "list",
    }
    wrong = ada.post(reverse("start_review"), {**typed, "deputy": typed["reviewer"]})
    assert wrong.status_code == 422
    assert ada.post(reverse("start_review"), {**typed, "reviewer": "nonsense"}).status_code == 422
    assert "The review has begun" in text_of(ada.post(reverse("start_review"), typed, follow=True))
    with tenant_transaction(firm.tenant):
        campaign_id = ReviewCampaign.objects.get().id
        item_of = {item.account_id: item.id for item in ReviewItem.objects.all()}

    def decide(who: str, **typed: object) -> str:
        where = reverse("decide_review", args=[campaign_id, item_of[firm[who].account_id]])
        return text_of(eri.post(where, typed, follow=True))

    eri = signed_in(firm, "eri")
    eri.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "3 accounts wait for your decision" in text_of(eri.get(reverse("reviews")))
    assert "a change takes something away" in decide("aiko", decision="change", roles=["employee"], reason="x")
    assert "Say in a few words why" in decide("aiko", decision="close")
    assert "left long ago" in decide("aiko", decision="close", reason="left long ago")
    decide("ada", decision="keep")
    rows = list(
        csv.DictReader(io.StringIO(ada.get(reverse("review_csv", args=[campaign_id])).content.decode("utf-8-sig")))
    )
    assert {row["login_id"]: (row["decision"], row["is_open"]) for row in rows} == {
        "ada": ("keep", "yes"),
        "aiko": ("close", "no"),
        "bob": ("", "yes"),
        "eri": ("", "yes"),
    }


def test_a_link_is_kept_as_its_digest_alone(firm: Cast, ada: Client) -> None:
    secret = LINK.search(act(ada, firm, "link_account"))
    assert secret is not None
    assert read_carried_secret(secret[1], prefix=LINK_PREFIX) is not None
    with tenant_transaction(firm.tenant):
        from tokimori.foundation.ledger.models import LedgerEvent  # noqa: PLC0415 -- used here alone

        assert not any(secret[1] in str(event.details) for event in LedgerEvent.objects.all())
