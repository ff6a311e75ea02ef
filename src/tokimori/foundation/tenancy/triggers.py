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


def contents_alone_go(column: str, *, since: str, empty: str = "''") -> pgtrigger.Trigger:
    """Return the trigger that lets one column be emptied once a row is two years old, and nothing else.

    Two years are the shortest that any statute asks for records of work. ``since`` is when a row began, in SQL, of ``old``;
    where that is not known, nothing goes. ``empty`` is what stands in the column afterwards, in SQL.
    """
    return pgtrigger.Trigger(
        name="contents_alone_go",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"if new.{column} <> {empty} or coalesce({since}, 'infinity') > clock_timestamp() - interval '730 days' "
        f"or to_jsonb(new) - '{column}' is distinct from to_jsonb(old) - '{column}' then {_REFUSE} end if; return new;",
    )


def young_ones_stay(column: str) -> pgtrigger.Trigger:
    """Return the trigger that lets no row be deleted within ninety days of the instant in a column."""
    return pgtrigger.Trigger(
        name="young_ones_stay",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        func=f"if old.{column} > clock_timestamp() - interval '90 days' then {_REFUSE} end if; return old;",
    )
