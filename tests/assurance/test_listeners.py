"""Listeners are met as they are: real sockets, real certificates, real old protocols; and the product's own server."""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import ClassVar

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django.fixtures import Settings

from support.probing import ALONE_WITH_PORTS, is_red, outcome, switches_off
from tokimori.assurance.probes import listeners
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.meeting import ask
from tokimori.assurance.probes.probe import CannotObserve
from tokimori.assurance.probes.sockets import sockets
from tokimori.foundation import clock
from tokimori.foundation.listeners import Audience, ListenerNotValid, read_listener
from tokimori.ops.demo.authority import HOSTS, NAME, door_files, new_authority, signed_certificate
from tokimori.ops.demo.plain_door import sending_on
from tokimori.ops.installation import inherited_environment

HOST = HOSTS[0]
LISTENER_PROBES = [name for name in PROBES if name.startswith("listener.")]


@pytest.mark.parametrize("name", LISTENER_PROBES)
def test_without_a_named_listener_its_probes_say_that_they_cannot_look(settings: Settings, name: str) -> None:
    settings.LISTENERS = ()

    assert outcome(name)[0] == "errored"
    assert outcome(name)[1] in {"no_listener", "no_encrypted_listener"} if name == "listener.pages" else "no_listener"


class Page(BaseHTTPRequestHandler):
    headers_given: ClassVar[Mapping[str, str]] = {}
    page: ClassVar[bytes] = b""
    tokens: ClassVar[list[str]] = []
    """What visitors of all of these listeners brought."""

    def do_POST(self) -> None:
        self.tokens.append(self.headers.get("Authorization", ""))
        self.send_error(501)

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in self.headers_given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.page)

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


