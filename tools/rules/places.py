"""What modules may be called, what may wake what, and what a migration may lean on."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from tools.rules.rule import Example, Finding, Rule, Source, at, on

_SAYS_NOTHING: Final = frozenset(
    {
        "common", "helper", "helpers", "manager", "managers", "misc", "miscellaneous",
        "tool", "tools", "util", "utilities", "utils",
    }
)  # fmt: skip
_ROW_SIGNALS: Final = frozenset(
    {"pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
)
_LASTING: Final = frozenset(
    {
        "tokimori.foundation.identifiers",
        "tokimori.foundation.sealed_fields",
        "tokimori.foundation.sealing_columns",
        "tokimori.foundation.tenancy.constraints",
        "tokimori.foundation.tenancy.triggers",
    }
)
_A_MIGRATION: Final = "src/tokimori/domains/people/migrations/0002_example.py"


def _empty_names(source: Source) -> Iterator[Finding]:
    if source.is_template:
        return
    for name in (*source.path.parts[2:-1], PurePosixPath(source.path.name).stem):
        if name.strip("_") in _SAYS_NOTHING:
            yield on(1, name)


def _signals(source: Source) -> Iterator[Finding]:
    if source.path.name == "signals.py":
        yield on(1)
    for node in source.nodes:
        match node:
            case ast.ImportFrom(names=imported) if any(alias.name in _ROW_SIGNALS for alias in imported):
                yield at(node)
            case ast.Attribute(attr=name) if name in _ROW_SIGNALS:
                yield at(node, name)
            case _:
                pass


def _application_in_migrations(source: Source) -> Iterator[Finding]:
    if not source.is_migration:
        return
    for node in source.nodes:
        match node:
            case ast.Import(names=imported):
                for alias in imported:
                    if _is_application(alias.name):
                        yield at(node, alias.name)
            case ast.ImportFrom(level=level) if level > 0:
                yield at(node, "relative import")
            case ast.ImportFrom(module=str() as module, names=imported) if _is_application(module):
                for alias in imported:
                    if _is_application(f"{module}.{alias.name}"):
                        yield at(node, f"{module}.{alias.name}")
            case _:
                pass


def _is_application(name: str) -> bool:
    is_ours = name == "tokimori" or name.startswith("tokimori.")
    return is_ours and not any(name == lasting or name.startswith(f"{lasting}.") for lasting in _LASTING)


RULES: Final = (
    Rule(
        name="module-name",
        why="A module is named for what it holds; utils, helpers, common, misc, tools and managers hold anything.",
        find=_empty_names,
        bad=(
            Example(path="src/tokimori/domains/people/utils.py", text=""),
            Example(path="src/tokimori/foundation/helpers/dates.py", text=""),
            Example(path="src/tokimori/domains/people/managers.py", text=""),
            Example(path="src/tokimori/domains/people/_common.py", text=""),
        ),
        good=(
            Example(path="src/tokimori/foundation/clock.py", text=""),
            Example(path="src/tokimori/domains/people/__init__.py", text=""),
        ),
    ),
    Rule(
        name="signals",
        why="A service says what follows from it; nothing happens behind a row's back.",
        find=_signals,
        bad=(
            Example(path="src/tokimori/domains/people/signals.py", text=""),
            Example(text="from django.db.models.signals import post_save\n"),
            Example(text="signals.pre_save.connect(act)\n"),
        ),
        good=(Example(text="from django.core.signals import request_finished\n"), Example(text="enqueue(name)\n")),
    ),
    Rule(
        name="migration-imports",
        why="A migration outlives the application it was written for; it imports only what is kept for migrations.",
        find=_application_in_migrations,
        bad=(
            Example(path=_A_MIGRATION, text="from tokimori.domains.people.models import Employee\n"),
            Example(path=_A_MIGRATION, text="import tokimori.foundation.clock\n"),
            Example(path=_A_MIGRATION, text="from tokimori.foundation import clock, identifiers\n"),
            Example(path=_A_MIGRATION, text="from ..models import Employee\n"),
        ),
        good=(
            Example(path=_A_MIGRATION, text="import tokimori.foundation.tenancy.constraints\n"),
            Example(path=_A_MIGRATION, text="from tokimori.foundation.identifiers import new_id\n"),
            Example(path=_A_MIGRATION, text="from tokimori.foundation import identifiers\n"),
            Example(path=_A_MIGRATION, text="from django.db import migrations, models\n"),
            Example(text="from tokimori.domains.people.models import Employee\n"),
        ),
    ),
)
