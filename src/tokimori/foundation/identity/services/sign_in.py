"""Signing in: by password, by passkey, by a second factor; and signing out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from tokimori.foundation.access.principal import Principal, nobody
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_secrets import (
    CarriedSecret,
    new_carried_secret,
    read_carried_secret,
    secret_digest,
)
from tokimori.foundation.identity.errors import CodeNotRight, PasskeyNotTaken, SignInFailed, SignInLimited
from tokimori.foundation.identity.known_passwords import is_listed
from tokimori.foundation.identity.limits import (
    account_key,
    address_key,
    count_attempt_of_address,
    count_attempt_of_key,
    device_key,
    forgive,
    is_open_to_device,
    name_key,
    second_key,
)
from tokimori.foundation.identity.models import Account, Session, TrustedDevice
from tokimori.foundation.identity.principals import principal_of, roles_of
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.queries import has_address, known_as
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, audience_of
from tokimori.foundation.identity.services.addresses import admit_at_sign_in
from tokimori.foundation.identity.services.factors import has_factors, prove_by_code
from tokimori.foundation.identity.services.failures import FailedBy, note_failed_sign_in
from tokimori.foundation.identity.services.mailed_links import tell_of_lock
from tokimori.foundation.identity.services.new_countries import note_new_country
from tokimori.foundation.identity.services.new_devices import KnownDevice
from tokimori.foundation.identity.services.passkeys import Claim, Place, prove_passkey
from tokimori.foundation.identity.services.password_door import takes_password
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.second_locks import count_present_password, count_second
from tokimori.foundation.identity.services.sessions import (
    Origin,
    SignedIn,
    Stage,
    address_of_session,
    must_be_passkey,
    open_session,
    raise_session,
)
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import (
    normalised_address,
    tenant_of_company_code,
    tenant_of_sign_in_address,
)

DEVICE_PREFIX: Final = "tkd"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """What a person typed: an e-mail address alone, or a company code and a login id; the password; and from where.

    ``trusted`` is what the browser carries from an earlier sign-in, as it came; ``device`` what it is known by, if it is.
    """

    company_code: str
    name: str
    password: str
    origin: Origin
    trusted: str = ""
    device: KnownDevice | None = None


def sign_in(*, attempt: SignInAttempt, now: datetime) -> str:
    """Return the secret of a new session; raise ``SignInFailed`` alike for whatever was wrong.

    The tenant is found first, so that even this runs behind its wall. A name that does not exist costs the same hashing as
    one that does, and has as many attempts: raise ``SignInLimited`` when there were too many of what was typed. That an
    account is closed after attempts by other names of its is not told: they would be known to belong together. Of who
    has a second factor the session is half a session.
    """
    tenant_id = _tenant_of(attempt)
    account_id, rules = (None, SecurityRules()) if tenant_id is None else _account_of(attempt, tenant_id)
    address = address_key(attempt.origin.address)
    counted = {_typed_key(attempt, tenant_id)} | ({account_key(account_id)} if account_id else set())
    known = _known_device(attempt, tenant_id=tenant_id, account_id=account_id)
    try:
        count_attempt_of_address(address=address, now=now)
        if known and account_id and is_open_to_device(device_id=known.id, account_id=account_id, rules=rules, now=now):
            counted, is_locked = {device_key(device_id=known.id, account_id=account_id)}, False
        else:
            is_locked = _closes(account_id, tenant_id=tenant_id, rules=rules, now=now)
            own_rules = rules if attempt.company_code.strip() else None
            count_attempt_of_key(account=_typed_key(attempt, tenant_id), rules=own_rules, now=now)
    except SignInLimited:
        _note_failure(tenant_id, account_id, FailedBy.LOCKED, now=now)
        raise
    if tenant_id is None or account_id is None or is_locked:
        make_password(attempt.password)
        _note_failure(tenant_id, account_id, FailedBy.LOCKED if is_locked else FailedBy.UNKNOWN_NAME, now=now)
        raise SignInFailed
    with tenant_transaction(tenant_id):
        secret = _open_by_password(attempt, account_id=account_id, tenant_id=tenant_id, rules=rules, now=now)
    # The failure is raised outside, so that its event is kept.
    if secret is None:
        raise SignInFailed
    forgive(address=address)
    for key in counted:
        forgive(account=key)
    return secret


def _known_device(attempt: SignInAttempt, *, tenant_id: TenantId | None, account_id: UUID | None) -> KnownDevice | None:
    """Return the browser that the attempt comes from, where the account's person has been in with the present password."""
    device = attempt.device
    if device is None or tenant_id is None or account_id is None or account_id not in device.accounts:
        return None
    with tenant_transaction(tenant_id):
        rows = Account.objects.filter(tenant_id=tenant_id, id=account_id)
        changed_at = rows.values_list("password_set_at", flat=True).first()
    return device if device.knows(account_id, changed_at=changed_at) else None


