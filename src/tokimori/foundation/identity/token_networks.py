"""The networks that a token may be used from, as CIDR (RFC 4632, RFC 4291): read as the company's own are."""

from collections.abc import Collection, Sequence
from typing import Final

from tokimori.foundation.client_address import Network
from tokimori.foundation.identity import networks
from tokimori.foundation.identity.errors import NetworkNotReadable, NetworkNotValid

LONGEST_NETWORK: Final = networks.LONGEST_NETWORK
MOST_NETWORKS: Final = 20


def read_network(text: str) -> Network:
    """Return the network; an address alone is a network of one. Raise ``NetworkNotValid``, also for everywhere (``/0``)."""
    try:
        network = networks.read_network(text)
    except NetworkNotReadable as error:
        raise NetworkNotValid(network=text.strip()[:LONGEST_NETWORK]) from error
    if network.prefixlen == 0:
        raise NetworkNotValid(network=str(network))
    return network


def read_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks, each once, in the order given; raise ``NetworkNotValid`` for one that is none, or too many."""
    if len(texts) > MOST_NETWORKS:
        raise NetworkNotValid(most=MOST_NETWORKS)
    return tuple(dict.fromkeys(read_network(text) for text in texts))


def is_within(address: str, texts: Collection[str]) -> bool:
    """Whether an address lies in one of the networks. What is no address lies in none; a spoilt network holds none."""
    found = networks.read_address(address)
    if found is None:
        return False
    known = (networks.network_of(text) for text in texts)
    return any(one is not None and one.version == found.version and found in one for one in known)
