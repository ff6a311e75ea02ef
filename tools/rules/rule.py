"""What a rule is: a name, a sentence, a search, and the examples that prove the search."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, TypeVar

PRODUCT: Final = PurePosixPath("src/tokimori")
A_SERVICE: Final = "src/tokimori/domains/people/services.py"

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file as it is searched: its path from the root of the repository, its text, and what Python sees in it."""

    path: PurePosixPath
    text: str
    nodes: tuple[ast.AST, ...]

    @property
    def is_template(self) -> bool:
        """Whether this is an HTML template."""
        return self.path.suffix == ".html"

    @property
    def is_migration(self) -> bool:
        """Whether this is a migration of the database."""
        return "migrations" in self.path.parts

    def is_in_room(self, *names: str) -> bool:
        """Whether the file is a module with one of these names, or lies in a package with one."""
        return self.path.stem in names or not set(names).isdisjoint(self.path.parts)

    def is_below(self, *folders: str) -> bool:
        """Whether the file lies below one of these folders of the product."""
        return any(self.path.is_relative_to(PRODUCT / folder) for folder in folders)

    def each(self, kind: type[Node]) -> Iterator[Node]:
        """Return every node of a kind."""
        return (node for node in self.nodes if isinstance(node, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Where a rule is broken. An exception may stand on any line from the first to the last."""

    line: int
    last_line: int
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text, and the path at which it would lie."""

    text: str
    path: str = A_SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``find`` must find something in every bad example and nothing in any good one."""

    name: str
    why: str
    find: Callable[[Source], Iterator[Finding]]
    bad: tuple[Example, ...]
    good: tuple[Example, ...]


def read(path: PurePosixPath, text: str) -> Source:
    """Return the file as rules search it."""
    nodes = tuple(ast.walk(ast.parse(text, filename=str(path)))) if path.suffix == ".py" else ()
    return Source(path=path, text=text, nodes=nodes)


def at(node: ast.expr | ast.stmt | ast.keyword, detail: str = "") -> Finding:
    """Return a finding that spans the node."""
    return Finding(line=node.lineno, last_line=node.end_lineno or node.lineno, detail=detail)


def on(line: int, detail: str = "") -> Finding:
    """Return a finding on one line."""
    return Finding(line=line, last_line=line, detail=detail)


def called(call: ast.Call) -> str:
    """Return the last name of what is called: ``atomic`` for ``transaction.atomic()``, empty when it has none."""
    return last_name(call.func)


def last_name(node: ast.AST) -> str:
    """Return ``c`` for ``a.b.c``, ``c`` for ``c``, nothing for anything else."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def keyword_names(call: ast.Call) -> set[str]:
    """Return the keywords that a call states."""
    return {keyword.arg for keyword in call.keywords if keyword.arg}
