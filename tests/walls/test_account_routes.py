"""The addresses of accounts as an administrator, a security officer, an auditor and another company's people see them."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.context import tenant_transaction

# A answered, r sent on, - not allowed, 0 not found, ! refused for another reason. The subject is Aiko.
#                              method  ada  sam  eri  dan
TABLE: dict[str, tuple[str, str, str, str, str]] = {
    "accounts":               ("GET", "A", "A", "A", "A"),
    "account":                ("GET", "A", "A", "A", "0"),
    "new_account":            ("GET", "A", "-", "-", "A"),
    "print_slips":            ("POST", "0", "-", "-", "0"),
    "account_files":          ("GET", "A", "-", "-", "A"),
    "account_file_example":   ("GET", "A", "-", "-", "A"),
    "account_file":           ("GET", "0", "-", "-", "0"),
    "send_account_links":     ("POST", "0", "-", "-", "0"),
    "rejected_accounts":      ("GET", "0", "-", "-", "0"),
    "shared_accounts":        ("GET", "A", "A", "A", "A"),
    "register_shared_account":   ("POST", "!", "-", "-", "!"),
    "hand_out_shared_account":   ("POST", "r", "-", "-", "r"),
    "take_back_shared_account":  ("POST", "0", "-", "-", "0"),
    "end_shared_account":        ("POST", "0", "-", "-", "0"),
    "reviews":                ("GET", "A", "A", "A", "A"),
    "start_review":           ("POST", "!", "-", "-", "!"),
    "review":                 ("GET", "0", "0", "0", "0"),
    "review_csv":             ("GET", "0", "0", "0", "0"),
    "decide_review":          ("POST", "0", "0", "0", "0"),
    "rename_account":         ("POST", "r", "-", "-", "r"),
    "unlock_account":         ("POST", "r", "-", "-", "0"),
    "link_account":           ("POST", "A", "-", "-", "0"),
    "sessions_account":       ("POST", "r", "-", "-", "0"),
    "unlink_account":         ("POST", "r", "-", "-", "0"),
    "factors_account":        ("POST", "A", "-", "-", "0"),
    "roles_account":          ("POST", "r", "-", "-", "0"),
    "close_account":          ("POST", "r", "-", "-", "0"),
    "open_account":           ("POST", "A", "-", "-", "0"),
}  # fmt: skip
OF_ONE_ACCOUNT = {
    name for name in TABLE if name == "account" or (name.endswith("_account") and name.count("_") == 1)
} - {"new_account"}
OF_NOTHING = {"account_file", "send_account_links", "rejected_accounts", "review", "review_csv"} | {
    name for name in TABLE if name.endswith("_shared_account") and name != "register_shared_account"
}


@pytest.fixture(scope="module")
def firm() -> Cast:
    return new_company(
        people={
            "ada": (frozenset({Role.ADMINISTRATOR}), None),
            "sam": (frozenset({Role.SECURITY}), None),
            "eri": (frozenset({Role.AUDITOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


def address(name: str, cast: Cast) -> str:
    nothing = UUID(int=7)
    if name == "decide_review":
        return reverse(name, args=[nothing, nothing])
    if name in OF_ONE_ACCOUNT:
        return reverse(name, args=[cast["aiko"].account_id])
    return reverse(name, args=[nothing] if name in OF_NOTHING else [])


def outcome(response: Any) -> str:
    return {200: "A", 302: "r", 403: "-", 404: "0"}.get(response.status_code, "!")


@pytest.mark.parametrize("name", TABLE, ids=str)
def test_each_gets_what_the_table_says(firm: Cast, dan: Cast, name: str) -> None:
    method, *expected = TABLE[name]
    where = address(name, firm)
    if name == "open_account":  # whichever test came before
        signed_in(firm, "ada").post(reverse("close_account", args=[firm["aiko"].account_id]))
    everybody = [*(signed_in(firm, member) for member in ("ada", "sam", "eri")), signed_in(dan, "dan")]

    got = [outcome(browser.get(where) if method == "GET" else browser.post(where)) for browser in everybody]

    assert got == expected


def test_what_is_dangerous_asks_who_it_is_again(firm: Cast) -> None:
    from tokimori.foundation.identity.models import Session  # noqa: PLC0415 -- used here alone

    browser = signed_in(firm, "ada")
    with tenant_transaction(firm.tenant):
        Session.objects.filter(account_id=firm["ada"].account_id).update(proved_at="2026-01-01T00:00:00Z")
        roles = Account.objects.get(id=firm["aiko"].account_id).roles
    for name in ("link", "roles", "rename", "unlock", "sessions", "factors", "close", "open"):
        answer = browser.post(reverse(f"{name}_account", args=[firm["aiko"].account_id]))
        assert answer["Location"].startswith(reverse("confirm")), name
    assert browser.get(reverse("new_account"))["Location"].startswith(reverse("confirm"))
    assert browser.post(reverse("print_slips"))["Location"].startswith(reverse("confirm"))
    with tenant_transaction(firm.tenant):
        assert Account.objects.get(id=firm["aiko"].account_id).roles == roles


def test_a_form_without_its_token_changes_no_account(firm: Cast) -> None:
    strict: Client = signed_in(firm, "ada")
    strict.handler.enforce_csrf_checks = True

    assert strict.post(reverse("close_account", args=[firm["aiko"].account_id])).status_code == 403
