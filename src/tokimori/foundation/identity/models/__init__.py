"""Accounts, factors, sessions, rules and tokens. Secrets are kept as digests, or sealed where they must be read again."""

from tokimori.foundation.identity.models.accounts import Account, LoginName, PasswordBefore, SignInLink
from tokimori.foundation.identity.models.factors import Authenticator, Passkey, RecoveryCode
from tokimori.foundation.identity.models.oversight import (
    AccountFile,
    AccountFileLine,
    ReviewCampaign,
    ReviewItem,
    SharedAccountException,
    SharedAccountUse,
)
from tokimori.foundation.identity.models.rules import AddressRule, SecurityRulesVersion, SeenAddress
from tokimori.foundation.identity.models.sessions import Session, TrustedDevice
from tokimori.foundation.identity.models.single_sign_on import (
    ExternalIdentity,
    IdentityProvider,
    PendingSignIn,
    SeenAssertion,
)
from tokimori.foundation.identity.models.tokens import AccessToken

__all__ = [
    "AccessToken",
    "Account",
    "AccountFile",
    "AccountFileLine",
    "AddressRule",
    "Authenticator",
    "ExternalIdentity",
    "IdentityProvider",
    "LoginName",
    "Passkey",
    "PasswordBefore",
    "PendingSignIn",
    "RecoveryCode",
    "ReviewCampaign",
    "ReviewItem",
    "SecurityRulesVersion",
    "SeenAddress",
    "SeenAssertion",
    "Session",
    "SharedAccountException",
    "SharedAccountUse",
    "SignInLink",
    "TrustedDevice",
]
