"""Sessions: opened, risen, found again at each request, listed for their person, ended."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_rows import carried_row
from tokimori.foundation.identity.carried_secrets import CarriedSecret, new_carried_secret, secret_digest
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.principals import principal_of, roles_of
from tokimori.foundation.identity.proofs import Proof, strength_of
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength, strength_asked
from tokimori.foundation.identity.services.addresses import ADDRESS_COLUMNS, KnownAddresses, known_addresses
from tokimori.foundation.identity.services.factors import factors_of, has_factors
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.request_origin import LONGEST_DEVICE, note_session

SESSION_PREFIX: Final = "tks"
LONGEST_SESSION: Final = timedelta(hours=12)
"""Longer than any company's rules allow."""
USE_IS_NOTED_EVERY: Final = timedelta(seconds=60)
_CARRIED: Final = (
    # The parts are constants; every value is a parameter.
    """
    select came.*,
           (select rules from identity_securityrulesversion
             where tenant_id = came.tenant_id order by version desc limit 1) as rules_now,
    """  # noqa: S608 -- as above
    + ADDRESS_COLUMNS
    + """
      from (select *, account_id as actor_id from identity_session) as came
     where came.tenant_id = %(tenant)s and came.secret_digest = %(digest)s and came.ended_at is null
    """
)
"""A session that was not ended, with its company's rules and with what is known of addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request comes from: address, what the browser calls itself, whether several people use its screen."""

    address: str
    device: str
    is_shared_screen: bool = False


class Stage(StrEnum):
    """How far somebody has come."""

    SECOND_FACTOR = "second_factor"
    ENROLMENT = "enrolment"
    NEW_PASSWORD = "new_password"  # noqa: S105 -- a stage, not a secret
    IN = "in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whose session it is, how far he has come, when he last proved who he is, and from where he may come."""

    account: Account
    session_id: UUID
    stage: Stage
    proofs: frozenset[Proof]
    proved_at: datetime
    passkey_id: UUID | None
    """The passkey of that proof, if it was one."""
    rules: SecurityRules
    addresses: KnownAddresses
    idle_minutes: int
    """After how long without use this session ends."""
    ends_at: datetime
    """When it ends in any case."""
    is_shared_screen: bool
    asked: Strength
    """How well he must have proved who he is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session that holds. ``device`` is what the browser called itself; ``is_this`` says that the reader is in it."""

    id: UUID
    started_at: datetime
    last_used_at: datetime
    address: str
    device: str
    is_this: bool


def open_session(
    *,
    account: Account,
    proofs: Collection[Proof],
    is_half: bool,
    origin: Origin,
    now: datetime,
    passkey_id: UUID | None = None,
) -> str:
    """Return the secret of a new session; half a session waits for a second factor. ``passkey_id`` is what proved it."""
    secret = new_carried_secret(prefix=SESSION_PREFIX, tenant_id=TenantId(account.tenant_id))
    session_id = new_id(at=now)
    Session.objects.create(
        tenant_id=account.tenant_id,
        id=session_id,
        account_id=account.id,
        secret_digest=secret_digest(secret),
        started_at=now,
        last_used_at=now,
        proved_at=now,
        proofs=sorted(proofs),
        passkey_id=passkey_id,
        is_half=is_half,
        address=origin.address,
        device=origin.device[:LONGEST_DEVICE],
        is_shared_screen=origin.is_shared_screen,
    )
    note_session(session_id)
    return secret


def address_of_session(signed_in: SignedIn) -> str:
    """Return the address from which a session was opened."""
    rows = Session.objects.filter(tenant_id=signed_in.account.tenant_id, id=signed_in.session_id)
    return rows.values_list("address", flat=True).get()


def raise_session(*, signed_in: SignedIn, proof: Proof, now: datetime, passkey_id: UUID | None = None) -> str:
    """Note one more proof and return the session's new secret: the one before the rise opens nothing any more.

    ``passkey_id`` is the passkey that was proved, if the proof is one.

    A password does not say anew who it is where there is a second factor: the time of the last proof stays.
    """
    is_anew = proof is not Proof.PASSWORD or not has_factors(signed_in.account)
    secret = new_carried_secret(prefix=SESSION_PREFIX, tenant_id=TenantId(signed_in.account.tenant_id))
    Session.objects.filter(tenant_id=signed_in.account.tenant_id, id=signed_in.session_id).update(
        secret_digest=secret_digest(secret),
        proofs=sorted(signed_in.proofs | {proof}),
        is_half=False,
        proved_at=now if is_anew else signed_in.proved_at,
        passkey_id=passkey_id if is_anew else signed_in.passkey_id,
        last_used_at=now,
    )
    return secret


