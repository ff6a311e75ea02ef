"""What an installation decides, read once from the environment, typed, refused when unsure.

Each value is listed with a sentence in ``docs/reference/settings.md``; a test compares the two.
A secret ``NAME`` may come from a file named by ``NAME_FILE``.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never
from urllib.parse import parse_qs, unquote, urlsplit

from tokimori.foundation.countries.table import TableRefused, read_table
from tokimori.foundation.keys.errors import RootRefused
from tokimori.foundation.keys.file_root import read_root_file
from tokimori.foundation.keys.root_settings import RootProvider, RootSettings
from tokimori.foundation.listeners import Listener, ListenerNotValid, read_listener
from tokimori.foundation.notices.mail_service import MailService
from tokimori.foundation.security_contact import SecurityContact, SecurityContactNotValid, read_security_contact
from tokimori.settings import mail

_SHORTEST_SECRET = 32
_DIGEST_LINE = re.compile(rb"[0-9A-Fa-f]{40}(:[0-9]+)?\r?\n")
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
        "TOKIMORI_TIMESTAMP_URL",
        "TOKIMORI_TIMESTAMP_CERTIFICATE",
        "TOKIMORI_ROOT_PROVIDER",
        "TOKIMORI_ROOT_KEYS",
        "TOKIMORI_SECURITY_MODULE",
        "TOKIMORI_SECURITY_MODULE_TOKEN",
        "TOKIMORI_SECURITY_MODULE_PIN",
        "TOKIMORI_SECURITY_MODULE_KEYS",
        "TOKIMORI_TRANSIT_URL",
        "TOKIMORI_TRANSIT_TOKEN",
        "TOKIMORI_TRANSIT_KEY",
        "TOKIMORI_KEY_CACHE_SECONDS",
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
        "TOKIMORI_PASSWORD_PEPPER",
        "TOKIMORI_PASSWORD_PEPPER_BEFORE",
        "TOKIMORI_BREACHED_PASSWORDS",
        "TOKIMORI_COUNTRIES",
        "TOKIMORI_COUNTRIES_DAYS",
        "TOKIMORI_MAIL_URL",
        "TOKIMORI_MAIL_FROM",
        "TOKIMORI_MAIL_LINKS",
        "TOKIMORI_OPERATOR_DEVICES",
        "TOKIMORI_OPERATOR_CERTIFICATE_HEADER",
        "TOKIMORI_LISTENERS",
        "TOKIMORI_LISTENER_AUTHORITY",
        "TOKIMORI_TIME_SOURCE",
        "TOKIMORI_SECURITY_CONTACT",
        "TOKIMORI_ADVISORIES",
        "TOKIMORI_WEBHOOKS",
        "TOKIMORI_DRILL_DATABASE_URL",
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
    root_keys: RootSettings
    key_cache_seconds: int
    hosts: tuple[str, ...]
    is_plain_http: bool
    database: DatabaseAddress
    log_level: str
    punch_window_days: int
    sign_in_limits: SignInLimits
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    operator_host: str
    operator_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    mail: MailService | None
    are_operator_devices_required: bool
    operator_certificate_header: str
    breached_passwords: Path | None
    countries: Path | None
    countries_days: int
    password_peppers: tuple[bytes, ...]
    listeners: tuple[Listener, ...]
    listener_authority: Path | None
    time_source: str
    security_contact: SecurityContact | None
    advisories: Path | None
    are_webhooks_on: bool
    drill_database_url: str


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
        root_keys=_root_keys(environment),
        key_cache_seconds=_whole_number(environment, "TOKIMORI_KEY_CACHE_SECONDS", default=60, least=5, most=600),
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
        mail=_mail_service(environment, hosts),
        are_operator_devices_required=_choice(
            environment, "TOKIMORI_OPERATOR_DEVICES", "required", frozenset({"required", "off"})
        )
        == "required",
        operator_certificate_header=_certificate_header(environment),
        breached_passwords=_breached_passwords(environment),
        countries=_countries(environment),
        countries_days=_whole_number(environment, "TOKIMORI_COUNTRIES_DAYS", default=90, least=1, most=400),
        password_peppers=_peppers(environment),
        listeners=_listeners(environment),
        listener_authority=_listener_authority(environment),
        time_source=_time_source(environment),
        security_contact=_security_contact(environment),
        advisories=_advisories(environment),
        are_webhooks_on=_choice(environment, "TOKIMORI_WEBHOOKS", "off", frozenset({"on", "off"})) == "on",
        drill_database_url=_drill_database(environment),
    )


def _mail_service(environment: Mapping[str, str], hosts: tuple[str, ...]) -> MailService | None:
    """Return the mail service; without one nothing is sent, and the screens say so."""
    try:
        return mail.read_mail_service(environment, hosts=hosts, required=lambda name: _required(environment, name))
    except mail.MailNotValid as error:
        raise ConfigurationRefused(str(error)) from error


def _peppers(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """Return the keys that passwords are hashed with, the present one first; none where none is set."""
    names = ("TOKIMORI_PASSWORD_PEPPER", "TOKIMORI_PASSWORD_PEPPER_BEFORE")
    given = [name for name in names if name in environment or f"{name}_FILE" in environment]
    if given == list(names[1:]):
        raise ConfigurationRefused("TOKIMORI_PASSWORD_PEPPER_BEFORE is set beside TOKIMORI_PASSWORD_PEPPER alone.")
    keys = tuple(_secret(environment, name).encode() for name in given)
    if len(set(keys)) != len(keys):
        raise ConfigurationRefused("TOKIMORI_PASSWORD_PEPPER and the one before are two keys.")
    return keys


def _breached_passwords(environment: Mapping[str, str]) -> Path | None:
    """Return the file of digests of known passwords; refuse one that is none, since it would find nothing."""
    name = environment.get("TOKIMORI_BREACHED_PASSWORDS", "")
    if not name:
        return None
    try:
        with Path(name).open("rb") as file:
            first = file.readline(200)
    except OSError as error:
        raise ConfigurationRefused("The file named by TOKIMORI_BREACHED_PASSWORDS cannot be read.") from error
    if not _DIGEST_LINE.fullmatch(first):
        raise ConfigurationRefused(
            "TOKIMORI_BREACHED_PASSWORDS names a file of SHA-1 digests in hexadecimal, sorted, one a line, with counts."
        )
    return Path(name)


def _countries(environment: Mapping[str, str]) -> Path | None:
    """Return the table of countries; refuse one that is none, since rules by country would keep everybody out."""
    name = environment.get("TOKIMORI_COUNTRIES", "")
    if not name:
        return None
    try:
        read_table(Path(name).read_bytes())
    except (OSError, TableRefused) as error:
        raise ConfigurationRefused(
            "TOKIMORI_COUNTRIES names a table that `tokimori countries` made; this file is none, or cannot be read."
        ) from error
    return Path(name)


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


def _root_keys(environment: Mapping[str, str]) -> RootSettings:
    """Return where the root key lies; what the chosen provider needs must be there, and the file in good order."""
    provider = RootProvider(
        _choice(environment, "TOKIMORI_ROOT_PROVIDER", RootProvider.FILE.value, frozenset(map(str, RootProvider)))
    )
    match provider:
        case RootProvider.FILE:
            file = Path(_required(environment, "TOKIMORI_ROOT_KEYS"))
            try:
                read_root_file(file)
            except RootRefused as refused:
                raise ConfigurationRefused(str(refused)) from refused
            return RootSettings(provider=provider, file=file)
        case RootProvider.PKCS11:
            names = tuple(name.strip() for name in _required(environment, "TOKIMORI_SECURITY_MODULE_KEYS").split(","))
            if not all(names) or len(set(names)) < len(names):
                raise ConfigurationRefused(
                    "TOKIMORI_SECURITY_MODULE_KEYS names keys, separated by commas, the newest last."
                )
            return RootSettings(
                provider=provider,
                pkcs11_module=_required(environment, "TOKIMORI_SECURITY_MODULE"),
                pkcs11_token=_required(environment, "TOKIMORI_SECURITY_MODULE_TOKEN"),
                pkcs11_pin=_required(environment, "TOKIMORI_SECURITY_MODULE_PIN"),
                pkcs11_keys=names,
            )
        case RootProvider.TRANSIT:
            return _transit_root(environment)
        case _:
            assert_never(provider)


def _transit_root(environment: Mapping[str, str]) -> RootSettings:
    url, key = _required(environment, "TOKIMORI_TRANSIT_URL"), _required(environment, "TOKIMORI_TRANSIT_KEY")
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and mail.is_loopback(parts.hostname or ""))
    if not is_safe or not parts.hostname or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigurationRefused("TOKIMORI_TRANSIT_URL is https:// and a host, or http:// on this machine alone.")
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", key) is None:
        raise ConfigurationRefused("TOKIMORI_TRANSIT_KEY is the name of a key of the transit engine.")
    return RootSettings(
        provider=RootProvider.TRANSIT,
        transit_url=url,
        transit_token=_required(environment, "TOKIMORI_TRANSIT_TOKEN"),
        transit_key=key,
    )


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


def _certificate_header(environment: Mapping[str, str]) -> str:
    """Return the header in which a trusted proxy names the client certificate, as WSGI calls it; nothing for none."""
    name = environment.get("TOKIMORI_OPERATOR_CERTIFICATE_HEADER", "").strip()
    if not name:
        return ""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{1,60}", name):
        raise ConfigurationRefused("TOKIMORI_OPERATOR_CERTIFICATE_HEADER names one header.")
    if not environment.get("TOKIMORI_TRUSTED_PROXIES", "").strip():
        raise ConfigurationRefused(
            "TOKIMORI_OPERATOR_CERTIFICATE_HEADER is believed of TOKIMORI_TRUSTED_PROXIES alone."
        )
    return f"HTTP_{name.upper().replace('-', '_')}"


def _listeners(environment: Mapping[str, str]) -> tuple[Listener, ...]:
    texts = [text.strip() for text in environment.get("TOKIMORI_LISTENERS", "").split(",") if text.strip()]
    try:
        return tuple(read_listener(text) for text in texts)
    except ListenerNotValid as error:
        raise ConfigurationRefused(f"TOKIMORI_LISTENERS {error}.") from error


def _listener_authority(environment: Mapping[str, str]) -> Path | None:
    """Return the file of one's own authority, which signed the listeners' certificates; nothing where there is none."""
    text = environment.get("TOKIMORI_LISTENER_AUTHORITY", "").strip()
    if not text:
        return None
    if not (file := Path(text)).is_file():
        raise ConfigurationRefused("TOKIMORI_LISTENER_AUTHORITY names a file of certificates that is not there.")
    return file


def _time_source(environment: Mapping[str, str]) -> str:
    text = environment.get("TOKIMORI_TIME_SOURCE", "").strip()
    parts = urlsplit(text)
    if text and (parts.scheme not in {"ntp", "https"} or not parts.hostname or parts.path.strip("/") or parts.username):
        raise ConfigurationRefused("TOKIMORI_TIME_SOURCE is ntp:// or https:// and a host.")
    return text


def _security_contact(environment: Mapping[str, str]) -> SecurityContact | None:
    try:
        return read_security_contact(environment.get("TOKIMORI_SECURITY_CONTACT", ""))
    except SecurityContactNotValid as error:
        raise ConfigurationRefused(f"TOKIMORI_SECURITY_CONTACT {error}.") from error


def _advisories(environment: Mapping[str, str]) -> Path | None:
    text = environment.get("TOKIMORI_ADVISORIES", "").strip()
    if text and not Path(text).is_file():
        raise ConfigurationRefused("TOKIMORI_ADVISORIES names a file that is not there.")
    return Path(text) if text else None


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
    if not all(mail.is_loopback(host) for host in hosts):
        raise ConfigurationRefused("Plain HTTP is for loopback hosts alone; TOKIMORI_HOSTS names others.")
    return True


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
        tls_mode=query.get("sslmode", "prefer" if host.startswith("/") or mail.is_loopback(host) else "verify-full"),
    )


def _drill_database(environment: Mapping[str, str]) -> str:
    """Return the URL of the database in which tampering is tried; never the one in which anything is kept."""
    url = environment.get("TOKIMORI_DRILL_DATABASE_URL", "").strip()
    if not url:
        return ""
    drill, kept = _database(url), _database(_required(environment, "DATABASE_URL"))
    if drill.name == kept.name or drill.user == kept.user:
        raise ConfigurationRefused("TOKIMORI_DRILL_DATABASE_URL names a database and a login of its own.")
    return url


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
