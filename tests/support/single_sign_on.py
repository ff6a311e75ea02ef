"""A company with identity providers, and a browser that walks between."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.test import Client
from django.urls import reverse

from support.cast import Cast, new_company
from support.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from support.saml_provider import SamlProvider, Statement, read_question
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import IdentityProvider, Passkey
from tokimori.foundation.single_sign_on.services.descriptions import OpenIdForm, fetch_description
from tokimori.foundation.single_sign_on.services.providers import (
    NewProvider,
    change_trust,
    create_provider,
    describe_by_discovery,
    describe_by_metadata,
)
from tokimori.foundation.single_sign_on.values import Kind, State, Trust
from tokimori.foundation.tenancy.context import tenant_transaction

BASE = "http://localhost"


def company_with_administrator() -> Cast:
    """Return a company in which Aiko works, Chie pays and Mio administers."""
    return new_company(
        people={
            "mio": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
            "chie": (frozenset({Role.EMPLOYEE, Role.PAYROLL}), None),
        }
    )


@dataclass(frozen=True, kw_only=True)
class Connected:
    """A company's provider, and its counterpart in the test."""

    cast: Cast
    id: UUID
    slug: str
    answers: Any

    @property
    def domain(self) -> str:
        return domain_of(self.cast)

    def begin(self, browser: Client, **query: str) -> str:
        """Return where the browser is sent."""
        where = reverse("begin_company_sign_in", args=[self.cast.company_code, self.slug], query=query)
        return str(browser.get(where)["Location"])

    def row(self) -> IdentityProvider:
        with tenant_transaction(self.cast.tenant):
            return IdentityProvider.objects.get(tenant_id=self.cast.tenant, id=self.id)

    def trust(self, **changes: Any) -> None:
        trust = Trust(**{"domains": (self.domain,), **changes})
        with tenant_transaction(self.cast.tenant):
            change_trust(actor=self.cast["mio"].principal, provider_id=self.id, trust=trust, now=clock.now())


def domain_of(cast: Cast) -> str:
    return f"{str(cast.tenant)[-12:]}.example"


def connected_saml(cast: Cast, *, slug: str = "office", state: State = State.ACTIVE) -> Connected:
    """Return a SAML provider that is described, and switched on unless it is said otherwise."""
    answers = SamlProvider("https://idp.example")
    actor, now = cast["mio"].principal, clock.now() - timedelta(seconds=5)
    with tenant_transaction(cast.tenant):
        new = NewProvider(kind=Kind.SAML, slug=slug, name="Minato Office", base=BASE)
        row_id = create_provider(actor=actor, provider=new, now=now)
        describe_by_metadata(actor=actor, provider_id=row_id, metadata=answers.metadata(), now=now)
    return _switched(cast, row_id, slug, answers, state)


def connected_openid(
    cast: Cast, answers: OpenIdProvider, *, slug: str = "cloud", state: State = State.ACTIVE
) -> Connected:
    """Return an OpenID provider that is described by its own address, and switched on unless it is said otherwise."""
    actor, now = cast["mio"].principal, clock.now() - timedelta(seconds=5)
    form = OpenIdForm(issuer=answers.issuer, discovery="", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    description = fetch_description(form)
    with tenant_transaction(cast.tenant):
        new = NewProvider(kind=Kind.OPENID_CONNECT, slug=slug, name="Minato Cloud", base=BASE)
        row_id = create_provider(actor=actor, provider=new, now=now)
        describe_by_discovery(actor=actor, provider_id=row_id, description=description, now=now)
    return _switched(cast, row_id, slug, answers, state)


def _switched(cast: Cast, row_id: UUID, slug: str, answers: Any, state: State) -> Connected:
    with tenant_transaction(cast.tenant):
        IdentityProvider.objects.filter(tenant_id=cast.tenant, id=row_id).update(state=state.value)
    found = Connected(cast=cast, id=row_id, slug=slug, answers=answers)
    found.trust()
    return found


def saml_answer(place: Connected, question: str, **changes: Any) -> Mapping[str, str]:
    """Return what the provider's page posts for a question."""
    root, query = read_question(question)
    where = f"{BASE}/sign-in/with/{place.cast.company_code}/{place.slug}"
    statement = Statement(
        answer_url=f"{where}/saml", audience=f"{where}/metadata", request_id=root.get("ID"), now=clock.now()
    )
    statement = replace(statement, assertion_id=f"_{new_id().hex}", **changes)
    return {"SAMLResponse": place.answers.post(statement), "RelayState": query["RelayState"]}


def post_saml(place: Connected, browser: Client, form: Mapping[str, str]) -> Any:
    """Post an answer as a provider's page does: from elsewhere, and so without our cookies."""
    elsewhere = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    return elsewhere.post(reverse("saml_answer", args=[place.cast.company_code, place.slug]), form)


def return_openid(place: Connected, browser: Client, question: str) -> Any:
    """Let the provider recognise the person, and come back with its code."""
    back = place.answers.authorize(dict(parse_qsl(urlsplit(question).query)))
    parts = urlsplit(back)
    return browser.get(f"{parts.path}?{parts.query}")


def with_passkey(cast: Cast, name: str) -> None:
    """Let somebody hold a passkey."""
    with tenant_transaction(cast.tenant):
        Passkey.objects.create(
            tenant_id=cast.tenant,
            id=new_id(),
            account_id=cast[name].account_id,
            credential_id=new_id().bytes,
            public_key=b"k",
            use_count=0,
            transports=[],
            name="key",
            is_synchronised=False,
            added_at=clock.now(),
        )
