"""Companies, their sites, and the tree of their divisions."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class Company(TenantModel):
    """The tenant itself: its id is the tenant's id."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="company_code_once"),
            models.CheckConstraint(condition=models.Q(id=models.F("tenant_id")), name="company_is_the_tenant"),
            TenantWall(name="company_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.code


class Site(TenantModel):
    """A place of work, with its time zone and the country whose law holds there."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="site_code_once"),
            TenantWall(name="site_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.code


class Division(TenantModel):
    """A part of the company, below another one or at the top. A closed one takes nobody in any more; it stays readable.

    That nothing ends up below itself is checked under a lock by the service that moves.
    """

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    parent_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="division_code_once"),
            models.CheckConstraint(condition=~models.Q(parent_id=models.F("id")), name="division_not_below_itself"),
            TenantReference(name="division_parent", column="parent_id", table="organisations_division"),
            TenantWall(name="division_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "parent_id"], name="division_by_parent")]

    def __str__(self) -> str:
        return self.code
