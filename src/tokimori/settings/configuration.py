"""What an installation decides, read once from the environment, typed, refused when unsure.

Each value is listed with a sentence in ``docs/reference/settings.md``; a test compares the two.
A secret ``NAME`` may come from a file named by ``NAME_FILE``.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_SHORTEST_SECRET = 32
_LONGEST_ORIGIN = 100
_LOG_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})
_KNOWN = frozenset(
    {
        "TOKIMORI_SECRET_KEY",
        "TOKIMORI_TENANT_CONTEXT_KEY",
        "TOKIMORI_SEALING_KEY",
        "TOKIMORI_RECEIPT_KEY",
        "TOKIMORI_LOG_ORIGIN",
        "TOKIMORI_SIGNER_SOCKET",
        "TOKIMORI_RECEIPT_PUBLIC_KEY",
        "TOKIMORI_WITNESSES",
        "TOKIMORI_HOSTS",
        "TOKIMORI_PLAIN_HTTP_ON_LOOPBACK",
        "TOKIMORI_LOG_LEVEL",
        "TOKIMORI_STATE",
        "TOKIMORI_PUNCH_WINDOW_DAYS",
        "TOKIMORI_SIGN_IN_ATTEMPTS",
        "TOKIMORI_SIGN_IN_ATTEMPTS_BY_ADDRESS",
        "TOKIMORI_SIGN_IN_WINDOW_MINUTES",
        "TOKIMORI_SIGN_IN_LOCK_MINUTES",
        "TOKIMORI_TRUSTED_PROXIES",
        "TOKIMORI_OPERATOR_HOST",
        "TOKIMORI_OPERATOR_NETWORKS",
    }
)


class ConfigurationRefused(RuntimeError):
    """The configuration is missing something, or says something unsafe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """Where the database is and who connects."""

    host: str
    port: str
    name: str
    user: str
    password: str
    tls_mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLimits:
    """So many attempts within a window of minutes; one more locks for so many minutes."""

    attempts: int
    attempts_by_address: int
    window_minutes: int
    lock_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything an installation decides."""

    secret_key: str
    tenant_context_key: bytes
    sealing_key: bytes
    receipt_key: bytes
    log_origin: str
    hosts: tuple[str, ...]
    is_plain_http: bool
    database: DatabaseAddress
    log_level: str
    punch_window_days: int
    sign_in_limits: SignInLimits
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    operator_host: str
    operator_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


def read_configuration(environment: Mapping[str, str]) -> Configuration:
    """Return the configuration in ``environment``; raise ``ConfigurationRefused`` when anything is missing or odd."""
    for name in environment:
        if name.startswith("TOKIMORI_") and name.removesuffix("_FILE") not in _KNOWN:
            raise ConfigurationRefused(f"{name} is not a setting of this version.")
    hosts = _hosts(environment)
    operator_host, operator_networks = _operator_door(environment, hosts)
    return Configuration(
        secret_key=_secret(environment, "TOKIMORI_SECRET_KEY"),
        tenant_context_key=_secret(environment, "TOKIMORI_TENANT_CONTEXT_KEY").encode(),
        sealing_key=_secret(environment, "TOKIMORI_SEALING_KEY").encode(),
        receipt_key=_secret(environment, "TOKIMORI_RECEIPT_KEY").encode(),
        log_origin=log_origin(environment),
        hosts=hosts,
        is_plain_http=_plain_http(environment, (*hosts, *filter(None, [operator_host]))),
        database=_database(_required(environment, "DATABASE_URL")),
        log_level=_choice(environment, "TOKIMORI_LOG_LEVEL", "INFO", _LOG_LEVELS),
        punch_window_days=_whole_number(environment, "TOKIMORI_PUNCH_WINDOW_DAYS", default=400, least=1, most=3700),
        sign_in_limits=SignInLimits(
            attempts=_whole_number(environment, "TOKIMORI_SIGN_IN_ATTEMPTS", default=10, least=3, most=100),
            attempts_by_address=_whole_number(
                environment, "TOKIMORI_SIGN_IN_ATTEMPTS_BY_ADDRESS", default=100, least=10, most=10_000
            ),
            window_minutes=_whole_number(
                environment, "TOKIMORI_SIGN_IN_WINDOW_MINUTES", default=15, least=1, most=1440
            ),
            lock_minutes=_whole_number(environment, "TOKIMORI_SIGN_IN_LOCK_MINUTES", default=15, least=1, most=1440),
        ),
        trusted_proxies=_networks(environment, "TOKIMORI_TRUSTED_PROXIES"),
        operator_host=operator_host,
        operator_networks=operator_networks,
    )


def log_origin(environment: Mapping[str, str]) -> str:
    """Return the beginning of every log's origin: host and path without a scheme, as in ``time.example/tokimori``."""
    origin = _required(environment, "TOKIMORI_LOG_ORIGIN")
    if re.fullmatch(r"[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*", origin) is None or len(origin) > _LONGEST_ORIGIN:
        raise ConfigurationRefused(
            "TOKIMORI_LOG_ORIGIN is a host and a path without a scheme, of up to 100 characters."
        )
    return origin


