"""The listeners as somebody from outside meets them: encrypted, with strict headers, and deaf to old protocols."""

import socket
import ssl
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from tokimori.assurance.probes.probe import CannotObserve, Observation, judged

_SECONDS: Final = 5
_LEAST_DAYS: Final = 14
_LEAST_HSTS: Final = 31_536_000
_OLD: Final = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)


def observe_transport(now: datetime) -> Observation:
    """Ask whether each listener is met by TLS alone."""
    del now  # what listens listens
    found = _listeners()
    checks = {f"encrypted:{one.netloc}": one.scheme == "https" and _shakes_hands(one) for one in found}
    return judged(checks, listeners=len(found))


def observe_headers(now: datetime) -> Observation:
    """Read the headers of the page at which everybody signs in."""
    del now  # as above
    checks: dict[str, bool] = {}
    for one in _listeners():
        headers = _headers(one, "/sign-in")
        policy = headers.get("content-security-policy", "")
        cookies = headers.get("set-cookie", "").lower()
        checks |= {
            f"policy:{one.netloc}": "default-src 'none'" in policy and "unsafe" not in policy,
            f"no_frames:{one.netloc}": headers.get("x-frame-options", "").upper() == "DENY",
            f"no_guessing:{one.netloc}": headers.get("x-content-type-options", "") == "nosniff",
            f"referrer:{one.netloc}": headers.get("referrer-policy", "") in {"same-origin", "no-referrer"},
            f"strict_transport:{one.netloc}": _seconds(headers.get("strict-transport-security", "")) >= _LEAST_HSTS,
            f"cookies:{one.netloc}": not cookies or ("httponly" in cookies and "secure" in cookies),
        }
    return judged(checks)


def observe_tls_floor(now: datetime) -> Observation:
    """Offer old protocols to each listener, one by one: all must be refused, and a present one taken."""
    del now  # as above
    checks: dict[str, bool] = {}
    for one in _encrypted():
        for version in _OLD:
            checks[f"refused:{version.name}:{one.netloc}"] = not _shakes_hands(one, only=version)
        checks[f"taken:{one.netloc}"] = _shakes_hands(one)
    return judged(checks)


def observe_certificate(now: datetime) -> Observation:
    """Shake hands as a browser does: the chain is trusted, the name is right, and days are left."""
    checks: dict[str, bool] = {}
    days = []
    for one in _encrypted():
        try:
            with (
                socket.create_connection((one.hostname or "", one.port or 443), timeout=_SECONDS) as plain,
                ssl.create_default_context().wrap_socket(plain, server_hostname=one.hostname) as shaken,
            ):
                certificate = shaken.getpeercert() or {}
        except ssl.SSLCertVerificationError:
            checks[f"trusted:{one.netloc}"] = False
            continue
        except OSError as error:
            raise CannotObserve(f"{one.netloc} does not answer.") from error
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), tz=UTC)
        days.append((ends - now).days)
        checks |= {f"trusted:{one.netloc}": True, f"days_left:{one.netloc}": days[-1] >= _LEAST_DAYS}
    return judged(checks, days_left=min(days, default=0))


def _listeners() -> tuple[SplitResult, ...]:
    found = tuple(urlsplit(address) for address in settings.LISTENERS)
    if not found:
        raise CannotObserve("No listener is named in TOKIMORI_LISTENERS.")
    return found


def _encrypted() -> tuple[SplitResult, ...]:
    found = _listeners()
    if any(one.scheme != "https" for one in found):
        raise CannotObserve("A listener named in TOKIMORI_LISTENERS speaks no TLS.")
    return found


def _shakes_hands(place: SplitResult, *, only: ssl.TLSVersion | None = None) -> bool:
    """Whether the listener takes a handshake, whoever signed its certificate; with ``only``, of that protocol alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if only is not None:
        # The weakest that this machine can still offer; what is too weak even to be offered cannot be tried.
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # what is deprecated is offered on purpose
            context.minimum_version = context.maximum_version = only
    try:
        with socket.create_connection((place.hostname or "", place.port or 443), timeout=_SECONDS) as plain:
            try:
                with context.wrap_socket(plain, server_hostname=place.hostname):
                    return True
            except (ssl.SSLError, ConnectionError):
                return False
    except OSError as error:
        raise CannotObserve(f"{place.netloc} does not answer.") from error


def _headers(place: SplitResult, path: str) -> Mapping[str, str]:
    connection: HTTPConnection
    if place.scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the certificate is another probe's
        connection = HTTPSConnection(place.netloc, timeout=_SECONDS, context=context)
    else:
        connection = HTTPConnection(place.netloc, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        return {name.lower(): value for name, value in connection.getresponse().getheaders()}
    except OSError as error:
        raise CannotObserve(f"{place.netloc} does not answer.") from error
    finally:
        connection.close()


def _seconds(policy: str) -> int:
    for part in policy.split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.isascii() and value.isdigit():
            return int(value)
    return 0
