"""What travels between the parts of the installation, and whom its processes talk to outside of it."""

import socket
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.probes.processes import our_inodes, our_processes
from tokimori.assurance.probes.sockets import Address, Socket, sockets
from tokimori.foundation.keys.root_settings import RootProvider
from tokimori.foundation.notices.mail_service import MailTransport

_SAFE_PROTOCOLS: Final = frozenset({"TLSv1.2", "TLSv1.3"})
_DATABASE: Final = """
    select ssl, version, coalesce(host(inet_server_addr()), '')
      from pg_stat_ssl where pid = pg_backend_pid()
"""

_SESSIONS: Final = """
    select session.usename::text,
           pg_has_role(session.usename, 'tokimori_runtime', 'member')
           or pg_has_role(session.usename, 'tokimori_sequencer', 'member')
           or pg_has_role(session.usename, base.datdba, 'member'),
           login.rolsuper
      from pg_stat_activity as session
      join pg_database as base on base.datname = session.datname and base.datname = current_database()
      join pg_roles as login on login.rolname = session.usename
     where coalesce(session.backend_type, 'client backend') = 'client backend'
"""
"""Of others' sessions we are told the login alone. Who stands above the walls has every role, and is told apart."""


def observe_exchange(now: datetime) -> Observation:
    """Look how this process reaches the database, the keys and the mail: inside this machine, or by TLS."""
    del now  # it is reached as it is reached
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        is_encrypted, protocol, address = cursor.fetchone() or (False, None, "")
    way = str(protocol) if is_encrypted else _way(address)
    checks = {
        "the_database_is_reached_safely": way in _SAFE_PROTOCOLS or way in {"socket", "loopback"},
        "keys_are_reached_safely": settings.ROOT_KEYS.provider is not RootProvider.TRANSIT
        or _is_safe_url(settings.ROOT_KEYS.transit_url),
        "mail_is_reached_safely": settings.MAIL is None
        or settings.MAIL.transport is not MailTransport.PLAIN
        or _is_loopback(settings.MAIL.host),
    }
    return judged(checks, database_way=way)


def observe_egress(now: datetime) -> Observation:
    """Look at every open connection of our processes: none leads to a place that the installation does not name."""
    del now  # what is open is open
    ours = our_inodes()
    found = sockets()
    served = {one.port for one in found if one.is_listening}
    known = _named_places()
    outward = [one for one in found if one.is_connected and one.inode in ours and one.port not in served]
    strange = sorted({str(one.peer) for one in outward if not _is_known(one, known)})
    return judged(
        {f"is_named:{peer}": False for peer in strange} or {"every_place_is_named": True},
        processes=len(our_processes()),
        connections=len(outward),
        unnamed=len(strange),
    )


def observe_routes(now: datetime) -> Observation:
    """Look who is connected to the database: the program's own logins alone, and nobody who stands above the walls."""
    del now  # as above
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS)
        sessions = cursor.fetchall()
    strange = sorted({name for name, is_known, _ in sessions if not is_known})
    above = sum(1 for *_, is_superuser in sessions if is_superuser)
    return judged(
        {
            "nobody_stands_above_the_walls": above == 0,
            **({f"is_a_login_of_ours:{name}": False for name in strange} or {"every_login_is_ours": True}),
        },
        connections=len(sessions),
        superusers=above,
    )


def _is_known(one: Socket, known: frozenset[Address]) -> bool:
    return one.peer.is_loopback or one.peer in known


def _named_places() -> frozenset[Address]:
    """Return the addresses of the database, the mail service and the key store, as they are named in the settings."""
    hosts = [
        str(settings.DATABASES["default"]["HOST"]),
        settings.MAIL.host if settings.MAIL else "",
        urlsplit(settings.ROOT_KEYS.transit_url).hostname or "",
    ]
    return frozenset(address for host in hosts if host and not host.startswith("/") for address in _addresses(host))


def _addresses(host: str) -> Iterator[Address]:
    try:
        for *_, place in socket.getaddrinfo(host, None):
            yield ip_address(place[0])
    except OSError:
        return


def _way(address: str) -> str:
    if not address:
        return "socket"
    return "loopback" if _is_loopback(address) else "open"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_safe_url(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or _is_loopback(parts.hostname or "")
