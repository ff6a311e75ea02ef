"""The registries' lists are read strictly or refused whole; the table answers what they say, and nothing beyond it."""

from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address, ip_address
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from support.cast import Cast
from tokimori.foundation.countries.delegations import (
    Delegation,
    DelegationsRefused,
    read_delegations,
    unique_spans,
)
from tokimori.foundation.countries.table import (
    CountryTable,
    StoredCountries,
    TableRefused,
    compile_table,
    country_table,
    read_table,
    write_table,
)
from tokimori.foundation.identity.networks import (
    AddressAudience,
    AddressLimit,
    AddressRules,
    Country,
    Reason,
    place_of,
    read_country,
)
from tokimori.foundation.identity.services.country_tables import note_country_table
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.cli.countries import make_table

EMPLOYEE, NOON = AddressAudience.EMPLOYEE, datetime(2026, 4, 1, 3, tzinfo=UTC)
RECORDS = (
    "apnic|JP|ipv4|192.0.2.0|128|20110412|allocated|A91872ED\n"
    "apnic|TH|ipv4|198.51.100.0|768|20110412|assigned|A9186214\n"
    "apnic|JP|ipv6|2001:db8::|33|20110412|allocated|A9186214\n"
    "apnic||ipv4|203.0.113.0|256||available|\n"
    "apnic|AU|asn|64496|1|20110412|allocated|A9186214\n"
)
HEAD = (
    "# a comment\n2.3|apnic|20261126|5|19830613|20261125|+1000\n"
    "apnic|*|asn|*|1|summary\napnic|*|ipv4|*|3|summary\napnic|*|ipv6|*|1|summary\n"
)
WHOLE = HEAD + RECORDS


def table_of(text: str = WHOLE) -> CountryTable:
    return read_table(compile_table([read_delegations(text)]))


@pytest.mark.control(39)
@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("192.0.2.0", "JP"),
        ("192.0.2.127", "JP"),
        ("192.0.2.128", None),
        ("198.51.100.0", "TH"),
        ("198.51.102.255", "TH"),
        ("198.51.103.0", None),
        ("203.0.113.9", None),
        ("0.0.0.1", None),
        ("255.255.255.255", None),
        ("2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", "JP"),
        ("2001:db8:8000::", None),
        ("::", None),
    ],
)
def test_an_address_is_of_the_country_in_which_it_is_registered(address: str, country: str | None) -> None:
    assert table_of().country_of(ip_address(address)) == country


def test_the_table_knows_its_day_and_its_countries() -> None:
    table = table_of()

    assert (table.as_of, table.countries, table.is_sample) == (date(2026, 11, 25), frozenset({"JP", "TH"}), False)


@pytest.mark.parametrize("cut", range(0, len(WHOLE) - 1, 7))
def test_a_file_that_is_cut_is_refused_wherever_it_is_cut(cut: int) -> None:
    with pytest.raises(DelegationsRefused):
        read_delegations(WHOLE[:cut])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("|3|summary", "|4|summary"),
        ("20261126|5|", "20261126|6|"),
        ("apnic|TH", "ripencc|TH"),
        ("2.3|apnic", "1|apnic"),
        ("2.3|apnic", "2.3|tokimori"),
        ("20261125", "20261325"),
        ("192.0.2.0|128", "192.0.2.0|0"),
        ("192.0.2.0|128", "255.255.255.0|512"),
        ("192.0.2.0|128", "192.0.2.256|128"),
        ("192.0.2.0|128", "192.0.2.0|-1"),
        ("2001:db8::|33", "2001:db8::1|33"),
        ("2001:db8::|33", "2001:db8::|65"),
        ("apnic|JP|ipv4", "apnic|jp|ipv4"),
        ("apnic|JP|ipv4", "apnic|JPN|ipv4"),
        ("allocated|A91872ED", "given|A91872ED"),
        ("apnic|AU|asn", "apnic|AU|ipv5"),
        ("|20110412|allocated|A91872ED", ""),
        ("apnic|AU", "apnic|\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ],
)
def test_what_is_odd_is_refused_whole(old: str, new: str) -> None:
    assert old in WHOLE
    with pytest.raises(DelegationsRefused):
        read_delegations(WHOLE.replace(old, new, 1))