def signed_in_by(*, carried: CarriedSecret, now: datetime, is_use: bool = True) -> SignedIn | None:
    """Return who is signed in with this session, and note its use; nothing when it ended or was idle for too long.

    What a page asks by itself while nobody touches it is no use, and does not keep the session.
    """
    found = carried_row(Session, _CARRIED, carried=carried, now=now)
    if found is None:
        return None
    session, stored = found.row, found.beside["rules_now"]
    rules = SecurityRules() if stored is None else SecurityRules.from_plain(json.loads(stored))
    if not _holds(session, rules=rules, now=now):
        return None
    if is_use and session.last_used_at < now - USE_IS_NOTED_EVERY:
        Session.objects.filter(tenant_id=session.tenant_id, id=session.id).update(last_used_at=now)
    account = Account.objects.filter(tenant_id=session.tenant_id, id=session.account_id, is_active=True).first()
    if account is None:
        return None
    return SignedIn(
        account=account,
        session_id=session.id,
        stage=_stage(session, account=account, rules=rules, now=now),
        proofs=frozenset(Proof(one) for one in session.proofs),
        proved_at=session.proved_at,
        passkey_id=session.passkey_id,
        rules=rules,
        addresses=known_addresses(found.beside),
        idle_minutes=_idle_minutes(session, rules),
        ends_at=session.started_at + timedelta(hours=rules.absolute_hours),
        is_shared_screen=session.is_shared_screen,
        asked=strength_asked(roles_of(account), rules),
    )


def sessions_of(*, actor: Principal, carried: CarriedSecret, now: datetime) -> tuple[SessionView, ...]:
    """Return the sessions of the person himself that hold, the last used first."""
    rows = _holding(actor.tenant_id, actor.account_id, now).filter(is_half=False).order_by("-last_used_at", "id")
    return tuple(
        SessionView(
            id=row.id,
            started_at=row.started_at,
            last_used_at=row.last_used_at,
            address=row.address,
            device=row.device,
            is_this=bytes(row.secret_digest) == carried.digest,
        )
        for row in rows
    )


@transaction.atomic
def end_session(*, actor: Principal, session_id: UUID, now: datetime) -> None:
    """End one of the person's own sessions; raise ``NotFound`` for any other, and for one that ended."""
    if not _holding(actor.tenant_id, actor.account_id, now).filter(id=session_id).update(ended_at=now):
        raise NotFound
    _record_ends([session_id], actor=actor, now=now)


@transaction.atomic
def end_other_sessions(*, actor: Principal, carried: CarriedSecret, now: datetime) -> int:
    """End every session of the person but the one he is in; return how many."""
    if actor.account_id is None:
        return 0
    return end_sessions_of(account_id=actor.account_id, actor=actor, now=now, but=carried)


@transaction.atomic
def end_carried_session(*, carried: CarriedSecret, now: datetime) -> None:
    """End the session that a browser still carries when somebody signs in there anew: it gets another one.

    To be called inside the tenant that the secret names; what holds no more is left as it is.
    """
    rows = Session.objects.filter(tenant_id=carried.tenant_id, secret_digest=carried.digest, ended_at=None)
    row = rows.select_for_update(no_key=True).first()
    if row is None or not _holds(row, rules=current_rules(tenant=carried.tenant_id), now=now):
        return
    Session.objects.filter(tenant_id=row.tenant_id, id=row.id).update(ended_at=now)
    account = Account.objects.get(tenant_id=row.tenant_id, id=row.account_id)
    _record_ends([row.id], actor=principal_of(account, employee_id=None), now=now)


def end_sessions_of(*, account_id: UUID, actor: Principal, now: datetime, but: CarriedSecret | None = None) -> int:
    """End every session of an account, at once; return how many held."""
    rows = _holding(actor.tenant_id, account_id, now)
    if but is not None:
        rows = rows.exclude(secret_digest=but.digest)
    ended = list(rows.select_for_update(no_key=True).values_list("id", flat=True))
    Session.objects.filter(tenant_id=actor.tenant_id, id__in=ended).update(ended_at=now)
    _record_ends(ended, actor=actor, now=now)
    return len(ended)


