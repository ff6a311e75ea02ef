"""The second line behind missing grants: a trigger that refuses even the owner."""

import pgtrigger

APPEND_ONLY = pgtrigger.Trigger(
    name="append_only",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name "
    "using errcode = 'insufficient_privilege';",
)
"""Rows of the table are facts: never updated, deleted or truncated, whoever asks."""
