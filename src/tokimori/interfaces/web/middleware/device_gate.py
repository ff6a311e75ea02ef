"""Whether one of the provider's people comes from a device that is registered and in good order."""

from datetime import datetime
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.services.sessions import SignedIn
from tokimori.foundation.operators.errors import DeviceNotInOrder
from tokimori.foundation.operators.services.devices import Arrival, DeviceStanding, standing_of


def refused_device(request: HttpRequest, signed_in: SignedIn, *, now: datetime) -> DeviceNotInOrder | None:
    """Return why the device is refused; nothing for one in order, and for who does not work for the provider."""
    if Role.OPERATOR not in roles_of(signed_in.account):
        return None
    arrival = Arrival(
        account_id=signed_in.account.id, passkey_id=signed_in.passkey_id, certificate=certificate_of(request)
    )
    standing = standing_of(arrival, now=now)
    return None if standing is DeviceStanding.IN_ORDER else DeviceNotInOrder(standing=standing.value)


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
