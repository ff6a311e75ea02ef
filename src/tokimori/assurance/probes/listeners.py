"""The listeners as somebody from outside meets them: encrypted, deaf to old protocols, with a certificate that counts."""

import socket
import ssl
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings

from tokimori.assurance.probes.hello import OF_OLD, OLD, TLS_1_2, WEAK, takes
from tokimori.assurance.probes.meeting import MEETING_SECONDS, Answer, ask, checked, unchecked
from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.assurance.probes.sockets import listening_on
from tokimori.foundation.listeners import Audience, Listener

_LEAST_DAYS: Final = 14
_EXPIRED, _OTHER_NAME = 10, 62
_SENDS_ON: Final = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})


def observe_transport(now: datetime) -> Observation:
    """Ask whether TLS alone opens each listener, whether http sends on, and whether the rest is of this machine alone."""
    del now  # what listens listens
    found = declared()
    checks: dict[str, bool] = {"there_is_an_encrypted_door": any(one.is_encrypted for one in found)}
    for one in found:
        match one.audience:
            case Audience.LOOPBACK:
                checks[f"stays_on_this_machine:{one.place}"] = _stays_here(one)
            case Audience.REDIRECT:
                checks |= _sends_on(one)
            case _:
                checks[f"encrypted:{one.place}"] = one.is_encrypted and _shakes_hands(one)
                checks[f"plain_is_refused:{one.place}"] = one.is_encrypted and not _speaks_plainly(one)
    return judged(
        checks,
        listeners=len(found),
        encrypted=sum(1 for one in found if one.is_encrypted),
        of_this_machine_alone=sum(1 for one in found if one.audience is Audience.LOOPBACK),
    )


def observe_tls_floor(now: datetime) -> Observation:
    """Offer old protocols and weak suites to each listener, one by one: all must be refused, and a present one taken."""
    del now  # as above
    checks: dict[str, bool] = {}
    found = encrypted()
    for one in found:
        for protocol in OLD:
            checks[f"refused_{protocol.name}:{one.place}"] = not takes(one, protocol=protocol, suites=OF_OLD)
        checks[f"refused_weak_suites:{one.place}"] = not takes(one, protocol=TLS_1_2, suites=WEAK)
        if one.floor == "1.3":
            checks[f"refused_TLS-1.2:{one.place}"] = not _shakes_hands(one, only=ssl.TLSVersion.TLSv1_2)
        checks[f"taken:{one.place}"] = _shakes_hands(one)
    return judged(checks, listeners=len(found))


def observe_certificate(now: datetime) -> Observation:
    """Shake hands as a browser does: the chain is trusted, the name is right, and days are left."""
    checks: dict[str, bool] = {}
    days, authorities = [], set()
    for one in encrypted():
        try:
            certificate = _shown_certificate(one)
        except ssl.SSLCertVerificationError as error:
            checks[f"{_fault(error.verify_code)}:{one.place}"] = False
            continue
        except OSError as error:
            raise CannotObserve(f"does_not_answer:{one.place}") from error
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), tz=UTC)
        days.append((ends - now).days)
        authorities.add(_issuer(certificate))
        checks |= {f"trusted:{one.place}": True, f"days_left:{one.place}": days[-1] >= _LEAST_DAYS}
    return judged(
        checks,
        days_left=min(days, default=0),
        authority=", ".join(sorted(authorities)),
        trusted_by="own authority" if settings.LISTENER_AUTHORITY else "system",
    )


def declared() -> tuple[Listener, ...]:
    """Return every listener that the installation names; raise ``CannotObserve`` where it names none."""
    found: tuple[Listener, ...] = settings.LISTENERS
    if not found:
        raise CannotObserve("no_listener")
    return found


def encrypted() -> tuple[Listener, ...]:
    """Return the listeners with TLS; raise ``CannotObserve`` where people or machines come in without it."""
    found = declared()
    if open_ones := [
        one for one in found if not one.is_encrypted and one.audience in {Audience.PEOPLE, Audience.MACHINES}
    ]:
        raise CannotObserve(f"speaks_no_tls:{open_ones[0].place}")
    if not (wanted := tuple(one for one in found if one.is_encrypted)):
        raise CannotObserve("no_encrypted_listener")
    return wanted


def _stays_here(place: Listener) -> bool:
    """Whether a port listens on loopback addresses of this machine and on no others, by the kernel's own word."""
    bound = listening_on(place.port)
    return bool(bound) and all(address.is_loopback for address in bound)


def _sends_on(place: Listener) -> dict[str, bool]:
    """Read: it must send on to TLS at the same host. Bring something: it must not be taken. No cookie in either case."""
    read = ask(place, "GET", "/sign-in")
    brought = ask(place, "POST", "/sign-in")
    target = read.header("location")
    return {
        f"sends_on_to_tls:{place.place}": _is_refused(read)
        or (read.status in _SENDS_ON and target.startswith(f"https://{place.host}")),
        f"takes_nothing:{place.place}": _is_refused(brought) or brought.status in _SENDS_ON,
        f"sets_no_cookie:{place.place}": not read.header("set-cookie") and not brought.header("set-cookie"),
    }


def _is_refused(answer: Answer) -> bool:
    return answer.status >= HTTPStatus.BAD_REQUEST


def _speaks_plainly(place: Listener) -> bool:
    """Whether somebody who asks an encrypted port without encryption is answered with a page."""
    try:
        with socket.create_connection((place.address, place.port), timeout=MEETING_SECONDS) as plain:
            plain.sendall(f"GET /sign-in HTTP/1.1\r\nHost: {place.place}\r\nConnection: close\r\n\r\n".encode())
            answer = plain.recv(100)
    except (ConnectionError, TimeoutError):
        return False
    except OSError as error:
        raise CannotObserve(f"does_not_answer:{place.place}") from error
    status = answer[9:12] if answer.startswith(b"HTTP/1.") else b""
    return status.isdigit() and int(status) < HTTPStatus.BAD_REQUEST


def _shakes_hands(place: Listener, *, only: ssl.TLSVersion | None = None) -> bool:
    """Whether the listener takes a handshake, whoever signed its certificate; with ``only``, of that protocol alone."""
    context = unchecked()
    if only is not None:
        context.minimum_version = context.maximum_version = only
    try:
        with socket.create_connection((place.address, place.port), timeout=MEETING_SECONDS) as plain:
            try:
                with context.wrap_socket(plain, server_hostname=place.host):
                    return True
            except (ssl.SSLError, ConnectionError):
                return False
    except OSError as error:
        raise CannotObserve(f"does_not_answer:{place.place}") from error


def _shown_certificate(place: Listener) -> dict[str, Any]:
    with (
        socket.create_connection((place.address, place.port), timeout=MEETING_SECONDS) as plain,
        checked().wrap_socket(plain, server_hostname=place.host) as shaken,
    ):
        return dict(shaken.getpeercert() or {})


def _issuer(certificate: dict[str, Any]) -> str:
    """Return what the authority calls itself."""
    names = {name: value for part in certificate.get("issuer", ()) for name, value in part}
    return str(names.get("commonName") or names.get("organizationName") or "")


def _fault(code: int) -> str:
    return {_EXPIRED: "not_expired", _OTHER_NAME: "named_rightly"}.get(code, "trusted")
