"""A signed-in browser without a screen."""

from django.test import Client

from support.cast import Cast
from tokimori.foundation import clock
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import enter
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name


def signed_in(cast: Cast, name: str) -> Client:
    """Return a browser in which a member of the cast is signed in."""
    with tenant_transaction(cast.tenant):
        account = Account.objects.get(tenant_id=cast.tenant, id=cast[name].account_id)
        origin = Origin(address="203.0.113.9", device="a test")
        proofs = frozenset({Proof.PASSKEY})
        secret = enter(account=account, proofs=proofs, is_half=False, origin=origin, now=clock.now())
    browser = Client(SERVER_NAME="localhost")
    browser.cookies[cookie_name()] = secret
    return browser
