"""Networks are read strictly and in one spelling; what is asked about an address has one answer, with its reason."""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON
from tokimori.foundation.client_address import client_address
from tokimori.foundation.identity.errors import NetworkHasHostBits, NetworkNotReadable
from tokimori.foundation.identity.networks import (
    AddressAudience,
    AddressLimit,
    AddressRules,
    Reason,
    Way,
    network_of,
    read_address,
    read_network,
)

EMPLOYEE, RECORDER, API = AddressAudience.EMPLOYEE, AddressAudience.RECORDER, AddressAudience.API
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))
PLAIN = ADDRESSES.filter(lambda address: read_address(str(address)) == address)


def rules(*limits: tuple[AddressAudience, str]) -> AddressRules:
    return AddressRules(
        limits=tuple(
            AddressLimit(audience=audience, network=read_network(text), expires_at=None) for audience, text in limits
        )
    )


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("203.0.113.0/24", "203.0.113.0/24"),
        (" 203.0.113.7 ", "203.0.113.7/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::/48", "2001:db8::/48"),
        ("2001:db8:0:0:0:0:0:1", "2001:db8::1/128"),
        ("::/0", "::/0"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("::ffff:cb00:7100/120", "203.0.113.0/24"),
    ],
)
def test_a_network_has_one_spelling(typed: str, read: str) -> None:
    assert str(read_network(typed)) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "office",
        "203.0.113",
        "203.0.113.0/33",
        "203.0.113.0/-1",
        "203.0.113.0/024",
        "203.0.113.0/255.255.255.0",
        "203.0.113.0/24/24",
        "203.0.113.010",
        "203.0.113.0 / 24",
        "203.0.113.0/24\n203.0.114.0/24",
        "٢٠٣.0.113.0/24",
        "3405803776",
        "0xcb007100",
        "fe80::1%eth0",
        "2001:db8::/129",
        "2001:db8:::/48",
        "1" * 10_000,
    ],
)
def test_what_is_no_network_is_refused(typed: str) -> None:
    with pytest.raises(NetworkNotReadable):
        read_network(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("203.0.113.7/24", "203.0.113.0/24"),
        ("2001:db8::5/48", "2001:db8::/48"),
        ("::ffff:203.0.113.7/120", "203.0.113.0/24"),
    ],
)
def test_an_address_within_a_network_is_refused_with_the_network_that_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(NetworkHasHostBits) as refusal:
        read_network(typed)

    assert refusal.value.facts == {"network": meant}


@given(st.text(max_size=60) | st.from_regex(r"[0-9a-f:./%]{0,50}"))
def test_whatever_is_typed_is_read_or_refused_and_nothing_else(typed: str) -> None:
    try:
        network = read_network(typed)
    except NetworkNotReadable:
        return
    assert read_network(str(network)) == network
    assert len(str(network)) <= 50


@given(address=PLAIN, prefix=st.integers(min_value=0, max_value=128))
def test_a_network_admits_its_own_addresses_and_no_others(address: IPv4Address | IPv6Address, prefix: int) -> None:
    network = ip_network((address, min(prefix, address.max_prefixlen)), strict=False)
    found = rules((EMPLOYEE, str(network)))

    assert found.decide(EMPLOYEE, str(address), at=NOON).is_admitted
    for edge in (int(network.network_address) - 1, int(network.broadcast_address) + 1):
        if 0 <= edge < 2**address.max_prefixlen:
            assert not found.decide(EMPLOYEE, str(type(address)(edge)), at=NOON).is_admitted


@given(st.ip_addresses(v=4))
def test_an_address_in_another_spelling_is_the_same_address(address: IPv4Address) -> None:
    mapped = f"::ffff:{address}"

    assert read_address(mapped) == address
    assert rules((EMPLOYEE, str(address))).decide(EMPLOYEE, mapped, at=NOON).is_admitted
    assert rules((EMPLOYEE, mapped)).decide(EMPLOYEE, str(address), at=NOON).is_admitted
    assert not rules((EMPLOYEE, "::/0")).decide(EMPLOYEE, mapped, at=NOON).is_admitted


