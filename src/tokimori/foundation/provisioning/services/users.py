"""A directory makes, changes and lets go of accounts. A name that was given is never given to another person."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.errors import AccountNotValid
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.accounts import LONGEST_DISPLAY_NAME, NewAccount, create_account
from tokimori.foundation.identity.services.lifecycle import (
    ClosingReason,
    Names,
    deactivate_account,
    reactivate_account,
    rename_account,
)
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.provisioning.errors import AdministratorBeyondDirectory, DirectoryValueNotValid
from tokimori.foundation.provisioning.models import DirectoryEmail, DirectoryMember
from tokimori.foundation.provisioning.queries.resources import user_view
from tokimori.foundation.provisioning.services.roles import apply_groups, directory_account
from tokimori.foundation.provisioning.services.rules import manages_administrators
from tokimori.foundation.provisioning.values import UserState, UserView

_USUAL_ROLES: Final = frozenset({Role.EMPLOYEE})
_SAID: Final = (
    "external_id",
    "formatted_name",
    "family_name",
    "given_name",
    "preferred_language",
    "has_display_name",
    "email_type",
    "is_email_primary",
)


@transaction.atomic
def add_user(*, actor: Principal, state: UserState, now: datetime) -> UserView:
    """Make an account of what the directory says; entered by single sign-on, or by a link that an administrator hands out.

    Raises ``NameTaken`` also for names of those who have left, and ``AccountNotValid`` or ``DirectoryValueNotValid``.
    """
    authorise(actor, Permission.PROVISIONING_WRITE)
    names = _names(state)
    account_id = create_account(
        actor=actor,
        account=NewAccount(
            login_id=names.login_id,
            email=names.email,
            display_name=names.display_name,
            roles=_USUAL_ROLES,
            language=_language(state),
        ),
        now=now,
    )
    _keep(account_id, state, actor=actor, now=now)
    if not state.is_active:
        deactivate_account(actor=actor, account_id=account_id, now=now)
    return user_view(tenant=actor.tenant_id, account_id=account_id)


@transaction.atomic
def locked_user(*, actor: Principal, account_id: UUID) -> UserView:
    """Return an account for a change in the same transaction: of two changes at once, the second sees the first."""
    authorise(actor, Permission.PROVISIONING_WRITE)
    rows = Account.objects.filter(tenant_id=actor.tenant_id, id=account_id)
    if rows.select_for_update(no_key=True).first() is None:
        raise NotFound
    return user_view(tenant=actor.tenant_id, account_id=account_id)


@transaction.atomic
def replace_user(*, actor: Principal, account_id: UUID, state: UserState, now: datetime) -> UserView:
    """Let an account be what the directory says. Closed, its sessions end at once; reopened, nothing of before opens it.

    Raises ``NotFound`` also for what the directory let go of, ``AdministratorBeyondDirectory`` for anything but the
    closing of an administrator where the company does not allow it, and ``LastAdministrator``.
    """
    before = locked_user(actor=actor, account_id=account_id)
    if before.state == state:
        return before
    closes = before.state.is_active and not state.is_active
    is_more = replace(before.state, is_active=False) != state or not closes
    if is_more and Role.ADMINISTRATOR in before.roles and not manages_administrators(tenant=actor.tenant_id):
        raise AdministratorBeyondDirectory
    rename_account(actor=actor, account_id=account_id, names=_names(state), now=now)
    _speak(before, state, actor=actor)
    _keep(account_id, state, actor=actor, now=now)
    if closes:
        deactivate_account(actor=actor, account_id=account_id, now=now)
    elif state.is_active and not before.state.is_active:
        reactivate_account(actor=actor, account_id=account_id, now=now, keeps_single_sign_on=True)
        apply_groups([account_id], actor=actor, now=now)
    return user_view(tenant=actor.tenant_id, account_id=account_id)


@transaction.atomic
def remove_user(*, actor: Principal, account_id: UUID, now: datetime) -> None:
    """Let go of an account: it leaves its groups, is closed with all its sessions, and the directory sees it no more.

    The row and its names stay: what was done under them stays his.
    """
    before = locked_user(actor=actor, account_id=account_id)
    DirectoryMember.objects.filter(tenant_id=actor.tenant_id, account_id=account_id).delete()
    apply_groups([account_id], actor=actor, now=now)
    if before.state.is_active:
        deactivate_account(actor=actor, account_id=account_id, now=now, reason=ClosingReason.LEFT)
    row = directory_account(account_id, actor=actor, now=now)
    row.removed_at = row.changed_at = now
    row.save(update_fields=["removed_at", "changed_at"])
    record_event(EventName.DIRECTORY_ACCOUNT_REMOVED, actor=actor, subject_id=account_id, at=now)


def _names(state: UserState) -> Names:
    """Return the names of the account, cut where it holds less than the directory; refuse what it cannot hold."""
    own = state.emails[0].value if state.emails else None
    try:
        return Names(
            login_id=state.user_name, email=own, display_name=state.name_to_show.strip()[:LONGEST_DISPLAY_NAME]
        )
    except AccountNotValid as refusal:
        raise DirectoryValueNotValid(**refusal.facts) from refusal


def _language(state: UserState) -> str:
    spoken = {code for code, _ in settings.LANGUAGES}
    wanted = state.preferred_language.replace("_", "-").partition("-")[0].lower()
    return wanted if wanted in spoken else settings.LANGUAGES[0][0]


def _speak(before: UserView, state: UserState, *, actor: Principal) -> None:
    """Let the account speak another language when the directory says another one than before."""
    if state.preferred_language and state.preferred_language != before.state.preferred_language:
        Account.objects.filter(tenant_id=actor.tenant_id, id=before.id).update(language=_language(state))


def _keep(account_id: UUID, state: UserState, *, actor: Principal, now: datetime) -> None:
    """Keep what the account itself does not hold."""
    row = directory_account(account_id, actor=actor, now=now)
    own = state.emails[0] if state.emails else None
    row.external_id = state.external_id
    row.formatted_name, row.family_name, row.given_name = state.formatted_name, state.family_name, state.given_name
    row.preferred_language = state.preferred_language
    row.has_display_name = bool(state.display_name)
    row.email_type = own.type if own else ""
    row.is_email_primary = own.is_primary if own else None
    row.changed_at = now
    row.save(update_fields=[*_SAID, "changed_at"])
    DirectoryEmail.objects.filter(tenant_id=actor.tenant_id, account_id=account_id).delete()
    DirectoryEmail.objects.bulk_create(
        DirectoryEmail(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            account_id=account_id,
            position=position,
            value=address.value,
            type=address.type,
            is_primary=address.is_primary,
        )
        for position, address in enumerate(state.emails[1:])
    )
    record_event(EventName.DIRECTORY_ACCOUNT_CHANGED, actor=actor, subject_id=account_id, at=now)
