"""Rule sets of working time, in dated versions that never change."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class RuleSet(TenantModel):
    """A named set of rules; what it says on a date is the version then valid."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="rule_set_code_once"),
            TenantWall(name="rule_set_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.code


class RuleSetVersion(TenantModel):
    """What a rule set says from ``valid_from`` on; of two with the same date the higher version holds."""

    rule_set_id = models.UUIDField()
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "rule_set_id", "version"], name="rule_set_version_once"),
            TenantReference(name="rule_set_version_rule_set", column="rule_set_id", table="rulesets_ruleset"),
            TenantWall(name="rule_set_version_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.rule_set_id} version {self.version}"
