"""A made-up table of countries for the demo: blocks that are kept for examples and for private networks, nobody's own."""

from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final

from tokimori.foundation.countries.delegations import Delegation, RegistryFile
from tokimori.foundation.countries.table import compile_table, write_table

_HALF_BITS: Final = 64
_SAMPLE: Final = {
    "127.0.0.0/8": "JP",
    "10.0.0.0/8": "JP",
    "172.16.0.0/12": "JP",
    "192.168.0.0/16": "JP",
    "192.0.2.0/24": "JP",
    "198.51.100.0/24": "TH",
    "203.0.113.0/24": "US",
    "2001:db8::/33": "JP",
    "2001:db8:8000::/33": "TH",
}


def write_sample_table(path: Path, *, as_of: date) -> None:
    """Write the sample; it says of itself that it is one, and every screen repeats it."""
    delegations = tuple(_delegation(ip_network(network), country) for network, country in _SAMPLE.items())
    write_table(
        compile_table([RegistryFile(registry="sample", as_of=as_of, delegations=delegations)], is_sample=True),
        path=path,
    )


def _delegation(network: IPv4Network | IPv6Network, country: str) -> Delegation:
    shift = 0 if network.version == 4 else _HALF_BITS  # noqa: PLR2004 -- the version's own name
    first, last = int(network.network_address) >> shift, int(network.broadcast_address) >> shift
    return Delegation(version=network.version, first=first, end=last + 1, country=country)
