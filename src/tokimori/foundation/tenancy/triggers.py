"""The second line behind missing grants: a trigger that refuses even the owner."""

import pgtrigger

_REFUSE = (
    "raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name "
    "using errcode = 'insufficient_privilege';"
)

APPEND_ONLY = pgtrigger.Trigger(
    name="append_only",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func=_REFUSE,
)
"""Rows of the table are facts: never updated, deleted or truncated, whoever asks."""

NEVER_DELETED = pgtrigger.Trigger(
    name="never_deleted",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Delete | pgtrigger.Truncate,
    func=_REFUSE,
)
"""Rows of the table are facts that stay, whoever asks; ``details_alone_go`` says what of them may be emptied."""


def details_alone_go(column: str) -> pgtrigger.Trigger:
    """Return the trigger that lets one column be emptied once a row (``at``) is ninety days old, and nothing else."""
    return pgtrigger.Trigger(
        name="details_alone_go",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"if octet_length(new.{column}) > 0 or old.at > clock_timestamp() - interval '90 days' "
        f"or to_jsonb(new) - '{column}' is distinct from to_jsonb(old) - '{column}' then {_REFUSE} end if; return new;",
    )
