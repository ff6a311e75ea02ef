"""Lay a company's own values into a published snapshot: pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from tokimori.assurance.own.values import OwnValue
from tokimori.assurance.snapshots.content import Snapshot, instant

AS_OF: Final = "as_of"
SETTING: Final = "setting"
BASE: Final = "public_snapshot"
"""Beside the figures of a row's own value: when it was read, how far it is on, and into which snapshot it was laid."""


def edition_of(
    public: Snapshot, own: Mapping[int, OwnValue], *, edition_id: UUID, company_code: str, now: datetime
) -> Snapshot:
    """Return the published sheet with a company's own values of now. What the provider answered stays as it was."""
    rows = tuple(
        replace(row, own=_plain(own[row.row], base=public.id, now=now)) if row.row in own else row
        for row in public.rows
    )
    return replace(public, id=str(edition_id), edition=company_code, rows=rows)


def _plain(value: OwnValue, *, base: str, now: datetime) -> dict[str, int | str | bool]:
    return {**value.figures, SETTING: value.setting.value, AS_OF: instant(now), BASE: base}
