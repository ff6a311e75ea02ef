"""What somebody proved himself with at sign-in, and how much that says."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from tokimori.foundation.identity.security_rules import Strength


class Proof(StrEnum):
    """One way of proving who one is."""

    PASSWORD = "password"  # noqa: S105 -- a kind of proof, not a secret
    ONE_TIME_LINK = "one_time_link"
    AUTHENTICATOR = "authenticator"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"
    TRUSTED_DEVICE = "trusted_device"
    SINGLE_SIGN_ON = "single_sign_on"
    PROVIDER_FACTORS = "provider_factors"
    """The identity provider asked for more than one factor, as it says or as the company's administrator declared."""


_SECOND: Final = frozenset({Proof.AUTHENTICATOR, Proof.RECOVERY_CODE, Proof.TRUSTED_DEVICE, Proof.PROVIDER_FACTORS})


def strength_of(proofs: Collection[Proof]) -> Strength:
    """Return how well the proofs together show who somebody is.

    A passkey is two factors in itself: it is asked for with user verification, so that whoever holds the device must also
    unlock it (WebAuthn level 3, section 6.2.3).
    """
    if Proof.PASSKEY in proofs:
        return Strength.PHISHING_RESISTANT
    return Strength.TWO_FACTORS if _SECOND & frozenset(proofs) else Strength.ONE_FACTOR
