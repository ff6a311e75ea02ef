"""What is known about a provider, and what it says about a person; each value checks itself."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Self

from tokimori.foundation.single_sign_on.addresses import refuse_address
from tokimori.foundation.single_sign_on.errors import ProviderNotValid

LONGEST_ENTITY_ID: Final = 1024
LONGEST_SUBJECT: Final = 255
MOST_CERTIFICATES: Final = 4
MOST_DOMAINS: Final = 20
MOST_CONTEXTS: Final = 10
_DOMAIN: Final = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]{1,64}@[a-z0-9.-]{4,189}")


class Kind(StrEnum):
    """The protocol that a provider speaks."""

    SAML = "saml"
    OPENID_CONNECT = "oidc"


class State(StrEnum):
    """How far a provider has come."""

    DRAFT = "draft"
    TESTED = "tested"
    ACTIVE = "active"
    CLOSED = "closed"


class Purpose(StrEnum):
    """What a question to a provider is for."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    TEST = "test"


class LinksBy(StrEnum):
    """By what somebody who comes for the first time is found among the accounts."""

    NOTHING = "nothing"
    ADDRESS = "address"
    LOGIN_ID = "login_id"


class SecondFactor(StrEnum):
    """Whether the provider's sign-in counts as two factors: never, where it says so, or always by declaration."""

    NEVER = "never"
    TOLD = "told"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlSettings:
    """A SAML provider: its name, where it is asked, and the certificates (DER in base64) that its signatures fit."""

    entity_id: str
    sign_on_url: str
    certificates: tuple[str, ...]
    address_attribute: str = ""
    """The attribute that holds the e-mail address; empty: the usual ones."""
    login_attribute: str = ""
    """The attribute that holds the login id; empty: the subject's own name."""

    def __post_init__(self) -> None:
        if not 0 < len(self.entity_id) <= LONGEST_ENTITY_ID or any(sign.isspace() for sign in self.entity_id):
            raise ProviderNotValid(field="entity_id")
        refuse_address(self.sign_on_url, field="sign_on_url")
        if not 0 < len(self.certificates) <= MOST_CERTIFICATES:
            raise ProviderNotValid(field="certificates")
        for field in ("address_attribute", "login_attribute"):
            if len(getattr(self, field)) > LONGEST_SUBJECT:
                raise ProviderNotValid(field=field)

    def to_plain(self) -> dict[str, Any]:
        """Return the settings as they are stored."""
        return {**asdict(self), "certificates": list(self.certificates)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return the settings that were stored."""
        return cls(**{**plain, "certificates": tuple(plain["certificates"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdSettings:
    """An OpenID provider, as its configuration describes it, and the name under which it knows us."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    keys_address: str
    algorithms: tuple[str, ...]
    names_itself: bool
    """Whether its answers carry ``iss`` (RFC 9207); then one without is refused."""
    secret_in_body: bool
    client_id: str = ""

    def __post_init__(self) -> None:
        for field in ("issuer", "authorization_endpoint", "token_endpoint", "keys_address"):
            refuse_address(getattr(self, field), field=field)
        if "?" in self.issuer or not self.algorithms:
            raise ProviderNotValid(field="issuer" if self.algorithms else "algorithms")
        if len(self.client_id) > LONGEST_SUBJECT or not self.client_id.isprintable():
            raise ProviderNotValid(field="client_id")

    def to_plain(self) -> dict[str, Any]:
        """Return the settings as they are stored."""
        return {**asdict(self), "algorithms": list(self.algorithms)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return the settings that were stored."""
        return cls(**{**plain, "algorithms": tuple(plain["algorithms"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a company lets a provider decide.

    ``domains`` are those whose addresses it may vouch for; ``strong_contexts`` the names (``acr``, ``amr`` or
    AuthnContextClassRef) under which it says that it asked for two factors, besides those that are known everywhere.
    """

    links_by: LinksBy = LinksBy.ADDRESS
    domains: tuple[str, ...] = ()
    creates_accounts: bool = False
    second_factor: SecondFactor = SecondFactor.TOLD
    strong_contexts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.domains) > MOST_DOMAINS or not all(_DOMAIN.fullmatch(domain) for domain in self.domains):
            raise ProviderNotValid(field="domains")
        if self.links_by is LinksBy.ADDRESS and not self.domains:
            raise ProviderNotValid(field="domains")
        if len(self.strong_contexts) > MOST_CONTEXTS or not all(
            0 < len(context) <= 200 and context.isprintable()  # noqa: PLR2004 -- as long as the column
            for context in self.strong_contexts
        ):
            raise ProviderNotValid(field="strong_contexts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a provider said about somebody, after everything about its answer was verified.

    ``address`` is there only when the provider vouches for it; ``contexts`` are the names of how he was recognised.
    """

    subject: str
    address: str | None
    login_name: str
    display_name: str
    contexts: tuple[str, ...]
    recognised_at: datetime | None

    def to_plain(self) -> dict[str, Any]:
        """Return the arrival as it waits for the browser."""
        recognised = self.recognised_at.isoformat() if self.recognised_at else None
        return {**asdict(self), "contexts": list(self.contexts), "recognised_at": recognised}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return the arrival that waited."""
        moment = plain["recognised_at"]
        recognised = datetime.fromisoformat(moment).astimezone(UTC) if moment else None
        return cls(**{**plain, "contexts": tuple(plain["contexts"]), "recognised_at": recognised})


def readable_address(text: object) -> str | None:
    """Return an e-mail address in the form in which addresses are compared, or nothing when it is none."""
    if not isinstance(text, str):
        return None
    plain = text.strip().lower()
    return plain if _ADDRESS.fullmatch(plain) else None
