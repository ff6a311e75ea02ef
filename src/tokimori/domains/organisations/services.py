"""Found a company; open sites; grow the tree of divisions, which one changes at a time, so that it stays a tree."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from django.db import IntegrityError, connection, transaction

from tokimori.domains.organisations.models import Company, Division, Site
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.custody.services.rotation import make_company_keys
from tokimori.foundation.errors import Conflict, InvalidInput, NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.directory import claim_company_code

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,29}")
MOST_DIVISIONS: Final = 5000
DEEPEST: Final = 10
LONGEST_NAME: Final = 60
_DIVISION_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,29}")


class CompanyCodeTaken(Conflict):
    """This company code is taken."""

    code = "company.code_taken"


class UnknownTimeZone(InvalidInput):
    """This is not the name of a time zone, such as Asia/Tokyo."""

    code = "site.unknown_zone"


class InvalidCode(InvalidInput):
    """A code has 2 to 30 lower-case letters, digits and hyphens."""

    code = "company.invalid_code"


class DivisionCodeTaken(Conflict):
    """There is a division with this code already."""

    code = "division.code_taken"


class DivisionNotValid(InvalidInput):
    """A division has a code of up to 30 letters, digits, hyphens and underscores, and a name of up to 60 characters."""

    code = "division.not_valid"


class DivisionBelowItself(Conflict):
    """A division cannot stand below itself."""

    code = "division.below_itself"


class DivisionTreeTooLarge(Conflict):
    """The tree has at most 5000 divisions, ten levels deep."""

    code = "division.tree_too_large"


class DivisionClosed(Conflict):
    """This division is closed. Choose one that is open."""

    code = "division.closed"


class DivisionInUse(Conflict):
    """People or open divisions are still below this division. Move them first."""

    code = "division.in_use"


@transaction.atomic
def create_company(*, actor: Principal, code: str, name: str, language: str, now: datetime) -> UUID:
    """Found the tenant that is open; its code leads to it at sign-in."""
    authorise(actor, Permission.SETUP_WRITE)
    if _CODE.fullmatch(code) is None:
        raise InvalidCode
    try:
        with transaction.atomic():
            claim_company_code(code)
    except IntegrityError as error:
        raise CompanyCodeTaken from error
    make_company_keys(actor=actor, now=now)
    Company.objects.create(
        tenant_id=actor.tenant_id, id=actor.tenant_id, code=code, name=name, language=language, created_at=now
    )
    record_event(EventName.COMPANY_CREATED, actor=actor, subject_id=actor.tenant_id, at=now)
    return actor.tenant_id


@transaction.atomic
def create_site(*, actor: Principal, code: str, name: str, zone: str, country: str, now: datetime) -> UUID:
    """Open a site; its zone decides which clock its days follow."""
    authorise(actor, Permission.SETUP_WRITE)
    if zone not in available_timezones():
        raise UnknownTimeZone(zone=zone)
    site = Site.objects.create(
        tenant_id=actor.tenant_id, id=new_id(at=now), code=code, name=name, zone=zone, country=country, created_at=now
    )
    record_event(EventName.SITE_CREATED, actor=actor, subject_id=site.id, at=now)
    return site.id


@transaction.atomic
def create_division(*, actor: Principal, code: str, name: str, parent_id: UUID | None, now: datetime) -> UUID:
    """Add a division below an open one, or at the top."""
    authorise(actor, Permission.DIVISION_WRITE)
    if _DIVISION_CODE.fullmatch(code) is None:
        raise DivisionNotValid
    tree = _locked_tree(actor)
    if len(tree) >= MOST_DIVISIONS:
        raise DivisionTreeTooLarge
    if any(row.code == code for row in tree.values()):
        raise DivisionCodeTaken
    row = Division(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        code=code,
        name=_name(name),
        parent_id=_open_parent(tree, parent_id),
        created_at=now,
    )
    _refuse_too_deep({**tree, row.id: row})
    row.save(force_insert=True)
    record_event(EventName.DIVISION_CREATED, actor=actor, subject_id=row.id, at=now, code=code)
    return row.id


@transaction.atomic
def change_division(*, actor: Principal, division_id: UUID, name: str, parent_id: UUID | None, now: datetime) -> None:
    """Rename a division, or move it with everything below it; what stays the same is not recorded."""
    authorise(actor, Permission.DIVISION_WRITE)
    tree = _locked_tree(actor)
    row = tree.get(division_id)
    if row is None:
        raise NotFound
    if row.closed_at is not None:
        raise DivisionClosed
    new_name = _name(name)
    if row.parent_id != parent_id:
        if parent_id is not None and division_id in _way_up(tree, parent_id):
            raise DivisionBelowItself
        row.parent_id = _open_parent(tree, parent_id)
        _refuse_too_deep(tree)
        record_event(EventName.DIVISION_MOVED, actor=actor, subject_id=row.id, at=now, below=str(parent_id or ""))
    if row.name != new_name:
        row.name = new_name
        record_event(EventName.DIVISION_RENAMED, actor=actor, subject_id=row.id, at=now)
    row.save(update_fields=["name", "parent_id"])


@transaction.atomic
def close_division(*, actor: Principal, division_id: UUID, count_people: Callable[[UUID], int], now: datetime) -> None:
    """Close a division below which nothing open stands and in which nobody works any more.

    ``count_people`` is asked once nobody can be put in; who works where is not known here.
    """
    authorise(actor, Permission.DIVISION_WRITE)
    tree = _locked_tree(actor)
    if division_id not in tree:
        raise NotFound
    row = Division.objects.select_for_update(no_key=True).get(tenant_id=actor.tenant_id, id=division_id)
    if row.closed_at is not None:
        raise DivisionClosed
    if any(one.parent_id == division_id and one.closed_at is None for one in tree.values()):
        raise DivisionInUse
    if count_people(division_id):
        raise DivisionInUse
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    record_event(EventName.DIVISION_CLOSED, actor=actor, subject_id=row.id, at=now)


def hold_open_division(*, tenant: TenantId, division_id: UUID) -> None:
    """Keep a division open until this transaction ends; raise ``NotFound`` or ``DivisionClosed`` where it is not.

    Many may hold it at once; who closes it waits for them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select closed_at from organisations_division where tenant_id = %s and id = %s for share",
            [tenant, division_id],
        )
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    if found[0] is not None:
        raise DivisionClosed


def _locked_tree(actor: Principal) -> Mapping[UUID, Division]:
    """Return all divisions by id; whoever changes the tree holds the company, so that two moves never make a circle."""
    list(Company.objects.filter(tenant_id=actor.tenant_id).select_for_update(no_key=True).values_list("id", flat=True))
    return {row.id: row for row in Division.objects.filter(tenant_id=actor.tenant_id)}


def _open_parent(tree: Mapping[UUID, Division], parent_id: UUID | None) -> UUID | None:
    if parent_id is None:
        return None
    if parent_id not in tree:
        raise NotFound
    if tree[parent_id].closed_at is not None:
        raise DivisionClosed
    return parent_id


def _way_up(tree: Mapping[UUID, Division], division_id: UUID) -> list[UUID]:
    """Return the division and those above it; a circle, which cannot be, would end after its first round."""
    way: list[UUID] = []
    at: UUID | None = division_id
    while at is not None and at not in way:
        way.append(at)
        at = tree[at].parent_id
    return way


def _refuse_too_deep(tree: Mapping[UUID, Division]) -> None:
    if any(len(_way_up(tree, division_id)) > DEEPEST for division_id in tree):
        raise DivisionTreeTooLarge


def _name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= LONGEST_NAME:
        raise DivisionNotValid
    return cleaned
