"""The root key wraps the keys of tenants. Where it lies is the installation's choice; it never lies in the database."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol, assert_never

from django.conf import settings

from tokimori.foundation.keys.file_root import FileRoot
from tokimori.foundation.keys.pkcs11_root import Pkcs11Root
from tokimori.foundation.keys.root_settings import RootProvider, RootSettings
from tokimori.foundation.keys.transit_root import TransitRoot

KEY_BYTES: Final = 32


class Root(Protocol):
    """Wraps keys, and unwraps them. ``context`` is authenticated with the key: it opens where it was put alone."""

    @property
    def current_name(self) -> str:
        """Return the name of the root key that wraps from now on."""

    def wrap(self, key: bytes, *, context: bytes) -> tuple[str, bytes]:
        """Return the name of the root key and the wrapped key; raise ``RootRefused`` when it cannot be had."""

    def unwrap(self, wrapped: bytes, *, name: str, context: bytes) -> bytes:
        """Return the key; raise ``RootRefused`` for what does not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootFacts:
    """What may be said about the root key in use."""

    provider: str
    name: str
    algorithm: str


def root() -> Root:
    """Return the root of this installation."""
    return _root(settings.ROOT_KEYS)


def root_facts() -> RootFacts:
    """Return where the root key lies, what it is called and how it wraps."""
    chosen: RootSettings = settings.ROOT_KEYS
    return RootFacts(provider=chosen.provider.value, name=root().current_name, algorithm="AES-256-GCM")


@lru_cache(maxsize=8)
def _root(chosen: RootSettings) -> Root:
    match chosen.provider:
        case RootProvider.FILE:
            return FileRoot(chosen.file)
        case RootProvider.PKCS11:
            return Pkcs11Root(
                module=chosen.pkcs11_module,
                token=chosen.pkcs11_token,
                pin=chosen.pkcs11_pin,
                names=chosen.pkcs11_keys,
            )
        case RootProvider.TRANSIT:
            return TransitRoot(url=chosen.transit_url, token=chosen.transit_token, key=chosen.transit_key)
        case _:
            assert_never(chosen.provider)
