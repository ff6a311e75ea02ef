"""How each attribute that a directory may ask for is found in our tables (RFC 7644, section 3.4.2.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Lower
from scim2_models.path import CompareOperator

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account
from tokimori.foundation.provisioning.errors import FilterNotValid
from tokimori.foundation.provisioning.models import DirectoryAccount, DirectoryEmail, DirectoryGroup, DirectoryMember

CharField.register_lookup(Lower)  # so that letters compare without their case as RFC 7643, section 2.2 wants it

Value = str | int | float | bool | None
Condition = Callable[[CompareOperator, Value], Q]
Presence = Callable[[], Q]

NOTHING: Final = Q(tenant_id__isnull=True)
"""Holds for no row: every row has a tenant."""
EVERYTHING: Final = Q(tenant_id__isnull=False)

_LOOKUPS: Final[Mapping[CompareOperator, str]] = MappingProxyType(
    {
        CompareOperator.eq: "exact",
        CompareOperator.co: "contains",
        CompareOperator.sw: "startswith",
        CompareOperator.ew: "endswith",
        CompareOperator.gt: "gt",
        CompareOperator.ge: "gte",
        CompareOperator.lt: "lt",
        CompareOperator.le: "lte",
    }
)
_OF_TEXT_ALONE: Final = frozenset({CompareOperator.co, CompareOperator.sw, CompareOperator.ew})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One attribute: what a comparison with it means, and when it is there. Neither is ever asked for ``ne`` or null."""

    compare: Condition
    is_present: Presence


def text(name: str, *, is_exact: bool = False, may_be_empty: bool = False) -> Column:
    """Return a column of text; where nothing was said it is empty, and equal to nothing."""
    there = ~Q(**{name: ""}) if may_be_empty else Q(**{f"{name}__isnull": False})

    def compare(operator: CompareOperator, value: Value) -> Q:
        if not isinstance(value, str):
            return NOTHING
        if "\0" in value:
            return NOTHING
        column, wanted = (name, value) if is_exact else (f"{name}__lower", value.lower())
        return Q(**{f"{column}__{_LOOKUPS[operator]}": wanted}) & there

    return Column(compare=compare, is_present=lambda: there)


def sealed(rows: QuerySet[Any], name: str, *, may_be_empty: bool = False) -> Column:
    """Return a column of text that is sealed in the database: it is read from these rows and compared here."""

    def values() -> list[tuple[UUID, str]]:
        return [(key, value.lower()) for key, value in rows.values_list("id", name) if value is not None]

    def compare(operator: CompareOperator, value: Value) -> Q:
        if not isinstance(value, str):
            return NOTHING
        wanted = value.lower()
        return Q(
            id__in=[one for one, text in values() if (text or not may_be_empty) and _holds(operator, text, wanted)]
        )

    there = Q(id__in=rows.exclude(**{f"{name}__isnull": True}).values("id"))
    if not may_be_empty:
        return Column(compare=compare, is_present=lambda: there)
    return Column(compare=compare, is_present=lambda: Q(id__in=[one for one, text in values() if text]))


def key(name: str) -> Column:
    """Return a column of UUIDs, compared as a whole: to ask for their parts or their order is refused."""

    def compare(operator: CompareOperator, value: Value) -> Q:
        if operator is not CompareOperator.eq:
            raise FilterNotValid
        try:
            wanted = UUID(value) if isinstance(value, str) else None
        except ValueError:
            return NOTHING
        # The one spelling that we answer with is meant; keys are compared with their case.
        return Q(**{name: wanted}) if wanted is not None and str(wanted) == value else NOTHING

    return Column(compare=compare, is_present=lambda: EVERYTHING)


def yes_or_no(name: str) -> Column:
    """Return a column of booleans, which may be left open."""

    def compare(operator: CompareOperator, value: Value) -> Q:
        if operator is not CompareOperator.eq:
            raise FilterNotValid
        return Q(**{name: value}) if isinstance(value, bool) else NOTHING

    return Column(compare=compare, is_present=lambda: Q(**{f"{name}__isnull": False}))


def moment(name: str) -> Column:
    """Return a column of instants; what is compared with it must have an offset."""

    def compare(operator: CompareOperator, value: Value) -> Q:
        if operator in _OF_TEXT_ALONE:
            return NOTHING
        return Q(**{f"{name}__{_LOOKUPS[operator]}": _instant(value)})

    return Column(compare=compare, is_present=lambda: EVERYTHING)


def constant(value: str) -> Column:
    """Return a column that is the same in every row."""

    def compare(operator: CompareOperator, wanted: Value) -> Q:
        if not isinstance(wanted, str):
            return NOTHING
        return EVERYTHING if _holds(operator, value, wanted) else NOTHING

    return Column(compare=compare, is_present=lambda: EVERYTHING)


def elsewhere(column: Column, *, among: Callable[[Q], Q]) -> Column:
    """Return a column of another table; ``among`` leads from a condition there to one here."""
    return Column(
        compare=lambda operator, value: among(column.compare(operator, value)),
        is_present=lambda: among(column.is_present()),
    )


def either(one: Column, other: Column) -> Column:
    """Return a column that has the values of both."""
    return Column(
        compare=lambda operator, value: one.compare(operator, value) | other.compare(operator, value),
        is_present=lambda: one.is_present() | other.is_present(),
    )


def within(column: Column, condition: Q) -> Column:
    """Return a column whose values are there only under a condition."""
    return Column(
        compare=lambda operator, value: column.compare(operator, value) & condition,
        is_present=lambda: column.is_present() & condition,
    )


