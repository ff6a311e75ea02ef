"""Networks from which people and machines may come: read strictly, kept in one spelling, and asked about an address.

Nothing here asks a clock or a database. IPv6 addresses that carry an IPv4 address (RFC 4291 section 2.5.5.2) are taken as
the latter, on both sides, so that no spelling passes a rule that another one does not.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.client_address import Address, Network
from tokimori.foundation.identity.errors import NetworkHasHostBits, NetworkNotReadable
from tokimori.foundation.identity.security_rules import audience_of

LONGEST_NETWORK: Final = 50
"""The longest IPv6 address has 45 characters, its prefix length 4 more."""
_FORM: Final = re.compile(r"(?P<address>[0-9A-Fa-f:.]{2,45})(?:/(?P<prefix>0|[1-9][0-9]{0,2}))?", re.ASCII)
_MAPPED_PREFIX: Final = 96


class AddressAudience(StrEnum):
    """Groups of those who come in. The people's own are named as in ``Audience``; the others go by their way in."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    RECORDER = "recorder"
    TERMINAL = "terminal"
    API = "api"


class Way(StrEnum):
    """What a person wants: the recorder, anything else, or merely to pass on his way to one of them."""

    RECORDER = "recorder"
    PAGES = "pages"
    PASSAGE = "passage"


class Reason(StrEnum):
    """Why an address is let in or kept out."""

    UNLIMITED = "unlimited"
    INSIDE = "inside"
    OUTSIDE = "outside"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDecision:
    """Whether an address is let in, by whose rules, and why."""

    is_admitted: bool
    audience: AddressAudience
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLimit:
    """One network of an audience, until it ends. Without a network it is one that could not be read: it admits nobody."""

    audience: AddressAudience
    network: Network | None
    expires_at: datetime | None

    def admits(self, address: Address, *, at: datetime) -> bool:
        """Whether the address lies in it while it holds."""
        return (
            self.network is not None
            and address.version == self.network.version
            and address in self.network
            and (self.expires_at is None or at < self.expires_at)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRules:
    """A company's networks. An audience that has none may come from anywhere; else from its own alone.

    A network that has ended still limits its audience: what was opened for some days must not open everything afterwards.
    """

    limits: tuple[AddressLimit, ...] = ()

    def is_limited(self, audience: AddressAudience) -> bool:
        """Whether the audience may come from its own networks alone."""
        return any(limit.audience is audience for limit in self.limits)

    def decide(self, audience: AddressAudience, address: str, *, at: datetime) -> AddressDecision:
        """Return whether an audience may come from an address; what cannot be read is kept out where there is a limit."""
        own = [limit for limit in self.limits if limit.audience is audience]
        if not own:
            return AddressDecision(is_admitted=True, audience=audience, reason=Reason.UNLIMITED)
        found = read_address(address)
        if found is None:
            return AddressDecision(is_admitted=False, audience=audience, reason=Reason.UNREADABLE)
        is_inside = any(limit.admits(found, at=at) for limit in own)
        return AddressDecision(
            is_admitted=is_inside, audience=audience, reason=Reason.INSIDE if is_inside else Reason.OUTSIDE
        )

    def decide_for_person(
        self, audience: AddressAudience, *, way: Way, may_record: bool, address: str, at: datetime
    ) -> AddressDecision:
        """Return whether a person may come from an address.

        The recorder has networks of its own where the company gave it some, else those of the person. Who passes on his
        way is let through where either lets him in: behind it, each page decides for itself.
        """
        own = self.decide(audience, address, at=at)
        if way is Way.PAGES or not may_record or not self.is_limited(AddressAudience.RECORDER):
            return own
        recorder = self.decide(AddressAudience.RECORDER, address, at=at)
        return own if way is Way.PASSAGE and not recorder.is_admitted else recorder


def address_audience_of(roles: Collection[Role]) -> AddressAudience:
    """Return the group of a person with these roles."""
    return AddressAudience(audience_of(frozenset(roles)).value)


def read_network(text: str) -> Network:
    """Return the network that somebody typed: ``203.0.113.0/24``, ``2001:db8::/48``, or an address alone.

    Raise ``NetworkNotReadable``; for an address within a network ``NetworkHasHostBits``, with the network that was meant.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise NetworkNotReadable
    try:
        wide = ip_network(match[0], strict=False)
    except ValueError as error:
        raise NetworkNotReadable from error
    network = _plain_network(wide)
    address = read_address(match["address"])
    if address != network.network_address:
        raise NetworkHasHostBits(network=str(network))
    return network


def read_address(text: str) -> Address | None:
    """Return an address, or nothing for what is none; a zone (``%eth0``) says nothing beyond one machine and is refused."""
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(text: str) -> Network | None:
    """Return a network as it was stored, or nothing when it cannot be read: such a one admits nobody."""
    try:
        return read_network(text)
    except NetworkNotReadable:
        return None


def single(address: Address) -> Network:
    """Return the network that holds one address alone."""
    return ip_network(address)


def _plain_network(network: Network) -> Network:
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < _MAPPED_PREFIX:
        return network
    return IPv4Network((mapped, network.prefixlen - _MAPPED_PREFIX))
