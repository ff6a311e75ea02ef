"""Identity providers: made, described, trusted, switched on and closed by the company's own administrator.

None of it can lock anybody out: a provider that is not switched on is shown to nobody, it is switched on only after a
test that passed, and passwords stay a way in until the administrator says otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import IdentityProvider
from tokimori.foundation.identity.security_rules import Audience
from tokimori.foundation.identity.services.password_door import refuse_without_break_glass
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.sealing import seal
from tokimori.foundation.single_sign_on.certificates import describe_certificate, new_key_pair
from tokimori.foundation.single_sign_on.errors import (
    LastCertificate,
    ProviderClosed,
    ProviderNotValid,
    SlugTaken,
    TestMissing,
)
from tokimori.foundation.single_sign_on.saml_metadata import read_metadata
from tokimori.foundation.single_sign_on.services.descriptions import OpenIdDescription
from tokimori.foundation.single_sign_on.values import (
    MOST_CERTIFICATES,
    Kind,
    LinksBy,
    OpenIdSettings,
    SamlSettings,
    SecondFactor,
    State,
    Trust,
)

SECRET: Final = "identity provider"  # noqa: S105 -- a purpose of sealing, not a secret
LONGEST_NAME: Final = 60
LONGEST_SECRET: Final = 512
_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider:
    """What a provider begins with. ``base`` is our own address, as the company's people reach it."""

    kind: Kind
    slug: str
    name: str
    base: str

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.slug):
            raise ProviderNotValid(field="slug")
        if not 0 < len(self.name.strip()) <= LONGEST_NAME or not self.name.isprintable():
            raise ProviderNotValid(field="name")


@transaction.atomic
def create_provider(*, actor: Principal, provider: NewProvider, now: datetime) -> UUID:
    """Make a provider that nobody sees yet; one of SAML gets the key pair that signs our questions."""
    authorise(actor, Permission.SECURITY_WRITE)
    if IdentityProvider.objects.filter(tenant_id=actor.tenant_id, slug=provider.slug).exists():
        raise SlugTaken
    row_id = new_id(at=now)
    pair = new_key_pair(name=provider.base, now=now) if provider.kind is Kind.SAML else None
    IdentityProvider.objects.create(
        tenant_id=actor.tenant_id,
        id=row_id,
        slug=provider.slug,
        kind=provider.kind.value,
        name=provider.name.strip(),
        state=State.DRAFT.value,
        base=provider.base,
        configuration={},
        sealed_secret=seal(pair.private_key, tenant=actor.tenant_id, purpose=SECRET, row=row_id) if pair else None,
        certificate=pair.certificate if pair else "",
        links_by=LinksBy.NOTHING.value,
        domains=[],
        creates_accounts=False,
        second_factor=SecondFactor.TOLD.value,
        strong_contexts=[],
        created_at=now,
    )
    record_event(EventName.IDENTITY_PROVIDER_CREATED, actor=actor, subject_id=row_id, at=now, kind=provider.kind.value)
    return row_id


@transaction.atomic
def describe_by_metadata(
    *, actor: Principal, provider_id: UUID, metadata: str, attributes: tuple[str, str] = ("", ""), now: datetime
) -> None:
    """Take the provider's metadata, with the names of the attributes for address and login id.

    A provider that is switched on keeps its name and its address: what changes is the set of its certificates, to which
    the new ones are added, so that both signatures are taken while it rolls over.
    """
    row = _locked(actor, provider_id, Kind.SAML)
    read = read_metadata(metadata, now=now)
    new = replace(read, address_attribute=attributes[0].strip(), login_attribute=attributes[1].strip())
    if row.configuration:
        before = SamlSettings.from_plain(row.configuration)
        if row.state == State.ACTIVE.value:
            _refuse_other({"entity_id": before.entity_id, "sign_on_url": before.sign_on_url}, new)
        if before.entity_id == new.entity_id:
            kept = [one for one in before.certificates if describe_certificate(one).valid_to > now]
            new = replace(new, certificates=tuple(dict.fromkeys((*new.certificates, *kept)))[:MOST_CERTIFICATES])
    _describe(row, new.to_plain(), actor=actor, now=now)


@transaction.atomic
def describe_by_discovery(
    *, actor: Principal, provider_id: UUID, description: OpenIdDescription, now: datetime
) -> None:
    """Take what the provider says about itself (``fetch_description``), and who we are there.

    An empty secret keeps the one before. A provider that is switched on keeps its address and our name.
    """
    row, new = _locked(actor, provider_id, Kind.OPENID_CONNECT), description.settings
    if row.configuration and row.state == State.ACTIVE.value:
        before = OpenIdSettings.from_plain(row.configuration)
        _refuse_other({"issuer": before.issuer, "client_id": before.client_id}, new)
    secret = description.client_secret
    if len(secret) > LONGEST_SECRET or not secret.isprintable() or not (secret or row.sealed_secret):
        raise ProviderNotValid(field="client_secret")
    changes: dict[str, Any] = {"keys": list(description.keys), "keys_fetched_at": now}
    if secret:
        changes["sealed_secret"] = seal(secret.encode(), tenant=actor.tenant_id, purpose=SECRET, row=row.id)
    _describe(row, new.to_plain(), actor=actor, now=now, changes=changes)


