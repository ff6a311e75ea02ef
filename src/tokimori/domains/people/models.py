"""Employees, their employments – under which rules, where, as what and for whom, from which date – and scoped grants."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY

_TOMBSTONE_STAYS = pgtrigger.Trigger(
    name="tombstone_stays",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func=(
        "if old.forgotten_at is not null and to_jsonb(new) is distinct from to_jsonb(old) "
        "or old.forgotten_at is null and new.forgotten_at is not null "
        "and coalesce(old.left_on, 'infinity') > clock_timestamp() - interval '730 days' "
        "then raise exception 'Nobody is forgotten within two years, and who was stays so.' "
        "using errcode = 'insufficient_privilege'; end if; return new;"
    ),
)


class EmployeeType(TenantModel):
    """What somebody is employed as, in the company's own words: regular, part-time. A closed one takes nobody in."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="employee_type_code_once"),
            TenantWall(name="employee_type_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.code


class Employee(TenantModel):
    """A person who works here. The code is the company's own and may be printed on cards.

    ``forgotten_at`` is when his records were over their time, long after he left: what names him is gone then for good, and
    the row stays, so that nobody else ever gets its key.
    """

    code = models.CharField(max_length=30)
    family_name = SealedTextField(max_length=60, subject="id")
    given_name = SealedTextField(max_length=60, subject="id")
    phonetic_name = SealedTextField(max_length=120, blank=True, subject="id")
    account_id = models.UUIDField(null=True)
    hired_on = models.DateField()
    left_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="employee_code_once"),
            models.UniqueConstraint(fields=["tenant_id", "account_id"], name="employee_account_once"),
            TenantReference(name="employee_account", column="account_id", table="identity_account"),
            TenantWall(name="employee_wall", writing=Writing.EDIT),
        ]
        triggers: ClassVar = [_TOMBSTONE_STAYS]

    def __str__(self) -> str:
        return self.code


class Employment(TenantModel):
    """From ``valid_from`` until the next one: an employee's site, division, type, rule set and leader."""

    employee_id = models.UUIDField()
    valid_from = models.DateField()
    site_id = models.UUIDField()
    division_id = models.UUIDField(null=True)
    employee_type_id = models.UUIDField(null=True)
    rule_set_code = models.CharField(max_length=30)
    leader_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "employee_id", "valid_from"], name="employment_once_a_day"),
            TenantReference(name="employment_employee", column="employee_id", table="people_employee"),
            TenantReference(name="employment_site", column="site_id", table="organisations_site"),
            TenantReference(name="employment_division", column="division_id", table="organisations_division"),
            TenantReference(name="employment_employee_type", column="employee_type_id", table="people_employeetype"),
            TenantReference(name="employment_leader", column="leader_id", table="people_employee"),
            TenantWall(name="employment_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "leader_id"], name="employment_by_leader")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.employee_id} from {self.valid_from}"


class AdministratorGrant(TenantModel):
    """What an account may do for some of the people: functions and a level, over whom, from when until when, and why.

    No division, no site means all of them; ``is_for_every_type`` says so of employee types. The last day is included.
    """

    account_id = models.UUIDField()
    division_id = models.UUIDField(null=True)
    site_id = models.UUIDField(null=True)
    is_for_every_type = models.BooleanField()
    functions = ArrayField(models.CharField(max_length=20))
    level = models.CharField(max_length=10)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    reason = SealedTextField(max_length=300, subject="account_id")
    granted_by_id = models.UUIDField(null=True)
    granted_at = models.DateTimeField()
    revoked_by_id = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = SealedTextField(max_length=300, blank=True, subject="account_id")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="administrator_grant_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(granted_by_id=None) | ~models.Q(granted_by_id=models.F("account_id")),
                name="administrator_grant_not_to_oneself",
            ),
            TenantReference(name="administrator_grant_account", column="account_id", table="identity_account"),
            TenantReference(name="administrator_grant_division", column="division_id", table="organisations_division"),
            TenantReference(name="administrator_grant_site", column="site_id", table="organisations_site"),
            TenantWall(name="administrator_grant_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id"], name="administrator_grant_by_account")]

    def __str__(self) -> str:
        return str(self.id)


class GrantedType(TenantModel):
    """One of the employee types that a grant is limited to."""

    grant_id = models.UUIDField()
    employee_type_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "grant_id", "employee_type_id"], name="granted_type_once"),
            TenantReference(name="granted_type_grant", column="grant_id", table="people_administratorgrant"),
            TenantReference(name="granted_type_type", column="employee_type_id", table="people_employeetype"),
            TenantWall(name="granted_type_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class DutyChoice(TenantModel):
    """Whether the company refuses a pair of conflicting duties or only shows it; the latest choice holds."""

    pair = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    is_refused = models.BooleanField()
    chosen_by_id = models.UUIDField(null=True)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "pair", "sequence"], name="duty_choice_once"),
            TenantWall(name="duty_choice_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.pair} {self.sequence}"
