"""How a domain is asked: by keyword, with types."""

import ast
from collections.abc import Iterator
from typing import Final

from tools.rules.rule import Example, Finding, Rule, Source

_QUERIES: Final = "src/tokimori/domains/people/queries.py"


def _loose_signatures(source: Source) -> Iterator[Finding]:
    if not (source.is_below("domains") and source.is_in_room("services", "queries")):
        return
    for module in source.each(ast.Module):
        for function in module.body:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and not function.name.startswith("_"):
                for detail in _faults(function):
                    last_line = max(function.lineno, function.body[0].lineno - 1)
                    yield Finding(line=function.lineno, last_line=last_line, detail=detail)


def _faults(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    given = function.args
    if given.posonlyargs or given.args or given.vararg:
        yield f"{function.name} takes arguments by position"
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    bare = [argument.arg for argument in every if argument.annotation is None]
    if bare:
        yield f"{function.name} does not say what {', '.join(bare)} is"
    if function.returns is None:
        yield f"{function.name} does not say what it returns"


RULES: Final = (
    Rule(
        name="domain-signature",
        why="A domain's public function takes keywords only and says every type.",
        find=_loose_signatures,
        bad=(
            Example(text="def seal_period(actor: Principal, *, month: Month) -> None: ...\n"),
            Example(text="def seal_period(*, month) -> None: ...\n"),
            Example(path=_QUERIES, text="def company(*, tenant: TenantId):\n    return tenant\n"),
            Example(
                path="src/tokimori/domains/closings/services/seal.py", text="def seal(*months: Month) -> None: ...\n"
            ),
        ),
        good=(
            Example(text="def seal_period(*, actor: Principal, month: Month) -> UUID: ...\n"),
            Example(text="def _locked(period): ...\n"),
            Example(path=_QUERIES, text="class View:\n    def name(self): ...\n"),
            Example(path="src/tokimori/domains/timesheets/months.py", text="def first(month): ...\n"),
        ),
    ),
)
