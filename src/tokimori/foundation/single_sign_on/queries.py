"""Reads about identity providers: their names for the door; all but secrets for the administrator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.models import Account, ExternalIdentity, IdentityProvider, PendingSignIn
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.identity.security_rules import Audience
from tokimori.foundation.single_sign_on.certificates import CertificateView, describe_certificate
from tokimori.foundation.single_sign_on.errors import Reason
from tokimori.foundation.single_sign_on.ours import begin_url, entity_id, openid_answer_url, saml_answer_url
from tokimori.foundation.single_sign_on.saml_metadata import our_metadata
from tokimori.foundation.single_sign_on.services.outcomes import What, Why
from tokimori.foundation.single_sign_on.values import (
    Arrival,
    Kind,
    LinksBy,
    OpenIdSettings,
    Purpose,
    SamlSettings,
    SecondFactor,
    State,
    Trust,
)
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorProvider:
    """A provider as the door shows it."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView:
    """A provider as its administrator sees it. ``theirs`` is missing until it was described."""

    id: UUID
    slug: str
    kind: Kind
    name: str
    state: State
    begin_url: str
    entity_id: str
    answer_url: str
    our_certificate: CertificateView | None
    theirs: SamlSettings | OpenIdSettings | None
    certificates: tuple[CertificateView, ...]
    keys: int
    keys_fetched_at: datetime | None
    has_secret: bool
    trust: Trust
    only_for: frozenset[Audience]
    tested_at: datetime | None
    linked_accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestView:
    """What came back from a test, and what would have happened; or the reason why nothing was taken."""

    tested_at: datetime
    reason: Reason | None
    arrival: Arrival | None
    what: What | None
    why: Why
    account_name: str
    login_id: str
    is_strong: bool


def providers_at_door(*, company_code: str) -> tuple[DoorProvider, ...]:
    """Return the providers that a company's people may come in by, by name; none for a company that does not exist.

    To be called without a tenant.
    """
    tenant = tenant_of_company_code(company_code.strip().lower()) if company_code.strip() else None
    if tenant is None:
        return ()
    with tenant_transaction(tenant):
        rows = IdentityProvider.objects.filter(tenant_id=tenant, state=State.ACTIVE.value).order_by("name", "slug")
        return tuple(DoorProvider(slug=row.slug, name=row.name) for row in rows)


def providers_of(account: Account) -> tuple[DoorProvider, ...]:
    """Return the providers that know a person, so that they can say that it is still he."""
    linked = ExternalIdentity.objects.filter(tenant_id=account.tenant_id, account_id=account.id, ended_at=None)
    rows = IdentityProvider.objects.filter(
        tenant_id=account.tenant_id, state=State.ACTIVE.value, id__in=linked.values_list("provider_id", flat=True)
    )
    return tuple(DoorProvider(slug=row.slug, name=row.name) for row in rows.order_by("name", "slug"))


def providers_linked(*, actor: Principal, account_id: UUID) -> tuple[str, ...]:
    """Return the names of the providers by which somebody comes in, for who may read accounts."""
    authorise(actor, Permission.ACCOUNT_READ)
    linked = ExternalIdentity.objects.filter(tenant_id=actor.tenant_id, account_id=account_id, ended_at=None)
    rows = IdentityProvider.objects.filter(
        tenant_id=actor.tenant_id, id__in=linked.values_list("provider_id", flat=True)
    )
    return tuple(rows.order_by("name", "slug").values_list("name", flat=True))


def providers(*, actor: Principal, company_code: str) -> tuple[ProviderView, ...]:
    """Return all providers, those that are closed at the end."""
    authorise(actor, Permission.SECURITY_READ)
    rows = IdentityProvider.objects.filter(tenant_id=actor.tenant_id).order_by("name", "slug")
    views = [_view(row, company_code) for row in rows]
    return tuple(sorted(views, key=lambda view: view.state is State.CLOSED))