def sign_in_by_passkey(*, claim: Claim, place: Place, origin: Origin, now: datetime) -> str:
    """Return the secret of a new session for who holds a passkey; raise ``SignInFailed`` alike for whatever was wrong."""
    count_attempt_of_address(address=address_key(origin.address), now=now)
    try:
        with tenant_transaction(claim.tenant_id):
            proved = prove_passkey(claim=claim, place=place, now=now)
            return enter(
                account=proved.account,
                proofs=frozenset({Proof.PASSKEY}),
                is_half=False,
                origin=origin,
                now=now,
                passkey_id=proved.passkey_id,
            )
    except PasskeyNotTaken as refusal:
        _note_failure(claim.tenant_id, None, FailedBy.PASSKEY, now=now)
        raise SignInFailed from refusal


def second_by_code(*, signed_in: SignedIn, typed: str, now: datetime) -> str:
    """Return the whole session's secret, once the digits of the authenticator or a recovery code were right.

    Of who must show a passkey, and has one, none are taken: they can be wheedled out of him.
    """
    account = signed_in.account
    count_second(account, now=now)
    if must_be_passkey(signed_in):
        raise CodeNotRight
    with tenant_transaction(TenantId(account.tenant_id)):
        proof = prove_by_code(account=account, typed=typed, now=now)
        actor = principal_of(account, employee_id=None)
        if proof is None:
            record_event(EventName.SECOND_FACTOR_FAILED, actor=actor, subject_id=account.id, at=now)
            secret = None
        else:
            secret = _risen(signed_in, proof, actor=actor, now=now)
    if secret is None:
        raise CodeNotRight
    return secret


def second_by_passkey(*, signed_in: SignedIn, claim: Claim, place: Place, now: datetime) -> str:
    """Return the whole session's secret, once a passkey of this very account was proved."""
    if (claim.tenant_id, claim.account_id) != (signed_in.account.tenant_id, signed_in.account.id):
        raise _failed_second(signed_in, now=now)
    try:
        with tenant_transaction(claim.tenant_id):
            proved = prove_passkey(claim=claim, place=place, now=now)
            actor = principal_of(proved.account, employee_id=None)
            return _risen(signed_in, Proof.PASSKEY, actor=actor, now=now, passkey_id=proved.passkey_id)
    except PasskeyNotTaken as refusal:
        raise _failed_second(signed_in, now=now) from refusal


def confirm_by_password(*, signed_in: SignedIn, password: str, now: datetime) -> str:
    """Return the session's new secret, once the person typed his password again; for who has no other factor."""
    account = Account.objects.get(tenant_id=signed_in.account.tenant_id, id=signed_in.account.id)
    count_present_password(account, rules=signed_in.rules, now=now)
    actor = principal_of(account, employee_id=None)
    if has_factors(account) or not check_password(password, account.password) or not takes_password(account):
        record_event(EventName.CONFIRMATION_FAILED, actor=actor, subject_id=account.id, at=now)
        raise SignInFailed
    forgive(account=account_key(account.id))
    record_event(EventName.CONFIRMATION_SUCCEEDED, actor=actor, subject_id=account.id, at=now)
    return raise_session(signed_in=signed_in, proof=Proof.PASSWORD, now=now)


@transaction.atomic
def enter(
    *,
    account: Account,
    proofs: frozenset[Proof],
    is_half: bool,
    origin: Origin,
    now: datetime,
    passkey_id: UUID | None = None,
) -> str:
    """Return the secret of a new session for an account that has proved itself, and note the sign-in.

    Raise ``AddressRefused`` where the company lets its people in from elsewhere alone; every way in ends here.
    """
    admit_at_sign_in(account, address=origin.address, now=now)
    secret = open_session(
        account=account, proofs=proofs, is_half=is_half, origin=origin, now=now, passkey_id=passkey_id
    )
    if not is_half:
        _note_sign_in(account, address=origin.address, now=now)
    return secret


