"""What an OpenID provider says about itself: fetched before anything is written, while no transaction is open."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tokimori.foundation.single_sign_on.addresses import refuse_address
from tokimori.foundation.single_sign_on.discovery import (
    discovery_address,
    parse_discovery,
    read_discovery,
    read_keys,
)
from tokimori.foundation.single_sign_on.errors import ProviderNotValid
from tokimori.foundation.single_sign_on.fetching import fetch_json
from tokimori.foundation.single_sign_on.values import OpenIdSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdForm:
    """What an administrator types: the provider's address, or its configuration as text; our name there and our secret."""

    issuer: str
    discovery: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdDescription:
    """A provider as its configuration and its keys describe it, with who we are there and the secret that was typed."""

    settings: OpenIdSettings
    keys: tuple[Mapping[str, Any], ...]
    client_secret: str


def fetch_description(form: OpenIdForm) -> OpenIdDescription:
    """Return the provider's configuration, as it was typed or as its address answers, and its keys.

    The provider is waited for, up to ten seconds each time, so no transaction may be open; ``fetch`` refuses that. Raise
    ``AddressNotReachable``, ``DiscoveryNotReadable`` or ``ProviderNotValid``.
    """
    pasted, issuer = form.discovery.strip(), form.issuer.strip()
    read = parse_discovery(pasted) if pasted else _discovered(issuer)
    new = replace(read, client_id=form.client_id.strip())
    if not new.client_id:
        raise ProviderNotValid(field="client_id")
    keys = tuple(read_keys(fetch_json(new.keys_address)))
    return OpenIdDescription(settings=new, keys=keys, client_secret=form.client_secret.strip())


def _discovered(issuer: str) -> OpenIdSettings:
    """Return what a provider says about itself at its own address, which it must name as its own."""
    if not issuer:
        raise ProviderNotValid(field="issuer")
    refuse_address(issuer, field="issuer")
    return read_discovery(fetch_json(discovery_address(issuer)), issuer=issuer)
