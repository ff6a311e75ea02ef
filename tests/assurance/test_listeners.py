"""Listeners are met as they are: real sockets, real certificates, real old protocols."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings

from support.probing import is_red, outcome
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.foundation import clock


@pytest.mark.parametrize("name", [name for name in PROBES if name.startswith("listener.")])
def test_without_a_named_listener_its_probes_say_that_they_cannot_look(settings: Settings, name: str) -> None:
    settings.LISTENERS = ()

    assert outcome(name) == ("errored", "No listener is named in TOKIMORI_LISTENERS.")


class _Page(BaseHTTPRequestHandler):
    headers_given: ClassVar[Mapping[str, str]] = {}

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in self.headers_given.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *values: object) -> None:
        """Say nothing."""


STRICT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "Set-Cookie": "__Host-a=b; Secure; HttpOnly; SameSite=Strict",
}


def certificate(directory: Path, *, days: int = 90) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = directory / "certificate.pem", directory / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@contextmanager
def listening(
    directory: Path, *, headers: Mapping[str, str] = STRICT, floor: ssl.TLSVersion | None = ssl.TLSVersion.TLSv1_2,
    days: int = 90,
) -> Iterator[str]:  # fmt: skip
    handler = type("Page", (_Page,), {"headers_given": headers})
    server = HTTPServer(("127.0.0.1", 0), handler)
    if floor is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate(directory, days=days))
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = floor
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'http' if floor is None else 'https'}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.control(62)
def test_a_strict_listener_passes(settings: Settings, tmp_path: Path) -> None:
    with listening(tmp_path) as address:
        settings.LISTENERS = (address,)

        assert outcome("listener.transport") == ("passed", "")
        assert outcome("listener.headers") == ("passed", "")
        assert outcome("listener.tls_floor") == ("passed", "")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_a_listener_that_speaks_old_tls_is_noticed(settings: Settings, tmp_path: Path) -> None:
    with listening(tmp_path, floor=ssl.TLSVersion.TLSv1_1) as address:
        settings.LISTENERS = (address,)

        assert is_red("listener.tls_floor")


def test_a_listener_without_tls_is_noticed(settings: Settings, tmp_path: Path) -> None:
    with listening(tmp_path, floor=None) as address:
        settings.LISTENERS = (address,)

        assert is_red("listener.transport")
        assert outcome("listener.tls_floor")[0] == "errored"


@pytest.mark.parametrize("missing", [name for name in STRICT if name != "Set-Cookie"])
def test_a_missing_header_is_noticed(settings: Settings, tmp_path: Path, missing: str) -> None:
    headers = {name: value for name, value in STRICT.items() if name != missing}
    with listening(tmp_path, headers=headers) as address:
        settings.LISTENERS = (address,)

        assert outcome("listener.headers")[0] == "failed"


def test_a_cookie_that_scripts_may_read_is_noticed(settings: Settings, tmp_path: Path) -> None:
    with listening(tmp_path, headers={**STRICT, "Set-Cookie": "a=b"}) as address:
        settings.LISTENERS = (address,)

        assert outcome("listener.headers")[0] == "failed"


def test_a_certificate_that_nobody_trusts_is_noticed(settings: Settings, tmp_path: Path) -> None:
    with listening(tmp_path) as address:
        settings.LISTENERS = (address,)

        assert is_red("listener.certificate")


@pytest.mark.parametrize(("days", "found"), [(90, "passed"), (7, "failed")])
def test_a_trusted_certificate_needs_days_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: int, found: str
) -> None:
    with listening(tmp_path, days=days) as address:
        settings.LISTENERS = (address,)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))

        assert outcome("listener.certificate")[0] == found


def test_a_listener_that_does_not_answer_is_an_error(settings: Settings) -> None:
    settings.LISTENERS = ("https://localhost:1",)

    assert outcome("listener.transport") == ("errored", "localhost:1 does not answer.")
