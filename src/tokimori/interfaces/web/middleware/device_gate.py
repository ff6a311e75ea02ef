"""Whether one of the provider's people comes from a device in good order, and no register keeps him out."""

from datetime import datetime
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.principals import principal_of, roles_of
from tokimori.foundation.identity.services.sessions import SignedIn, end_sessions_of
from tokimori.foundation.operators.errors import DeviceNotInOrder
from tokimori.foundation.operators.services.devices import Arrival, DeviceStanding, standing_of
from tokimori.foundation.operators.services.holds import KEEPS_OUT, refusal_of_held


def refused_device(request: HttpRequest, signed_in: SignedIn, *, now: datetime) -> DeviceNotInOrder | None:
    """Return why the device is refused; nothing for one in order, and for who does not work for the provider."""
    if not roles_of(signed_in.account) & ROLES_OF_THE_PROVIDER:
        return None
    arrival = Arrival(
        account_id=signed_in.account.id, passkey_id=signed_in.passkey_id, certificate=certificate_of(request)
    )
    standing = standing_of(arrival, now=now)
    return None if standing is DeviceStanding.IN_ORDER else DeviceNotInOrder(standing=standing.value)


def refused_for_register(signed_in: SignedIn, *, now: datetime) -> Refusal | None:
    """Return why one of the provider's people is kept out; his sessions end with it. Nothing for anybody else."""
    if not roles_of(signed_in.account) & ROLES_OF_THE_PROVIDER:
        return None
    refusal = refusal_of_held(signed_in.account.id, among=KEEPS_OUT)
    if refusal is not None:
        actor = principal_of(signed_in.account, employee_id=None)
        end_sessions_of(account_id=signed_in.account.id, actor=actor, now=now)
    return refusal


def certificate_of(request: HttpRequest) -> str:
    """Return the SHA-256 of the client certificate, as one of our own proxies names it; of nobody else it is believed."""
    if not settings.OPERATOR_CERTIFICATE_HEADER:
        return ""
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    peer = getattr(peer, "ipv4_mapped", None) or peer
    if not any(peer in network for network in settings.TRUSTED_PROXIES):
        return ""
    return str(request.META.get(settings.OPERATOR_CERTIFICATE_HEADER, "")).strip().replace(":", "").lower()
