"""The devices that the provider's people work from: registered and looked at by another one, or nothing opens."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import Passkey
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.operators.errors import DeviceNotValid, OwnRequest
from tokimori.foundation.operators.models import DevicePosture, OperatorDevice
from tokimori.foundation.operators.scopes import POSTURE_LIFE
from tokimori.foundation.tenancy.context import PROVIDER

LONGEST_NAME: Final = 80
LONGEST_SYSTEM: Final = 80
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


class DeviceStanding(StrEnum):
    """What is to be said of the device from which one of the provider's people comes."""

    IN_ORDER = "in_order"
    UNKNOWN = "unknown"
    NEVER_CHECKED = "never_checked"
    CHECK_TOO_OLD = "check_too_old"
    NOT_GOOD_ENOUGH = "not_good_enough"
    OTHER_CERTIFICATE = "other_certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """What somebody saw on a device: its system with the version, and whether three things are as they must be."""

    system: str
    is_encrypted: bool
    is_updated: bool
    locks_screen: bool

    def __post_init__(self) -> None:
        if not 0 < len(self.system.strip()) <= LONGEST_SYSTEM or not self.system.isprintable():
            raise DeviceNotValid(field="system")

    @property
    def is_good(self) -> bool:
        """Whether one may work from such a device."""
        return self.is_encrypted and self.is_updated and self.locks_screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Whose session it is, and by what its device is known: the passkey of its last proof, and a certificate."""

    account_id: UUID
    passkey_id: UUID | None
    certificate: str = ""


def read_fingerprint(text: str) -> str:
    """Return a certificate's SHA-256 in lower-case hexadecimal, nothing for nothing; raise ``DeviceNotValid`` otherwise."""
    plain = text.strip().replace(":", "").lower()
    if plain and _FINGERPRINT.fullmatch(plain) is None:
        raise DeviceNotValid(field="certificate")
    return plain


@transaction.atomic
def register_device(
    *, actor: Principal, passkey_id: UUID, name: str, posture: Posture, certificate: str, now: datetime
) -> UUID:
    """Let another operator work from the device on which a passkey is; what was seen on it counts for thirty days.

    Raise ``OwnRequest`` for one's own device, ``NotFound`` for a passkey that is not of one of the provider's people.
    """
    _require_provider(actor)
    passkey = Passkey.objects.filter(tenant_id=PROVIDER, id=passkey_id, removed_at=None).first()
    if passkey is None:
        raise NotFound
    _refuse_own(actor, passkey.account_id)
    if not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise DeviceNotValid(field="name")
    try:
        with transaction.atomic():
            row = OperatorDevice.objects.create(
                tenant_id=PROVIDER,
                id=new_id(at=now),
                operator_id=passkey.account_id,
                passkey_id=passkey.id,
                name=name.strip(),
                certificate=read_fingerprint(certificate),
                registered_at=now,
                registered_by=actor.account_id,
            )
    except IntegrityError as error:
        raise DeviceNotValid(field="passkey") from error
    record_event(
        EventName.OPERATOR_DEVICE_REGISTERED, actor=actor, subject_id=row.id, at=now, operator=str(row.operator_id)
    )
    _check(actor, row.id, posture, now=now)
    return row.id


@transaction.atomic
def check_device(*, actor: Principal, device_id: UUID, posture: Posture, now: datetime) -> None:
    """Write down what was seen on another operator's device; it counts for thirty days, whatever was seen before."""
    _require_provider(actor)
    row = _held(device_id)
    _refuse_own(actor, row.operator_id)
    _check(actor, row.id, posture, now=now)


@transaction.atomic
def remove_device(*, actor: Principal, device_id: UUID, now: datetime) -> None:
    """Let nobody work from a device any more, at once; one's own lost one as well."""
    _require_provider(actor)
    row = _held(device_id)
    OperatorDevice.objects.filter(tenant_id=PROVIDER, id=row.id).update(removed_at=now)
    record_event(EventName.OPERATOR_DEVICE_REMOVED, actor=actor, subject_id=row.id, at=now)


def standing_of(arrival: Arrival, *, now: datetime) -> DeviceStanding:
    """Return whether the device of a session is in order. To be asked within the provider's tenant.

    The device is known by the passkey whose proof this session last took, while the person still has it.
    """
    if not settings.OPERATOR_DEVICES_REQUIRED:
        return DeviceStanding.IN_ORDER
    if arrival.passkey_id is None:
        return DeviceStanding.UNKNOWN
    passkeys = Passkey.objects.filter(
        tenant_id=PROVIDER, id=arrival.passkey_id, account_id=arrival.account_id, removed_at=None
    )
    device = OperatorDevice.objects.filter(
        tenant_id=PROVIDER, operator_id=arrival.account_id, passkey_id__in=passkeys.values("id"), removed_at=None
    ).first()
    if device is None:
        return DeviceStanding.UNKNOWN
    asks_certificate = bool(device.certificate or settings.OPERATOR_CERTIFICATE_HEADER)
    if asks_certificate and (not device.certificate or arrival.certificate != device.certificate):
        return DeviceStanding.OTHER_CERTIFICATE
    return standing_of_posture(newest_posture(device_id=device.id), now=now)


def newest_posture(*, device_id: UUID) -> DevicePosture | None:
    """Return what was last found out about a device."""
    rows = DevicePosture.objects.filter(tenant_id=PROVIDER, device_id=device_id)
    return rows.order_by("-checked_at", "-id").first()


def standing_of_posture(posture: DevicePosture | None, *, now: datetime) -> DeviceStanding:
    """Return what follows from what was last found out."""
    if posture is None:
        return DeviceStanding.NEVER_CHECKED
    if posture.ends_at <= now:
        return DeviceStanding.CHECK_TOO_OLD
    is_good = posture.is_encrypted and posture.is_updated and posture.locks_screen
    return DeviceStanding.IN_ORDER if is_good else DeviceStanding.NOT_GOOD_ENOUGH


def _require_provider(actor: Principal) -> None:
    authorise(actor, Permission.OPERATOR_ACT)
    if actor.tenant_id != PROVIDER:
        raise NotFound


def _refuse_own(actor: Principal, operator_id: UUID) -> None:
    if actor.kind is PrincipalKind.PERSON and actor.account_id == operator_id:
        raise OwnRequest


def _held(device_id: UUID) -> OperatorDevice:
    rows = OperatorDevice.objects.filter(tenant_id=TenantId(PROVIDER), id=device_id, removed_at=None)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    return row


def _check(actor: Principal, device_id: UUID, posture: Posture, *, now: datetime) -> None:
    DevicePosture.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        device_id=device_id,
        system=posture.system.strip(),
        is_encrypted=posture.is_encrypted,
        is_updated=posture.is_updated,
        locks_screen=posture.locks_screen,
        checked_at=now,
        ends_at=now + POSTURE_LIFE,
        checked_by=actor.account_id,
    )
    record_event(
        EventName.OPERATOR_DEVICE_CHECKED,
        actor=actor,
        subject_id=device_id,
        at=now,
        system=posture.system.strip(),
        outcome="good" if posture.is_good else "not good enough",
    )
