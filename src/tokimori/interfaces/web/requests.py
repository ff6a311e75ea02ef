"""Requests as the screens know them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from tokimori.domains.people.queries import EmployeeView
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.carried_secrets import CarriedSecret
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.sessions import SignedIn
from tokimori.foundation.operators.services.visits import Visit


class TenantRequest(HttpRequest):
    """A request of somebody who is signed in; ``SignInMiddleware`` puts these on it.

    ``now`` is one instant for all that the request does. ``zone`` is that of the person's site, UTC for who has none, and
    ``today`` the date on its clock. ``employee`` is missing for who has no working time here. ``visit`` is
    there for one of the provider's people alone, who is in the company under a grant.
    """

    principal: Principal
    visit: Visit | None
    tenant: TenantId
    account: Account
    signed_in: SignedIn
    employee: EmployeeView | None
    session_secret: CarriedSecret
    now: datetime
    zone: ZoneInfo
    today: date
    htmx: HtmxDetails
