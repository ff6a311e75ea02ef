"""Which build is running: one digest of all its files, told by every leaf of the log."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_LEFT_OUT: Final = frozenset({"__pycache__"})


@lru_cache(maxsize=1)
def build_digest() -> str:
    """Return the SHA-256 of all files of the package with their places, in lower-case hexadecimal; read once, at start."""
    return digest_of_files()


def digest_of_files() -> str:
    """Return the digest of the files as they lie there now; it is another one when somebody changed a file since."""
    whole = hashlib.sha256()
    for file in sorted(_PACKAGE.rglob("*")):
        if file.is_file() and not _LEFT_OUT.intersection(file.parts):
            place = file.relative_to(_PACKAGE).as_posix().encode()
            content = hashlib.sha256(file.read_bytes()).digest()
            whole.update(len(place).to_bytes(4, "big") + place + content)
    return whole.hexdigest()
