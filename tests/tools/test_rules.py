"""Each house rule catches its bad examples, passes its good ones, and holds in the tree."""

from pathlib import PurePosixPath

import pytest
from tools.rules.catalogue import RULES, Breach, breaches, sources
from tools.rules.rule import A_SERVICE, Example, Rule, read

A_TEMPLATE = "src/tokimori/interfaces/web/templates/tokimori/day.html"


def examples(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.name}-{number}")
        for rule in RULES
        for number, example in enumerate(getattr(rule, kind), start=1)
    ]


def searched(text: str, path: str = A_SERVICE) -> list[Breach]:
    return breaches([read(PurePosixPath(path), text)])


@pytest.mark.parametrize(("rule", "example"), examples("bad"))
def test_a_bad_example_is_caught(rule: Rule, example: Example) -> None:
    found = breaches([read(PurePosixPath(example.path), example.text)], rules=[rule])

    assert {breach.rule for breach in found} == {rule.name}


@pytest.mark.parametrize(("rule", "example"), examples("good"))
def test_a_good_example_passes(rule: Rule, example: Example) -> None:
    assert breaches([read(PurePosixPath(example.path), example.text)], rules=[rule]) == []


def test_rules_have_names_of_their_own_and_both_kinds_of_example() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.bad and rule.good and rule.why.endswith(".") for rule in RULES)


def test_the_tree_is_clean() -> None:
    assert [str(breach) for breach in breaches(sources())] == []


def test_a_breach_says_where_what_and_why() -> None:
    assert [str(breach) for breach in searched("\nweek = timedelta(7)\n")] == [
        f"{A_SERVICE}:2: named-units: A timedelta names its units."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "week = timedelta(7)  # rule: named-units -- the unit is the caller's\n",
        "week = timedelta(7)  # noqa: X1 # rule: named-units -- the unit is the caller's\n",
        "week = timedelta(\n    7  # rule: named-units -- the unit is the caller's\n)\n",
        "week = timedelta(float(7))  # rule: named-units -- theirs # rule: no-floats -- theirs too\n",
    ],
)
def test_an_exception_with_a_reason_is_kept(text: str) -> None:
    assert searched(text) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        pytest.param("week = timedelta(7)  # rule: named-units\n", {"rule-exception"}, id="no reason"),
        pytest.param("week = timedelta(7)  # rule: named-units -- \n", {"rule-exception"}, id="empty reason"),
        pytest.param("week = timedelta(days=7)  # rule: named-units -- once\n", {"rule-exception"}, id="no use"),
        pytest.param("week = 7  # rule: named-unit -- misspelt\n", {"rule-exception"}, id="no such rule"),
        pytest.param(
            "# rule: named-units -- above\nweek = timedelta(7)\n", {"named-units", "rule-exception"}, id="another line"
        ),
        pytest.param('week = timedelta(7), "# rule: named-units -- text"\n', {"named-units"}, id="not a comment"),
    ],
)
def test_an_exception_without_reason_or_use_is_a_breach(text: str, rules: set[str]) -> None:
    assert {breach.rule for breach in searched(text)} == rules


def test_a_template_makes_its_exception_in_a_comment() -> None:
    text = '<p style="x">1</p>{# rule: template-inline -- an e-mail knows no files #}\n'

    assert searched(text, path=A_TEMPLATE) == []
    assert [breach.rule for breach in searched(text + text.partition("</p>")[2], path=A_TEMPLATE)] == ["rule-exception"]
