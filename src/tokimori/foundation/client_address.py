"""Where a request comes from, when proxies stand between: what they say counts, what anybody else says does not."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def client_address(*, peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Return the address of the client.

    ``peer`` is who the connection comes from. If it is a trusted proxy, the header is read from its end, and the first
    address that is no trusted proxy is the client's; what stands before it was written by the client itself. An entry that
    is no address ends the reading: the last trusted hop counts then.
    """
    current = peer
    for entry in reversed(forwarded_for.split(",") if forwarded_for else []):
        if not _is_trusted(current, trusted):
            break
        written = _read(entry.strip())
        if written is None:
            break
        current = str(written)
    return current


def _is_trusted(text: str, trusted: Sequence[Network]) -> bool:
    address = _read(text)
    return address is not None and any(address in network for network in trusted)


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
