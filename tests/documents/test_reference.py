"""Reference lists say what the code says: each event, refusal, permission and setting has its line, and no other."""

import ast
import re
from pathlib import Path

import pytest

from tokimori.engine import RuleSet
from tokimori.engine.switches import SWITCHES
from tokimori.foundation.access.matrix import permission_matrix
from tokimori.foundation.access.permissions import RIGHTS_OF_ROLES, Permission, Role
from tokimori.foundation.access.scopes import RIGHTS_OF_SCOPES, Scope
from tokimori.foundation.errors import all_refusals
from tokimori.foundation.ledger.events import EventName
from tokimori.interfaces.cases.description import described_kinds
from tokimori.settings import configuration

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def first_cells(name: str) -> set[str]:
    """Return what stands in code type in the first column of a page's tables."""
    text = (REFERENCE / name).read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE))


def test_every_event_has_its_sentence() -> None:
    assert first_cells("audit-events.md") == {event.value for event in EventName}


def test_every_permission_has_its_sentence() -> None:
    assert first_cells("permissions.md") == {permission.value for permission in Permission}


def test_every_permission_is_listed_with_the_roles_that_hold_it() -> None:
    text = (REFERENCE / "permissions.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([^`]+)` \|.*\| ([^|]+) \|$", text, flags=re.MULTILINE))

    for permission in Permission:
        holders = [role.value for role in Role if permission in RIGHTS_OF_ROLES[role]]
        assert listed[permission.value] == (", ".join(holders) or "–"), permission


@pytest.mark.control(32)
def test_the_permission_matrix_is_what_the_code_says() -> None:
    page = (REFERENCE / "permission-matrix.md").read_text(encoding="utf-8")

    assert page == permission_matrix(), "write it again: see its first lines"


def test_every_refusal_is_listed() -> None:
    text = (REFERENCE / "refusals.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (\d+) \| (.+) \|$", text, flags=re.MULTILINE)
    ours = {
        (refusal.code, str(refusal.status), refusal.sentence())
        for refusal in all_refusals()
        if refusal.__module__.startswith("tokimori")
    }

    assert set(rows) >= ours
    assert len({code for code, _, _ in rows}) == len(rows), "two lines for one code"


def test_every_setting_has_its_sentence() -> None:
    tree = ast.parse(Path(configuration.__file__).read_text(encoding="utf-8"))
    names = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(TOKIMORI_[A-Z_]*[A-Z]|DATABASE_URL)", node.value)
    }

    assert first_cells("settings.md") == names


def test_the_page_on_cases_is_what_the_code_reads() -> None:
    page = (REFERENCE / "cases.md").read_text(encoding="utf-8")

    assert page == described_kinds(), "write it again: ./tokimori calculate --kinds > docs/reference/cases.md"


def test_every_policy_switch_has_its_line() -> None:
    assert first_cells("policies.md") == {switch.path for switch in SWITCHES}


def test_a_rule_set_has_every_switch_at_its_default() -> None:
    plain = RuleSet(code="any", country="JP").to_plain()

    for switch in SWITCHES:
        value = plain
        for key in switch.path.split("."):
            value = value[key]
        assert str(value) == switch.default, switch.path


def test_every_scope_has_its_line_with_the_rights_that_it_gives() -> None:
    page = (REFERENCE / "scopes.md").read_text(encoding="utf-8")
    lines = {
        match[1]: match[2] for match in re.finditer(r"^\| `([^`]+)` \|[^|]+\| ([^|]+) \|", page, flags=re.MULTILINE)
    }

    said = {scope: set(re.findall(r"`([^`]+)`", rights)) for scope, rights in lines.items()}
    assert said == {scope.value: {right.value for right in RIGHTS_OF_SCOPES[scope]} for scope in Scope}
