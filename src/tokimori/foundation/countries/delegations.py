"""The registries' own lists of who was given which addresses, read strictly: *delegated-extended* statistics, version 2.

The five registries publish one file each (AFRINIC, APNIC, ARIN, LACNIC, RIPE NCC); the format is the Number Resource
Organization's "Extended allocation and assignment reports". A file that is cut, or whose counts do not add up, is refused
whole: a table with holes would keep out, or let in, whoever falls into one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

REGISTRIES: Final = frozenset({"afrinic", "apnic", "arin", "lacnic", "ripencc"})
LONGEST_FILE: Final = 200_000_000
"""Bytes; the longest of the five has about 25 million."""
_LONGEST_LINE: Final = 400
_FAMILIES: Final = frozenset({"ipv4", "ipv6"})
_GIVEN: Final = frozenset({"allocated", "assigned"})
_NOT_GIVEN: Final = frozenset({"available", "reserved"})
_LONGEST_PREFIX: Final = 64
_NUMBER: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_HEADER_FIELDS: Final = 7
_SUMMARY_FIELDS: Final = 6
_FEWEST_FIELDS: Final = 7
_NOBODY: Final = "ZZ"
_IPV4_END: Final = 1 << 32
_HALF_BITS: Final = 64


class DelegationsRefused(ValueError):
    """The file is no whole list of a registry; the message says which line, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Addresses that were given to somebody in a country.

    ``first`` and ``end`` (the one behind the last) are numbers of IPv4 addresses, or of the upper 64 bits of IPv6 ones.
    """

    version: int
    first: int
    end: int
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryFile:
    """What one registry published, and the day until which it knows."""

    registry: str
    as_of: date
    delegations: tuple[Delegation, ...]


def read_delegations(text: str) -> RegistryFile:
    """Return what a registry's file says; raise ``DelegationsRefused`` for anything that is not whole and well formed."""
    lines = list(_lines(text))
    if not lines:
        raise DelegationsRefused("The file is empty.")
    registry, as_of, promised = _header(lines[0])
    summaries: dict[str, int] = {}
    counted: Counter[str] = Counter()
    found: list[Delegation] = []
    for number, line in lines[1:]:
        fields = line.split("|")
        if fields[0] != registry:
            raise DelegationsRefused(f"Line {number}: the registry is another one than that of the first line.")
        if len(fields) == _SUMMARY_FIELDS and fields[-1] == "summary":
            if counted or fields[2] in summaries:
                raise DelegationsRefused(f"Line {number}: a summary stands before the records, once for each type.")
            summaries[fields[2]] = _number(number, fields[4])
            continue
        if len(fields) < _FEWEST_FIELDS:
            raise DelegationsRefused(f"Line {number}: a record has seven fields or more.")
        counted[fields[2]] += 1
        delegation = _record(number, fields)
        if delegation is not None:
            found.append(delegation)
    _compare(summaries, counted, promised)
    return RegistryFile(registry=registry, as_of=as_of, delegations=tuple(found))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines that say something, with their numbers; the last one must be ended, or the file is cut."""
    if not text.endswith("\n"):
        raise DelegationsRefused("The last line is not ended: the file is cut.")
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        if len(line) > _LONGEST_LINE:
            raise DelegationsRefused(f"Line {number}: longer than {_LONGEST_LINE} characters.")
        if not line.isascii():
            raise DelegationsRefused(f"Line {number}: there are other signs than those of ASCII.")
        plain = line.rstrip("\r")
        if plain and not plain.startswith("#"):
            yield number, plain


def _header(numbered: tuple[int, str]) -> tuple[str, date, int]:
    number, line = numbered
    fields = line.split("|")
    if len(fields) != _HEADER_FIELDS or fields[0] not in {"2", "2.3"}:
        raise DelegationsRefused(f"Line {number}: this is not the first line of an extended list, version 2 or 2.3.")
    registry, ends = fields[1], fields[5]
    if registry not in REGISTRIES:
        raise DelegationsRefused(f"Line {number}: the registry is none of the five.")
    if re.fullmatch(r"[0-9]{8}", ends, re.ASCII) is None:
        raise DelegationsRefused(f"Line {number}: the last day is not written as 20261126.")
    try:
        as_of = date(int(ends[:4]), int(ends[4:6]), int(ends[6:]))
    except ValueError as error:
        raise DelegationsRefused(f"Line {number}: the last day is no day of the calendar.") from error
    return registry, as_of, _number(number, fields[3])


def _record(number: int, fields: list[str]) -> Delegation | None:
    """Return the addresses of a record; nothing for what nobody was given, and for numbers of networks (``asn``)."""
    _, country, family, start, value, _day, status = fields[:_FEWEST_FIELDS]
    if status not in _GIVEN | _NOT_GIVEN:
        raise DelegationsRefused(f"Line {number}: the status is unknown.")
    if family == "asn":
        return None
    if family not in _FAMILIES:
        raise DelegationsRefused(f"Line {number}: the type is unknown.")
    if status in _NOT_GIVEN or country in {"", _NOBODY}:
        return None
    if _COUNTRY.fullmatch(country) is None:
        raise DelegationsRefused(f"Line {number}: a country has two capital letters.")
    version, first, end = _span(number, family, start, _number(number, value))
    return Delegation(version=version, first=first, end=end, country=country)


def _span(number: int, family: str, start: str, value: int) -> tuple[int, int, int]:
    """Return version, first and end; ``value`` counts IPv4 addresses, or is the length of an IPv6 prefix."""
    try:
        if family == "ipv4":
            first = int(IPv4Address(start))
            if not 0 < value <= _IPV4_END - first:
                raise DelegationsRefused(f"Line {number}: the addresses run beyond the last one.")
            return 4, first, first + value
        low = int(IPv6Address(start))
    except AddressValueError as error:
        raise DelegationsRefused(f"Line {number}: this is no address.") from error
    if not 0 < value <= _LONGEST_PREFIX:
        raise DelegationsRefused(f"Line {number}: a prefix has 1 to {_LONGEST_PREFIX} bits.")
    if low % (1 << (128 - value)):
        raise DelegationsRefused(f"Line {number}: the address does not begin its network.")
    first = low >> _HALF_BITS
    return 6, first, first + (1 << (_HALF_BITS - value))


def _number(line: int, text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise DelegationsRefused(f"Line {line}: a number is expected.")
    return int(text)


def _compare(summaries: dict[str, int], counted: Counter[str], promised: int) -> None:
    """Refuse a file that has fewer or more records than it says: it is cut, or put together."""
    for family in _FAMILIES | set(counted):
        said = summaries.get(family, 0)
        if said != counted[family]:
            raise DelegationsRefused(f"The file says {said} records of {family}, and has {counted[family]}.")
    if promised != sum(counted.values()):
        raise DelegationsRefused(f"The first line says {promised} records; there are {sum(counted.values())}.")


def unique_spans(delegations: Collection[Delegation]) -> tuple[Delegation, ...]:
    """Return spans that do not overlap, in order, neighbours of one country joined.

    Where registries say different countries of the same addresses, nobody knows: those are left out.
    """
    found: list[Delegation] = []
    for version in (4, 6):
        edges: list[tuple[int, int, str]] = []
        for one in delegations:
            if one.version == version:
                edges += [(one.first, 1, one.country), (one.end, -1, one.country)]
        found += _swept(version, sorted(edges))
    return tuple(found)


def _swept(version: int, edges: list[tuple[int, int, str]]) -> Iterator[Delegation]:
    here: Counter[str] = Counter()
    last: Delegation | None = None
    before = 0
    for position, step, country in edges:
        if position > before and len(here) == 1:
            said = next(iter(here))
            if last is not None and last.end == before and last.country == said:
                last = Delegation(version=version, first=last.first, end=position, country=said)
            else:
                if last is not None:
                    yield last
                last = Delegation(version=version, first=before, end=position, country=said)
        here[country] += step
        if not here[country]:
            del here[country]
        before = position
    if last is not None:
        yield last
