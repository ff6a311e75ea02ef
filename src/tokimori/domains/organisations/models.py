"""Companies, their sites, and the tree of their divisions."""

from typing import ClassVar

import pgtrigger
from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY

_FORMER_COUNTRY_STAYS = pgtrigger.Trigger(
    name="former_country_stays",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__country__df=pgtrigger.F("new__country")),
    func=(
        "insert into public.organisations_formercountry (tenant_id, id, site_id, country, until) "
        "values (old.tenant_id, gen_random_uuid(), old.id, old.country, clock_timestamp()); return null;"
    ),
)
"""What came about under a country's law is kept as that law says, wherever the site is said to be afterwards."""


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
        triggers: ClassVar = [_FORMER_COUNTRY_STAYS]

    def __str__(self) -> str:
        return self.code


class FormerCountry(TenantModel):
    """A country in which a site was said to be before. The database appends it, whoever changes the site."""

    site_id = models.UUIDField()
    country = models.CharField(max_length=2)
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="former_country_site", column="site_id", table="organisations_site"),
            TenantWall(name="former_country_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.site_id} {self.country}"


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