def provider(*, actor: Principal, provider_id: UUID, company_code: str) -> ProviderView:
    """Return one provider."""
    authorise(actor, Permission.SECURITY_READ)
    return _view(provider_row(actor=actor, provider_id=provider_id), company_code)


def provider_row(*, actor: Principal, provider_id: UUID) -> IdentityProvider:
    """Return one provider's row; raise ``NotFound`` when there is none here."""
    row = IdentityProvider.objects.filter(tenant_id=actor.tenant_id, id=provider_id).first()
    if row is None:
        raise NotFound
    return row


def metadata_of(*, company_code: str, slug: str) -> str:
    """Return our metadata for a provider of SAML, which its own administrator wants first: before it is described."""
    tenant = tenant_of_company_code(company_code.strip().lower())
    if tenant is None:
        raise NotFound
    with tenant_transaction(tenant):
        rows = IdentityProvider.objects.filter(tenant_id=tenant, slug=slug, kind=Kind.SAML.value)
        row = rows.exclude(state=State.CLOSED.value).first()
    if row is None:
        raise NotFound
    return our_metadata(
        entity_id=entity_id(row, company_code),
        answer_url=saml_answer_url(row, company_code),
        certificate=row.certificate,
    )


def test_result(*, actor: Principal, provider_id: UUID, test_id: UUID) -> TestView:
    """Return what came of one of the administrator's own tests; raise ``NotFound`` for any other."""
    authorise(actor, Permission.SECURITY_WRITE)
    rows = PendingSignIn.objects.filter(
        tenant_id=actor.tenant_id,
        id=test_id,
        provider_id=provider_id,
        purpose=Purpose.TEST.value,
        account_id=account_id_of(actor),
    )
    row = rows.exclude(finished_at=None).first()
    if row is None or row.finished_at is None:
        raise NotFound
    outcome: Mapping[str, Any] = row.outcome or {}
    account_id = UUID(outcome["account_id"]) if outcome.get("account_id") else None
    names = account_names(tenant=actor.tenant_id, account_ids=[account_id])
    return TestView(
        tested_at=row.finished_at,
        reason=Reason(outcome["reason"]) if "reason" in outcome else None,
        arrival=Arrival.from_plain(row.arrival) if row.arrival else None,
        what=What(outcome["what"]) if "what" in outcome else None,
        why=Why(outcome.get("why", "")),
        account_name=names.get(account_id, ""),
        login_id=outcome.get("login_id", ""),
        is_strong="provider_factors" in outcome.get("proofs", ()),
    )


def _view(row: IdentityProvider, company_code: str) -> ProviderView:
    kind = Kind(row.kind)
    theirs: SamlSettings | OpenIdSettings | None = None
    if row.configuration:
        read = SamlSettings.from_plain if kind is Kind.SAML else OpenIdSettings.from_plain
        theirs = read(row.configuration)
    certificates = theirs.certificates if isinstance(theirs, SamlSettings) else ()
    linked = ExternalIdentity.objects.filter(tenant_id=row.tenant_id, provider_id=row.id, ended_at=None)
    return ProviderView(
        id=row.id,
        slug=row.slug,
        kind=kind,
        name=row.name,
        state=State(row.state),
        begin_url=begin_url(row, company_code),
        entity_id=entity_id(row, company_code),
        answer_url=(saml_answer_url if kind is Kind.SAML else openid_answer_url)(row, company_code),
        our_certificate=describe_certificate(row.certificate) if row.certificate else None,
        theirs=theirs,
        certificates=tuple(describe_certificate(one) for one in certificates),
        keys=len(row.keys),
        keys_fetched_at=row.keys_fetched_at,
        has_secret=row.sealed_secret is not None,
        trust=Trust(
            links_by=LinksBy(row.links_by),
            domains=tuple(row.domains),
            creates_accounts=row.creates_accounts,
            second_factor=SecondFactor(row.second_factor),
            strong_contexts=tuple(row.strong_contexts),
        ),
        only_for=frozenset(Audience(one) for one in row.only_for),
        tested_at=row.tested_at,
        linked_accounts=linked.count(),
    )