def role_names() -> Column:
    """Return the column of an account's roles: there are few, so that each operator names those it means."""

    def compare(operator: CompareOperator, value: Value) -> Q:
        if not isinstance(value, str):
            return NOTHING
        meant = [role.value for role in Role if _holds(operator, role.value, value.lower())]
        return Q(roles__overlap=meant) if meant else NOTHING

    return Column(compare=compare, is_present=lambda: Q(roles__len__gt=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Everything of a kind of resource that may be asked for, by the lower-case names of attribute and sub-attribute.

    ``entries`` has, for attributes of many values, how to ask for one entry to which several things apply, in each place
    where entries are kept.
    """

    columns: Mapping[tuple[str, str], Column]
    entries: Mapping[str, "tuple[Entries, ...]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """One place where entries of an attribute are kept: their columns there, and the way back from a condition on them."""

    columns: Mapping[str, Column]
    among: Callable[[Q], Q]


def users(tenant: TenantId) -> Table:
    """Return what may be asked of accounts."""

    def said(condition: Q) -> Q:
        rows = DirectoryAccount.objects.filter(condition, tenant_id=tenant)
        return Q(id__in=rows.values("account_id"))

    def further(condition: Q) -> Q:
        return Q(id__in=DirectoryEmail.objects.filter(condition, tenant_id=tenant).values("account_id"))

    def grouped(condition: Q) -> Q:
        groups = DirectoryGroup.objects.filter(condition, tenant_id=tenant).values("id")
        return Q(id__in=DirectoryMember.objects.filter(tenant_id=tenant, group_id__in=groups).values("account_id"))

    def itself(condition: Q) -> Q:
        return condition & Q(email__isnull=False)

    accounts = Account.objects.filter(tenant_id=tenant)
    spoken = DirectoryAccount.objects.filter(tenant_id=tenant)
    unnamed = Q(id__in=DirectoryAccount.objects.filter(tenant_id=tenant, has_display_name=False).values("account_id"))
    unsaid = ~Q(id__in=DirectoryAccount.objects.filter(tenant_id=tenant).values("account_id"))
    own = {
        "value": sealed(accounts, "email"),
        "type": elsewhere(text("email_type", may_be_empty=True), among=said),
        "primary": elsewhere(yes_or_no("is_email_primary"), among=said),
    }
    others = {
        "value": sealed(DirectoryEmail.objects.filter(tenant_id=tenant), "value"),
        "type": text("type", may_be_empty=True),
        "primary": yes_or_no("is_primary"),
    }
    groups = {"value": key("id"), "display": text("display_name")}
    columns = {
        ("id", ""): key("id"),
        ("externalid", ""): elsewhere(text("external_id", is_exact=True, may_be_empty=True), among=said),
        ("username", ""): text("login_id"),
        ("displayname", ""): within(sealed(accounts, "display_name"), ~unnamed),
        ("name", "formatted"): elsewhere(sealed(spoken, "formatted_name", may_be_empty=True), among=said),
        ("name", "familyname"): elsewhere(sealed(spoken, "family_name", may_be_empty=True), among=said),
        ("name", "givenname"): elsewhere(sealed(spoken, "given_name", may_be_empty=True), among=said),
        ("preferredlanguage", ""): elsewhere(text("preferred_language", may_be_empty=True), among=said),
        ("active", ""): yes_or_no("is_active"),
        ("roles", "value"): role_names(),
        ("meta", "resourcetype"): constant("User"),
        ("meta", "created"): moment("created_at"),
        ("meta", "lastmodified"): either(
            elsewhere(moment("changed_at"), among=said), within(moment("created_at"), unsaid)
        ),
    }
    for name, column in own.items():
        further_column = elsewhere(others[name], among=further)
        columns["emails", name] = either(within(column, Q(email__isnull=False)), further_column)
    for name, column in groups.items():
        columns["groups", name] = elsewhere(column, among=grouped)
    return Table(
        columns=columns,
        entries={
            "emails": (Entries(columns=own, among=itself), Entries(columns=others, among=further)),
            "groups": (Entries(columns=groups, among=grouped),),
        },
    )


def groups(tenant: TenantId) -> Table:
    """Return what may be asked of groups."""

    def with_member(condition: Q) -> Q:
        return Q(id__in=DirectoryMember.objects.filter(condition, tenant_id=tenant).values("group_id"))

    members = {"value": key("account_id"), "type": constant("User")}
    columns = {
        ("id", ""): key("id"),
        ("externalid", ""): text("external_id", is_exact=True, may_be_empty=True),
        ("displayname", ""): text("display_name"),
        ("meta", "resourcetype"): constant("Group"),
        ("meta", "created"): moment("added_at"),
        ("meta", "lastmodified"): moment("changed_at"),
    }
    for name, column in members.items():
        columns["members", name] = elsewhere(column, among=with_member)
    return Table(columns=columns, entries={"members": (Entries(columns=members, among=with_member),)})


def _instant(value: Value) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError as error:
        raise FilterNotValid from error
    if found is None or found.tzinfo is None:
        raise FilterNotValid
    return found


def _holds(operator: CompareOperator, one: str, other: str) -> bool:
    comparisons: Mapping[CompareOperator, Callable[[str, str], bool]] = {
        CompareOperator.eq: str.__eq__,
        CompareOperator.co: str.__contains__,
        CompareOperator.sw: str.startswith,
        CompareOperator.ew: str.endswith,
        CompareOperator.gt: str.__gt__,
        CompareOperator.ge: str.__ge__,
        CompareOperator.lt: str.__lt__,
        CompareOperator.le: str.__le__,
    }
    return comparisons[operator](one, other)
