"""Reads about the company and its sites."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tokimori.domains.organisations.models import Company, Site
from tokimori.foundation.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView:
    """The tenant, as shown."""

    id: UUID
    code: str
    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site, as shown: its zone is an IANA name, its country an ISO 3166 code of two letters."""

    id: UUID
    code: str
    name: str
    zone: str
    country: str


def company(*, tenant: TenantId) -> CompanyView:
    """Return the tenant itself."""
    row = Company.objects.get(tenant_id=tenant, id=tenant)
    return CompanyView(id=row.id, code=row.code, name=row.name, language=row.language)


def company_names(*, tenant: TenantId) -> tuple[str, ...]:
    """Return what the tenant is called, code and name; nothing for the provider's own, which is no company."""
    return tuple(name for row in Company.objects.filter(tenant_id=tenant, id=tenant) for name in (row.code, row.name))


def sites(*, tenant: TenantId) -> tuple[SiteView, ...]:
    """Return all sites, by code."""
    return tuple(
        SiteView(id=row.id, code=row.code, name=row.name, zone=row.zone, country=row.country)
        for row in Site.objects.filter(tenant_id=tenant).order_by("code")
    )


def sites_by_id(*, tenant: TenantId) -> Mapping[UUID, SiteView]:
    """Return all sites by their ids."""
    return {site.id: site for site in sites(tenant=tenant)}


def zones_by_site(*, tenant: TenantId, site_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return the IANA names of these sites' zones, in one plain statement: every punch asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, zone from organisations_site where tenant_id = %s and id = any(%s)", [tenant, list(site_ids)]
        )
        return dict(cursor.fetchall())
