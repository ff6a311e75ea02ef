"""Second factors: which somebody has, how they are added, tried and taken away. Passkeys are next door."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from django.db import transaction

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.errors import CodeNotRight
from tokimori.foundation.identity.limits import forgive, second_key
from tokimori.foundation.identity.models import Account, Authenticator, Passkey, RecoveryCode
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.security_rules import Strength
from tokimori.foundation.identity.services.second_locks import count_second
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.sealing import seal, unseal

RECOVERY_CODES: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that are taken for others when they are read from paper."""
_CODE_LENGTH: Final = 24
"""118 bits: enough for a plain digest (OWASP ASVS 5.0 V6.5.2 asks for 112)."""
_STEP_SECONDS: Final = 30
_PURPOSE: Final = "authenticator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What an account has besides its password."""

    authenticator_id: UUID | None
    passkeys: int
    recovery_codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is any; recovery codes alone are none."""
        return self.authenticator_id is not None or self.passkeys > 0

    @property
    def strength(self) -> Strength:
        """How well the account can prove itself, at best."""
        if self.passkeys:
            return Strength.PHISHING_RESISTANT
        return Strength.TWO_FACTORS if self.any else Strength.ONE_FACTOR


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAuthenticator:
    """An authenticator to be confirmed: its secret for the eyes (base32), and as an address for the camera."""

    id: UUID
    secret: str
    address: str


def factors_of(account: Account) -> Factors:
    """Return what an account can prove itself with."""
    where = {"tenant_id": account.tenant_id, "account_id": account.id}
    authenticator = Authenticator.objects.filter(**where, removed_at=None).exclude(confirmed_at=None).first()
    return Factors(
        authenticator_id=authenticator.id if authenticator else None,
        passkeys=Passkey.objects.filter(**where, removed_at=None).count(),
        recovery_codes_left=RecoveryCode.objects.filter(**where, used_at=None, replaced_at=None).count(),
    )


def has_factors(account: Account) -> bool:
    """Whether a second factor can be asked for."""
    return factors_of(account).any


@transaction.atomic
def begin_authenticator(*, actor: Principal, account: Account, now: datetime) -> NewAuthenticator:
    """Make a secret for an authenticator. It counts for nothing until the first digits it shows were typed in."""
    Authenticator.objects.filter(
        tenant_id=actor.tenant_id, account_id=account.id, confirmed_at=None, removed_at=None
    ).update(removed_at=now)
    row_id = new_id(at=now)
    secret = pyotp.random_base32()
    Authenticator.objects.create(
        tenant_id=actor.tenant_id,
        id=row_id,
        account_id=account.id,
        sealed_secret=seal(secret.encode(), tenant=actor.tenant_id, purpose=_PURPOSE, row=row_id),
        added_at=now,
    )
    return _as_new(row_id, secret, account)


def authenticator_in_hand(*, actor: Principal, account: Account) -> NewAuthenticator:
    """Return the authenticator that waits to be confirmed; raise ``NotFound`` when none does."""
    row = _waiting(actor.tenant_id, account.id)
    return _as_new(row.id, _secret_of(row).secret, account)


def confirm_authenticator(*, actor: Principal, account: Account, code: str, now: datetime) -> None:
    """Let an authenticator count, in place of the one before, once it showed the right digits."""
    count_second(account, now=now)
    row = _waiting(actor.tenant_id, account.id)
    step = _matching_step(row, code, now=now)
    if step is None:
        raise CodeNotRight
    with transaction.atomic():
        others = Authenticator.objects.filter(tenant_id=actor.tenant_id, account_id=account.id, removed_at=None)
        others.exclude(id=row.id).update(removed_at=now)
        Authenticator.objects.filter(tenant_id=actor.tenant_id, id=row.id).update(confirmed_at=now, last_step=step)
        Account.objects.filter(tenant_id=actor.tenant_id, id=account.id).update(must_enrol=False)
        forgive(account=second_key(account.id))
        record_event(EventName.AUTHENTICATOR_ADDED, actor=actor, subject_id=account.id, at=now)
        tell(account, NoticeKind.FACTOR_ADDED, now=now)


@transaction.atomic
def remove_authenticator(*, actor: Principal, account: Account, now: datetime) -> None:
    """Take the authenticator away; raise ``NotFound`` when there is none."""
    rows = Authenticator.objects.filter(tenant_id=actor.tenant_id, account_id=account.id, removed_at=None)
    if not rows.exclude(confirmed_at=None).update(removed_at=now):
        raise NotFound
    record_event(EventName.AUTHENTICATOR_REMOVED, actor=actor, subject_id=account.id, at=now)
    tell(account, NoticeKind.FACTOR_REMOVED, now=now)


@transaction.atomic
def make_recovery_codes(*, actor: Principal, account: Account, now: datetime) -> tuple[str, ...]:
    """Return new recovery codes, shown this once; those before stop working."""
    RecoveryCode.objects.filter(
        tenant_id=actor.tenant_id, account_id=account.id, used_at=None, replaced_at=None
    ).update(replaced_at=now)
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            account_id=account.id,
            code_digest=_code_digest(code),
            made_at=now,
        )
        for code in codes
    )
    record_event(EventName.RECOVERY_CODES_MADE, actor=actor, subject_id=account.id, at=now)
    tell(account, NoticeKind.RECOVERY_CODES_MADE, now=now)
    return codes


def prove_by_code(*, account: Account, typed: str, now: datetime) -> Proof | None:
    """Return what was proved by the digits of the authenticator, or by a recovery code; nothing when neither is right.

    Each counts once: the digits of a half minute that were taken are not taken again (RFC 6238 section 5.2). To be called
    after the attempt was counted.
    """
    plain = "".join(typed.split()).replace("-", "").casefold()
    if plain.isascii() and plain.isdigit():
        return Proof.AUTHENTICATOR if _takes_digits(account, plain, now=now) else None
    return Proof.RECOVERY_CODE if _takes_recovery_code(account, plain, now=now) else None


def _takes_digits(account: Account, digits: str, *, now: datetime) -> bool:
    rows = Authenticator.objects.filter(tenant_id=account.tenant_id, account_id=account.id, removed_at=None)
    row = rows.exclude(confirmed_at=None).select_for_update(no_key=True).first()
    if row is None:
        return False
    step = _matching_step(row, digits, now=now)
    if step is None:
        return False
    Authenticator.objects.filter(tenant_id=row.tenant_id, id=row.id).update(last_step=step)
    return True


def _takes_recovery_code(account: Account, code: str, *, now: datetime) -> bool:
    return bool(
        RecoveryCode.objects.filter(
            tenant_id=account.tenant_id,
            account_id=account.id,
            code_digest=_code_digest(code),
            used_at=None,
            replaced_at=None,
        ).update(used_at=now)
    )


def _matching_step(row: Authenticator, digits: str, *, now: datetime) -> int | None:
    """Return the half minute whose digits these are: this one, the one before or the next, if later than the last taken."""
    present = int(now.timestamp()) // _STEP_SECONDS
    generator = _secret_of(row)
    plain = "".join(digits.split())
    found = [
        step
        for step in (present, present - 1, present + 1)
        if step > row.last_step and secrets.compare_digest(generator.generate_otp(step).encode(), plain.encode())
    ]
    return found[0] if found else None


def _secret_of(row: Authenticator) -> pyotp.TOTP:
    plain = unseal(bytes(row.sealed_secret), tenant=TenantId(row.tenant_id), purpose=_PURPOSE, row=row.id)
    return pyotp.TOTP(plain.decode())


def _waiting(tenant: TenantId, account_id: UUID) -> Authenticator:
    rows = Authenticator.objects.filter(tenant_id=tenant, account_id=account_id, confirmed_at=None, removed_at=None)
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def _as_new(row_id: UUID, secret: str, account: Account) -> NewAuthenticator:
    name = account.email or account.login_id
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Tokimori")
    return NewAuthenticator(id=row_id, secret=secret, address=address)


def _new_code() -> str:
    """Return twenty-four characters in groups of four."""
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    return "-".join(plain[begin : begin + 4] for begin in range(0, _CODE_LENGTH, 4))


def _code_digest(code: str) -> bytes:
    return hashlib.sha256(code.replace("-", "").encode()).digest()