@given(st.text(max_size=300) | st.lists(st.sampled_from(WHOLE.splitlines(keepends=True)), max_size=12).map("".join))
def test_whatever_is_read_is_a_list_or_refused(text: str) -> None:
    try:
        found = read_delegations(text)
    except DelegationsRefused:
        return
    assert found.registry == "apnic"


SPANS = st.builds(
    lambda first, length, country: Delegation(version=4, first=first, end=first + length, country=country),
    st.integers(0, 60),
    st.integers(1, 20),
    st.sampled_from(["JP", "TH", "US"]),
)


@given(st.lists(SPANS, max_size=8))
def test_where_registries_disagree_nobody_knows_and_elsewhere_they_are_believed(spans: list[Delegation]) -> None:
    found = unique_spans(spans)

    for number in range(90):
        said = {one.country for one in spans if one.first <= number < one.end}
        stored = [one.country for one in found if one.first <= number < one.end]
        assert stored == (list(said) if len(said) == 1 else [])
    assert all(one.end <= two.first for one, two in pairwise(found))


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_table(content: bytes) -> None:
    with pytest.raises(TableRefused):
        read_table(content)


def test_one_wrong_byte_spoils_the_table() -> None:
    whole = compile_table([read_delegations(WHOLE)])

    for place in range(0, len(whole), 5):
        with pytest.raises(TableRefused):
            read_table(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])


def test_a_registry_is_named_once() -> None:
    read = read_delegations(WHOLE)

    with pytest.raises(ValueError, match="one of each registry"):
        compile_table([read, read])


def test_the_command_writes_a_table_or_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, output = tmp_path / "apnic", tmp_path / "cut", tmp_path / "table"
    good.write_text(WHOLE)
    bad.write_text(WHOLE[:-40])

    today = date(2026, 11, 26)
    assert make_table(files=[bad], output=output, today=today, is_incomplete=True) == 2
    assert make_table(files=[good], output=output, today=today) == 2
    assert "missing: afrinic, arin, lacnic, ripencc" in capsys.readouterr().err
    assert make_table(files=[good], output=output, today=date(2026, 11, 20), is_incomplete=True) == 2
    assert "of a day to come" in capsys.readouterr().err
    assert not output.exists()
    assert make_table(files=[good], output=output, today=today, is_incomplete=True) == 0
    assert "afrinic, arin, lacnic, ripencc" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["apnic", "cut", "table"]


def test_a_table_that_was_replaced_is_read_again_and_one_that_is_gone_knows_nobody(tmp_path: Path) -> None:
    path, address = tmp_path / "table", IPv4Address("192.0.2.7")
    with override_settings(COUNTRIES=path):
        assert StoredCountries().country_of(address) is None
        write_table(compile_table([read_delegations(WHOLE)]), path=path)
        assert StoredCountries().country_of(address) == "JP"
        write_table(compile_table([read_delegations(WHOLE.replace("apnic|JP", "apnic|LA"))]), path=path)
        assert StoredCountries().country_of(address) == "LA"
        path.write_bytes(b"damaged")
        assert country_table() is None


# What a company's rules make of it --------------------------------------------------------------------------------


def rules(*texts: str, end: datetime | None = None) -> AddressRules:
    limits = [AddressLimit(audience=EMPLOYEE, network=place_of(text), expires_at=end) for text in texts]
    return AddressRules(limits=tuple(limits), countries=table_of())


@pytest.mark.control(39, 119)
@pytest.mark.parametrize(
    ("limits", "address", "reason"),
    [
        (["country:JP"], "192.0.2.7", Reason.INSIDE),
        (["country:JP"], "::ffff:192.0.2.7", Reason.INSIDE),
        (["country:JP"], "2001:db8::1", Reason.INSIDE),
        (["country:JP"], "198.51.100.7", Reason.OUTSIDE),
        (["country:JP"], "10.0.0.1", Reason.COUNTRY_UNKNOWN),
        (["country:JP"], "nonsense", Reason.UNREADABLE),
        (["country:JP", "10.0.0.0/8"], "10.0.0.1", Reason.INSIDE),
        (["country:JP", "country:TH"], "198.51.100.7", Reason.INSIDE),
        (["not-country:TH"], "198.51.100.7", Reason.BARRED),
        (["not-country:TH"], "192.0.2.7", Reason.NOT_BARRED),
        (["not-country:TH"], "10.0.0.1", Reason.NOT_BARRED),
        (["not-country:TH", "198.51.100.7"], "198.51.100.7", Reason.INSIDE),
        (["not-country:TH", "198.51.100.7"], "192.0.2.7", Reason.OUTSIDE),
        (["not-country:TH", "country:TH"], "198.51.100.7", Reason.BARRED),
        (["192.0.2.0/24"], "198.51.100.7", Reason.OUTSIDE),
        (["country:jp"], "192.0.2.7", Reason.OUTSIDE),
    ],
)
def test_countries_and_networks_together(limits: list[str], address: str, reason: Reason) -> None:
    decision = rules(*limits).decide(EMPLOYEE, address, at=NOON)

    assert decision.reason is reason
    assert decision.is_admitted == (reason in {Reason.INSIDE, Reason.NOT_BARRED})


