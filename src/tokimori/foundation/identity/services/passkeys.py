"""Passkeys (W3C WebAuthn level 3): added by somebody who is signed in, and proved by a signature over a fresh challenge."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.errors import PasskeyBoundToNoDevice, PasskeyNotTaken
from tokimori.foundation.identity.models import Account, Passkey
from tokimori.foundation.identity.principals import account_id_of, roles_of
from tokimori.foundation.identity.services.password_door import keep_break_glass
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind

LONGEST_NAME: Final = 60
LARGEST_CREDENTIAL: Final = 64 * 1024
_CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
_HANDLE_BYTES: Final = 32
_REGISTER: Final = b"register"
_SIGN_IN: Final = b"sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the ceremony happens: the host that passkeys are bound to, and the origin that the browser must name."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyView:
    """A passkey, as its person sees it."""

    id: UUID
    name: str
    is_synchronised: bool
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Whose passkey a browser says it has: to be looked up behind that tenant's wall, and proved there."""

    tenant_id: TenantId
    account_id: UUID
    credential_id: bytes
    credential: Mapping[str, Any]


def passkeys_of(*, actor: Principal) -> tuple[PasskeyView, ...]:
    """Return the person's own passkeys, the first added first."""
    rows = Passkey.objects.filter(tenant_id=actor.tenant_id, account_id=account_id_of(actor), removed_at=None)
    return tuple(
        PasskeyView(
            id=row.id,
            name=row.name,
            is_synchronised=row.is_synchronised,
            added_at=row.added_at,
            last_used_at=row.last_used_at,
        )
        for row in rows.order_by("added_at")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedPasskey:
    """Who has just proved himself, and by which of his passkeys."""

    account: Account
    passkey_id: UUID


def registration_options(*, account: Account, place: Place, now: datetime) -> str:
    """Return, as JSON for the browser, what it needs to make a passkey that can be found without a name."""
    known = Passkey.objects.filter(tenant_id=account.tenant_id, account_id=account.id, removed_at=None)
    options = generate_registration_options(
        rp_id=place.host,
        rp_name="Tokimori",
        user_id=handle_of(account),
        user_name=account.email or account.login_id,
        user_display_name=account.display_name,
        challenge=_new_challenge(_REGISTER + account.id.bytes, now=now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(row.credential_id)) for row in known],
    )
    return options_to_json(options)


@transaction.atomic
def add_passkey(
    *, actor: Principal, account: Account, credential: Mapping[str, Any], name: str, place: Place, now: datetime
) -> UUID:
    """Keep the public half of a passkey that the browser just made; raise ``PasskeyNotTaken`` for anything odd."""
    challenge = _challenge_in(credential)
    _take_challenge(_REGISTER + account.id.bytes, challenge, now=now)
    try:
        verified = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyNotTaken from error
    _refuse_wandering(account, verified.credential_device_type)
    if Passkey.objects.filter(tenant_id=actor.tenant_id, credential_id=verified.credential_id).exists():
        raise PasskeyNotTaken
    row = Passkey.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        account_id=account.id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        use_count=verified.sign_count,
        transports=_transports(credential),
        name=name.strip()[:LONGEST_NAME] or "Passkey",
        is_synchronised=verified.credential_backed_up,
        added_at=now,
    )
    Account.objects.filter(tenant_id=actor.tenant_id, id=account.id).update(must_enrol=False)
    record_event(EventName.PASSKEY_ADDED, actor=actor, subject_id=row.id, at=now)
    tell(account, NoticeKind.FACTOR_ADDED, now=now)
    return row.id


@transaction.atomic
def remove_passkey(*, actor: Principal, passkey_id: UUID, now: datetime) -> None:
    """Forget one of the person's own passkeys; raise ``NotFound`` for any other."""
    rows = Passkey.objects.filter(
        tenant_id=actor.tenant_id, account_id=account_id_of(actor), id=passkey_id, removed_at=None
    )
    if not rows.update(removed_at=now):
        raise NotFound
    keep_break_glass(tenant=actor.tenant_id)
    record_event(EventName.PASSKEY_REMOVED, actor=actor, subject_id=passkey_id, at=now)
    tell(Account.objects.get(tenant_id=actor.tenant_id, id=account_id_of(actor)), NoticeKind.FACTOR_REMOVED, now=now)


def sign_in_options(*, place: Place, now: datetime, account: Account | None = None) -> str:
    """Return, as JSON for the browser, what it needs to prove a passkey: any that it has here, or one of an account's."""
    known = Passkey.objects.none() if account is None else _passkeys(account)
    options = generate_authentication_options(
        rp_id=place.host,
        challenge=_new_challenge(_SIGN_IN, now=now),
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[
            PublicKeyCredentialDescriptor(
                id=bytes(row.credential_id),
                transports=[AuthenticatorTransport(one) for one in row.transports],
            )
            for row in known
        ],
    )
    return options_to_json(options)