@transaction.atomic
def change_trust(*, actor: Principal, provider_id: UUID, trust: Trust, now: datetime) -> None:
    """Change what the provider may decide."""
    row = _locked(actor, provider_id)
    _of(actor, provider_id).update(
        links_by=trust.links_by.value,
        domains=list(trust.domains),
        creates_accounts=trust.creates_accounts,
        second_factor=trust.second_factor.value,
        strong_contexts=list(trust.strong_contexts),
    )
    record_event(EventName.IDENTITY_PROVIDER_CHANGED, actor=actor, subject_id=row.id, at=now, what="trust")


@transaction.atomic
def remove_certificate(*, actor: Principal, provider_id: UUID, fingerprint: str, now: datetime) -> None:
    """Take one of the provider's certificates away; raise ``LastCertificate`` when none that holds would be left."""
    row = _locked(actor, provider_id, Kind.SAML)
    settings = SamlSettings.from_plain(row.configuration)
    views = {one: describe_certificate(one) for one in settings.certificates}
    left = tuple(one for one, view in views.items() if view.fingerprint != fingerprint)
    if len(left) == len(views):
        raise NotFound
    if not any(views[one].holds(now) for one in left):
        raise LastCertificate
    _of(actor, provider_id).update(configuration=replace(settings, certificates=left).to_plain())
    record_event(EventName.IDENTITY_PROVIDER_CHANGED, actor=actor, subject_id=row.id, at=now, what="certificates")


@transaction.atomic
def activate_provider(*, actor: Principal, provider_id: UUID, now: datetime) -> None:
    """Show the provider at the door; raise ``TestMissing`` unless it passed a test as it is described now."""
    row = _locked(actor, provider_id)
    if row.state == State.ACTIVE.value:
        return
    if row.state != State.TESTED.value:
        raise TestMissing
    _of(actor, provider_id).update(state=State.ACTIVE.value)
    record_event(EventName.IDENTITY_PROVIDER_ACTIVATED, actor=actor, subject_id=row.id, at=now)


@transaction.atomic
def close_passwords(*, actor: Principal, provider_id: UUID, audiences: frozenset[Audience], now: datetime) -> None:
    """Let these audiences in by the provider alone; none of them opens all passwords again.

    Raise ``BreakGlassMissing`` unless an administrator holds a passkey, which is taken whatever happens to the provider.
    """
    row = _locked(actor, provider_id)
    if audiences:
        if row.state != State.ACTIVE.value:
            raise TestMissing
        refuse_without_break_glass(tenant=actor.tenant_id)
    chosen = sorted(audience.value for audience in audiences)
    _of(actor, provider_id).update(only_for=chosen)
    record_event(
        EventName.IDENTITY_PROVIDER_CHANGED,
        actor=actor,
        subject_id=row.id,
        at=now,
        what="passwords",
        only=",".join(chosen),
    )


@transaction.atomic
def close_provider(*, actor: Principal, provider_id: UUID, now: datetime) -> None:
    """Close the provider for good: nobody comes in by it, and passwords are taken again where it was the only way."""
    row = _locked(actor, provider_id)
    _of(actor, provider_id).update(state=State.CLOSED.value, only_for=[])
    record_event(EventName.IDENTITY_PROVIDER_CLOSED, actor=actor, subject_id=row.id, at=now)


def _describe(
    row: IdentityProvider,
    plain: dict[str, Any],
    *,
    actor: Principal,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Write what the provider is like; a test of what it was like before says nothing any more."""
    state = row.state if row.state == State.ACTIVE.value else State.DRAFT.value
    _of(actor, row.id).update(configuration=plain, state=state, described_at=now, **(changes or {}))
    record_event(EventName.IDENTITY_PROVIDER_CHANGED, actor=actor, subject_id=row.id, at=now, what="settings")


def _refuse_other(before: dict[str, str], new: SamlSettings | OpenIdSettings) -> None:
    """Refuse another provider under the name of one that people already come in by."""
    for field, value in before.items():
        if getattr(new, field) != value:
            raise ProviderNotValid(field=field, reason="active")


def _locked(actor: Principal, provider_id: UUID, kind: Kind | None = None) -> IdentityProvider:
    authorise(actor, Permission.SECURITY_WRITE)
    row = _of(actor, provider_id).select_for_update(no_key=True).first()
    if row is None or (kind is not None and row.kind != kind.value):
        raise NotFound
    if row.state == State.CLOSED.value:
        raise ProviderClosed
    return row


def _of(actor: Principal, provider_id: UUID) -> QuerySet[IdentityProvider]:
    return IdentityProvider.objects.filter(tenant_id=actor.tenant_id, id=provider_id)
