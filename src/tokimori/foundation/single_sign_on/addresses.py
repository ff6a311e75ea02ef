"""Addresses of providers: https alone; plain HTTP to this machine alone, where the installation itself has no TLS."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from tokimori.foundation.single_sign_on.errors import ProviderNotValid

LONGEST_ADDRESS: Final = 1000
LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PLAIN: Final = re.compile(r"[!-~]+")


def is_loopback_allowed() -> bool:
    """Whether this very machine may be a provider: only where we are served without TLS, on loopback alone, ourselves."""
    return not settings.SESSION_COOKIE_SECURE


def refuse_address(text: str, *, field: str) -> None:
    """Raise ``ProviderNotValid`` for what is no address that a browser or we may be sent to."""
    if not _is_taken(text):
        raise ProviderNotValid(field=field)


def _is_taken(text: str) -> bool:
    if len(text) > LONGEST_ADDRESS or not _PLAIN.fullmatch(text) or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None or "#" in text:
        return False
    if parts.scheme == "https":
        return host not in LOOPBACK_HOSTS or is_loopback_allowed()
    return parts.scheme == "http" and host in LOOPBACK_HOSTS and is_loopback_allowed()
