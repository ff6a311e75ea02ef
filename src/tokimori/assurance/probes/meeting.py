"""Ask a listener for a page as anybody could, whoever signed its certificate; that is another probe's question.

A secret goes to nobody but a listener that proved itself by a certificate of the authorities that count here.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Final

from django.conf import settings

from tokimori.assurance.probes.probe import CannotObserve
from tokimori.foundation.listeners import Listener

MEETING_SECONDS: Final = 15
_LONGEST_PAGE: Final = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: status, headers in small letters, and the page."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header; several of one name stand one after the other."""
        return self.headers.get(name, "")


def ask(
    place: Listener, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Ask a listener, and return its answer; raise ``CannotObserve`` where there is none.

    With an ``Authorization`` among the headers the listener has to prove itself first, or nothing is sent.
    """
    is_secret = any(name.lower() == "authorization" for name in headers or {})
    if is_secret and not place.is_encrypted:
        raise CannotObserve(f"speaks_no_tls:{place.place}")
    context = checked() if is_secret else unchecked()
    connection = HTTPConnection(place.host, place.port, timeout=MEETING_SECONDS)
    try:
        plain = socket.create_connection((place.address, place.port), timeout=MEETING_SECONDS)
        connection.sock = plain
        if place.is_encrypted:
            connection.sock = context.wrap_socket(plain, server_hostname=place.host)
        connection.request(method, path, body, headers={"Connection": "close", **(headers or {})})
        response = connection.getresponse()
        found: dict[str, str] = {}
        for name, value in response.getheaders():
            found[name.lower()] = f"{found[name.lower()]}\n{value}" if name.lower() in found else value
        return Answer(status=response.status, headers=found, body=response.read(_LONGEST_PAGE))
    except (OSError, HTTPException) as error:
        raise CannotObserve(f"does_not_answer:{place.place}") from error
    finally:
        connection.close()


def checked() -> ssl.SSLContext:
    """Return a context that takes certificates of the installation's own authority, or else of those the system trusts."""
    return ssl.create_default_context(cafile=settings.LISTENER_AUTHORITY)


def unchecked() -> ssl.SSLContext:
    """Return a context that takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
