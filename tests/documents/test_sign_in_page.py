"""What the page on signing in says is what the code does: ways, strengths, numbers, words."""

import ast
import importlib
import re
from datetime import timedelta
from pathlib import Path

from tokimori.foundation.identity.proofs import Proof, strength_of
from tokimori.foundation.identity.security_rules import BOUNDS, Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.passwords import LONGEST_PASSWORD, PRODUCT_WORDS, SHORTEST_WORD
from tokimori.settings import configuration

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "sign-in.md").read_text(encoding="utf-8")
STRENGTHS = {
    Strength.ONE_FACTOR: "one factor",
    Strength.TWO_FACTORS: "two factors",
    Strength.PHISHING_RESISTANT: "phishing-resistant",
}


def rows_under(heading: str) -> list[list[str]]:
    """Return the cells of the table that begins with this head."""
    lines = PAGE[PAGE.index(f"| {heading} |") :].splitlines()[2:]
    table = lines[: next(number for number, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def in_words(length: timedelta) -> str:
    """Return a length in its largest unit that divides it: 90 seconds, 15 minutes, 12 hours, 7 days."""
    seconds = int(length.total_seconds())
    units = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
    fitting = next(name for name, size in units.items() if seconds % size == 0 and seconds // size > 1)
    return f"{seconds // units[fitting]} {fitting}"


def test_every_way_in_stands_on_the_page_with_its_strength() -> None:
    said = {name.strip("`"): strength for name, _what, strength in rows_under("Proof")}

    assert said == {proof.value: STRENGTHS[strength_of({proof})] for proof in Proof}


def test_the_strength_that_each_audience_needs_is_the_one_of_the_code() -> None:
    usual = {names.split(",")[0]: strength for names, strength, _may_be in rows_under("Audience")}

    rules = SecurityRules()
    assert {audience.value: STRENGTHS[rules.strength[audience]] for audience in Audience}.items() <= usual.items()


def test_the_numbers_of_the_throttle_are_those_of_the_code() -> None:
    tree = ast.parse(Path(configuration.__file__).read_text(encoding="utf-8"))
    calls = {
        call.args[1].value: {key.arg: ast.literal_eval(key.value) for key in call.keywords}
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "_whole_number"
        and isinstance(call.args[1], ast.Constant)
    }
    real = {
        name: (str(limit["default"]), f"{limit['least']} to {limit['most']}")
        for name, limit in calls.items()
        if name.startswith("TOKIMORI_SIGN_IN_")
    }

    said = {name.strip("`"): (usual, bounds) for name, usual, bounds in rows_under("Setting of the installation")}
    assert said == real


def test_the_numbers_of_a_companys_rules_are_those_of_the_code() -> None:
    rules = SecurityRules()
    real = {name: (str(getattr(rules, name)), f"{least} to {most}") for name, (least, most) in BOUNDS.items()}

    said = {name.strip("`"): (usual, bounds) for name, usual, bounds, _what in rows_under("Rule of the company")}
    assert said == real
    assert f"up to {LONGEST_PASSWORD}" in PAGE
    assert f"from {SHORTEST_WORD} letters on" in PAGE


def test_every_length_of_time_is_that_of_the_code() -> None:
    rows = rows_under("What | How long")
    assert len(rows) > 10
    for _what, said, where in rows:
        file, name = re.findall(r"`([^`]+)`", where)
        module = importlib.import_module(f"tokimori.{file.removesuffix('.py').replace('/', '.')}")
        assert said == in_words(getattr(module, name)), where


def test_the_words_that_passwords_may_not_contain_are_those_of_the_code() -> None:
    listed = PAGE[PAGE.index("- words of this product") : PAGE.index("- the company's code and name")]

    assert tuple(re.findall(r"`([^`]+)`", listed)) == PRODUCT_WORDS
