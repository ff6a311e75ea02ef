"""Every tenant's table behind its wall, every pointer inside it, every key beginning with it."""

import ast
from collections.abc import Iterator
from typing import Final

from tools.rules.rule import Example, Finding, Rule, Source, at, called, last_name, on

_MODELS: Final = "src/tokimori/domains/people/models.py"
# Whoever did something may be a person, a machine or the system; what was decided on may lie in any table.
_POINTS_ANYWHERE: Final = frozenset({"tenant_id", "actor_id", "subject_id"})


def _tenant_models(source: Source) -> Iterator[ast.ClassDef]:
    """Return the concrete models of tenants: below ``TenantModel``, or with a ``tenant_id`` of their own."""
    if not source.is_in_room("models") or source.is_migration:
        return
    known = {"TenantModel"}
    for definition in sorted(source.each(ast.ClassDef), key=lambda each: each.lineno):
        is_tenants = any(last_name(base) in known for base in definition.bases)
        if is_tenants:
            known.add(definition.name)
        if (is_tenants or "tenant_id" in _columns(definition)) and not _is_abstract(definition):
            yield definition


def _columns(definition: ast.ClassDef) -> dict[str, ast.Assign]:
    """Return the columns of UUIDs by name."""
    return {
        statement.targets[0].id: statement
        for statement in definition.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Call)
        and called(statement.value) == "UUIDField"
    }


def _meta(definition: ast.ClassDef) -> dict[str, ast.expr]:
    """Return what the model's Meta says."""
    said: dict[str, ast.expr] = {}
    for inner in definition.body:
        if not (isinstance(inner, ast.ClassDef) and inner.name == "Meta"):
            continue
        for statement in inner.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    said[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    said[name] = value
                case _:
                    pass
    return said


def _is_abstract(definition: ast.ClassDef) -> bool:
    said = _meta(definition).get("abstract")
    return isinstance(said, ast.Constant) and said.value is True


def _constraints(definition: ast.ClassDef, kind: str) -> list[ast.Call]:
    said = _meta(definition).get("constraints")
    calls = (node for node in ast.walk(said) if isinstance(node, ast.Call)) if said else ()
    return [call for call in calls if called(call) == kind]


def _missing_walls(source: Source) -> Iterator[Finding]:
    for definition in _tenant_models(source):
        if not _constraints(definition, "TenantWall"):
            yield on(definition.lineno, definition.name)


def _missing_references(source: Source) -> Iterator[Finding]:
    for definition in _tenant_models(source):
        referenced = {
            keyword.value.value
            for call in _constraints(definition, "TenantReference")
            for keyword in call.keywords
            if keyword.arg == "column" and isinstance(keyword.value, ast.Constant)
        }
        for name, statement in _columns(definition).items():
            if not name.endswith("_id") or name.endswith("_by_id") or name in _POINTS_ANYWHERE:
                continue
            if name not in referenced:
                yield at(statement, f"{definition.name}.{name}")


def _keys_across_tenants(source: Source) -> Iterator[Finding]:
    if not source.is_in_room("models") or source.is_migration:
        return
    for call in source.each(ast.Call):
        is_loose_key = called(call) == "UniqueConstraint" and not _begins_with_tenant(call)
        if is_loose_key or any(keyword.arg == "unique" and not _is_no(keyword.value) for keyword in call.keywords):
            yield at(call)
    for definition in source.each(ast.ClassDef):
        if (said := _meta(definition).get("unique_together")) is not None:
            yield at(said)


def _begins_with_tenant(call: ast.Call) -> bool:
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(
                arg="fields",
                value=ast.List(elts=[ast.Constant(value="tenant_id"), *_])
                | ast.Tuple(elts=[ast.Constant(value="tenant_id"), *_]),
            ):
                return True
            case _:
                pass
    return False


def _is_no(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


_BEHIND_WALL: Final = """\
class Employment(TenantModel):
    employee_id = models.UUIDField()
    created_by_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "employee_id"], name="once"),
            TenantReference(name="employment_employee", column="employee_id", table="people_employee"),
            TenantWall(name="employment_wall", writing=Writing.APPEND),
        ]
"""

RULES: Final = (
    Rule(
        name="tenant-wall",
        why="A tenant's table stands behind a TenantWall.",
        find=_missing_walls,
        bad=(
            Example(path=_MODELS, text="class Employee(TenantModel):\n    code = models.CharField(max_length=30)\n"),
            Example(path=_MODELS, text="class Account(Base):\n    tenant_id = models.UUIDField()\n"),
            Example(
                path=_MODELS,
                text="class Fact(TenantModel):\n    class Meta:\n        abstract = True\nclass Leave(Fact):\n    pass\n",
            ),
        ),
        good=(
            Example(path=_MODELS, text=_BEHIND_WALL),
            Example(path=_MODELS, text="class Fact(TenantModel):\n    class Meta:\n        abstract = True\n"),
            Example(path=_MODELS, text="class Shape:\n    name = 1\n"),
        ),
    ),
    Rule(
        name="tenant-reference",
        why="A column that points at a row is a TenantReference, which carries the tenant along.",
        find=_missing_references,
        bad=(
            Example(
                path=_MODELS,
                text="class Employment(TenantModel):\n"
                "    site_id = models.UUIDField()\n"
                "    class Meta:\n"
                '        constraints = [TenantWall(name="wall", writing=Writing.EDIT)]\n',
            ),
        ),
        good=(
            Example(path=_MODELS, text=_BEHIND_WALL),
            Example(path=_MODELS, text="class Step(TenantModel):\n    subject_id = models.UUIDField()\n"),
        ),
    ),
    Rule(
        name="tenant-key",
        why="A unique key begins with tenant_id; otherwise one company learns what another one has.",
        find=_keys_across_tenants,
        bad=(
            Example(path=_MODELS, text='key = models.UniqueConstraint(fields=["code"], name="once")\n'),
            Example(path=_MODELS, text='key = models.UniqueConstraint(fields=["code", "tenant_id"], name="once")\n'),
            Example(path=_MODELS, text='key = models.UniqueConstraint(Lower("code"), name="once")\n'),
            Example(path=_MODELS, text="code = models.CharField(max_length=30, unique=True)\n"),
            Example(path=_MODELS, text='class A(B):\n    class Meta:\n        unique_together = [("code",)]\n'),
        ),
        good=(
            Example(path=_MODELS, text=_BEHIND_WALL),
            Example(path=_MODELS, text='key = models.UniqueConstraint(fields=("tenant_id", "code"), name="once")\n'),
        ),
    ),
)