@given(st.text(max_size=60))
def test_an_address_that_cannot_be_read_is_kept_out_where_there_is_a_limit(text: str) -> None:
    found = rules((EMPLOYEE, "0.0.0.0/0"), (EMPLOYEE, "::/0")).decide(EMPLOYEE, text, at=NOON)

    assert found.is_admitted == (read_address(text) is not None)
    assert found.reason is (Reason.INSIDE if found.is_admitted else Reason.UNREADABLE)


def test_who_has_no_network_may_come_from_anywhere_and_each_audience_stands_alone() -> None:
    found = rules((API, "203.0.113.0/24"))

    assert found.decide(EMPLOYEE, "198.51.100.1", at=NOON).reason is Reason.UNLIMITED
    assert found.decide(API, "198.51.100.1", at=NOON).reason is Reason.OUTSIDE
    assert found.decide(API, "203.0.113.9", at=NOON).reason is Reason.INSIDE


def test_what_was_opened_for_some_days_opens_nothing_afterwards() -> None:
    end = NOON + timedelta(days=1)
    limit = AddressLimit(audience=EMPLOYEE, network=read_network("203.0.113.0/24"), expires_at=end)
    found = AddressRules(limits=(limit,))

    assert found.decide(EMPLOYEE, "203.0.113.9", at=NOON).is_admitted
    for address in ("203.0.113.9", "198.51.100.1"):
        assert not found.decide(EMPLOYEE, address, at=end).is_admitted


def test_a_network_that_cannot_be_read_admits_nobody() -> None:
    limit = AddressLimit(audience=EMPLOYEE, network=network_of("nonsense"), expires_at=None)

    assert not AddressRules(limits=(limit,)).decide(EMPLOYEE, "203.0.113.9", at=NOON).is_admitted


OFFICE, HOME = "203.0.113.9", "198.51.100.1"


@pytest.mark.parametrize(
    ("way", "address", "recorder", "who", "answer"),
    [
        (Way.PAGES, OFFICE, None, "worker", "in"),
        (Way.PAGES, HOME, None, "worker", "out"),
        (Way.RECORDER, HOME, None, "worker", "out"),
        (Way.RECORDER, HOME, "0.0.0.0/0", "worker", "in"),
        (Way.RECORDER, HOME, "0.0.0.0/0", "auditor", "out"),
        (Way.PAGES, HOME, "0.0.0.0/0", "worker", "out"),
        (Way.PASSAGE, HOME, "0.0.0.0/0", "worker", "in"),
        (Way.PASSAGE, HOME, "0.0.0.0/0", "auditor", "out"),
        (Way.RECORDER, OFFICE, "192.0.2.0/24", "worker", "out"),
        (Way.PASSAGE, OFFICE, "192.0.2.0/24", "worker", "in"),
    ],
)
def test_the_recorder_has_networks_of_its_own_else_those_of_the_person(
    way: Way, address: str, recorder: str | None, who: str, answer: str
) -> None:
    found = rules((EMPLOYEE, "203.0.113.0/24"), *([(RECORDER, recorder)] if recorder else []))

    decision = found.decide_for_person(EMPLOYEE, way=way, may_record=who == "worker", address=address, at=NOON)

    assert decision.is_admitted == (answer == "in")


PROXIES = [ip_network("10.0.0.0/8")]
STRANGERS = ADDRESSES.filter(lambda address: address not in PROXIES[0] and read_address(str(address)) == address)


@given(peer=STRANGERS, header=st.text(max_size=80) | st.lists(ADDRESSES.map(str), max_size=4).map(", ".join))
def test_a_header_that_did_not_come_from_an_own_proxy_never_counts(
    peer: IPv4Address | IPv6Address, header: str
) -> None:
    assert client_address(peer=str(peer), forwarded_for=header, trusted=PROXIES) == str(peer)


@given(client=STRANGERS, forged=st.text(max_size=80) | st.lists(ADDRESSES.map(str), max_size=4).map(", ".join))
def test_what_a_client_wrote_before_the_own_proxies_never_counts(
    client: IPv4Address | IPv6Address, forged: str
) -> None:
    header = f"{forged}, {client}, 10.0.0.2"

    assert client_address(peer="10.0.0.1", forwarded_for=header, trusted=PROXIES) == str(client)