def test_a_country_that_was_let_in_for_some_days_opens_nothing_afterwards() -> None:
    found = rules("country:JP", end=NOON + timedelta(days=1))

    assert found.decide(EMPLOYEE, "192.0.2.7", at=NOON).is_admitted
    assert not found.decide(EMPLOYEE, "192.0.2.7", at=NOON + timedelta(days=1)).is_admitted


def test_without_a_table_countries_let_nobody_in() -> None:
    found = AddressRules(limits=rules("country:JP").limits)

    assert found.decide(EMPLOYEE, "192.0.2.7", at=NOON).reason is Reason.COUNTRY_UNKNOWN


@pytest.mark.control(39, 119)
def test_lists_that_are_too_old_let_nobody_in_and_still_keep_out() -> None:
    last = datetime(2027, 2, 23, 3, tzinfo=UTC)  # ninety days after the list's last day

    assert rules("country:JP").decide(EMPLOYEE, "192.0.2.7", at=last).is_admitted
    late = last + timedelta(days=1)
    assert rules("country:JP").decide(EMPLOYEE, "192.0.2.7", at=late).reason is Reason.COUNTRIES_TOO_OLD
    assert rules("country:JP", "192.0.2.7").decide(EMPLOYEE, "192.0.2.7", at=late).is_admitted
    assert rules("not-country:JP").decide(EMPLOYEE, "192.0.2.7", at=late).reason is Reason.BARRED


@pytest.mark.control(39)
def test_another_table_is_written_down_once_with_its_digest(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "table"
    with override_settings(COUNTRIES=path), tenant_transaction(cast.tenant):
        assert not note_country_table(actor=cast.system, now=NOON)
        write_table(compile_table([read_delegations(WHOLE)]), path=path)
        assert note_country_table(actor=cast.system, now=NOON)
        assert not note_country_table(actor=cast.system, now=NOON)
        write_table(compile_table([read_delegations(WHOLE.replace("apnic|JP", "apnic|LA"))]), path=path)
        assert note_country_table(actor=cast.system, now=NOON + timedelta(minutes=5))
        events = LedgerEvent.objects.filter(tenant_id=cast.tenant, name="countries:replaced").order_by("id")
        assert [event.details["apnic"] for event in events] == ["2026-11-25"] * 2
        assert events[1].details["digest"] == table_of(WHOLE.replace("apnic|JP", "apnic|LA")).digest


@pytest.mark.control(39, 119)
def test_without_a_table_a_bar_keeps_everybody_out_but_the_listed_networks() -> None:
    found = AddressRules(limits=rules("not-country:TH", "198.51.100.7").limits)

    assert AddressRules(limits=rules("not-country:TH").limits).decide(EMPLOYEE, "192.0.2.7", at=NOON).reason is (
        Reason.COUNTRY_UNKNOWN
    )
    assert found.decide(EMPLOYEE, "198.51.100.7", at=NOON).is_admitted


@given(st.text(alphabet="ABCjp:-0", max_size=12))
def test_a_country_is_read_in_its_one_spelling_or_not_at_all(text: str) -> None:
    place = place_of(text)

    assert place is None or str(place) == text or not isinstance(place, Country)


def test_a_country_has_one_spelling() -> None:
    assert str(read_country("JP", is_barred=False)) == "country:JP"
    assert str(read_country("CN", is_barred=True)) == "not-country:CN"