def _required(environment: Mapping[str, str], name: str) -> str:
    if file := environment.get(f"{name}_FILE"):
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationRefused(f"The file named by {name}_FILE cannot be read.") from error
    else:
        value = environment.get(name, "")
    if not value:
        raise ConfigurationRefused(f"{name} is not set.")
    return value


def _secret(environment: Mapping[str, str], name: str) -> str:
    value = _required(environment, name)
    if len(value) < _SHORTEST_SECRET or len(set(value)) < 8:  # noqa: PLR2004 -- eight different characters
        raise ConfigurationRefused(f"{name} is too short or too plain for a secret.")
    return value


def _hosts(environment: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in _required(environment, "TOKIMORI_HOSTS").split(","))
    if any(not host or "*" in host or "/" in host for host in hosts):
        raise ConfigurationRefused("TOKIMORI_HOSTS names hosts, separated by commas, without wildcards.")
    return hosts


def _operator_door(
    environment: Mapping[str, str], hosts: tuple[str, ...]
) -> tuple[str, tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]]:
    """Return the provider's own host and where its people may come from; without a host there is no such door."""
    host = environment.get("TOKIMORI_OPERATOR_HOST", "").strip()
    networks = _networks(environment, "TOKIMORI_OPERATOR_NETWORKS")
    if host and (host in hosts or any(sign in host for sign in "*/,:")):
        raise ConfigurationRefused("TOKIMORI_OPERATOR_HOST names one host that is not among TOKIMORI_HOSTS.")
    if bool(host) != bool(networks):
        raise ConfigurationRefused(
            "TOKIMORI_OPERATOR_HOST and TOKIMORI_OPERATOR_NETWORKS are set together or not at all."
        )
    return host, networks


def _networks(environment: Mapping[str, str], name: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    texts = [text.strip() for text in environment.get(name, "").split(",") if text.strip()]
    try:
        found = tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise ConfigurationRefused(f"{name} names addresses or networks, separated by commas.") from error
    if any(network.prefixlen == 0 for network in found):
        raise ConfigurationRefused(f"{name} would trust everybody.")
    return found


def _plain_http(environment: Mapping[str, str], hosts: tuple[str, ...]) -> bool:
    if _choice(environment, "TOKIMORI_PLAIN_HTTP_ON_LOOPBACK", "no", frozenset({"yes", "no"})) == "no":
        return False
    if not all(_is_loopback(host) for host in hosts):
        raise ConfigurationRefused("Plain HTTP is for loopback hosts alone; TOKIMORI_HOSTS names others.")
    return True


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _database(url: str) -> DatabaseAddress:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ConfigurationRefused("DATABASE_URL must begin with postgresql://; no other database is supported.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := set(query) - {"host", "port", "sslmode"}:
        raise ConfigurationRefused(f"DATABASE_URL carries unknown options: {', '.join(sorted(unknown))}.")
    host = query.get("host", unquote(parts.hostname or ""))
    return DatabaseAddress(
        host=host,
        port=query.get("port", str(parts.port or "")),
        name=parts.path.lstrip("/"),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_mode=query.get("sslmode", "prefer" if host.startswith("/") or _is_loopback(host) else "verify-full"),
    )


def _choice(environment: Mapping[str, str], name: str, default: str, choices: frozenset[str]) -> str:
    value = environment.get(name, default)
    if value not in choices:
        raise ConfigurationRefused(f"{name} must be one of: {', '.join(sorted(choices))}.")
    return value


def _whole_number(environment: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = environment.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigurationRefused(f"{name} must be a whole number from {least} to {most}.")
    return int(text)
