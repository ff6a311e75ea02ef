"""What the database holds and what the pages say, compared: no column without its line, no page behind the program."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from tokimori.assurance.inventory.page import EVERYWHERE, TABLES, faults, sealed_columns
from tokimori.assurance.probes import build
from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.ledger.events import EventName
from tokimori.interfaces.api.service import api

_COLUMNS: Final = """
    select relation.relname || '.' || column_.attname, column_.attname
      from pg_class as relation
      join pg_namespace as namespace on namespace.oid = relation.relnamespace
      join pg_attribute as column_ on column_.attrelid = relation.oid and column_.attnum > 0 and not column_.attisdropped
     where relation.relkind in ('r', 'p') and not relation.relispartition
       and namespace.nspname in ('public', 'tokimori', 'tokimori_private')
"""
_API: Final = "api/v1/"
_NO_OPERATIONS: Final = frozenset({"api/v1/openapi.json", "api/v1/"})


def observe_columns(now: datetime) -> Observation:
    """Read every column of the database from its catalogue; each is described, and sealed where it must be."""
    del now  # columns are there or not
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        found = {path for path, name in cursor.fetchall() if name not in EVERYWHERE}
    described = {f"{one.name}.{name}" for one in TABLES.values() for name in one.columns}
    unknown, gone, plain = sorted(found - described), sorted(described - found), faults()
    return judged(
        {
            **{f"is_described:{path}": False for path in unknown},
            **{f"is_there:{path}": False for path in gone},
            **{f"is_sealed:{path}": False for path in plain},
            "columns_are_known": not (unknown or gone or plain),
        },
        columns=len(found),
        undescribed=len(unknown),
        sealed=len(sealed_columns()),
    )


def observe_pages(now: datetime) -> Observation:
    """Compare pages with the program: every event and permission has its line, the API is served as it is described."""
    del now  # as above
    events, permissions = _first_cells("audit-events.md"), _first_cells("permissions.md")
    described = set(api.get_openapi_schema()["paths"])
    served = {f"/{path}" for path in _routes(get_resolver().url_patterns) if path.startswith(_API)}
    checks = {
        **{f"event_has_its_line:{one}": False for one in sorted({name.value for name in EventName} - events)},
        **{f"permission_has_its_line:{one}": False for one in sorted({one.value for one in Permission} - permissions)},
        "the_api_is_as_described": described == served,
        "pages_are_read": bool(events and permissions),
    }
    return judged(checks, events=len(events), permissions=len(permissions), api_paths=len(described))


def _first_cells(name: str) -> set[str]:
    file: Path = build.ROOT / "docs" / "reference" / name
    if not file.is_file():
        raise CannotObserve("pages_do_not_lie_here")
    lines = file.read_text(encoding="utf-8").splitlines()
    return {line.split("|")[1].strip().strip("`") for line in lines if line.startswith("| `")}


def _routes(patterns: Collection[URLPattern | URLResolver], before: str = "") -> set[str]:
    """Return every address that the program serves, with its parameters by their names alone."""
    found: set[str] = set()
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= _routes(one.url_patterns, path)
        elif path not in _NO_OPERATIONS:
            parts = path.replace("<", "{").replace(">", "}").split("/")
            found.add("/".join("{" + part.split(":")[-1] if ":" in part else part for part in parts))
    return found
