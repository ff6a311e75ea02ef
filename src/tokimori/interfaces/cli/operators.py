"""``tokimori operator``: the provider's own company and its people. There is no password to begin with, only links."""

import argparse
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from tokimori.domains.organisations.services import create_company
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.errors import NotFound, Refusal
from tokimori.foundation.identity.queries import account_of_login
from tokimori.foundation.identity.services.accounts import NewAccount, create_account, issue_sign_in_link
from tokimori.foundation.operators.queries.devices import newest_passkey
from tokimori.foundation.operators.queries.findings import OperatorFindings, look_at_operators
from tokimori.foundation.operators.services.devices import Posture, register_device
from tokimori.foundation.operators.services.directory import (
    dismiss_operator,
    operators,
    register_operator,
)
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.role_check import refuse_unsafe_role
from tokimori.interfaces.cli.operator_arguments import WRAPPED
from tokimori.interfaces.cli.recorded import refuse_unrecorded

_ACTOR: Final = system_principal(PROVIDER)


def run_operator_act(chosen: argparse.Namespace, *, recorded_by: Principal | None = None) -> int:
    """Do what was asked and say what became of it; return 0, or 1 when it was refused or a check found something.

    What gives or takes the provider's people their way in runs in a recorded session, once two of them could open one.
    """
    refuse_unsafe_role()
    now = clock.now()
    try:
        if chosen.act == "check":
            return _say(look_at_operators(now=now))
        with tenant_transaction(PROVIDER):
            if chosen.act in WRAPPED:
                refuse_unrecorded(
                    command=chosen.act, bypass=getattr(chosen, "bypass", ""), recorded_by=recorded_by, now=now
                )
            return _ACTS[chosen.act](chosen, now)
    except Refusal as refusal:
        print(f"{refusal.code}: {gettext(refusal.sentence())}")
        return 1


def _device(chosen: argparse.Namespace, now: datetime) -> int:
    passkey_id = newest_passkey(account_id=_known(chosen.login))
    if passkey_id is None:
        raise NotFound
    posture = Posture(system=chosen.system, is_encrypted=True, is_updated=True, locks_screen=True)
    register_device(
        actor=_ACTOR,
        passkey_id=passkey_id,
        name=chosen.name,
        posture=posture,
        certificate=chosen.certificate,
        now=now,
    )
    print("Registered: you say that it is encrypted, up to date and locks its screen. That counts for thirty days.")
    return 0


def _found(chosen: argparse.Namespace, now: datetime) -> int:
    create_company(actor=_ACTOR, code=chosen.code, name=chosen.name, language="ja", now=now)
    print(f"Founded. Its people sign in with the company code {chosen.code}; name them with `tokimori operator add`.")
    return 0


def _add(chosen: argparse.Namespace, now: datetime) -> int:
    role = Role(chosen.role)
    account = NewAccount(
        login_id=chosen.login,
        email=chosen.email,
        display_name=chosen.name,
        roles=frozenset({role}),
        language=chosen.language,
    )
    account_id = create_account(actor=_ACTOR, account=account, now=now)
    if role is Role.OPERATOR:
        register_operator(actor=_ACTOR, account_id=account_id, now=now)
    return _print_link(account_id, now)


def _link(chosen: argparse.Namespace, now: datetime) -> int:
    return _print_link(_known(chosen.login), now)


def _remove(chosen: argparse.Namespace, now: datetime) -> int:
    dismiss_operator(actor=_ACTOR, account_id=_known(chosen.login), now=now)
    print(f"{chosen.login} is dismissed: signed out, and let in nowhere.")
    return 0


def _list(chosen: argparse.Namespace, now: datetime) -> int:
    del chosen, now
    for one in operators():
        print(f"{one.id}  {one.number}  {one.name}")
    return 0


def _known(login: str) -> UUID:
    account_id = account_of_login(tenant=PROVIDER, login_id=login)
    if account_id is None:
        raise NotFound
    return account_id


def _print_link(account_id: UUID, now: datetime) -> int:
    secret = issue_sign_in_link(actor=_ACTOR, account_id=account_id, now=now)
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    host = settings.OPERATOR_HOST or "TOKIMORI_OPERATOR_HOST"
    print(f"{scheme}://{host}{reverse('first_sign_in', args=[secret])}")
    print("It works once, for a week. A passkey that stays on its device is asked for at once.")
    return 0


def _say(found: OperatorFindings) -> int:
    bad = {
        "accesses without a live grant": found.accesses_without_live_grant,
        "grants that nobody approved": found.grants_without_approver,
        "privileges without a second person": found.privileges_without_second_person,
        "sessions without a registered device in order": found.sessions_without_device,
        "recorded sessions without a ticket": found.maintenance_without_ticket,
        "recorded sessions that are not whole": found.maintenance_not_whole,
        "privileged commands outside of a recorded session": found.wrapper_bypasses,
        "operators who were not in for thirty days": len(found.dormant_operators),
        "standing privileged accounts": len(found.standing_privileged_accounts),
        "reviews overdue": found.reviews_overdue,
    }
    for name, count in bad.items():
        print(f"{count:6}  {name}")
    print(f"longest grant {found.longest_grant}, longest privilege {found.longest_privilege}")
    return 1 if any(bad.values()) else 0


_ACTS: Final = {
    "found": _found,
    "add": _add,
    "link": _link,
    "remove": _remove,
    "device": _device,
    "list": _list,
}
