"""Reads about the devices of the provider's people: the register, and passkeys that stand in it nowhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER, Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.models import Account, Passkey
from tokimori.foundation.operators.models import OperatorDevice
from tokimori.foundation.operators.services.devices import DeviceStanding, newest_posture, standing_of_posture
from tokimori.foundation.tenancy.context import PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """A registered device, what was last seen on it, and until when that counts."""

    id: UUID
    operator_id: UUID
    name: str
    has_certificate: bool
    registered_at: datetime
    registered_by: UUID | None
    system: str
    checked_at: datetime | None
    checked_by: UUID | None
    ends_at: datetime | None
    standing: DeviceStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownPasskey:
    """A passkey of one of the provider's people whose device is not registered: it opens nothing yet."""

    id: UUID
    operator_id: UUID
    name: str
    added_at: datetime


def devices(*, actor: Principal, now: datetime) -> tuple[DeviceView, ...]:
    """Return every registered device, by operator and name."""
    _require_provider(actor)
    rows = OperatorDevice.objects.filter(tenant_id=PROVIDER, removed_at=None).order_by("operator_id", "name", "id")
    return tuple(_view(row, now=now) for row in rows)


def unknown_passkeys(*, actor: Principal) -> tuple[UnknownPasskey, ...]:
    """Return the passkeys of the provider's people that are on no registered device, the newest first."""
    _require_provider(actor)
    known = OperatorDevice.objects.filter(tenant_id=PROVIDER, removed_at=None).values("passkey_id")
    people = Account.objects.filter(tenant_id=PROVIDER, is_active=True, roles__overlap=sorted(ROLES_OF_THE_PROVIDER))
    rows = Passkey.objects.filter(tenant_id=PROVIDER, account_id__in=people.values("id"), removed_at=None)
    return tuple(
        UnknownPasskey(id=row.id, operator_id=row.account_id, name=row.name, added_at=row.added_at)
        for row in rows.exclude(id__in=known).order_by("-added_at")
    )


def newest_passkey(*, account_id: UUID) -> UUID | None:
    """Return the passkey that one of the provider's people added last, for the command that registers the first device."""
    rows = Passkey.objects.filter(tenant_id=PROVIDER, account_id=account_id, removed_at=None)
    return rows.order_by("-added_at").values_list("id", flat=True).first()


def _require_provider(actor: Principal) -> None:
    authorise(actor, Permission.OPERATOR_ACT)
    if actor.tenant_id != PROVIDER:
        raise NotFound


def _view(row: OperatorDevice, *, now: datetime) -> DeviceView:
    posture = newest_posture(device_id=row.id)
    return DeviceView(
        id=row.id,
        operator_id=row.operator_id,
        name=row.name,
        has_certificate=bool(row.certificate),
        registered_at=row.registered_at,
        registered_by=row.registered_by,
        system=posture.system if posture else "",
        checked_at=posture.checked_at if posture else None,
        checked_by=posture.checked_by if posture else None,
        ends_at=posture.ends_at if posture else None,
        standing=standing_of_posture(posture, now=now),
    )
