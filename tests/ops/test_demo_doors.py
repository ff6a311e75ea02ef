"""The demo's doors: an authority that says what it is, certificates of this machine, and http that takes nothing."""

import http.client
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tokimori.foundation import clock
from tokimori.foundation.listeners import read_listener
from tokimori.ops.demo.authority import HOSTS, NAME, door_files
from tokimori.ops.demo.plain_door import sending_on
from tokimori.settings.demo_doors import Doors, over_tls, remembered_listeners, with_listeners


def test_the_authority_is_kept_and_says_that_nobody_trusts_it(tmp_path: Path) -> None:
    first = door_files(tmp_path, at=clock.now())
    authority = x509.load_pem_x509_certificate(first.authority.read_bytes())
    (name,) = authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)

    again = door_files(tmp_path, at=clock.now() + timedelta(days=60))

    assert name.value == NAME
    assert x509.load_pem_x509_certificate(again.authority.read_bytes()) == authority
    assert "not trusted by anybody" in NAME


def test_each_start_has_a_certificate_of_its_own_for_names_of_this_machine(tmp_path: Path) -> None:
    now = clock.now()
    files = door_files(tmp_path, at=now)
    before = files.certificate.read_bytes()
    files = door_files(tmp_path, at=now)
    door = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())

    names = door.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == list(HOSTS)
    assert all(name.endswith(".localhost") for name in HOSTS)
    assert files.certificate.read_bytes() != before
    assert door.not_valid_after_utc - now <= timedelta(days=90)
    door.verify_directly_issued_by(authority)


def test_keys_are_readable_for_their_owner_alone(tmp_path: Path) -> None:
    files = door_files(tmp_path, at=clock.now())

    assert [file.stat().st_mode & 0o777 for file in (files.key, tmp_path / "authority-key.pem")] == [0o600, 0o600]


@pytest.fixture
def plain_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/sign-in?next=/", "https://time.example/sign-in?next=/"),
        ("//elsewhere.example/", "https://time.example/elsewhere.example/"),
        ("http://elsewhere.example/", "https://time.example/"),
        ("/\\elsewhere.example", "https://time.example/"),
        ("/" + "a" * 3000, "https://time.example/"),
    ],
)
def test_http_sends_on_to_the_same_host_and_nowhere_else(plain_port: int, path: str, target: str) -> None:
    with sending_on(port=plain_port, to="https://time.example"):
        asking = http.client.HTTPConnection("127.0.0.1", plain_port, timeout=5)
        asking.request("GET", path)
        answer = asking.getresponse()

    assert (answer.status, answer.headers["Location"]) == (308, target)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_http_takes_nothing(plain_port: int, method: str) -> None:
    with sending_on(port=plain_port, to="https://time.example"):
        asking = http.client.HTTPConnection("127.0.0.1", plain_port, timeout=5)
        asking.request(method, "/sign-in", b"password=x")
        answer = asking.getresponse()

    assert (answer.status, answer.headers.get("Location")) == (403, None)


def test_every_door_of_the_demo_is_declared_and_known_to_commands(tmp_path: Path) -> None:
    files, doors = door_files(tmp_path, at=clock.now()), Doors(port=8400)

    environment = with_listeners({"A": "b"}, doors=doors, files=files, state=tmp_path)

    declared = [read_listener(text) for text in environment["TOKIMORI_LISTENERS"].split(",")]
    assert sorted(one.port for one in declared) == sorted(doors.all)
    assert environment["A"] == "b"
    assert remembered_listeners(tmp_path) == {name: value for name, value in environment.items() if name != "A"}
    assert remembered_listeners(tmp_path / "nowhere") == {}


def test_behind_a_certificate_nothing_is_served_without_tls() -> None:
    environment = over_tls({"TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "yes", "TOKIMORI_HOSTS": "localhost"})

    assert environment == {"TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "no", "TOKIMORI_HOSTS": HOSTS[0]}
