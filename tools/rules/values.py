"""Lengths of time and whole minutes."""

import ast
from collections.abc import Iterator
from typing import Final

from tools.rules.rule import Example, Finding, Rule, Source, at, called

_IN_ENGINE: Final = "src/tokimori/engine/day.py"


def _unnamed_units(source: Source) -> Iterator[Finding]:
    for call in source.each(ast.Call):
        if called(call) == "timedelta" and call.args:
            yield at(call)


def _floats(source: Source) -> Iterator[Finding]:
    if not source.is_below("engine", "domains"):
        return
    for node in source.nodes:
        match node:
            case ast.Name(id="float") | ast.Attribute(attr="FloatField"):
                yield at(node)
            case ast.Constant(value=float()):
                yield at(node, repr(node.value))
            case _:
                pass


RULES: Final = (
    Rule(
        name="named-units",
        why="A timedelta names its units.",
        find=_unnamed_units,
        bad=(Example(text="week = timedelta(7)\n"), Example(text="tick = datetime.timedelta(0, seconds=5)\n")),
        good=(Example(text="week = timedelta(days=7)\n"), Example(text="nothing = timedelta()\n")),
    ),
    Rule(
        name="no-floats",
        why="No float ever holds time: whole minutes, Decimal or Fraction.",
        find=_floats,
        bad=(
            Example(path=_IN_ENGINE, text="def hours(*, minutes: int) -> float: ...\n"),
            Example(path=_IN_ENGINE, text="QUARTER = 0.25\n"),
            Example(text="hours = float(text)\n"),
            Example(path="src/tokimori/domains/people/models.py", text="hours = models.FloatField()\n"),
        ),
        good=(
            Example(path=_IN_ENGINE, text='QUARTER = Fraction("0.25")\n'),
            Example(text="minutes = 15\n"),
            Example(path="src/tokimori/jobs/worker.py", text="pause = 0.5\n"),
        ),
    ),
)
