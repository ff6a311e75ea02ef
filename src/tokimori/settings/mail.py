"""The mail service, read from the environment: all of it or nothing, and under TLS wherever it leaves this machine."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from tokimori.foundation.notices.mail_service import MailService, MailTransport

NAMES: Final = ("TOKIMORI_MAIL_URL", "TOKIMORI_MAIL_FROM", "TOKIMORI_MAIL_LINKS")
_ADDRESS: Final = re.compile(r"[0-9A-Za-z._+-]{1,64}@[0-9A-Za-z]([0-9A-Za-z.-]{0,180}[0-9A-Za-z])?")
_PORTS: Final = {"smtps": 465, "smtp": 587}


class MailNotValid(ValueError):
    """A setting of the mail service is missing or unsafe; the text says which and why."""


def read_mail_service(
    environment: Mapping[str, str], *, hosts: tuple[str, ...], required: Callable[[str], str]
) -> MailService | None:
    """Return the mail service, or nothing where none is named; raise ``MailNotValid`` when only a part of it is.

    ``required`` reads a setting, from its file if it has one, and raises when there is none.
    """
    if not any(name in environment or f"{name}_FILE" in environment for name in NAMES):
        return None
    url, sender, links = (required(name) for name in NAMES)
    if not _ADDRESS.fullmatch(sender):
        raise MailNotValid("TOKIMORI_MAIL_FROM is one e-mail address.")
    host, port, transport, user, password = _server(url)
    return MailService(
        host=host,
        port=port,
        transport=transport,
        user=user,
        password=password,
        sender=sender,
        links=_links(links, hosts=hosts),
    )


def _server(url: str) -> tuple[str, int, MailTransport, str, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise MailNotValid("TOKIMORI_MAIL_URL is not an address.") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise MailNotValid("TOKIMORI_MAIL_URL is smtps://user:password@host:port, or smtp:// for STARTTLS.")
    if parts.query not in {"", "tls=no"}:
        raise MailNotValid("TOKIMORI_MAIL_URL knows no option but tls=no.")
    transport = MailTransport.TLS if parts.scheme == "smtps" else MailTransport.STARTTLS
    if parts.query:
        if parts.scheme != "smtp" or not is_loopback(parts.hostname):
            raise MailNotValid("TOKIMORI_MAIL_URL may say tls=no for smtp:// on a loopback address alone.")
        transport = MailTransport.PLAIN
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise MailNotValid("TOKIMORI_MAIL_URL names user and password together or not at all.")
    return parts.hostname, port or _PORTS[parts.scheme], transport, user, password


def _links(address: str, *, hosts: tuple[str, ...]) -> str:
    """Return the address that links begin with: one of those that are served, over TLS beyond loopback."""
    try:
        parts = urlsplit(address)
        has_odd_port = parts.port == 0
    except ValueError as error:
        raise MailNotValid("TOKIMORI_MAIL_LINKS is not an address.") from error
    is_bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or has_odd_port)
    if not is_bare or parts.hostname not in hosts:
        raise MailNotValid("TOKIMORI_MAIL_LINKS is https:// and one of TOKIMORI_HOSTS, with a port if it needs one.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise MailNotValid("TOKIMORI_MAIL_LINKS begins with https:// beyond loopback.")
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
