"""The provider and two of its people, in tests: one provider for all tests of a process, since there is only one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.test import Client

from support.cast import Cast, Member, new_company
from tokimori.domains.organisations.queries import company
from tokimori.domains.organisations.services import create_company
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind, system_principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account, Passkey
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import enter
from tokimori.foundation.operators.scopes import SupportFunction
from tokimori.foundation.operators.services.devices import Posture, register_device
from tokimori.foundation.operators.services.directory import register_operator
from tokimori.foundation.operators.services.grants import SupportWish, grant_support
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code
from tokimori.interfaces.web.middleware.tenancy import cookie_name

HOST = "operators.localhost"
CODE = "the-provider"
SYSTEM = system_principal(PROVIDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One of the provider's people."""

    account_id: UUID
    login_id: str
    name: str
    principal: Principal


def new_worker(name: str = "Haru Support") -> Worker:
    """Name one more of the provider's people; found the provider if nobody did."""
    now = clock.now()
    login = f"op-{str(new_id())[-12:]}"
    with tenant_transaction(PROVIDER):
        if tenant_of_company_code(CODE) is None:
            create_company(actor=SYSTEM, code=CODE, name="The Provider", language="en", now=now)
        assert company(tenant=PROVIDER).name
        account = NewAccount(
            login_id=login, email=None, display_name=name, roles=frozenset({Role.OPERATOR}), language="en"
        )
        account_id = create_account(actor=SYSTEM, account=account, now=now)
        register_operator(actor=SYSTEM, account_id=account_id, now=now)
    principal = Principal(
        tenant_id=PROVIDER,
        kind=PrincipalKind.PERSON,
        account_id=account_id,
        employee_id=None,
        rights=rights_of(frozenset({Role.OPERATOR})),
    )
    return Worker(account_id=account_id, login_id=login, name=name, principal=principal)


def company_with_administrator() -> Cast:
    """Return a company with an administrator, Ada, who is no employee, and Aiko, who works there."""
    return new_company(
        people={"ada": (frozenset({Role.ADMINISTRATOR}), None), "aiko": (frozenset({Role.EMPLOYEE}), None)}
    )


def let_in(
    cast: Cast,
    worker: Worker,
    *,
    may_write: bool = False,
    hours: int = 4,
    functions: frozenset[SupportFunction] = frozenset(SupportFunction),
    now: datetime | None = None,
) -> UUID:
    """Let a worker into the company, as Ada would."""
    wish = SupportWish(
        operator_id=worker.account_id,
        functions=functions,
        may_write=may_write,
        purpose="A month looks wrong",
        hours=hours,
    )
    ada: Member = cast["ada"]
    with tenant_transaction(cast.tenant):
        return grant_support(actor=ada.principal, wish=wish, now=now or clock.now() - timedelta(seconds=1))


GOOD: Final = Posture(system="Debian 13", is_encrypted=True, is_updated=True, locks_screen=True)


def new_passkey(worker: Worker, *, used_at: datetime | None = None, name: str = "Laptop") -> UUID:
    """Put a passkey of a worker there, as if a browser had added it, and proved it at a moment."""
    now = used_at or clock.now()
    with tenant_transaction(PROVIDER):
        row = Passkey.objects.create(
            tenant_id=PROVIDER,
            account_id=worker.account_id,
            credential_id=new_id().bytes,
            public_key=b"x",
            use_count=0,
            transports=[],
            name=name,
            is_synchronised=False,
            added_at=now,
            last_used_at=used_at,
        )
        return UUID(str(row.id))


def new_device(
    worker: Worker,
    *,
    used_at: datetime,
    posture: Posture = GOOD,
    certificate: str = "",
    passkey_id: UUID | None = None,
) -> UUID:
    """Register a device of a worker whose passkey was proved at a moment; the server's own command does it."""
    passkey = passkey_id or new_passkey(worker, used_at=used_at)
    with tenant_transaction(PROVIDER):
        return register_device(
            actor=SYSTEM, passkey_id=passkey, name="Laptop", posture=posture, certificate=certificate, now=used_at
        )


def at_console(
    worker: Worker,
    *,
    proofs: frozenset[Proof] = frozenset({Proof.PASSKEY}),
    has_device: bool = True,
    passkey_id: UUID | None = None,
    now: datetime | None = None,
) -> Client:
    """Return a browser at the provider's host in which a worker is signed in, by a passkey on a registered device."""
    moment = now or clock.now()
    passkey = passkey_id
    if passkey is None and Proof.PASSKEY in proofs:
        passkey = new_passkey(worker, used_at=moment)
    if has_device:
        new_device(worker, used_at=moment, passkey_id=passkey)
    with tenant_transaction(PROVIDER):
        account = Account.objects.get(tenant_id=PROVIDER, id=worker.account_id)
        origin = Origin(address="127.0.0.1", device="a test")
        secret = enter(account=account, proofs=proofs, is_half=False, origin=origin, now=moment, passkey_id=passkey)
    browser = Client(SERVER_NAME=HOST)
    browser.cookies[cookie_name()] = secret
    return browser


def backend() -> int:
    """Return the database process of this test's connection."""
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)
