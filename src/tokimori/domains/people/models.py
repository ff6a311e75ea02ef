"""Employees, and the employments that say under which rules, where and for whom they work from which date."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class Employee(TenantModel):
    """A person who works here. The code is the company's own and may be printed on cards."""

    code = models.CharField(max_length=30)
    family_name = models.CharField(max_length=60)
    given_name = models.CharField(max_length=60)
    phonetic_name = models.CharField(max_length=120, blank=True)
    account_id = models.UUIDField(null=True)
    hired_on = models.DateField()
    left_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="employee_code_once"),
            models.UniqueConstraint(fields=["tenant_id", "account_id"], name="employee_account_once"),
            TenantReference(name="employee_account", column="account_id", table="identity_account"),
            TenantWall(name="employee_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.code


class Employment(TenantModel):
    """From ``valid_from`` until the next one: the site, the rule set and the leader of an employee."""

    employee_id = models.UUIDField()
    valid_from = models.DateField()
    site_id = models.UUIDField()
    rule_set_code = models.CharField(max_length=30)
    leader_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "employee_id", "valid_from"], name="employment_once_a_day"),
            TenantReference(name="employment_employee", column="employee_id", table="people_employee"),
            TenantReference(name="employment_site", column="site_id", table="organisations_site"),
            TenantReference(name="employment_leader", column="leader_id", table="people_employee"),
            TenantWall(name="employment_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "leader_id"], name="employment_by_leader")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.employee_id} from {self.valid_from}"
