"""Who may do what, as a page of tables made of the code: ``python -m tokimori.foundation.access.matrix``."""

import sys
from collections.abc import Sequence
from typing import Final

from tokimori.foundation.access.functions import RIGHTS_OF_LEVELS, Function, Level, by_role, needs_whole_company
from tokimori.foundation.access.permissions import RIGHTS_OF_ROLES, Permission, Role
from tokimori.foundation.access.segregation import PAIRS

_HEAD: Final = """\
# Who may do what

Made of the code: `python -m tokimori.foundation.access.matrix > docs/reference/permission-matrix.md`. A test compares.
`permissions.md` says what each right is.
"""
_GIVEN: Final = (Level.READ, Level.APPROVE, Level.EDIT)


def permission_matrix() -> str:
    """Return the page."""
    return "\n".join(
        (
            _HEAD,
            "## Roles and rights",
            "",
            *_table(("Right", *(role.value for role in Role)), [_role_row(right) for right in Permission]),
            "",
            "## Functions and levels",
            "",
            "What a grant gives over its own people. Approve and edit include read, but not each other; full is all.",
            "Where a cell has a star, the grant must be for the whole company.",
            "",
            *_table(("Function", *(level.value for level in _GIVEN)), [_function_row(one) for one in Function]),
            "",
            "## Functions of roles",
            "",
            "At which levels a role has a function over everybody, without any grant.",
            "",
            *_table(("Function", *(role.value for role in Role)), [_reach_row(one) for one in Function]),
            "",
            "## Duties to keep apart",
            "",
            "Who holds both is shown; where a company refuses the pair, the second right is withheld from him.",
            "",
            *_table(
                ("Pair", "Right", "Withheld"),
                [(one.code, f"`{one.other.value}`", f"`{one.guarded.value}`") for one in PAIRS],
            ),
            "",
        )
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _role_row(right: Permission) -> list[str]:
    return [f"`{right.value}`", *("x" if right in RIGHTS_OF_ROLES[role] else "" for role in Role)]


def _function_row(function: Function) -> list[str]:
    def cell(level: Level) -> str:
        rights = ", ".join(f"`{right.value}`" for right in sorted(RIGHTS_OF_LEVELS[function][level]))
        return f"{rights} *" if rights and needs_whole_company(function, level) else rights or "–"

    return [function.value, *(cell(level) for level in _GIVEN)]


def _reach_row(function: Function) -> list[str]:
    def cell(role: Role) -> str:
        return ", ".join(level.value for level in _GIVEN if by_role(RIGHTS_OF_ROLES[role], function, level))

    return [function.value, *(cell(role) for role in Role)]


if __name__ == "__main__":
    sys.stdout.write(permission_matrix())
