"""Passwords hashed together with a key that is not in the database: a stolen table cannot be guessed at without it.

HMAC-SHA-256 under the key, then Argon2id. A hash names its key by eight digits, so that the key can be changed: what was
hashed under the one before is hashed anew when its person signs in.
"""

import base64
import hashlib
import hmac
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

_KEY_NAME_LENGTH: Final = 8


def pepper_name(key: bytes) -> str:
    """Return the name of a key; it tells nothing about it."""
    return hashlib.sha256(b"tokimori pepper\0" + key).hexdigest()[:_KEY_NAME_LENGTH]


class PepperedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id over a keyed digest: ``argon2p$<name of the key>$argon2id$…``. The first key of the settings is used."""

    algorithm = "argon2p"

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password under the present key."""
        key: bytes = settings.PASSWORD_PEPPERS[0]
        algorithm, rest = super().encode(_keyed(password, key), salt).split("$", 1)
        return f"{algorithm}${pepper_name(key)}${rest}"

    def decode(self, encoded: str) -> dict[str, object]:
        """Return the parameters of a hash, as Django's own does."""
        return dict(super().decode(_plain(encoded)[1]))

    def verify(self, password: str, encoded: str) -> bool:
        """Whether a password has this hash; under a key that is not here any more, no."""
        name, plain = _plain(encoded)
        key = next((one for one in settings.PASSWORD_PEPPERS if pepper_name(one) == name), None)
        return key is not None and super().verify(_keyed(password, key), plain)

    def must_update(self, encoded: str) -> bool:
        """Whether a hash is of an earlier key, or of earlier parameters."""
        return _plain(encoded)[0] != pepper_name(settings.PASSWORD_PEPPERS[0]) or super().must_update(encoded)


def _keyed(password: str, key: bytes) -> str:
    digest = hmac.new(key, password.encode("utf-8", "surrogatepass"), "sha256").digest()
    return base64.b64encode(digest).decode()


def _plain(encoded: str) -> tuple[str, str]:
    """Return the name of the key, and the hash as Django knows it."""
    algorithm, name, rest = encoded.split("$", 2)
    return name, f"{algorithm}${rest}"
