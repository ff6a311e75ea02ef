"""Where an installation keeps its root key. Plain values; they are read, and refused, in ``settings``."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class RootProvider(StrEnum):
    """What holds the root key: a file, a hardware security module (PKCS#11), or a transit service (OpenBao)."""

    FILE = "file"
    PKCS11 = "pkcs11"
    TRANSIT = "transit"


@dataclass(frozen=True, slots=True, kw_only=True)
class RootSettings:
    """What the chosen provider needs; the others' values are empty. Secrets are not shown."""

    provider: RootProvider
    file: Path = Path()
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_pin: str = field(default="", repr=False)
    pkcs11_keys: tuple[str, ...] = ()
    transit_url: str = ""
    transit_token: str = field(default="", repr=False)
    transit_key: str = ""
