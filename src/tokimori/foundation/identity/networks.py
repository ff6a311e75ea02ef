"""Networks from which people and machines may come: read strictly, kept in one spelling, and asked about an address.

Nothing here asks a clock or a database. A country stands for all networks that are registered in it. IPv6 addresses that
carry an IPv4 address (RFC 4291 section 2.5.5.2) are taken as the latter, on both sides, so that no spelling passes a rule
that another one does not.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, Protocol

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.client_address import Address, Network
from tokimori.foundation.identity.errors import CountryNotReadable, NetworkHasHostBits, NetworkNotReadable
from tokimori.foundation.identity.security_rules import audience_of

LONGEST_NETWORK: Final = 50
"""The longest IPv6 address has 45 characters, its prefix length 4 more."""
_FORM: Final = re.compile(r"(?P<address>[0-9A-Fa-f:.]{2,45})(?:/(?P<prefix>0|[1-9][0-9]{0,2}))?", re.ASCII)
_COUNTRY_FORM: Final = re.compile(r"(?P<kind>country|not-country):(?P<code>[A-Z]{2})", re.ASCII)
_COUNTRY_CODE: Final = re.compile(r"[A-Z]{2}", re.ASCII)
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
    BARRED = "barred"
    NOT_BARRED = "not_barred"
    COUNTRY_UNKNOWN = "country_unknown"
    COUNTRIES_TOO_OLD = "countries_too_old"


class Countries(Protocol):
    """Whoever knows in which country an address is registered."""

    def country_of(self, address: Address) -> str | None:
        """Return the two letters of the country (ISO 3166-1), or nothing where it is not known."""
        ...

    def is_there(self) -> bool:
        """Whether anything is known at all."""
        ...

    def is_current(self, at: datetime) -> bool:
        """Whether what is known is young enough to let anybody in by."""
        ...


@dataclass(frozen=True, slots=True)
class NoCountries:
    """Knows no country."""

    def country_of(self, address: Address) -> str | None:
        """Return nothing."""
        del address
        return None

    def is_there(self) -> bool:
        """Return that nothing is."""
        return False

    def is_current(self, at: datetime) -> bool:
        """Return that it is not."""
        del at
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """All networks registered in a country: those alone may come, or, barred, those alone may not."""

    code: str
    is_barred: bool

    def __str__(self) -> str:
        """Return the one spelling that is stored: ``country:JP``, or barred ``not-country:JP``."""
        return f"{'not-country' if self.is_barred else 'country'}:{self.code}"


Place = Network | Country


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDecision:
    """Whether an address is let in, by whose rules, and why."""

    is_admitted: bool
    audience: AddressAudience
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLimit:
    """One network, or country, of an audience, until it ends. Without one it could not be read: it admits nobody."""

    audience: AddressAudience
    network: Place | None
    expires_at: datetime | None

    @property
    def is_bar(self) -> bool:
        """Whether it keeps out instead of letting in."""
        return isinstance(self.network, Country) and self.network.is_barred

    def holds(self, at: datetime) -> bool:
        """Whether it has not ended."""
        return self.expires_at is None or at < self.expires_at

    def admits(self, address: Address, *, at: datetime) -> bool:
        """Whether the address lies in its network while it holds; a country is asked for by ``means``."""
        return (
            self.network is not None
            and not isinstance(self.network, Country)
            and address.version == self.network.version
            and address in self.network
            and self.holds(at)
        )

    def means(self, country: str | None, *, at: datetime) -> bool:
        """Whether it names the country while it holds."""
        return isinstance(self.network, Country) and self.network.code == country and self.holds(at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRules:
    """A company's networks and countries. An audience that has none may come from anywhere; else from its own alone.

    What has ended still limits its audience: what was opened for some days must not open everything afterwards. A network
    that is named counts before any country: it lets in from a barred one too. Where countries are only barred, everything
    else may come, and so may an address whose country nobody knows; where countries are let in, such a one is kept out.
    Lists that are too old let nobody in any more, and still keep out: addresses change hands, and the doubt closes.
    """

    limits: tuple[AddressLimit, ...] = ()
    countries: Countries = NoCountries()

    def is_limited(self, audience: AddressAudience) -> bool:
        """Whether the audience may come from its own networks alone."""
        return any(limit.audience is audience for limit in self.limits)

    def decide(self, audience: AddressAudience, address: str, *, at: datetime) -> AddressDecision:
        """Return whether an audience may come from an address; what cannot be read is kept out where there is a limit."""
        own = [limit for limit in self.limits if limit.audience is audience]
        if not own:
            return AddressDecision(is_admitted=True, audience=audience, reason=Reason.UNLIMITED)
        reason = self._reason(own, read_address(address), at=at)
        is_admitted = reason in {Reason.INSIDE, Reason.NOT_BARRED}
        return AddressDecision(is_admitted=is_admitted, audience=audience, reason=reason)

    def _reason(self, own: Collection[AddressLimit], address: Address | None, *, at: datetime) -> Reason:
        if address is None:
            return Reason.UNREADABLE
        if any(limit.admits(address, at=at) for limit in own):
            return Reason.INSIDE
        if not any(isinstance(limit.network, Country) for limit in own):
            return Reason.OUTSIDE
        return self._reason_by_country(own, self.countries.country_of(address), at=at)

    def _reason_by_country(self, own: Collection[AddressLimit], country: str | None, *, at: datetime) -> Reason:
        allowed = [limit for limit in own if not limit.is_bar]
        if any(limit.is_bar and limit.means(country, at=at) for limit in own):
            return Reason.BARRED
        if not allowed:  # without a table nobody can tell who comes from a barred country
            return Reason.NOT_BARRED if self.countries.is_there() else Reason.COUNTRY_UNKNOWN
        if country is not None and not self.countries.is_current(at):
            return Reason.COUNTRIES_TOO_OLD
        if any(limit.means(country, at=at) for limit in allowed):
            return Reason.INSIDE
        return Reason.OUTSIDE if country else Reason.COUNTRY_UNKNOWN

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


def read_country(code: str, *, is_barred: bool) -> Country:
    """Return a country by its two capital letters; raise ``CountryNotReadable``."""
    if _COUNTRY_CODE.fullmatch(code) is None:
        raise CountryNotReadable
    return Country(code=code, is_barred=is_barred)


def network_of(text: str) -> Network | None:
    """Return a network as it was stored, or nothing when it cannot be read: such a one admits nobody."""
    try:
        return read_network(text)
    except NetworkNotReadable:
        return None


def place_of(text: str) -> Place | None:
    """Return a network or country as it was stored, or nothing when it cannot be read: such a one admits nobody."""
    match = _COUNTRY_FORM.fullmatch(text)
    if match is not None:
        return Country(code=match["code"], is_barred=match["kind"] == "not-country")
    return network_of(text)


def single(address: Address) -> Network:
    """Return the network that holds one address alone."""
    return ip_network(address)


def _plain_network(network: Network) -> Network:
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < _MAPPED_PREFIX:
        return network
    return IPv4Network((mapped, network.prefixlen - _MAPPED_PREFIX))
