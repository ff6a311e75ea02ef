"""The provider's compliance people answer for the sheet, and for nothing else: they come into no company."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from support.cast import new_company
from support.provider import SYSTEM, Worker, at_console, company_with_administrator, let_in, new_worker
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import (
    RIGHTS_OF_ROLES,
    RIGHTS_OF_THE_CONSOLE,
    Permission,
    Role,
    rights_of,
)
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.errors import RolesConflict
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.security_rules import SecurityRules, Strength, strength_asked
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.operators.errors import GrantNotValid
from tokimori.foundation.operators.services.directory import dismiss_operator, operators, register_operator
from tokimori.foundation.operators.services.dormancy import dismiss_dormant_operators
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.interfaces.cli.operator_arguments import operator_parser
from tokimori.interfaces.cli.operators import run_operator_act
from tokimori.interfaces.web.middleware.visits import visit_cookie_name
from tokimori.interfaces.web.permissions import permission_of

HERS = RIGHTS_OF_ROLES[Role.COMPLIANCE]


@pytest.fixture(scope="module")
def mio() -> Worker:
    """One of the compliance people, as the server's own command names her."""
    return new_colleague()


def new_colleague() -> Worker:
    other = new_worker()
    login = f"co-{str(new_id())[-12:]}"
    account = NewAccount(
        login_id=login, email=None, display_name="Mio Compliance", roles=frozenset({Role.COMPLIANCE}), language="en"
    )
    with tenant_transaction(PROVIDER):
        account_id = create_account(actor=SYSTEM, account=account, now=clock.now())
    principal = replace(other.principal, account_id=account_id, rights=rights_of(frozenset({Role.COMPLIANCE})))
    return Worker(account_id=account_id, login_id=login, name="Mio Compliance", principal=principal)


def routes_of_the_console() -> Iterator[tuple[str, str, Permission]]:
    """Yield every address of the console without a place in it that must be filled in."""

    def below(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from below(one.url_patterns)
            else:
                yield one

    for pattern in below(get_resolver().url_patterns):
        permission = permission_of(pattern.callback)
        if permission in RIGHTS_OF_THE_CONSOLE and "<" not in str(pattern.pattern) and pattern.name:
            yield pattern.name, reverse(pattern.name), permission


def test_she_has_the_rights_to_the_sheet_and_none_to_companies() -> None:
    assert {Permission.COMPLIANCE_READ, Permission.COMPLIANCE_WRITE, Permission.QUESTIONNAIRE_ANSWER} == HERS
    assert Permission.OPERATOR_ACT in RIGHTS_OF_THE_CONSOLE


def test_each_page_of_the_console_opens_by_her_right_or_not_at_all(mio: Worker) -> None:
    browser = at_console(mio)
    found = list(routes_of_the_console())
    assert {permission for _, _, permission in found} == RIGHTS_OF_THE_CONSOLE
    for name, address, permission in found:
        answers = {browser.get(address).status_code, browser.post(address).status_code}
        if permission in HERS:
            assert 403 not in answers, name
        else:
            assert answers <= {403, 405}, name


def test_the_rail_shows_what_she_may_and_the_first_page_is_hers(mio: Worker) -> None:
    browser = at_console(mio)
    assert browser.get(reverse("home"))["Location"] == reverse("compliance")
    page = browser.get(reverse("compliance")).content.decode()
    for name in ("compliance_probes", "registers", "questionnaires", "sheet_publishing", "sheet_links"):
        assert f'href="{reverse(name)}"' in page, name
    for name in ("operator_console", "maintenance", "operator_devices"):
        assert f'href="{reverse(name)}"' not in page, name


def test_no_company_can_let_her_in_and_the_way_in_leads_nowhere(mio: Worker) -> None:
    company = company_with_administrator()
    assert mio.account_id not in {one.id for one in operators()}
    with pytest.raises(GrantNotValid):
        let_in(company, mio)
    with pytest.raises(NotFound), tenant_transaction(PROVIDER):
        register_operator(actor=SYSTEM, account_id=mio.account_id, now=clock.now())
    browser = at_console(mio)
    browser.cookies[visit_cookie_name()] = f"{company.tenant.hex}.{new_id().hex}"
    answer = browser.get(reverse("team"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("operator_console")


def test_she_needs_a_passkey_on_a_registered_device_as_operators_do(mio: Worker) -> None:
    assert strength_asked(frozenset({Role.COMPLIANCE}), SecurityRules()) is Strength.PHISHING_RESISTANT
    assert at_console(mio, has_device=False).get(reverse("compliance")).status_code == 403
    weaker = at_console(mio, proofs=frozenset({Proof.PASSWORD, Proof.AUTHENTICATOR}))
    assert weaker.get(reverse("compliance")).status_code != 200


def test_nobody_is_both_and_no_company_has_one() -> None:
    company = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR}), None)})
    for tenant, actor, roles in (
        (PROVIDER, SYSTEM, {Role.COMPLIANCE, Role.OPERATOR}),
        (company.tenant, company.system, {Role.COMPLIANCE}),
        (company.tenant, company["ada"].principal, {Role.COMPLIANCE}),
    ):
        account = NewAccount(login_id="x", email=None, display_name="x", roles=frozenset(roles), language="en")
        with pytest.raises(RolesConflict), tenant_transaction(tenant):
            create_account(actor=actor, account=account, now=clock.now())


def test_dismissed_she_is_out_and_a_second_time_nobody_is_found() -> None:
    colleague = new_colleague()
    browser = at_console(colleague)
    assert browser.get(reverse("compliance")).status_code == 200
    with tenant_transaction(PROVIDER):
        dismiss_operator(actor=SYSTEM, account_id=colleague.account_id, now=clock.now())
    assert browser.get(reverse("compliance")).status_code == 302
    with pytest.raises(NotFound), tenant_transaction(PROVIDER):
        dismiss_operator(actor=SYSTEM, account_id=colleague.account_id, now=clock.now())


def test_who_was_not_in_for_thirty_days_is_dismissed() -> None:
    colleague = new_colleague()
    with tenant_transaction(PROVIDER):
        rows = Account.objects.filter(tenant_id=PROVIDER, id=colleague.account_id)
        rows.update(created_at=clock.now() - timedelta(days=31))
        assert colleague.account_id in dismiss_dormant_operators(actor=SYSTEM, now=clock.now())
        assert not rows.get().is_active


def test_the_servers_command_names_one(capsys: pytest.CaptureFixture[str]) -> None:
    login = f"co-{str(new_id())[-12:]}"
    chosen = operator_parser().parse_args(
        ["add", "--login", login, "--name", "Rin", "--role", "compliance", "--bypass", "a test"]
    )
    assert run_operator_act(chosen) == 0
    assert "/first-sign-in/" in capsys.readouterr().out
    with tenant_transaction(PROVIDER):
        (account,) = (one for one in Account.objects.filter(tenant_id=PROVIDER) if one.login_id == login)
    assert account.roles == [Role.COMPLIANCE.value]
    with pytest.raises((SystemExit, argparse.ArgumentError)):
        operator_parser().parse_args(["add", "--login", "x", "--name", "x", "--role", "administrator"])
