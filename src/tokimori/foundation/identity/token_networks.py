"""The networks that a token may be used from, as CIDR (RFC 4632, RFC 4291): read strictly, compared by value."""

import re
from collections.abc import Collection, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from tokimori.foundation.identity.errors import NetworkNotValid

MOST_NETWORKS: Final = 20
LONGEST_NETWORK: Final = 43
_FORM: Final = re.compile(r"[0-9a-fA-F:.]{2,39}(/[0-9]{1,3})?", re.ASCII)
_MAPPED: Final = IPv6Network("::ffff:0:0/96")

Network = IPv4Network | IPv6Network


def read_network(text: str) -> Network:
    """Return the network; an address alone is a network of one. Raise ``NetworkNotValid``.

    Bits behind the prefix are refused, since they show that something else was meant; so is everywhere (``/0``), and an
    IPv4 address in the clothes of IPv6, which no request would ever match.
    """
    written = text.strip()
    if not _FORM.fullmatch(written):
        raise NetworkNotValid(network=written[:LONGEST_NETWORK])
    try:
        network = ip_network(written, strict=True)
    except ValueError as error:
        raise NetworkNotValid(network=written) from error
    is_mapped = isinstance(network, IPv6Network) and network.overlaps(_MAPPED)
    if network.prefixlen == 0 or is_mapped:
        raise NetworkNotValid(network=written)
    return network


def read_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks, each once, in the order given; raise ``NetworkNotValid`` for one that is none, or too many."""
    if len(texts) > MOST_NETWORKS:
        raise NetworkNotValid(most=MOST_NETWORKS)
    return tuple(dict.fromkeys(read_network(text) for text in texts))


def is_within(address: str, networks: Collection[str]) -> bool:
    """Whether an address lies in one of the networks. What is no address lies in none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ip_network(network) for network in networks)
