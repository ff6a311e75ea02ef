"""What a source of time outside of this machine says: a time server, or the date that a web server sends."""

import secrets
import socket
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from tokimori.assurance.probes.probe import CannotObserve
from tokimori.foundation import clock

_SECONDS: Final = 5
_EPOCH: Final = datetime(1900, 1, 1, tzinfo=UTC)
_FRACTION: Final = 2**32
_PACKET: Final = 48
_ASKING: Final = 0x23
"""Version 4, as a client (RFC 5905)."""
_ANSWERING, _MODE = 4, 0x07
_UNSET: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How far this machine's clock is ahead, and how far the answer may be wrong by its way and its roundness."""

    ahead: timedelta
    uncertain: timedelta


def offset_from(source: str) -> Offset:
    """Return the offset from ``ntp://host[:port]`` or ``https://host``; raise ``CannotObserve`` without a sound answer."""
    parts = urlsplit(source)
    host = parts.hostname or ""
    try:
        return _by_time_server(host, parts.port or 123) if parts.scheme == "ntp" else _by_date(host, parts.port or 443)
    except (OSError, HTTPException, ValueError) as error:
        raise CannotObserve(f"time_source_does_not_answer:{host}") from error


def _by_time_server(host: str, port: int) -> Offset:
    mark = secrets.token_bytes(8)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(_SECONDS)
        asking.connect((host, port))
        sent = clock.now()
        asking.send(struct.pack("!B39x", _ASKING) + mark)
        answer = asking.recv(_PACKET)
        received = clock.now()
    is_sound = len(answer) == _PACKET and answer[24:32] == mark and answer[0] & _MODE == _ANSWERING
    if not is_sound or answer[0] >> 6 == _UNSET or answer[1] == 0:
        raise ValueError("not an answer to what was asked, or of a clock that is not set")
    came, left = (_EPOCH + timedelta(seconds=_read(answer[at : at + 8])) for at in (32, 40))
    there = came + (left - came) / 2
    return Offset(ahead=sent + (received - sent) / 2 - there, uncertain=(received - sent) / 2)


def _by_date(host: str, port: int) -> Offset:
    connection = HTTPSConnection(host, port, timeout=_SECONDS)
    try:
        connection.connect()
        sent = clock.now()
        connection.request("HEAD", "/")
        said = connection.getresponse().headers["Date"] or ""
        received = clock.now()
    finally:
        connection.close()
    there = parsedate_to_datetime(said) + timedelta(milliseconds=500)
    way = (received - sent) / 2
    return Offset(ahead=sent + way - there, uncertain=way + timedelta(milliseconds=500))


def _read(eight: bytes) -> float:
    seconds, fraction = struct.unpack("!II", eight)
    return float(seconds + fraction / _FRACTION)
