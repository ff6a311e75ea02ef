"""Find what a row names in the sources and in the tests, without running either."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[2]
ROOT: Final = PACKAGE.parents[1]
TESTS: Final = ROOT / "tests"

_Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class SymbolMissing(LookupError):
    """Nothing in the sources has this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is defined: the file from the root of the repository, and the line."""

    file: str
    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedTest:
    """One test that says which rows it shows."""

    place: Place
    rows: tuple[int, ...]

    @property
    def node(self) -> str:
        """Return the name by which it is run alone."""
        return f"{self.place.file}::{self.place.name}"


def find_symbol(symbol: str) -> Place:
    """Return where ``module:name`` is defined; raise ``SymbolMissing`` when it is not. ``name`` may be ``Class.method``."""
    module, _, name = symbol.partition(":")
    path = PACKAGE.parent / Path(*module.split("."))
    file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    if not file.is_file():
        raise SymbolMissing(symbol)
    body: list[ast.stmt] = _tree(file).body
    found: ast.stmt | None = None
    for part in name.split("."):
        found = next((node for node in body if part in _names(node)), None)
        if found is None:
            raise SymbolMissing(symbol)
        body = found.body if isinstance(found, _Named) else []
    return Place(file=file.relative_to(PACKAGE.parents[1]).as_posix(), line=found.lineno if found else 1, name=name)


def marked_tests(tests: Path = TESTS) -> tuple[MarkedTest, ...]:
    """Return every test that is marked ``control(…)``, in the order of files; none where the tests do not lie beside us."""
    return tuple(test for file in sorted(tests.rglob("test_*.py")) for test in _marked(file, tests.parent))


@cache
def rows_with_tests(tests: Path = TESTS) -> Mapping[int, tuple[MarkedTest, ...]]:
    """Return the marked tests by row."""
    found: dict[int, list[MarkedTest]] = {}
    for test in marked_tests(tests):
        for row in test.rows:
            found.setdefault(row, []).append(test)
    return {row: tuple(of_row) for row, of_row in found.items()}


def _marked(file: Path, root: Path) -> Iterator[MarkedTest]:
    text = file.read_text(encoding="utf-8")
    if "mark.control(" not in text:
        return
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        rows = tuple(row for decorator in node.decorator_list for row in _rows(decorator))
        if rows:
            place = Place(file=file.relative_to(root).as_posix(), line=node.lineno, name=node.name)
            yield MarkedTest(place=place, rows=rows)


def _rows(decorator: ast.expr) -> Iterator[int]:
    match decorator:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr="control"), args=given):
            for one in given:
                if isinstance(one, ast.Constant) and type(one.value) is int:
                    yield one.value
        case _:
            return


def _names(node: ast.stmt) -> tuple[str, ...]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
        case _:
            return ()


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))
