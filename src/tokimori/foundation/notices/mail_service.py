"""The mail service that an installation has chosen, if it has chosen any."""

from dataclasses import dataclass
from enum import StrEnum


class MailTransport(StrEnum):
    """How letters are kept from others' eyes on their way to the mail service."""

    TLS = "tls"
    """From the first byte (port 465)."""
    STARTTLS = "starttls"
    """Turned on before anything is said (port 587); refused where it cannot be."""
    PLAIN = "plain"
    """Not at all; on this very machine alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailService:
    """Where letters are handed over, in whose name, and to which address of ours their links lead."""

    host: str
    port: int
    transport: MailTransport
    user: str
    password: str
    sender: str
    links: str
    """Our own address as people reach it, ``https://time.example``, without a slash at its end."""
