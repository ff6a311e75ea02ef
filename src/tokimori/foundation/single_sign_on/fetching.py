"""Fetch from, and post to, addresses that an administrator named, and nowhere that he could not reach himself.

https alone, to public addresses alone: the name is resolved once, each address is looked at, and the connection goes to
that very address, so that a name cannot point elsewhere a moment later. No redirects, no proxies, small answers, soon;
and never while a transaction is open.
"""

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.db import connection as database

from tokimori.foundation.single_sign_on.addresses import is_loopback_allowed, refuse_address
from tokimori.foundation.single_sign_on.errors import AddressNotReachable, ProviderNotValid

LARGEST_ANSWER: Final = 256 * 1024
_SECONDS: Final = 5.0
_SECONDS_IN_ALL: Final = 10.0
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: the status, and the bytes."""

    status: int
    body: bytes


class FetchedInTransaction(RuntimeError):
    """Somebody else's server would be waited for while a transaction is open, and rows may be held."""


def fetch(address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Return what an address answers, to a POST when a form is given; raise ``AddressNotReachable`` for anything else."""
    sent = {"Accept": "application/json", **(headers or {})}
    if form is None:
        return _exchange(address, body=None, headers=sent)
    sent["Content-Type"] = "application/x-www-form-urlencoded"
    return _exchange(address, body=urlencode(form).encode(), headers=sent)


def send(address: str, *, body: bytes, content_type: str, headers: Mapping[str, str]) -> int:
    """Post bytes to an address and return the status that it answers; raise ``AddressNotReachable`` as above."""
    return _exchange(address, body=body, headers={**headers, "Content-Type": content_type}).status


def _exchange(address: str, *, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    if database.in_atomic_block:
        raise FetchedInTransaction
    try:
        refuse_address(address, field="address")
    except ProviderNotValid as error:
        raise AddressNotReachable from error
    parts = urlsplit(address)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    watch = threading.Timer(_SECONDS_IN_ALL, _hang_up, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request(
            "GET" if body is None else "POST", target, body=body, headers={"User-Agent": "Tokimori", **headers}
        )
        response = connection.getresponse()
        found = response.read(LARGEST_ANSWER + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AddressNotReachable from error
    finally:
        watch.cancel()
        connection.close()
    if len(found) > LARGEST_ANSWER:
        raise AddressNotReachable
    return Answer(status=response.status, body=found)


def fetch_json(address: str) -> dict[str, Any]:
    """Return the object that an address answers with; raise ``AddressNotReachable`` when it is none."""
    answer = fetch(address)
    if answer.status != _OK:
        raise AddressNotReachable
    return read_object(answer.body)


def read_object(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raise ``AddressNotReachable`` for anything else."""
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise AddressNotReachable from error
    if not isinstance(found, dict):
        raise AddressNotReachable
    return found


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """End a connection that drips: whoever waits in another thread for the next byte is told that there is none."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    reached = _address_of(host, port or (443 if scheme == "https" else 80))
    if scheme == "http":
        return _Plain(host, reached)
    return _Sealed(host, reached)


def _address_of(host: str, port: int) -> tuple[str, int]:
    """Return the first address of a host, after all of them were found to be public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressNotReachable from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(_is_open(address) for address in addresses):
        raise AddressNotReachable
    return addresses[0], port


def _is_open(text: str) -> bool:
    """Whether an address is one of the public internet, or this machine where that is allowed."""
    address = ipaddress.ip_address(text.split("%", 1)[0])
    plain = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if plain.is_loopback and address.is_loopback:
        return is_loopback_allowed()
    # Reserved are also the forms that hide an inner address from who only looks at its kind: NAT64, site-local.
    return all(one.is_global and not one.is_multicast for one in (address, plain)) and not plain.is_reserved


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name that was asked for."""

    def __init__(self, host: str, reached: tuple[str, int]) -> None:
        super().__init__(host, reached[1], timeout=_SECONDS)
        self._reached = reached

    def connect(self) -> None:
        """Connect to the address itself."""
        self.sock = socket.create_connection(self._reached, timeout=_SECONDS)


class _Sealed(_Plain):
    """The same under TLS, with the certificate of the name."""

    def connect(self) -> None:
        """Connect to the address itself, and let it prove the name."""
        super().connect()
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
