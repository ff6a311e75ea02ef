"""Reads about the company, its sites and its divisions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from tokimori.domains.organisations.models import Company, Division, Site
from tokimori.foundation.errors import NotFound
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


_BELOW: Final = """
    with recursive below (top, id) as (
      select id, id from organisations_division where tenant_id = %(tenant)s and id = any(%(tops)s)
      union
      select below.top, division.id from below
        join organisations_division as division on division.tenant_id = %(tenant)s and division.parent_id = below.id)
    select top, array_agg(id) from below group by top
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionView:
    """A division, as shown. ``path`` names those above it and itself, from the top; ``depth`` is 0 at the top."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    path: tuple[str, ...]
    is_closed: bool

    @property
    def depth(self) -> int:
        """Return how many stand above."""
        return len(self.path) - 1

    @property
    def full_name(self) -> str:
        """Return the whole way from the top, as one line."""
        return " / ".join(self.path)


def divisions(*, tenant: TenantId) -> tuple[DivisionView, ...]:
    """Return the whole tree: each division follows the one above it, those side by side come by code."""
    rows = list(Division.objects.filter(tenant_id=tenant).order_by("code"))
    below: dict[UUID | None, list[Division]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[DivisionView] = []
    waiting: list[tuple[Division, tuple[str, ...]]] = [(row, ()) for row in reversed(below.get(None, []))]
    while waiting:
        row, above = waiting.pop()
        view = _division_view(row, above)
        found.append(view)
        waiting.extend((child, view.path) for child in reversed(below.get(row.id, [])))
    return tuple(found)


def division(*, tenant: TenantId, division_id: UUID) -> DivisionView:
    """Return one division; raise ``NotFound`` when there is none."""
    for view in divisions(tenant=tenant):
        if view.id == division_id:
            return view
    raise NotFound


def divisions_below(*, tenant: TenantId, division_ids: Collection[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Return, for each of the divisions, itself with every one below it, in one statement."""
    if not division_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"tenant": tenant, "tops": list(division_ids)})
        return {top: frozenset(ids) for top, ids in cursor.fetchall()}


def _division_view(row: Division, above: tuple[str, ...]) -> DivisionView:
    return DivisionView(
        id=row.id,
        code=row.code,
        name=row.name,
        parent_id=row.parent_id,
        path=(*above, row.name),
        is_closed=row.closed_at is not None,
    )