@transaction.atomic
def trust_device(*, signed_in: SignedIn, device: str, now: datetime) -> str:
    """Return what the browser shall carry, so that the second factor is not asked again here for some days.

    Raise ``NotAllowed`` where the company's rules allow no trust, for administrators, who are always asked, and on a screen
    that several people use.
    """
    account = signed_in.account
    if signed_in.is_shared_screen or not may_trust(account, signed_in.rules):
        raise NotAllowed
    secret = new_carried_secret(prefix=DEVICE_PREFIX, tenant_id=TenantId(account.tenant_id))
    row = TrustedDevice.objects.create(
        tenant_id=account.tenant_id,
        id=new_id(at=now),
        account_id=account.id,
        secret_digest=secret_digest(secret),
        device=device[:200],
        trusted_at=now,
        expires_at=now + timedelta(days=signed_in.rules.trusted_device_days),
    )
    actor = principal_of(account, employee_id=None)
    record_event(EventName.DEVICE_TRUSTED, actor=actor, subject_id=row.id, at=now)
    return secret


@transaction.atomic
def sign_out(*, actor: Principal, carried: CarriedSecret, now: datetime) -> None:
    """End the session."""
    Session.objects.filter(tenant_id=actor.tenant_id, secret_digest=carried.digest).update(ended_at=now)
    record_event(EventName.SIGN_OUT, actor=actor, subject_id=actor.account_id, at=now)


def _typed_key(attempt: SignInAttempt, tenant_id: TenantId | None) -> bytes:
    """Return the key of what was typed. With an address alone it must not tell whose it is."""
    code = attempt.company_code.strip().lower()
    company = str(tenant_id) if code and tenant_id else code
    return name_key(company=company, name=normalised_address(attempt.name))


def _closes(account_id: UUID | None, *, tenant_id: TenantId | None, rules: SecurityRules, now: datetime) -> bool:
    """Count an attempt at an account, by whichever of its names; return whether its company's rule closes it."""
    if account_id is None:
        return False
    try:
        count_attempt_of_key(account=account_key(account_id), rules=rules, now=now)
    except SignInLimited as refusal:
        _note_lock(refusal, account_id=account_id, tenant_id=tenant_id, now=now)
        return True
    return False


def _note_lock(refusal: SignInLimited, *, account_id: UUID | None, tenant_id: TenantId | None, now: datetime) -> None:
    """Write down that an account was closed; attempts while it is closed say no more, from the next second on."""
    if refusal.closes_account and account_id is not None and tenant_id is not None:
        with tenant_transaction(tenant_id):
            account = Account.objects.get(tenant_id=tenant_id, id=account_id)
            actor = principal_of(account, employee_id=None)
            seconds = int(refusal.facts["seconds"])
            record_event(EventName.ACCOUNT_LOCKED, actor=actor, subject_id=account_id, at=now, seconds=seconds)
            tell_of_lock(account, seconds=seconds, now=now)


def _tenant_of(attempt: SignInAttempt) -> TenantId | None:
    if attempt.company_code.strip():
        return tenant_of_company_code(attempt.company_code.strip().lower())
    return tenant_of_sign_in_address(attempt.name)


def _account_of(attempt: SignInAttempt, tenant_id: TenantId) -> tuple[UUID | None, SecurityRules]:
    with tenant_transaction(tenant_id):
        wanted = has_address(tenant=tenant_id, address=attempt.name)
        if attempt.company_code.strip():
            wanted = known_as(tenant=tenant_id, name=attempt.name)
        rows = Account.objects.filter(wanted, tenant_id=tenant_id, is_active=True)
        return rows.values_list("id", flat=True).first(), current_rules(tenant=tenant_id)


