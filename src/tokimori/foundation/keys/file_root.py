"""Root keys in a file: ``<name> <32 bytes in base64>`` a line, the last one wraps; only its owner may read it."""

import base64
import binascii
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tokimori.foundation.keys.errors import RootRefused

_LINE: Final = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]{0,39}) (?P<key>[A-Za-z0-9+/]{43}=)")
_NONCE_BYTES: Final = 12


class FileRoot:
    """Wraps with AES-256-GCM under the last key of the file; opens what any of them wrapped.

    The file is read again when a name is unknown, so that a key that was added meanwhile needs no new start.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read()

    def _read(self) -> None:
        self._keys = {name: AESGCM(key) for name, key in read_root_file(self._path)}
        self._current = list(self._keys)[-1]

    @property
    def current_name(self) -> str:
        """Return the name of the last line."""
        return self._current

    def wrap(self, key: bytes, *, context: bytes) -> tuple[str, bytes]:
        """Return the key's name, and a nonce of 12 bytes before the wrapped key with its tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._current, nonce + self._keys[self._current].encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, *, name: str, context: bytes) -> bytes:
        """Return what was wrapped under a name; raise ``RootRefused`` without that key, or for anything changed."""
        if name not in self._keys:
            self._read()
        if name not in self._keys:
            raise RootRefused(f"The file of root keys has none called {name!r}.")
        try:
            return self._keys[name].decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError) as error:
            raise RootRefused("A wrapped key does not open under its root key.") from error


def read_root_file(path: Path) -> tuple[tuple[str, bytes], ...]:
    """Return the names and keys of a file, oldest first; raise ``RootRefused`` unless it is sound and nobody else's."""
    try:
        with path.open(encoding="ascii") as file:
            state = os.fstat(file.fileno())
            lines = file.read(1_000_000).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RootRefused(f"The file of root keys {path} cannot be read.") from error
    if stat.S_IMODE(state.st_mode) & 0o077:
        raise RootRefused(f"The file of root keys {path} may be read by others; it needs the mode 0600.")
    found: dict[str, bytes] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match["name"] in found:
            raise RootRefused(
                f"The file of root keys {path} has a line that is not a name and a key, or one name twice."
            )
        found[match["name"]] = _decoded(match["key"])
    if not found:
        raise RootRefused(f"The file of root keys {path} is empty.")
    return tuple(found.items())


def add_root_key(path: Path, *, name: str) -> None:
    """Append a new key to the file, which is made if there is none; it wraps from then on.

    Raises ``RootRefused`` where the name is taken or not made of small letters, digits, dots and hyphens.
    """
    known = dict(read_root_file(path)) if path.exists() else {}
    line = f"{name} {base64.b64encode(secrets.token_bytes(32)).decode('ascii')}"
    if name in known or _LINE.fullmatch(line) is None:
        raise RootRefused(f"{name!r} is taken, or cannot be the name of a root key.")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise RootRefused("A root key is not in base64.") from error
    if len(set(key)) < 8:  # noqa: PLR2004 -- eight different bytes, as for other secrets
        raise RootRefused("A root key is too plain.")
    return key
