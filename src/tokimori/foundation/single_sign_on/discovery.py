"""What an OpenID provider says about itself (OpenID Connect Discovery 1.0), and the keys that sign its tokens."""

import json
from collections.abc import Mapping
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from tokimori.foundation.single_sign_on.errors import DiscoveryNotReadable, ProviderNotValid
from tokimori.foundation.single_sign_on.values import OpenIdSettings

LARGEST_DISCOVERY: Final = 64 * 1024
ALGORITHMS: Final = frozenset({"RS256", "PS256", "ES256", "ES384"})
"""Signatures by key pairs alone: with a shared secret, whoever can verify can also forge."""
MOST_KEYS: Final = 20
_SMALLEST_RSA_BITS: Final = 2048
_PUBLIC: Final = frozenset({"kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"})
_IN_HEADER, _IN_BODY = "client_secret_basic", "client_secret_post"


def parse_discovery(text: str) -> OpenIdSettings:
    """Return what a provider's configuration says, as it was typed or pasted."""
    if len(text) > LARGEST_DISCOVERY:
        raise DiscoveryNotReadable(reason="too large")
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DiscoveryNotReadable(reason="no JSON") from error
    if not isinstance(plain, dict):
        raise DiscoveryNotReadable(reason="no JSON")
    return read_discovery(plain, issuer="")


def read_discovery(plain: Mapping[str, Any], *, issuer: str) -> OpenIdSettings:
    """Return what a provider's configuration says; raise ``DiscoveryNotReadable`` for what is none or cannot be used.

    With an ``issuer`` it must be that one's, to the letter: nobody describes himself as somebody else (section 4.3).
    """
    if issuer and plain.get("issuer") != issuer:
        raise DiscoveryNotReadable(reason="issuer")
    if "code" not in _list(plain, "response_types_supported", ["code"]):
        raise DiscoveryNotReadable(reason="response_types_supported")
    if "S256" not in _list(plain, "code_challenge_methods_supported", ["S256"]):
        raise DiscoveryNotReadable(reason="code_challenge_methods_supported")
    algorithms = _list(plain, "id_token_signing_alg_values_supported", ["RS256"])
    methods = _list(plain, "token_endpoint_auth_methods_supported", [_IN_HEADER])
    if not {_IN_HEADER, _IN_BODY} & set(methods):
        raise DiscoveryNotReadable(reason="token_endpoint_auth_methods_supported")
    try:
        return OpenIdSettings(
            issuer=_text(plain, "issuer"),
            authorization_endpoint=_text(plain, "authorization_endpoint"),
            token_endpoint=_text(plain, "token_endpoint"),
            keys_address=_text(plain, "jwks_uri"),
            algorithms=tuple(sorted(ALGORITHMS & set(algorithms))),
            names_itself=plain.get("authorization_response_iss_parameter_supported") is True,
            secret_in_body=_IN_HEADER not in methods,
        )
    except ProviderNotValid as error:
        raise DiscoveryNotReadable(**error.facts) from error


def discovery_address(issuer: str) -> str:
    """Return where a provider describes itself."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def read_keys(plain: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the public signing keys of a key set; raise ``DiscoveryNotReadable`` when there is none of use.

    Keys of unknown kinds are left out, as the format wants it (RFC 7517 section 5); a private one is a mistake of the
    provider's and is not kept.
    """
    found = plain.get("keys")
    if not isinstance(found, list) or len(found) > MOST_KEYS:
        raise DiscoveryNotReadable(reason="keys")
    kept = tuple(key for key in map(_public, found) if key is not None)
    names = [key.get("kid") for key in kept]
    if not kept or len(set(names)) != len(names):
        raise DiscoveryNotReadable(reason="keys")
    return kept


def _public(value: object) -> dict[str, Any] | None:
    if not isinstance(value, dict) or value.get("use", "sig") != "sig":
        return None
    plain = {str(name): text for name, text in value.items() if name in _PUBLIC}
    if not all(isinstance(text, str) for text in plain.values()):
        return None
    try:
        (key,) = KeySet.import_key_set({"keys": [plain]}).keys
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return plain if key.raw_value.key_size >= _SMALLEST_RSA_BITS else None
    return plain if isinstance(key, ECKey) else None


def _list(plain: Mapping[str, Any], name: str, default: list[str]) -> list[str]:
    value = plain.get(name, default)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise DiscoveryNotReadable(reason=name)
    return value


def _text(plain: Mapping[str, Any], name: str) -> str:
    value = plain.get(name)
    if not isinstance(value, str):
        raise DiscoveryNotReadable(reason=name)
    return value
