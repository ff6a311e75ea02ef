"""Grants and sessions in the companies that gave them, and what the provider's people ask one another."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY, young_ones_stay


class OperatorGrant(TenantModel):
    """That one of the provider's people may see the company: a row of the company, which it can always read.

    A trigger keeps what the wall asks in step with these rows, and refuses to lengthen or to revive one.
    """

    kind = models.CharField(max_length=20)
    operator_id = models.UUIDField()  # rule: tenant-reference -- an account of the provider's tenant
    operator_name = models.CharField(max_length=120)
    functions = ArrayField(models.CharField(max_length=30))
    may_write = models.BooleanField()
    purpose = models.CharField(max_length=500)
    ticket = models.CharField(max_length=60, blank=True)
    granted_at = models.DateTimeField()
    granted_by = models.UUIDField(null=True)
    """The company's own administrator; nobody's for an emergency, which two of the provider's people decided."""
    approver_id = models.UUIDField(null=True)  # rule: tenant-reference -- an account of the provider's tenant
    approver_name = models.CharField(max_length=120, blank=True)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="support", granted_by__isnull=False, approver_id=None)
                | (
                    models.Q(kind="break_glass", granted_by=None, approver_id__isnull=False)
                    & ~models.Q(approver_id=models.F("operator_id"))
                ),
                name="operator_grant_approved",
            ),
            TenantReference(name="operator_grant_by", column="granted_by", table="identity_account"),
            TenantReference(name="operator_grant_acknowledged", column="acknowledged_by", table="identity_account"),
            TenantWall(name="operator_grant_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "ends_at"], name="operator_grant_by_end")]

    def __str__(self) -> str:
        return str(self.id)


class OperatorSession(TenantModel):
    """That an operator went into the company under a grant. It opens nothing: his own session must hold as well."""

    grant_id = models.UUIDField()
    operator_id = models.UUIDField()  # rule: tenant-reference -- an account of the provider's tenant
    opened_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=200)
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="operator_session_grant", column="grant_id", table="operators_operatorgrant"),
            TenantWall(name="operator_session_wall", writing=Writing.EDIT),
        ]
        triggers: ClassVar = [young_ones_stay("last_used_at")]

    def __str__(self) -> str:
        return str(self.id)


class PrivilegeRequest(TenantModel):
    """What one of the provider's people asks for, and what another one decides. A row of the provider's tenant."""

    kind = models.CharField(max_length=20)
    operator_id = models.UUIDField()
    subject_id = models.UUIDField(null=True)
    """The company, in an emergency."""
    company_code = models.CharField(max_length=30, blank=True)
    may_write = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    ticket = models.CharField(max_length=60)
    hours = models.PositiveSmallIntegerField()
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    is_approved = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    review = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("operator_id")),
                name="privilege_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("operator_id")),
                name="privilege_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(is_approved=False)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False, ends_at__isnull=False),
                name="privilege_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(hours__gte=1, hours__lte=8), name="privilege_at_most_eight_hours"
            ),
            TenantReference(name="privilege_operator", column="operator_id", table="identity_account"),
            TenantReference(name="privilege_decided_by", column="decided_by", table="identity_account"),
            TenantReference(name="privilege_reviewed_by", column="reviewed_by", table="identity_account"),
            TenantWall(name="privilege_request_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class MaintenanceSession(TenantModel):
    """Work on the servers by one of the provider's people: allowed by another one, recorded, looked at by another one.

    It begins as a code that the console shows; nothing runs before the code was used. A row of the provider's tenant.
    """

    operator_id = models.UUIDField()
    privilege_id = models.UUIDField()
    purpose = models.CharField(max_length=500)
    ticket = models.CharField(max_length=60)
    may_write = models.BooleanField()
    code_digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    machine = models.CharField(max_length=200, blank=True)
    company_code = models.CharField(max_length=30, blank=True)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    entries = models.PositiveIntegerField(default=0)
    last_digest = models.CharField(max_length=64, blank=True)
    """Of the newest entry, which includes the one before it, and so all of them."""
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    review = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code_digest"], name="maintenance_code_once"),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("operator_id")),
                name="maintenance_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="") & ~models.Q(ticket=""), name="maintenance_has_a_purpose"
            ),
            TenantReference(name="maintenance_operator", column="operator_id", table="identity_account"),
            TenantReference(name="maintenance_privilege", column="privilege_id", table="operators_privilegerequest"),
            TenantReference(name="maintenance_reviewed_by_whom", column="reviewed_by", table="identity_account"),
            TenantWall(name="maintenance_session_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "issued_at"], name="maintenance_by_time")]

    def __str__(self) -> str:
        return str(self.id)


class MaintenanceEntry(TenantModel):
    """One line of a recorded session: what was typed, written down before it ran, or what became of it."""

    session_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    is_typed = models.BooleanField()
    tool = models.CharField(max_length=10)
    text = models.CharField(max_length=10_000, blank=True)
    row_count = models.IntegerField(null=True)
    is_done = models.BooleanField(null=True)
    """Whether it was carried out; nothing for what was only typed."""
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "session_id", "sequence"], name="maintenance_entry_once"),
            TenantReference(
                name="maintenance_entry_session", column="session_id", table="operators_maintenancesession"
            ),
            TenantWall(name="maintenance_entry_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class OperatorDevice(TenantModel):
    """A device that one of the provider's people may work from: known by the passkey that cannot leave it."""

    operator_id = models.UUIDField()
    passkey_id = models.UUIDField()
    name = models.CharField(max_length=80)
    certificate = models.CharField(max_length=64, blank=True)
    """The SHA-256 of the client certificate that the proxy must name, in lower-case hexadecimal; none when empty."""
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "passkey_id"], condition=models.Q(removed_at=None), name="operator_device_once"
            ),
            models.CheckConstraint(
                condition=models.Q(registered_by=None) | ~models.Q(registered_by=models.F("operator_id")),
                name="operator_device_registered_by_another",
            ),
            TenantReference(name="operator_device_operator", column="operator_id", table="identity_account"),
            TenantReference(name="operator_device_passkey", column="passkey_id", table="identity_passkey"),
            TenantReference(
                name="operator_device_registered_by_whom", column="registered_by", table="identity_account"
            ),
            TenantWall(name="operator_device_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "operator_id"], name="operator_device_by_person")]

    def __str__(self) -> str:
        return str(self.id)


class DevicePosture(TenantModel):
    """What somebody found out about a device, by looking; the newest counts, until it is too old."""

    device_id = models.UUIDField()
    system = models.CharField(max_length=80)
    is_encrypted = models.BooleanField()
    is_updated = models.BooleanField()
    locks_screen = models.BooleanField()
    checked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    checked_by = models.UUIDField(null=True)
    """Another one of the provider's people; nobody for the first device, which the server's own command registers."""

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="device_posture_device", column="device_id", table="operators_operatordevice"),
            TenantReference(name="device_posture_checked_by", column="checked_by", table="identity_account"),
            TenantWall(name="device_posture_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "device_id", "checked_at"], name="posture_by_device")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class OperatorHold(TenantModel):
    """That one of the provider's people is kept out, or from companies, for what a register says, until it is put right."""

    account_id = models.UUIDField()
    reason = models.CharField(max_length=20)
    """A word of ``HoldReason``."""
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "account_id", "reason"],
                condition=models.Q(ended_at=None),
                name="operator_hold_once",
            ),
            TenantReference(name="operator_hold_account", column="account_id", table="identity_account"),
            TenantWall(name="operator_hold_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)
