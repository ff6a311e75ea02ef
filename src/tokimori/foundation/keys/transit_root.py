"""A root key in a transit service (OpenBao's ``transit`` engine): it wraps and unwraps, and never gives the key away."""

import base64
import binascii
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Final

from tokimori.foundation.keys.errors import RootRefused

_SECONDS: Final = 5
_MOST_BYTES: Final = 65_536
_WRAPPED: Final = re.compile(r"(?P<name>vault:v[1-9][0-9]{0,8}):(?P<text>[A-Za-z0-9+/=]+)")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to somebody else."""

    def redirect_request(self, *_arguments: object, **_keywords: object) -> None:
        return None


class TransitRoot:
    """Wraps with AES-256-GCM inside of the service, under the newest version of one named key."""

    def __init__(self, *, url: str, token: str, key: str) -> None:
        self._url, self._token, self._key = url.rstrip("/"), token, key
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)

    @property
    def current_name(self) -> str:
        """Return the newest version of the key, in the service's words; raise ``RootRefused`` when it cannot be asked."""
        version = self._asked("GET", f"keys/{self._key}", None).get("latest_version")
        if not isinstance(version, int):
            raise RootRefused("The transit service does not say which version of the key is newest.")
        return f"vault:v{version}"

    def wrap(self, key: bytes, *, context: bytes) -> tuple[str, bytes]:
        """Return the key's version, and the wrapped key as the service gave it."""
        match = _WRAPPED.fullmatch(
            str(self._asked("POST", f"encrypt/{self._key}", _said(key, context)).get("ciphertext"))
        )
        if match is None:
            raise RootRefused("The transit service answered with something else than a wrapped key.")
        return match["name"], match["text"].encode("ascii")

    def unwrap(self, wrapped: bytes, *, name: str, context: bytes) -> bytes:
        """Return what was wrapped; raise ``RootRefused`` when the service refuses."""
        words = {
            "ciphertext": f"{name}:{wrapped.decode('ascii', errors='replace')}",
            "associated_data": _base64(context),
        }
        answer = self._asked("POST", f"decrypt/{self._key}", words)
        try:
            return base64.b64decode(str(answer.get("plaintext")), validate=True)
        except binascii.Error as error:
            raise RootRefused("The transit service answered with something else than a key.") from error

    def _asked(self, method: str, path: str, words: Mapping[str, str] | None) -> Mapping[str, object]:
        request = urllib.request.Request(  # noqa: S310 -- the settings take https, or http to this very machine
            f"{self._url}/v1/transit/{path}",
            data=None if words is None else json.dumps(words).encode(),
            headers={"X-Vault-Token": self._token, "Content-Type": "application/json"},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                data = json.loads(answer.read(_MOST_BYTES)).get("data")
        except (OSError, ValueError, AttributeError) as error:
            raise RootRefused("The transit service cannot be reached, or refused.") from error
        if not isinstance(data, dict):
            raise RootRefused("The transit service answered with something unexpected.")
        return data


def _said(key: bytes, context: bytes) -> Mapping[str, str]:
    return {"plaintext": _base64(key), "associated_data": _base64(context)}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