class Authority:
    """An authority of a test, and what it signs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.key, self.certificate = new_authority(at=clock.now())
        self.file = directory / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def sign(self, *, days: int = 90, host: str = HOST) -> tuple[Path, Path]:
        key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
        made = signed_certificate(
            hosts=(host,), key=key, issuer=self.certificate, issuer_key=self.key,
            begins=now - timedelta(days=100), ends=now + timedelta(days=days),
        )  # fmt: skip
        files = self.directory / "certificate.pem", self.directory / "key.pem"
        files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files


@pytest.fixture
def authority(settings: Settings, tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    settings.LISTENER_AUTHORITY = made.file
    return made


@contextmanager
def listening(
    authority: Authority, *, headers: Mapping[str, str] = STRICT, floor: ssl.TLSVersion | None = ssl.TLSVersion.TLSv1_2,
    ciphers: str = "ECDHE+AESGCM", days: int = 90, host: str = HOST, page: bytes = b"", audience: str = "people",
    address: str = "127.0.0.1",
) -> Iterator[str]:  # fmt: skip
    handler = type("Page", (Page,), {"headers_given": headers, "page": page})
    server = HTTPServer((address, 0), handler)
    if floor is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*authority.sign(days=days, host=host))
        context.set_ciphers(ciphers)
        context.minimum_version = floor
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'http' if floor is None else 'https'}://{HOST}:{server.server_port} {audience}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.control(62)
def test_a_strict_listener_passes(settings: Settings, authority: Authority) -> None:
    with listening(authority) as address:
        settings.LISTENERS = (read_listener(address),)

        assert {name: outcome(name) for name in LISTENER_PROBES} == dict.fromkeys(LISTENER_PROBES, ("passed", ""))


@switches_off("listener.tls_floor")
@pytest.mark.parametrize("floor", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_a_listener_that_speaks_old_tls_is_noticed(
    settings: Settings, authority: Authority, floor: ssl.TLSVersion
) -> None:
    with listening(authority, floor=floor, ciphers="ALL:@SECLEVEL=0") as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("listener.tls_floor")
        assert "refused_TLS-1.1" in outcome("listener.tls_floor")[1]


@switches_off("listener.tls_floor")
def test_a_listener_that_takes_weak_suites_is_noticed(settings: Settings, authority: Authority) -> None:
    with listening(authority, ciphers="ALL:aNULL:@SECLEVEL=0") as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("listener.tls_floor")
        assert outcome("listener.tls_floor")[1].startswith("refused_weak_suites")


def test_a_declared_floor_of_tls_1_3_is_held(settings: Settings, authority: Authority) -> None:
    with listening(authority) as address:
        settings.LISTENERS = (read_listener(f"{address} 1.3"),)

        assert outcome("listener.tls_floor")[1].startswith("refused_TLS-1.2")


@switches_off("listener.transport")
def test_a_listener_without_tls_is_noticed(settings: Settings, authority: Authority) -> None:
    with listening(authority, floor=None) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("listener.transport")
        assert outcome("listener.tls_floor")[0] == "errored"


def test_http_that_sends_on_to_tls_and_takes_nothing_is_no_gap(settings: Settings, authority: Authority) -> None:
    port = free_port()
    with listening(authority) as address, sending_on(port=port, to=f"https://{HOST}:1"):
        settings.LISTENERS = (read_listener(address), read_listener(f"http://{HOST}:{port} redirect"))

        assert outcome("listener.transport") == ("passed", "")


@switches_off("listener.transport")
def test_http_that_answers_with_a_page_is_noticed(settings: Settings, authority: Authority) -> None:
    with listening(authority) as address, listening(authority, floor=None, audience="redirect") as plain:
        settings.LISTENERS = (read_listener(address), read_listener(plain))

        assert is_red("listener.transport")
        found = outcome("listener.transport")[1]
        assert "sends_on_to_tls" in found
        assert "sets_no_cookie" in found


@ALONE_WITH_PORTS
@pytest.mark.parametrize(("bound", "ended"), [("127.0.0.1", "passed"), ("0.0.0.0", "failed")])  # noqa: S104 -- the mistake
def test_a_door_of_this_machine_is_believed_only_while_it_listens_there_alone(
    settings: Settings, authority: Authority, bound: str, ended: str
) -> None:
    with listening(authority) as address, listening(authority, floor=None, address=bound) as plain:
        own = plain.replace(HOST, "localhost").replace("people", "loopback")
        settings.LISTENERS = (read_listener(address), read_listener(own))

        assert outcome("listener.transport")[0] == ended


@switches_off("listener.headers")
@pytest.mark.parametrize("missing", [name for name in STRICT if name != "Set-Cookie"])
def test_a_missing_header_is_noticed(settings: Settings, authority: Authority, missing: str) -> None:
    headers = {name: value for name, value in STRICT.items() if name != missing}
    with listening(authority, headers=headers) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("listener.headers")


def test_a_cookie_that_scripts_may_read_is_noticed(settings: Settings, authority: Authority) -> None:
    with listening(authority, headers={**STRICT, "Set-Cookie": "a=b"}) as address:
        settings.LISTENERS = (read_listener(address),)

        assert outcome("listener.headers")[0] == "failed"


@switches_off("listener.pages")
@pytest.mark.parametrize(
    ("page", "missing"),
    [
        pytest.param(b'<img src="http://elsewhere.example/a.png">', "", id="a picture from the open"),
        pytest.param(b"", "Strict-Transport-Security", id="no strict transport"),
        pytest.param(b"", "Content-Security-Policy", id="no policy"),
    ],
)
def test_a_page_in_the_open_is_noticed(settings: Settings, authority: Authority, page: bytes, missing: str) -> None:
    headers = {name: value for name, value in STRICT.items() if name != missing}
    with listening(authority, headers=headers, page=page) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("listener.pages")


@switches_off("listener.certificate")
@pytest.mark.parametrize(
    ("days", "host", "why"),
    [
        pytest.param(-1, HOST, "not_expired", id="expired"),
        pytest.param(13, HOST, "days_left", id="about to expire"),
        pytest.param(90, "other.localhost", "named_rightly", id="another name"),
    ],
)
def test_a_certificate_that_does_not_count_is_noticed(
    settings: Settings, authority: Authority, days: int, host: str, why: str
) -> None:
    with listening(authority, days=days, host=host) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("listener.certificate")
        assert outcome("listener.certificate")[1].startswith(why)


def test_a_certificate_that_nobody_trusts_is_noticed(settings: Settings, authority: Authority) -> None:
    settings.LISTENER_AUTHORITY = None
    with listening(authority) as address:
        settings.LISTENERS = (read_listener(address),)

        assert outcome("listener.certificate")[1].startswith("trusted")


def test_a_listener_that_does_not_answer_is_an_error(settings: Settings) -> None:
    settings.LISTENERS = (read_listener("https://localhost:1"),)

    assert outcome("listener.transport") == ("errored", "does_not_answer:localhost:1")


@pytest.mark.parametrize(
    ("text", "audience", "floor"),
    [
        ("https://time.example", "people", "1.2"),
        ("https://time.example:444 machines 1.3", "machines", "1.3"),
        ("http://time.example redirect", "redirect", ""),
        ("http://127.0.0.1:8400 loopback", "loopback", ""),
        ("http://time.example", "people", ""),
    ],
)
def test_a_listener_is_read(text: str, audience: str, floor: str) -> None:
    found = read_listener(text)

    assert (found.audience, found.floor) == (Audience(audience), floor)
    assert read_listener(f"{found.scheme}://{found.place} {found.audience} {found.floor}") == found


@pytest.mark.parametrize(
    "text",
    [
        "", "time.example", "ftp://time.example", "https://time.example/path", "https://time.example everybody",
        "https://time.example people 1.1", "http://time.example people 1.2", "https://time.example redirect",
        "http://time.example loopback", "https://time.example people 1.2 more", "https://a:99999", "https://u@a",
    ],
)  # fmt: skip
def test_what_is_no_listener_is_refused(text: str) -> None:
    with pytest.raises(ListenerNotValid):
        read_listener(text)


def test_the_kernel_tells_who_listens_where() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        found = [other for other in sockets() if other.is_listening and other.port == one.getsockname()[1]]

    assert [other.address for other in found] == [ip_address("127.0.0.1")]
    assert listeners.listening_on(1) == ()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(directory: Path, **changes: str) -> Iterator[str]:
    """Start the product's own server behind the demo's certificate."""
    port = free_port()
    files = door_files(directory, at=clock.now())
    known = {name: value for name, value in os.environ.items() if name.startswith(("TOKIMORI_", "DATABASE_"))}
    strict = {"TOKIMORI_HOSTS": HOST, "TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "no"}
    command = [Path(sys.executable).parent / "tokimori", "serve", "--port", str(port), "--workers", "1"]
    with ExitStack() as running:
        log = running.enter_context((directory / "log").open("wb"))
        process = subprocess.Popen(  # noqa: S603 -- our own command
            [*command, "--certificate", files.certificate, "--key", files.key],
            env={**inherited_environment(os.environ), **known, **strict, **changes},
            stdout=log,
            stderr=log,
        )
        running.callback(process.wait)
        running.callback(process.terminate)
        door = read_listener(f"https://{HOST}:{port}")
        for _ in range(300):
            with suppress(CannotObserve):
                ask(door, "GET", "/api/v1/health")  # the port is open before the pages are
                break
            assert process.poll() is None, (directory / "log").read_text()
            time.sleep(0.2)
        yield f"https://{HOST}:{port}"


@pytest.mark.control(42, 61, 62, 63)
def test_our_own_server_behind_a_certificate_is_proven(settings: Settings, tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        settings.LISTENERS = (read_listener(address),)
        settings.LISTENER_AUTHORITY = tmp_path / "authority.pem"

        assert {name: outcome(name) for name in LISTENER_PROBES} == dict.fromkeys(LISTENER_PROBES, ("passed", ""))
        seen = listeners.observe_certificate(clock.now()).measured
    assert (seen["authority"], seen["trusted_by"]) == (NAME, "own authority")


@switches_off("listener.headers")
def test_our_own_server_without_strict_transport_is_red(settings: Settings, tmp_path: Path) -> None:
    with serving(tmp_path, TOKIMORI_PLAIN_HTTP_ON_LOOPBACK="yes") as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("listener.headers")
        assert is_red("listener.pages")
