"""The first words of a TLS handshake, written by hand: they offer what no library of today would still offer."""

import secrets
import socket
from dataclasses import dataclass
from typing import Final

from tokimori.assurance.probes.probe import CannotObserve
from tokimori.foundation.listeners import Listener

_SECONDS: Final = 5
_HANDSHAKE, _SERVER_HELLO = 0x16, 0x02
_LONGEST_ANSWER: Final = 64
_GROUPS: Final = bytes.fromhex("001d00170018")  # X25519, P-256, P-384
_SIGNATURES: Final = bytes.fromhex("040305030603080408050806040105010601020302010804")

OF_OLD: Final = bytes.fromhex("c009c00ac013c014002f0035000a00050004")
"""Suites that servers of old protocols choose from."""
WEAK: Final = bytes.fromhex(
    "00010002003b"  # nothing is encrypted
    "00030008000900040005c007c011"  # export, DES, RC4
    "000ac008c012"  # 3DES
    "00180034006cc018c019"  # nobody proves who he is
    "002f0035003c003d009c009d"  # whoever gets the key later reads everything
)
"""Suites that nobody may take under TLS 1.2 either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A version of the protocol, by its name and by its number on the wire."""

    name: str
    number: int


OLD: Final = (
    Protocol(name="SSL-3.0", number=0x0300),
    Protocol(name="TLS-1.0", number=0x0301),
    Protocol(name="TLS-1.1", number=0x0302),
)
TLS_1_2: Final = Protocol(name="TLS-1.2", number=0x0303)


def takes(place: Listener, *, protocol: Protocol, suites: bytes) -> bool:
    """Whether a listener goes on with a handshake of this protocol and these suites; raise where nobody answers."""
    try:
        with socket.create_connection((place.address, place.port), timeout=_SECONDS) as plain:
            try:
                plain.sendall(_hello(place.host, protocol=protocol, suites=suites))
                answer = plain.recv(_LONGEST_ANSWER)
            except (ConnectionError, TimeoutError):
                return False
    except OSError as error:
        raise CannotObserve(f"does_not_answer:{place.place}") from error
    version = protocol.number.to_bytes(2)
    return len(answer) > 11 and answer[0] == _HANDSHAKE and answer[5] == _SERVER_HELLO and answer[9:11] == version  # noqa: PLR2004 -- past the version


def _hello(host: str, *, protocol: Protocol, suites: bytes) -> bytes:
    name = host.encode("idna")
    extensions = b"".join(
        (
            _extension(0, _counted(b"\0" + _counted(name))),
            _extension(10, _counted(_GROUPS)),
            _extension(11, b"\x01\x00"),
            _extension(13, _counted(_SIGNATURES)),
        )
    )
    body = (
        protocol.number.to_bytes(2)
        + secrets.token_bytes(32)
        + b"\0"
        + _counted(suites)
        + b"\x01\x00"
        + (_counted(extensions) if protocol.number > OLD[0].number else b"")
    )
    handshake = b"\x01" + len(body).to_bytes(3) + body
    outer = min(protocol.number, 0x0301).to_bytes(2)
    return bytes([_HANDSHAKE]) + outer + _counted(handshake)


def _counted(content: bytes) -> bytes:
    return len(content).to_bytes(2) + content


def _extension(number: int, content: bytes) -> bytes:
    return number.to_bytes(2) + _counted(content)
