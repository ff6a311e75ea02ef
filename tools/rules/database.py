"""Locks, saves, transactions, rows and SQL."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tools.rules.rule import A_SERVICE, Example, Finding, Rule, Source, at, called, keyword_names, last_name

A_VIEW: Final = "src/tokimori/interfaces/web/views/day.py"
A_MIGRATION: Final = "src/tokimori/domains/people/migrations/0002_example.py"

# Where a transaction may begin besides services and migrations.
_BEGINS_TRANSACTIONS: Final[Mapping[str, str]] = {
    "src/tokimori/foundation/tenancy/context.py": "every tenant's transaction is opened here",
}

_TAKES_SQL: Final = frozenset({"execute", "executemany", "raw", "RunSQL", "RawSQL", "SQL", "stream"})
_SQL_KEYWORDS: Final = frozenset({"sql", "reverse_sql", "query", "raw_query", "statement"})


def _unnamed_locks(source: Source) -> Iterator[Finding]:
    for call in source.each(ast.Call):
        if called(call) == "select_for_update" and "no_key" not in keyword_names(call):
            yield at(call)


def _unnamed_saves(source: Source) -> Iterator[Finding]:
    for call in source.each(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "save" and not _says_what_it_saves(call):
            yield at(call)


def _says_what_it_saves(call: ast.Call) -> bool:
    return any(
        keyword.arg == "update_fields"
        or (keyword.arg == "force_insert" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True)
        for keyword in call.keywords
    )


def _stray_transactions(source: Source) -> Iterator[Finding]:
    if source.is_in_room("services") or source.is_migration or str(source.path) in _BEGINS_TRANSACTIONS:
        return
    for node in source.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="transaction"), attr="atomic"):
                yield at(node)
            case ast.ImportFrom(module="django.db.transaction") if any(name.name == "atomic" for name in node.names):
                yield at(node)
            case _:
                pass


def _stray_rows(source: Source) -> Iterator[Finding]:
    if source.is_in_room("services", "queries", "models", "tests") or source.is_migration:
        return
    for node in source.each(ast.Attribute):
        if node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield at(node)


def _formatted_sql(source: Source) -> Iterator[Finding]:
    names = _assigned(source)
    for call in source.each(ast.Call):
        if called(call) not in _TAKES_SQL:
            continue
        given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in _SQL_KEYWORDS)]
        if any(_is_formatted(value, names) for value in given):
            yield at(call)


def _assigned(source: Source) -> Mapping[str, Sequence[ast.expr]]:
    """Return what is assigned to each name anywhere in the file; ``a += b`` counts as ``a + b``."""
    names: dict[str, list[ast.expr]] = {}
    for node in source.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names.setdefault(name, []).append(value)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                names.setdefault(name, []).append(value)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.Mod() as operator, value=value):
                text = ast.Constant(value="")
                names.setdefault(name, []).append(ast.BinOp(left=text, op=operator, right=value))
            case _:
                pass
    return names


def _is_formatted(node: ast.expr, names: Mapping[str, Sequence[ast.expr]], seen: frozenset[str] = frozenset()) -> bool:
    match node:
        case ast.JoinedStr(values=values):
            return any(isinstance(value, ast.FormattedValue) for value in values)
        case (
            ast.BinOp(left=text, op=ast.Mod())
            | ast.Call(func=ast.Attribute(value=text, attr="format" | "join" | "replace" | "format_map"))
        ):
            return _is_text(text, names, seen)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return any(_is_text(side, names, seen) for side in (left, right))
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return any(_is_formatted(part, names, seen) for part in parts)
        case ast.Name() | ast.IfExp():
            return any(_is_formatted(value, names, seen | {last_name(node)}) for value in _behind(node, names, seen))
        case _:
            return False


def _behind(
    node: ast.Name | ast.IfExp, names: Mapping[str, Sequence[ast.expr]], seen: frozenset[str]
) -> Sequence[ast.expr]:
    """Return what a name may stand for, once, or what a choice may choose."""
    if isinstance(node, ast.IfExp):
        return (node.body, node.orelse)
    return () if node.id in seen else names.get(node.id, ())


def _is_text(node: ast.expr, names: Mapping[str, Sequence[ast.expr]], seen: frozenset[str]) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.Name(id=name) if name not in seen:
            return any(_is_text(value, names, seen | {name}) for value in names.get(name, ()))
        case _:
            return _is_formatted(node, names, seen)


RULES: Final = (
    Rule(
        name="lock-strength",
        why="A lock says how strong it is: select_for_update states no_key=.",
        find=_unnamed_locks,
        bad=(
            Example(text="row = Period.objects.select_for_update().get(id=1)\n"),
            Example(text="rows = rows.select_for_update(skip_locked=True)\n"),
        ),
        good=(
            Example(text="row = Period.objects.select_for_update(no_key=False).get(id=1)\n"),
            Example(text="rows = rows.select_for_update(skip_locked=True, no_key=True)\n"),
        ),
    ),
    Rule(
        name="save-fields",
        why="A save names its fields with update_fields=, or is a new row with force_insert=True.",
        find=_unnamed_saves,
        bad=(
            Example(text="period.save()\n"),
            Example(text="period.save(force_insert=False)\n"),
            Example(text="period.save(**words)\n"),
        ),
        good=(
            Example(text='period.save(update_fields=["seal_id"])\n'),
            Example(text="row.save(force_insert=True)\n"),
            Example(text="save(row)\n"),
        ),
    ),
    Rule(
        name="transaction-place",
        why="A transaction begins in a service; doors and queries live inside the one that is open.",
        find=_stray_transactions,
        bad=(
            Example(path=A_VIEW, text="@transaction.atomic\ndef show(): ...\n"),
            Example(path=A_VIEW, text="from django.db.transaction import atomic\n"),
            Example(
                path="src/tokimori/domains/people/queries.py",
                text="def read():\n    with transaction.atomic():\n        pass\n",
            ),
        ),
        good=(
            Example(path=A_SERVICE, text="@transaction.atomic\ndef act(): ...\n"),
            Example(
                path="src/tokimori/domains/closings/services/seal.py", text="@transaction.atomic\ndef act(): ...\n"
            ),
            Example(path="src/tokimori/foundation/tenancy/context.py", text="with transaction.atomic():\n    pass\n"),
            Example(path=A_VIEW, text="transaction.on_commit(tell)\n"),
        ),
    ),
    Rule(
        name="rows-place",
        why="Rows are reached in services, queries and models; everyone else asks those.",
        find=_stray_rows,
        bad=(
            Example(path=A_VIEW, text="people = Employee.objects.all()\n"),
            Example(path="src/tokimori/domains/people/reports.py", text="rows = Employee._default_manager.all()\n"),
        ),
        good=(
            Example(path="src/tokimori/domains/people/queries.py", text="rows = Employee.objects.all()\n"),
            Example(path="src/tokimori/domains/closings/services/seal.py", text="rows = Period.objects.all()\n"),
            Example(path=A_MIGRATION, text="rows = Employee.objects.all()\n"),
            Example(path=A_VIEW, text="people = employees(tenant=tenant)\n"),
        ),
    ),
    Rule(
        name="formatted-sql",
        why="SQL is never formatted: values are parameters, names are psycopg.sql.Identifier.",
        find=_formatted_sql,
        bad=(
            Example(text='cursor.execute(f"select * from {table}")\n'),
            Example(text='cursor.execute("select * from person where id = %s" % person_id)\n'),
            Example(text='cursor.execute("select * from {}".format(table))\n'),
            Example(text='cursor.execute("select * from " + table)\n'),
            Example(text='cursor.execute("a; " + f"b {c}", [])\n'),
            Example(text='query = f"select {column}"\ncursor.execute(query)\n'),
            Example(text='query = "select 1"\nquery += where\ncursor.execute(query)\n'),
            Example(text='rows = Employee.objects.raw(f"select {columns} from people_employee")\n'),
            Example(path=A_MIGRATION, text='operations = [migrations.RunSQL(sql=f"drop table {name}")]\n'),
            Example(path=A_MIGRATION, text='operations = [migrations.RunSQL([f"drop table {name}"])]\n'),
            Example(text='connection.execute(sql.SQL(f"grant {role} to {other}"))\n'),
            Example(text='cursor.execute("select " + ", ".join(columns))\n'),
            Example(text='cursor.execute(", ".join(columns))\n'),
        ),
        good=(
            Example(text='cursor.execute("select * from person where id = %s", [person_id])\n'),
            Example(text='cursor.execute("select 1 "\n    "from dual")\n'),
            Example(
                text='connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(a), sql.Identifier(b)))\n'
            ),
            Example(text="cursor.execute(query, [parameter])\n"),
            Example(
                path=A_MIGRATION, text='UP = """create table x ()"""\nmigrations.RunSQL(sql=UP, reverse_sql="drop")\n'
            ),
            Example(text='log.info(f"asked {table}")\n'),
        ),
    ),
)