def _record_ends(session_ids: Collection[UUID], *, actor: Principal, now: datetime) -> None:
    events = [Event(name=EventName.SESSION_ENDED, subject_id=session_id) for session_id in session_ids]
    record_events(events, actor=actor, at=now)


def _holding(tenant: TenantId, account_id: UUID | None, now: datetime) -> QuerySet[Session]:
    if account_id is None:
        return Session.objects.none()
    rules = current_rules(tenant=tenant)
    return Session.objects.filter(
        tenant_id=tenant,
        account_id=account_id,
        ended_at=None,
        last_used_at__gt=now - timedelta(minutes=rules.idle_minutes),
        started_at__gt=now - timedelta(hours=rules.absolute_hours),
    )


def _holds(session: Session, *, rules: SecurityRules, now: datetime) -> bool:
    is_in_use = session.last_used_at > now - timedelta(minutes=_idle_minutes(session, rules))
    return is_in_use and session.started_at > now - timedelta(hours=rules.absolute_hours)


def _idle_minutes(session: Session, rules: SecurityRules) -> int:
    """Return after how long without use a session ends; on a screen that several people use, sooner."""
    return min(rules.idle_minutes, rules.shared_idle_minutes) if session.is_shared_screen else rules.idle_minutes


def _stage(session: Session, *, account: Account, rules: SecurityRules, now: datetime) -> Stage:
    """Return what still has to come. Rules that were tightened meanwhile hold for sessions that are open."""
    proofs = frozenset(Proof(one) for one in session.proofs)
    if session.is_half:
        return Stage.SECOND_FACTOR
    roles = roles_of(account)
    wanted = strength_asked(roles, rules)
    found = strength_of(proofs)
    if found < wanted:
        return Stage.SECOND_FACTOR if _has_what_is_asked(account, found=found, wanted=wanted) else Stage.ENROLMENT
    if account.must_enrol and not has_factors(account):
        return Stage.ENROLMENT
    if Proof.PASSWORD in proofs and needs_new_password(account, rules=rules, now=now):
        return Stage.NEW_PASSWORD
    return Stage.IN


def must_be_passkey(signed_in: SignedIn) -> bool:
    """Whether somebody proves himself by a passkey alone: one is asked of him, and he has one."""
    return signed_in.asked is Strength.PHISHING_RESISTANT and factors_of(signed_in.account).passkeys > 0


def stage_as(signed_in: SignedIn, *, audience: Audience) -> Stage:
    """Return what still has to come for somebody who is in, and who may do as much as another audience than his roles say.

    Of administrators no trusted device is taken instead of the second factor.
    """
    if signed_in.stage is not Stage.IN:
        return signed_in.stage
    left_out = {Proof.TRUSTED_DEVICE} if audience is Audience.ADMINISTRATOR else frozenset[Proof]()
    found, wanted = strength_of(signed_in.proofs - left_out), signed_in.rules.strength[audience]
    if found >= wanted:
        return Stage.IN
    is_asked = _has_what_is_asked(signed_in.account, found=found, wanted=wanted)
    return Stage.SECOND_FACTOR if is_asked else Stage.ENROLMENT


def _has_what_is_asked(account: Account, *, found: Strength, wanted: Strength) -> bool:
    """Whether somebody has a factor that he must show before anything else.

    Who has a passkey where one is asked for must show it: with a weaker factor, which can be wheedled out of him, somebody
    else could add one of his own. One of the provider's people is asked for nothing less.
    """
    factors = factors_of(account)
    if wanted is Strength.PHISHING_RESISTANT and factors.passkeys:
        return True
    is_of_the_provider = bool(roles_of(account) & ROLES_OF_THE_PROVIDER)
    return not is_of_the_provider and found < Strength.TWO_FACTORS and factors.any


def needs_new_password(account: Account, *, rules: SecurityRules, now: datetime) -> bool:
    """Whether somebody said that it must be changed, or the company's rule on its age asks for it."""
    if account.must_change_password:
        return True
    if not rules.maximum_age_days or account.password_set_at is None:
        return False
    return now - account.password_set_at >= timedelta(days=rules.maximum_age_days)
