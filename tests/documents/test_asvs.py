"""Each requirement of OWASP ASVS 5.0 level 2, V6 to V10, stands on its page once, and what is named there exists."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import SystemRandom

import pyotp.compat
import pytest
from django.apps import apps

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity import carried_secrets
from tokimori.foundation.identity.services import factors

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tokimori"
STATES = {"met", "met by choice", "not applicable", "open"}
CHAPTERS = {"V6", "V7", "V8", "V9", "V10"}
# Sections of these chapters, with how many requirements of the levels 1 and 2 each has; they are numbered without gaps.
SECTIONS = {
    "V6.1": 3, "V6.2": 12, "V6.3": 4, "V6.4": 4, "V6.5": 5, "V6.6": 3, "V6.8": 4,
    "V7.1": 3, "V7.2": 4, "V7.3": 2, "V7.4": 5, "V7.5": 2, "V7.6": 2,
    "V8.1": 2, "V8.2": 3, "V8.3": 1, "V8.4": 1,
    "V9.1": 3, "V9.2": 4,
    "V10.1": 2, "V10.2": 2, "V10.3": 4, "V10.4": 11, "V10.5": 5, "V10.6": 2, "V10.7": 3,
}  # fmt: skip
REQUIREMENTS = [f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)]
PAGE = (ROOT / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| V\d", line)
]


@cache
def names_in(file: Path) -> frozenset[str]:
    """Return the functions and classes of a module, wherever they stand in it."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def missing_places(where: str) -> Iterator[str]:
    """Yield what a cell names that is not there: pages, files, functions of the file before them."""
    file = SOURCE
    for name in re.findall(r"`([^`]+)`", where):
        if name.endswith("()"):
            if name.removesuffix("()") not in names_in(file):
                yield f"{file.name} {name}"
            continue
        file = ROOT / name if name.startswith("docs/") else SOURCE / name
        if not file.is_file():
            yield name


def missing_tests(cell: str) -> Iterator[str]:
    """Yield the tests that a cell names and that are not there."""
    for name in re.findall(r"`([^`]+)`", cell):
        file, _, test = name.partition("::")
        if not (ROOT / file).is_file() or test not in names_in(ROOT / file):
            yield name


def test_every_requirement_stands_once() -> None:
    assert len(REQUIREMENTS) == 96
    assert [row[0] for row in ROWS] == REQUIREMENTS


def test_the_list_is_that_of_the_standard() -> None:
    found = [one / "shared" / "reference" / "asvs" / "asvs-5.0.0.flat.json" for one in ROOT.parents]
    standard = next((file for file in found if file.is_file()), None)
    if standard is None:
        pytest.skip("the standard's own list does not lie beside this checkout")
    listed = json.loads(standard.read_text(encoding="utf-8"))["requirements"]

    wanted = [one["req_id"] for one in listed if one["chapter_id"] in CHAPTERS and int(one["L"]) <= 2]
    assert wanted == REQUIREMENTS


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_a_row_names_exists(row: list[str]) -> None:
    _requirement, state, what, where, tests = row

    assert state in STATES
    assert what
    assert [*missing_places(where), *missing_tests(tests)] == []
    if state != "not applicable":
        assert "`" in where
        assert "::" in tests
    if state == "open":
        assert "missing: " in what


def test_the_head_counts_what_stands_below() -> None:
    counts = {state: sum(1 for row in ROWS if row[1] == state) for state in STATES}

    head = " ".join(PAGE[: PAGE.index("## V6")].split())
    assert f"{counts['met']} met, {counts['met by choice']} met by a choice that is named" in head
    assert f"{counts['not applicable']} not applicable, {counts['open']} open" in head


def test_what_is_not_there_is_noticed() -> None:
    assert list(missing_places("`foundation/identity/limits.py` `count_attempt()` · `forget_all()`"))
    assert list(missing_places("`foundation/identity/nowhere.py`"))
    assert list(missing_tests("`tests/documents/test_asvs.py::test_of_nothing`"))


def test_nothing_kept_of_an_account_is_a_hint_or_a_question() -> None:
    kept = [model for model in apps.get_models() if model._meta.app_label != "questionnaires"]  # buyers ask there
    names = {f"{model.__name__}.{field.name}" for model in kept for field in model._meta.get_fields()}

    assert [name for name in sorted(names) if re.search("hint|question|maiden|reminder", name.lower())] == []


def test_recovery_codes_are_long_enough_for_a_plain_digest() -> None:
    made = vars(factors)
    code, alphabet = made["_new_code"]().replace("-", ""), made["_ALPHABET"]

    assert len(set(alphabet)) == len(alphabet)
    assert set(code) <= set(alphabet)
    assert len(alphabet) ** len(code) >= 2**112


def test_secrets_come_from_the_systems_generator() -> None:
    assert isinstance(pyotp.compat.random, SystemRandom)
    for module in (factors, carried_secrets):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        assert "secrets" in imported
        assert "random" not in imported


@pytest.mark.control(45)
def test_fields_for_passwords_are_masked_and_take_what_a_manager_or_the_clipboard_gives() -> None:
    web = SOURCE / "interfaces" / "web"
    field = (web / "templates" / "tokimori" / "_password.html").read_text(encoding="utf-8")
    templates = {file.name: file.read_text(encoding="utf-8") for file in web.rglob("*.html")}
    scripts = [file.read_text(encoding="utf-8") for file in (web / "static" / "tokimori").glob("*.js")]

    # The other one is for the secret that a provider shares with us: no password of anybody.
    masked = {name for name, text in templates.items() if 'type="password"' in text}
    assert masked == {"_password.html", "identity_provider.html"}
    assert 'autocomplete="{{ autocomplete }}"' in field
    kept = re.findall(r'_password\.html" with [^%]*autocomplete="([\w-]+)"', "\n".join(templates.values()))
    assert set(kept) == {"current-password", "new-password"}
    assert scripts
    assert not [text for text in (*templates.values(), *scripts) if re.search(r"onpaste|[\"']paste[\"']", text)]


def test_the_rights_that_the_table_of_fields_names_exist() -> None:
    text = (ROOT / "docs" / "reference" / "sign-in.md").read_text(encoding="utf-8")
    table = text[text.index("| Field | Read by |") :]
    named = set(re.findall(r"`(\w+:\w+)`", table))

    assert named
    assert named <= {permission.value for permission in Permission}
