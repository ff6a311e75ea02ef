"""Who works for the provider: registered and dismissed by its own tenant; companies choose from their names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.drafts.services import discard_drafts_of
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.services.sessions import end_sessions_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.operators.errors import AlreadyOperator
from tokimori.foundation.operators.staff_numbers import staff_number
from tokimori.foundation.tenancy.context import PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One of the provider's people, as companies know him."""

    id: UUID
    name: str

    @property
    def number(self) -> str:
        """Return what tells him from another one of his name."""
        return staff_number(self.id)


@transaction.atomic
def register_operator(*, actor: Principal, account_id: UUID, now: datetime) -> None:
    """Let companies choose an account of the provider's tenant that has the role for it."""
    authorise(actor, Permission.SETUP_WRITE)
    account = _account(actor, account_id)
    if Role.OPERATOR not in roles_of(account):
        raise NotFound
    if any(one.id == account_id for one in operators()):
        raise AlreadyOperator
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.register_operator(%s, %s, %s)", [account_id, account.display_name, now])
    record_event(EventName.OPERATOR_REGISTERED, actor=actor, subject_id=account_id, at=now)


@transaction.atomic
def dismiss_operator(*, actor: Principal, account_id: UUID, now: datetime) -> None:
    """Close the account of one of the provider's people: his sessions end, and so does what any company granted him.

    Compliance people are in no company's list; of them the account alone is closed.
    """
    authorise(actor, Permission.SETUP_WRITE)
    account = _account(actor, account_id)
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.dismiss_operator(%s, %s)", [account_id, now])
        (was_one,) = cursor.fetchone() or (False,)
    if not was_one and (Role.COMPLIANCE not in roles_of(account) or not account.is_active):
        raise NotFound
    Account.objects.filter(tenant_id=account.tenant_id, id=account.id).update(is_active=False)
    end_sessions_of(account_id=account_id, actor=actor, now=now)
    discard_drafts_of(tenant=PROVIDER, account_id=account_id)
    record_event(EventName.OPERATOR_DISMISSED, actor=actor, subject_id=account_id, at=now)


def operators() -> tuple[Operator, ...]:
    """Return the provider's people who may be chosen, by name."""
    with connection.cursor() as cursor:
        cursor.execute("select account_id, name from tokimori.operators()")
        return tuple(Operator(id=account_id, name=name) for account_id, name in cursor.fetchall())


def operators_who_were_in() -> int:
    """Return how many of the provider's people have signed in and may do so again; within the provider's tenant."""
    rows = Account.objects.filter(
        tenant_id=PROVIDER, is_active=True, roles__contains=[Role.OPERATOR.value], last_signed_in_at__isnull=False
    )
    return rows.count()


def _account(actor: Principal, account_id: UUID) -> Account:
    account = Account.objects.filter(tenant_id=actor.tenant_id, id=account_id).first()
    if account is None or actor.tenant_id != PROVIDER:
        raise NotFound
    return account
