"""The table of countries: compiled from the registries' files, one file, looked up by halving; replaced whole.

Format: ``tokimori-countries/1``, a line of JSON, the spans (starts, ends, countries; IPv4 first, big-endian), and the
SHA-256 of all that. A country is where a network is *registered*; a person may sit elsewhere, behind a tunnel or a
telephone abroad.
"""

import hashlib
import json
import os
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from django.conf import settings

from tokimori.foundation.countries.delegations import RegistryFile, unique_spans

_MAGIC: Final = b"tokimori-countries/1\n"
_DIGEST_BYTES: Final = 32
_MOST_BYTES: Final = 64_000_000
_COUNTRY_BYTES: Final = 2
_HALF_BITS: Final = 64
Address = IPv4Address | IPv6Address


class TableRefused(ValueError):
    """The file is no table of countries, or not a whole one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spans:
    """Spans of one version, in order, that do not overlap."""

    starts: "array[int]"
    ends: "array[int]"
    countries: bytes

    def country_at(self, number: int) -> str | None:
        place = bisect_right(self.starts, number) - 1
        if place < 0 or number > self.ends[place]:
            return None
        return self.countries[_COUNTRY_BYTES * place : _COUNTRY_BYTES * (place + 1)].decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryTable:
    """What is known of addresses, from which registries, each with its day; ``is_sample`` says that it is made up."""

    registries: Mapping[str, date]
    is_sample: bool
    digest: str
    ipv4: _Spans
    ipv6: _Spans

    @property
    def as_of(self) -> date:
        """Return the day until which every registry is known."""
        return min(self.registries.values())

    def is_there(self) -> bool:
        """Return that something is known: who holds a table has one."""
        return True

    def is_current(self, at: datetime) -> bool:
        """Whether the oldest of the registries' lists is young enough to go by (``TOKIMORI_COUNTRIES_DAYS``)."""
        return at.date() - self.as_of <= timedelta(days=settings.COUNTRIES_DAYS)

    @property
    def countries(self) -> frozenset[str]:
        """Return every country that has an address."""
        return frozenset(
            spans.countries[place : place + _COUNTRY_BYTES].decode("ascii")
            for spans in (self.ipv4, self.ipv6)
            for place in range(0, len(spans.countries), _COUNTRY_BYTES)
        )

    def country_of(self, address: Address) -> str | None:
        """Return the two letters (ISO 3166-1) of the country in which an address is registered; nothing if nobody says."""
        if isinstance(address, IPv4Address):
            return self.ipv4.country_at(int(address))
        return self.ipv6.country_at(int(address) >> _HALF_BITS)


def compile_table(files: Sequence[RegistryFile], *, is_sample: bool = False) -> bytes:
    """Return the table of some registries' files as the bytes of its file; each registry once, or ``ValueError``."""
    registries = {one.registry: one.as_of.isoformat() for one in files}
    if not files or len(registries) != len(files):
        raise ValueError("A table is made of files, one of each registry.")
    spans = unique_spans([delegation for one in files for delegation in one.delegations])
    counts = {f"ipv{version}": sum(1 for one in spans if one.version == version) for version in (4, 6)}
    head = {"registries": dict(sorted(registries.items())), "is_sample": is_sample, **counts}
    body = [_MAGIC, json.dumps(head, sort_keys=True, separators=(",", ":")).encode(), b"\n"]
    for version, code in ((4, "I"), (6, "Q")):
        own = [one for one in spans if one.version == version]
        body += [
            _packed(code, (one.first for one in own)),
            _packed(code, (one.end - 1 for one in own)),
            "".join(one.country for one in own).encode("ascii"),
        ]
    whole = b"".join(body)
    return whole + hashlib.sha256(whole).digest()


def read_table(whole: bytes) -> CountryTable:
    """Return the table that ``compile_table`` wrote; raise ``TableRefused`` for anything else, one wrong byte included."""
    content, digest = whole[:-_DIGEST_BYTES], whole[-_DIGEST_BYTES:]
    if not content.startswith(_MAGIC) or hashlib.sha256(content).digest() != digest:
        raise TableRefused("This is no table of countries, or it is damaged.")
    line, _, body = content[len(_MAGIC) :].partition(b"\n")
    try:
        head = json.loads(line)
        registries = {str(name): date.fromisoformat(day) for name, day in head["registries"].items()}
        ipv4, rest = _unpacked("I", int(head["ipv4"]), body)
        ipv6, rest = _unpacked("Q", int(head["ipv6"]), rest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TableRefused("The head of the table cannot be read.") from error
    if rest or not registries:
        raise TableRefused("The table is longer than it says.")
    return CountryTable(
        registries=registries, is_sample=bool(head["is_sample"]), digest=digest.hex(), ipv4=ipv4, ipv6=ipv6
    )


def write_table(whole: bytes, *, path: Path) -> None:
    """Put a table in the place of the one before, at once: whoever reads meanwhile has the old one or the new one."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        written = Path(file.name)
        try:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
            written.chmod(0o644)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)


def country_table() -> CountryTable | None:
    """Return the table that the installation names (``TOKIMORI_COUNTRIES``), read again when its file was replaced.

    Nothing when none is named, or when its file is gone or damaged: then nobody's country is known.
    """
    path = settings.COUNTRIES
    if path is None:
        return None
    try:
        stat = path.stat()
        return _table_of(path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except (OSError, TableRefused):
        return None


@dataclass(frozen=True, slots=True)
class StoredCountries:
    """Asks the installation's table, once there is something to ask."""

    def country_of(self, address: Address) -> str | None:
        """Return the country of an address, or nothing where it is not known."""
        table = country_table()
        return None if table is None else table.country_of(address)

    def is_there(self) -> bool:
        """Whether there is a table that can be read."""
        return country_table() is not None

    def is_current(self, at: datetime) -> bool:
        """Whether there is a table that is young enough to let anybody in by."""
        table = country_table()
        return table is not None and table.is_current(at)


@lru_cache(maxsize=2)
def _table_of(path: Path, changed: int, size: int, node: int) -> CountryTable:
    del changed, node  # they are here to be asked again for another file
    if size > _MOST_BYTES:
        raise TableRefused("The file is longer than any table.")
    return read_table(path.read_bytes())


def _packed(code: str, numbers: Iterable[int]) -> bytes:
    found = array(code, numbers)
    if sys.byteorder == "little":
        found.byteswap()
    return found.tobytes()


def _unpacked(code: str, count: int, body: bytes) -> tuple[_Spans, bytes]:
    width = array(code).itemsize * count
    length = 2 * width + _COUNTRY_BYTES * count
    if count < 0 or len(body) < length:
        raise TableRefused("The table is shorter than it says.")
    starts, ends = array(code), array(code)
    for numbers, part in ((starts, body[:width]), (ends, body[width : 2 * width])):
        numbers.frombytes(part)
        if sys.byteorder == "little":
            numbers.byteswap()
    return _Spans(starts=starts, ends=ends, countries=body[2 * width : length]), body[length:]