def read_claim(text: str) -> Claim:
    """Return whose passkey a browser's answer names; raise ``PasskeyNotTaken`` when it has not the form of one."""
    credential = read_credential(text)
    response = credential.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    identifier = credential.get("id")
    if not isinstance(handle, str) or not isinstance(identifier, str):
        raise PasskeyNotTaken
    try:
        plain = base64url_to_bytes(handle)
        credential_id = base64url_to_bytes(identifier)
    except ValueError as error:
        raise PasskeyNotTaken from error
    if len(plain) != _HANDLE_BYTES:
        raise PasskeyNotTaken
    return Claim(
        tenant_id=TenantId(UUID(bytes=plain[:16])),
        account_id=UUID(bytes=plain[16:]),
        credential_id=credential_id,
        credential=credential,
    )


def read_credential(text: str) -> Mapping[str, Any]:
    """Return a browser's answer as an object; raise ``PasskeyNotTaken`` when it is none."""
    if len(text) > LARGEST_CREDENTIAL:
        raise PasskeyNotTaken
    try:
        credential = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PasskeyNotTaken from error
    if not isinstance(credential, dict):
        raise PasskeyNotTaken
    return credential


@transaction.atomic
def prove_passkey(*, claim: Claim, place: Place, now: datetime) -> ProvedPasskey:
    """Return the account whose passkey signed a challenge of ours, and which one it was.

    Raise ``PasskeyNotTaken`` alike for whatever was wrong.
    A counter that runs backwards tells of a copied key: it is refused (WebAuthn section 6.1.1).
    """
    account = Account.objects.filter(tenant_id=claim.tenant_id, id=claim.account_id, is_active=True).first()
    challenge = _challenge_in(claim.credential)
    _take_challenge(_SIGN_IN, challenge, now=now)
    if account is None:
        raise PasskeyNotTaken
    row = _passkeys(account).filter(credential_id=claim.credential_id).select_for_update(no_key=True).first()
    if row is None:
        raise PasskeyNotTaken
    try:
        verified = verify_authentication_response(
            credential=dict(claim.credential),
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.use_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyNotTaken from error
    _refuse_wandering(account, verified.credential_device_type)
    Passkey.objects.filter(tenant_id=row.tenant_id, id=row.id).update(
        use_count=verified.new_sign_count, last_used_at=now, is_synchronised=verified.credential_backed_up
    )
    return ProvedPasskey(account=account, passkey_id=row.id)


def forget_challenges(*, before: datetime) -> int:
    """Remove the challenges that nobody answered in time; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.forget_challenges(%s)", [before])
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def handle_of(account: Account) -> bytes:
    """Return what a passkey carries of its account: two random ids, nothing that names a person."""
    return UUID(str(account.tenant_id)).bytes + account.id.bytes


def _refuse_wandering(account: Account, device_type: CredentialDeviceType) -> None:
    """Of the provider's people, take only keys that cannot leave their device: the key is how the device is registered."""
    if roles_of(account) & ROLES_OF_THE_PROVIDER and device_type is not CredentialDeviceType.SINGLE_DEVICE:
        raise PasskeyBoundToNoDevice


def _passkeys(account: Account) -> Any:  # noqa: ANN401 -- a query set; its type is Django's business
    return Passkey.objects.filter(tenant_id=account.tenant_id, account_id=account.id, removed_at=None)


def _new_challenge(purpose: bytes, *, now: datetime) -> bytes:
    """Return 32 random bytes, remembered for one purpose and for one answer."""
    challenge = secrets.token_bytes(32)
    with connection.cursor() as cursor:
        cursor.execute(
            "select tokimori.remember_challenge(%s, %s)", [_digest(purpose, challenge), now + _CHALLENGE_LIFETIME]
        )
    return challenge


def _take_challenge(purpose: bytes, challenge: bytes, *, now: datetime) -> None:
    """Use a challenge up; raise ``PasskeyNotTaken`` when it was never given for this, was used, or is too old."""
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.take_challenge(%s, %s)", [_digest(purpose, challenge), now])
        (is_taken,) = cursor.fetchone() or (False,)
    if not is_taken:
        raise PasskeyNotTaken


def _digest(purpose: bytes, challenge: bytes) -> bytes:
    return hashlib.sha256(purpose + b"\0" + challenge).digest()


def _challenge_in(credential: Mapping[str, Any]) -> bytes:
    response = credential.get("response")
    data = response.get("clientDataJSON") if isinstance(response, dict) else None
    if not isinstance(data, str):
        raise PasskeyNotTaken
    try:
        challenge = json.loads(base64url_to_bytes(data))["challenge"]
        return base64url_to_bytes(challenge)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PasskeyNotTaken from error


def _transports(credential: Mapping[str, Any]) -> list[str]:
    response = credential.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    known = {one.value for one in AuthenticatorTransport}
    return [one for one in told if one in known] if isinstance(told, list) else []
