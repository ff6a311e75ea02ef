"""A root key in a hardware security module, spoken to by PKCS#11. It cannot be taken out: the module wraps and unwraps.

The keys are AES-256 objects of the token, known by their labels, not extractable. A session serves one thread at a time.
"""

import secrets
from threading import Lock
from typing import Any, Final

import pkcs11
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn

from tokimori.foundation.keys.errors import RootRefused

_NONCE_BYTES: Final = 12
_TAG_BITS: Final = 128
_KEY_BYTES: Final = 32


class Pkcs11Root:
    """Wraps with AES-256-GCM inside of the module, under the last of the named keys."""

    def __init__(self, *, module: str, token: str, pin: str, names: tuple[str, ...]) -> None:
        self._names = names
        self._lock = Lock()
        try:
            self._session = _opened(pkcs11.lib(module).get_token(token_label=token), pin)
            self._keys: dict[str, Any] = {name: self._key(name) for name in names}
        except (PKCS11Error, RuntimeError, OSError) as error:
            raise RootRefused("The security module cannot be used as the settings say.") from error

    @property
    def current_name(self) -> str:
        """Return the label of the last key."""
        return self._names[-1]

    def wrap(self, key: bytes, *, context: bytes) -> tuple[str, bytes]:
        """Return the key's label, and a nonce of 12 bytes before the wrapped key with its tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        try:
            with self._lock:
                text = self._keys[self.current_name].encrypt(
                    key, mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=_parameters(nonce, context)
                )
        except PKCS11Error as error:
            raise RootRefused("The security module did not wrap a key.") from error
        return self.current_name, nonce + bytes(text)

    def unwrap(self, wrapped: bytes, *, name: str, context: bytes) -> bytes:
        """Return what was wrapped under a label; raise ``RootRefused`` without that key, or for anything changed."""
        if name not in self._keys:
            raise RootRefused(f"The settings name no root key {name!r} of the security module.")
        nonce, text = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            with self._lock:
                key = self._keys[name].decrypt(
                    text, mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=_parameters(nonce, context)
                )
        except PKCS11Error as error:
            raise RootRefused("A wrapped key does not open under its root key.") from error
        return bytes(key)

    def _key(self, name: str) -> pkcs11.Key:
        key = self._session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=name)
        stays = not key[pkcs11.Attribute.EXTRACTABLE] and key[pkcs11.Attribute.SENSITIVE]
        if not stays or key[pkcs11.Attribute.VALUE_LEN] != _KEY_BYTES:
            raise RootRefused(f"The key {name!r} is not an AES-256 key that stays in the module.")
        return key


def _opened(token: pkcs11.Token, pin: str) -> pkcs11.Session:
    """Open a session; the module knows whole processes, so that another root of this one may have signed in."""
    try:
        return token.open(user_pin=pin)
    except UserAlreadyLoggedIn:
        return token.open()


def _parameters(nonce: bytes, context: bytes) -> pkcs11.GCMParams:
    return pkcs11.GCMParams(nonce=nonce, aad=context, tag_bits=_TAG_BITS)
