"""The words on the screen about identity providers, their tests and what came of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tokimori.foundation.identity.security_rules import Audience
from tokimori.foundation.single_sign_on.errors import Reason
from tokimori.foundation.single_sign_on.queries import TestView
from tokimori.foundation.single_sign_on.services.outcomes import What, Why
from tokimori.foundation.single_sign_on.values import Kind, LinksBy, SecondFactor, State

KINDS: Final[Mapping[Kind, str]] = MappingProxyType({Kind.SAML: "SAML 2.0", Kind.OPENID_CONNECT: "OpenID Connect"})
STATES: Final[Mapping[State, tuple[str, Promise]]] = MappingProxyType(
    {
        State.DRAFT: ("quiet", gettext_lazy("Not tested yet")),
        State.TESTED: ("wait", gettext_lazy("Tested, not switched on")),
        State.ACTIVE: ("ok", gettext_lazy("Switched on")),
        State.CLOSED: ("quiet", gettext_lazy("Closed")),
    }
)
AUDIENCES: Final[Mapping[Audience, Promise]] = MappingProxyType(
    {
        Audience.EMPLOYEE: gettext_lazy("Employees"),
        Audience.MANAGER: gettext_lazy("Leaders"),
        Audience.ADMINISTRATOR: gettext_lazy("Administrators"),
    }
)
LINKS: Final[Mapping[LinksBy, tuple[Promise, Promise]]] = MappingProxyType(
    {
        LinksBy.ADDRESS: (
            gettext_lazy("By e-mail address"),
            gettext_lazy("Only addresses that the provider has verified, of the domains below."),
        ),
        LinksBy.LOGIN_ID: (
            gettext_lazy("By login ID"),
            gettext_lazy("Only if nobody can choose this name freely at the provider."),
        ),
        LinksBy.NOTHING: (
            gettext_lazy("Not at all"),
            gettext_lazy("Accounts that exist stay apart from the provider's."),
        ),
    }
)
FACTORS: Final[Mapping[SecondFactor, tuple[Promise, Promise]]] = MappingProxyType(
    {
        SecondFactor.TOLD: (
            gettext_lazy("Where the provider says so"),
            gettext_lazy("It names how it recognised the person."),
        ),
        SecondFactor.ALWAYS: (
            gettext_lazy("Always"),
            gettext_lazy("You declare that nobody passes the provider with a password alone."),
        ),
        SecondFactor.NEVER: (
            gettext_lazy("Never"),
            gettext_lazy("Whoever needs a second factor here is asked for it here."),
        ),
    }
)
REASONS: Final[Mapping[Reason, Promise]] = MappingProxyType(
    {
        Reason.NOT_READABLE: gettext_lazy("The answer could not be read."),
        Reason.REFUSED_BY_PROVIDER: gettext_lazy("The provider itself refused, or the sign-in there was given up."),
        Reason.UNSOLICITED: gettext_lazy("Nobody had asked for this answer."),
        Reason.STRUCTURE: gettext_lazy("The answer has a shape that is not taken."),
        Reason.ENCRYPTED: gettext_lazy(
            "The answer is encrypted. Switch encryption of assertions off; TLS protects them."
        ),
        Reason.ALGORITHM: gettext_lazy(
            "The answer is signed in a way that is not taken. Use SHA-256 or stronger, with a key pair."
        ),
        Reason.NOT_SIGNED: gettext_lazy("The assertion itself is not signed. Switch the signing of assertions on."),
        Reason.SIGNATURE: gettext_lazy(
            "The signature fits none of the provider's certificates or keys that are stored here."
        ),
        Reason.NO_CERTIFICATE: gettext_lazy("No certificate of the provider is valid today. Take its metadata anew."),
        Reason.ISSUER: gettext_lazy("The answer names another provider than the one that is stored here."),
        Reason.AUDIENCE: gettext_lazy(
            "The answer is meant for another service. Compare our name with the one entered there."
        ),
        Reason.DESTINATION: gettext_lazy(
            "The answer is meant for another address. Compare our answer address with the one there."
        ),
        Reason.REQUEST: gettext_lazy("The answer belongs to another question."),
        Reason.TIME: gettext_lazy("The answer is too old, or its times do not fit. Compare the clocks."),
        Reason.REPLAYED: gettext_lazy("The answer was used before."),
        Reason.SUBJECT: gettext_lazy("The answer has no lasting name of the person. Choose a name that never changes."),
        Reason.NONCE: gettext_lazy("The token belongs to another question."),
        Reason.KEY: gettext_lazy("The token names a key that the provider does not publish."),
        Reason.TOKEN_ENDPOINT: gettext_lazy(
            "The provider did not exchange the code. Compare client ID and client secret."
        ),
        Reason.NOT_REACHABLE: gettext_lazy("The provider could not be reached from here."),
    }
)
WHYS: Final[Mapping[Why, Promise]] = MappingProxyType(
    {
        Why.ACCOUNT_CLOSED: gettext_lazy("the account is closed"),
        Why.ADMINISTRATOR: gettext_lazy("administrators are linked by a verified address alone, not by a login ID"),
        Why.LINK_ENDED: gettext_lazy("the link with the account was ended, and its name is not vouched for"),
        Why.LINKED_OTHERWISE: gettext_lazy("the account belongs to another name at this provider"),
        Why.UNKNOWN: gettext_lazy("there is no account, and none is made"),
        Why.NO_NAME: gettext_lazy("the provider gives no name that an account could have"),
        Why.NAME_TAKEN: gettext_lazy("the name was somebody's already"),
    }
)


def outcome_sentence(result: TestView) -> str:
    """Return what would have happened to the person who came."""
    match result.what:
        case What.KNOWN:
            return _("%(name)s would be signed in.") % {"name": result.account_name}
        case What.LINKED:
            return _("The account of %(name)s would be linked and signed in.") % {"name": result.account_name}
        case What.CREATED:
            return _("A new account %(login)s would be made and signed in.") % {"login": result.login_id}
        case What.REFUSED:
            return _("Nobody would be signed in: %(why)s.") % {"why": WHYS.get(result.why, "")}
        case None:
            return ""
