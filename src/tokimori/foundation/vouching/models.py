"""Who answers for a token, for factors that were taken away, and for what one proposes and another one approves."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class TokenIssuer(TenantModel):
    """Whose token it is: it does no more than this person may, and nothing once the account is closed."""

    token_id = models.UUIDField()
    account_id = models.UUIDField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "token_id"], name="token_issuer_once"),
            TenantReference(name="token_issuer_token", column="token_id", table="identity_accesstoken"),
            TenantReference(name="token_issuer_account", column="account_id", table="identity_account"),
            TenantWall(name="token_issuer_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class FactorReset(TenantModel):
    """That an administrator took somebody's factors away; where there are others, one of them has to confirm it."""

    account_id = models.UUIDField()
    asked_by = models.UUIDField(null=True)
    """The administrator; nobody for the service itself."""
    asked_at = models.DateTimeField()
    needs_second = models.BooleanField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    """When the person said that this is known."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | (~models.Q(confirmed_by=models.F("asked_by")) & ~models.Q(confirmed_by=models.F("account_id"))),
                name="factor_reset_confirmed_by_another",
            ),
            TenantReference(name="factor_reset_account", column="account_id", table="identity_account"),
            TenantReference(name="factor_reset_asked_by", column="asked_by", table="identity_account"),
            TenantReference(name="factor_reset_confirmed_by", column="confirmed_by", table="identity_account"),
            TenantWall(name="factor_reset_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id"], name="factor_reset_by_account")]

    def __str__(self) -> str:
        return str(self.id)


class SecondPersonChoice(TenantModel):
    """That a company has something decided by two from now on, or by one again. The last one holds."""

    subject = models.CharField(max_length=20)
    sequence = models.PositiveIntegerField()
    is_asked = models.BooleanField()
    chosen_by = models.UUIDField(null=True)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "subject", "sequence"], name="second_person_choice_once"),
            TenantReference(name="second_person_chosen_by", column="chosen_by", table="identity_account"),
            TenantWall(name="second_person_choice_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class Proposal(TenantModel):
    """What one person wants to hold, in full, and what another one decided. Nothing holds before."""

    subject = models.CharField(max_length=20)
    target = models.CharField(max_length=60)
    """What it is about within the subject: a rule set's code, a choice."""
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    proposed_by = models.UUIDField()
    """One of the company, or of the provider's people under a grant: it points nowhere."""
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by"), is_approved=True),
                name="proposal_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(is_approved=False) | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_approved_by_somebody",
            ),
            TenantReference(name="proposal_decided_by", column="decided_by", table="identity_account"),
            TenantWall(name="proposal_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "subject", "proposed_at"], name="proposal_by_subject")]

    def __str__(self) -> str:
        return str(self.id)
