"""Refusals of single sign-on. Whoever signs in hears one sentence; the administrator reads the reason in a test."""

from enum import StrEnum

from tokimori.foundation.errors import Conflict, InvalidInput, NotSignedIn


class Reason(StrEnum):
    """Why an answer of a provider was not taken. Codes for the record and for the page of a test; nothing of the answer."""

    NOT_READABLE = "not_readable"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    UNSOLICITED = "unsolicited"
    STRUCTURE = "structure"
    ENCRYPTED = "encrypted"
    ALGORITHM = "algorithm"
    NOT_SIGNED = "not_signed"
    SIGNATURE = "signature"
    NO_CERTIFICATE = "no_certificate"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    DESTINATION = "destination"
    REQUEST = "request"
    TIME = "time"
    REPLAYED = "replayed"
    SUBJECT = "subject"
    NONCE = "nonce"
    KEY = "key"
    TOKEN_ENDPOINT = "token_endpoint"  # noqa: S105 -- a reason, not a secret
    NOT_REACHABLE = "not_reachable"


class AnswerNotTaken(Exception):
    """A provider's answer proves nothing. Never shown as it is: the services turn it into a refusal or a test's result."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class SingleSignOnFailed(NotSignedIn):
    """You could not be signed in with your company's account. Try again, or ask your administrator."""

    code = "single_sign_on.failed"


class ProviderNotValid(InvalidInput):
    """One of the values of the identity provider cannot be used."""

    code = "identity_provider.not_valid"


class MetadataNotReadable(InvalidInput):
    """This is not the metadata of an identity provider, or it holds something that is not taken."""

    code = "identity_provider.metadata_not_readable"


class DiscoveryNotReadable(InvalidInput):
    """This is not the configuration of an OpenID provider, or it holds something that is not taken."""

    code = "identity_provider.discovery_not_readable"


class AddressNotReachable(InvalidInput):
    """Nothing could be fetched from this address. It must be https, on the public internet, without a redirect."""

    code = "identity_provider.address_not_reachable"


class SlugTaken(Conflict):
    """There is an identity provider under this short name already, or there was. Choose another one."""

    code = "identity_provider.slug_taken"


class TestMissing(Conflict):
    """Test the provider first: it is switched on only after a test that passed."""

    code = "identity_provider.test_missing"


class ProviderClosed(Conflict):
    """This identity provider is closed; what it holds is not changed any more."""

    code = "identity_provider.closed"


class LastCertificate(Conflict):
    """A provider keeps at least one certificate that is valid today."""

    code = "identity_provider.last_certificate"