def _open_by_password(
    attempt: SignInAttempt, *, account_id: UUID, tenant_id: TenantId, rules: SecurityRules, now: datetime
) -> str | None:
    account = Account.objects.get(tenant_id=tenant_id, id=account_id)
    is_right = check_password(attempt.password, account.password, setter=lambda typed: _hash_anew(account, typed))
    if not is_right or not account.is_active or not takes_password(account):
        actor = nobody(tenant_id)
        record_event(EventName.SIGN_IN_FAILED, actor=actor, subject_id=account.id, at=now, by=FailedBy.PASSWORD.value)
        return None
    if not account.must_change_password and is_listed(attempt.password):
        _let_change(account, now=now)
    proofs = {Proof.PASSWORD}
    if not attempt.origin.is_shared_screen and _is_trusted(attempt.trusted, account=account, rules=rules, now=now):
        proofs.add(Proof.TRUSTED_DEVICE)
    is_half = Proof.TRUSTED_DEVICE not in proofs and has_factors(account)
    return enter(account=account, proofs=frozenset(proofs), is_half=is_half, origin=attempt.origin, now=now)


def _hash_anew(account: Account, password: str) -> None:
    """Keep a password under the present key and parameters, now that it is known for a moment."""
    rows = Account.objects.filter(tenant_id=account.tenant_id, id=account.id, password=account.password)
    rows.update(password=make_password(password))


def _let_change(account: Account, *, now: datetime) -> None:
    """Have a passphrase changed that was chosen before the list knew it, before its person comes any further."""
    Account.objects.filter(tenant_id=account.tenant_id, id=account.id).update(must_change_password=True)
    actor = principal_of(account, employee_id=None)
    record_event(EventName.PASSWORD_FOUND_LISTED, actor=actor, subject_id=account.id, at=now)


def _risen(
    signed_in: SignedIn, proof: Proof, *, actor: Principal, now: datetime, passkey_id: UUID | None = None
) -> str:
    account = signed_in.account
    forgive(account=second_key(account.id))
    if proof is Proof.RECOVERY_CODE:
        record_event(EventName.RECOVERY_CODE_USED, actor=actor, subject_id=account.id, at=now)
        tell(account, NoticeKind.RECOVERY_CODE_USED, now=now)
    if signed_in.stage is Stage.SECOND_FACTOR:
        _note_sign_in(account, address=address_of_session(signed_in), now=now)
    else:
        record_event(EventName.CONFIRMATION_SUCCEEDED, actor=actor, subject_id=account.id, at=now)
    return raise_session(signed_in=signed_in, proof=proof, now=now, passkey_id=passkey_id)


def _note_sign_in(account: Account, *, address: str, now: datetime) -> None:
    Account.objects.filter(tenant_id=account.tenant_id, id=account.id).update(last_signed_in_at=now)
    actor = principal_of(account, employee_id=None)
    record_event(EventName.SIGN_IN_SUCCEEDED, actor=actor, subject_id=account.id, at=now)
    note_new_country(account, address=address, now=now)


def _note_failure(tenant_id: TenantId | None, account_id: UUID | None, by: FailedBy, *, now: datetime) -> None:
    if tenant_id is not None:
        note_failed_sign_in(tenant_id=tenant_id, account_id=account_id, by=by, now=now)


def _failed_second(signed_in: SignedIn, *, now: datetime) -> PasskeyNotTaken:
    """Write down that a passkey was not that of who is half way in; return what to raise."""
    actor = principal_of(signed_in.account, employee_id=None)
    record_event(EventName.SECOND_FACTOR_FAILED, actor=actor, subject_id=signed_in.account.id, at=now)
    return PasskeyNotTaken()


def may_trust(account: Account, rules: SecurityRules) -> bool:
    """Whether a person may have a device trusted, so that it stands for his second factor."""
    return bool(rules.trusted_device_days) and audience_of(roles_of(account)) is not Audience.ADMINISTRATOR


def _is_trusted(carried: str, *, account: Account, rules: SecurityRules, now: datetime) -> bool:
    secret = read_carried_secret(carried, prefix=DEVICE_PREFIX)
    if secret is None or not may_trust(account, rules):
        return False
    rows = TrustedDevice.objects.filter(
        tenant_id=account.tenant_id, account_id=account.id, secret_digest=secret.digest, ended_at=None
    )
    youngest = now - timedelta(days=rules.trusted_device_days)
    return rows.filter(expires_at__gt=now, trusted_at__gt=youngest).exists()
