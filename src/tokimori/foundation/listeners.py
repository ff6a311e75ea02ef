"""Where the service is met: each listener with its address, who comes there, and the oldest TLS that it may speak."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"https": 443, "http": 80}
_FLOORS: Final = frozenset({"1.2", "1.3"})
_MOST_WORDS: Final = 3


class Audience(StrEnum):
    """Who comes to a listener: people, machines, nobody but this machine itself, or whoever must be sent on to TLS."""

    PEOPLE = "people"
    MACHINES = "machines"
    LOOPBACK = "loopback"
    REDIRECT = "redirect"


class ListenerNotValid(ValueError):
    """A listener is not written as listeners are; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One address at which the service listens. ``floor`` is the oldest TLS that it may speak, empty without TLS."""

    scheme: str
    host: str
    port: int
    audience: Audience
    floor: str

    @property
    def place(self) -> str:
        """Return host and port, as they are written in addresses."""
        return f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """Return where to connect: names under ``localhost`` are this very machine, whatever a name server says."""
        return "127.0.0.1" if self.host == "localhost" or self.host.endswith(".localhost") else self.host

    @property
    def is_encrypted(self) -> bool:
        """Whether it is met by TLS."""
        return self.scheme == "https"


def read_listener(text: str) -> Listener:
    """Return the listener that is written ``address [audience [floor]]``, as ``https://time.example people 1.2``.

    Without an audience people come there; without a floor it is TLS 1.2. Raise ``ListenerNotValid`` for anything else: a
    path, an unknown audience, a listener that sends on to TLS and is there already, or one of this machine elsewhere.
    """
    words = text.split()
    if not 1 <= len(words) <= _MOST_WORDS:
        raise ListenerNotValid(
            "names addresses like https://time.example, each with its audience and TLS floor or without"
        )
    try:
        parts = urlsplit(words[0])
        port = parts.port
    except ValueError as error:
        raise ListenerNotValid("names addresses like https://time.example") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        raise ListenerNotValid("names addresses like https://time.example, without a path")
    found = Listener(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        audience=_audience(words[1] if len(words) > 1 else Audience.PEOPLE.value),
        floor=_floor(words[2:], scheme=parts.scheme),
    )
    if found.audience is Audience.REDIRECT and found.is_encrypted:
        raise ListenerNotValid("lets http alone be sent on to TLS")
    if found.audience is Audience.LOOPBACK and not _is_loopback(found.address):
        raise ListenerNotValid("calls loopback only what is an address of this machine")
    return found


def _audience(text: str) -> Audience:
    try:
        return Audience(text)
    except ValueError as error:
        known = ", ".join(Audience)
        raise ListenerNotValid(f"knows the audiences {known}") from error


def _floor(words: list[str], *, scheme: str) -> str:
    if not words:
        return "1.2" if scheme == "https" else ""
    if scheme != "https" or words[0] not in _FLOORS:
        raise ListenerNotValid("knows the floors 1.2 and 1.3, of https")
    return words[0]


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
