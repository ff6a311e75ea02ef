"""Companies' own identity providers, whom they vouched for, and what is under way with them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.sealed_fields import SealedJSONField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class IdentityProvider(TenantModel):
    """A service of the company's choice that says who somebody is, by SAML 2.0 or OpenID Connect."""

    slug = models.CharField(max_length=30)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    base = models.CharField(max_length=260)
    """Our own address as the provider knows it, ``https://time.example``; it stays when the installation gets another."""
    configuration = models.JSONField()
    sealed_secret = models.BinaryField(null=True)
    """The private key that signs our requests (SAML), or the client's secret (OpenID Connect)."""
    certificate = models.TextField(blank=True)
    """The certificate of that private key, DER in base64."""
    keys = models.JSONField(default=list)
    """The provider's public keys as they were fetched last (OpenID Connect)."""
    keys_fetched_at = models.DateTimeField(null=True)
    links_by = models.CharField(max_length=10)
    domains = ArrayField(models.CharField(max_length=253))
    creates_accounts = models.BooleanField()
    second_factor = models.CharField(max_length=10)
    strong_contexts = ArrayField(models.CharField(max_length=200))
    only_for = ArrayField(models.CharField(max_length=20), default=list)
    """Audiences that may not use their passwords while this provider is active."""
    created_at = models.DateTimeField()
    described_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "slug"], name="identity_provider_slug_once"),
            TenantWall(name="identity_provider_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.slug


class ExternalIdentity(TenantModel):
    """Whose account a provider's subject is. It can end, and begin again; the subject is never somebody else's."""

    provider_id = models.UUIDField()
    subject = models.CharField(max_length=255)
    account_id = models.UUIDField()
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """Since when the subject does not open the account any more."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "provider_id", "subject"], name="external_identity_once"),
            models.UniqueConstraint(
                fields=["tenant_id", "provider_id", "account_id"],
                condition=models.Q(ended_at=None),
                name="external_identity_of_account_once",
            ),
            TenantReference(name="external_identity_provider", column="provider_id", table="identity_identityprovider"),
            TenantReference(name="external_identity_account", column="account_id", table="identity_account"),
            TenantWall(name="external_identity_may_end_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SeenAssertion(TenantModel):
    """An assertion that was taken, by the SHA-256 of its name; it is not taken again while it would still be valid."""

    provider_id = models.UUIDField()
    assertion_digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "provider_id", "assertion_digest"], name="seen_assertion_once"
            ),
            TenantReference(name="seen_assertion_provider", column="provider_id", table="identity_identityprovider"),
            TenantWall(name="seen_assertion_wall", writing=Writing.TAKE),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PendingSignIn(TenantModel):
    """A question that was sent to a provider, by one browser, for one purpose. It is answered once, and soon."""

    provider_id = models.UUIDField()
    purpose = models.CharField(max_length=10)
    account_id = models.UUIDField(null=True)
    """Who asks: the person who confirms, the administrator who tests; nobody at sign-in."""
    state_digest = models.BinaryField(max_length=32)
    browser_digest = models.BinaryField(max_length=32)
    request_id = models.CharField(max_length=64, blank=True)
    sealed_proof = models.BinaryField(null=True)
    """What proves to the token endpoint that the code was asked for by us (RFC 7636), and the nonce."""
    wanted = models.CharField(max_length=500, blank=True)
    """Where the person wanted to go."""
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ticket_digest = models.BinaryField(max_length=32, null=True)
    arrival = SealedJSONField(null=True)
    """What the provider said, verified; kept from its answer until the browser arrives, of a test until it is forgotten."""
    outcome = SealedJSONField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "state_digest"], name="pending_sign_in_once"),
            TenantReference(name="pending_sign_in_provider", column="provider_id", table="identity_identityprovider"),
            TenantReference(name="pending_sign_in_account", column="account_id", table="identity_account"),
            TenantWall(name="pending_sign_in_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "ticket_digest"], name="pending_sign_in_by_ticket")]

    def __str__(self) -> str:
        return str(self.id)
