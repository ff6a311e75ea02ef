"""From a filter that was read to a condition of the database. What is compared is a parameter, never a part of SQL."""

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Final

from django.db.models import F, OrderBy, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from tokimori.foundation.identity.models import Account
from tokimori.foundation.provisioning.errors import FilterNotValid, SortNotValid
from tokimori.foundation.provisioning.models import DirectoryGroup
from tokimori.foundation.provisioning.queries.columns import NOTHING, Column, Table

_SORTS_USERS: Final[Mapping[str, str]] = {
    "id": "id",
    "username": "login_id",
    "displayname": "display_name",
    "active": "is_active",
    "emails": "email",
    "emails.value": "email",
    "meta.created": "created_at",
}
_SORTS_GROUPS: Final[Mapping[str, str]] = {
    "id": "id",
    "externalid": "external_id",
    "displayname": "display_name",
    "meta.created": "added_at",
    "meta.lastmodified": "changed_at",
}
_OF_TEXT: Final = frozenset({"login_id", "display_name"})
_SEALED: Final = frozenset({"display_name", "email"})


def condition(node: FilterNode, table: Table) -> Q:
    """Return the condition that a filter means; raise ``FilterNotValid`` where it asks for what cannot be asked."""
    return _Condition(table).visit(node)


def users_page(rows: QuerySet[Account], name: str, *, is_descending: bool, begin: int, count: int) -> list[Account]:
    """Return a page of accounts in the order that is asked for, with the key last, so that pages never overlap."""
    column = _column(_SORTS_USERS, name)
    if column not in _SEALED:
        return list(rows.order_by(*_order(column, is_descending=is_descending))[begin : begin + count])
    # What is sealed is sorted here; where there is nothing, it comes last, and so first when descending.
    values = sorted(rows.values_list("id", column), key=lambda row: row[0])
    values.sort(key=lambda row: (row[1] is None, (row[1] or "").lower()), reverse=is_descending)
    ids = [key for key, _ in values[begin : begin + count]]
    found = {row.id: row for row in rows.filter(id__in=ids)}
    return [found[key] for key in ids]


def groups_page(
    rows: QuerySet[DirectoryGroup], name: str, *, is_descending: bool, begin: int, count: int
) -> list[DirectoryGroup]:
    """Return a page of groups in the order that is asked for, as of users."""
    order = _order(_column(_SORTS_GROUPS, name), is_descending=is_descending)
    return list(rows.order_by(*order)[begin : begin + count])


def _column(sorts: Mapping[str, str], name: str) -> str:
    column = sorts.get(name.rpartition(":")[2].lower())
    if column is None:
        raise SortNotValid
    return column


def _order(column: str, *, is_descending: bool) -> tuple[OrderBy | Combinable, ...]:
    field = Lower(column) if column in _OF_TEXT else F(column)
    # Where there is nothing to sort by: last when ascending, first when descending (RFC 7644, section 3.4.2.3).
    order = field.desc(nulls_first=True) if is_descending else field.asc(nulls_last=True)
    return order, F("id")


class _Condition(FilterVisitor[Q]):
    """Walk over a filter of whole resources."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def column_of(self, path: AttrPath, *, is_compared: bool) -> Column:
        """Return the column of a path. A bare attribute of many values is compared by ``value`` (RFC 7643, section 2.4)."""
        name, sub = path.attr.lower(), (path.sub_attr or "").lower()
        found = self._table.columns.get((name, sub))
        if found is None and not sub and is_compared:
            found = self._table.columns.get((name, "value"))
        if found is None:
            raise FilterNotValid(attribute=str(path))
        return found

    def visit_comparison(self, node: Comparison) -> Q:
        return _compared(node, self.column_of(node.attr_path, is_compared=True))

    def visit_present(self, node: Present) -> Q:
        name = node.attr_path.attr.lower()
        parts = [column for (attr, _), column in self._table.columns.items() if attr == name]
        if node.attr_path.sub_attr is None and len(parts) > 1:
            return reduce(or_, (column.is_present() for column in parts))
        return self.column_of(node.attr_path, is_compared=True).is_present()

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        join = and_ if node.op is LogicalOperator.and_ else or_
        return reduce(join, (self.visit(term) for term in node.terms))

    def visit_value_path(self, node: ValuePath) -> Q:
        places = self._table.entries.get(node.attr_path.attr.lower())
        if places is None or node.attr_path.sub_attr is not None:
            raise FilterNotValid(attribute=str(node.attr_path))
        found = [place.among(_Entry(place.columns).visit(node.val_filter)) for place in places]
        return reduce(or_, found)


class _Entry(FilterVisitor[Q]):
    """Walk over a filter of one entry of an attribute of many values."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = columns

    def column_of(self, path: AttrPath) -> Column:
        """Return the column of a sub-attribute."""
        found = self._columns.get(path.attr.lower())
        if found is None or path.sub_attr is not None:
            raise FilterNotValid(attribute=str(path))
        return found

    def visit_comparison(self, node: Comparison) -> Q:
        return _compared(node, self.column_of(node.attr_path))

    def visit_present(self, node: Present) -> Q:
        return self.column_of(node.attr_path).is_present()

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        join = and_ if node.op is LogicalOperator.and_ else or_
        return reduce(join, (self.visit(term) for term in node.terms))

    def visit_value_path(self, node: ValuePath) -> Q:
        raise FilterNotValid(attribute=str(node.attr_path))


def _compared(node: Comparison, column: Column) -> Q:
    if node.value is None:
        match node.op:
            case CompareOperator.eq:
                return ~column.is_present()
            case CompareOperator.ne:
                return column.is_present()
            case _:
                return NOTHING
    if node.op is CompareOperator.ne:
        return ~column.compare(CompareOperator.eq, node.value)
    return column.compare(node.op, node.value)
