"""Small wrongs in a module: a bound that is moved, a sum turned into a difference, a condition turned around."""

import ast
import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_COMPARED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALCULATED: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLED: Final[Mapping[str, str]] = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A module with one wrong in it: the line, what stood there, what stands there now, and the whole source."""

    line: int
    before: str
    after: str
    source: str


def mutants_of(source: str, numbers: Collection[int] | None = None) -> Iterator[tuple[int, Mutant]]:
    """Yield mutants of a module with their numbers, in the order of the module: all, or those of the numbers.

    Annotations, decorators, what is raised, and the texts of the module are left as they are.
    """
    tree = ast.parse(source)
    for number, (node, change) in enumerate(_changes(tree)):
        if numbers is None or number in numbers:
            yield number, _mutant(tree, node, change)


def number_of_mutants(source: str) -> int:
    """Return how many mutants a module has."""
    return sum(1 for _ in _changes(ast.parse(source)))


def _mutant(tree: ast.Module, node: ast.expr, change: Callable[[Any], ast.AST]) -> Mutant:
    place = _path_to(tree, node)
    changed = copy.deepcopy(tree)
    _put(changed, place, change(_at(changed, place)))
    statement = place[: _statement(tree, place)]
    return Mutant(
        line=node.lineno,
        before=_shown(_at(tree, statement)),
        after=_shown(_at(changed, statement)),
        source=ast.unparse(ast.fix_missing_locations(changed)),
    )


def _changes(tree: ast.Module):  # noqa: ANN202 -- pairs of a node and what is done to it
    for node in _walk(tree):
        match node:
            case ast.Compare(ops=[op]) if type(op) in _COMPARED:
                yield node, _other_comparison
            case ast.BinOp(op=op) if type(op) in _CALCULATED:
                yield node, _other_operator
            case ast.BoolOp():
                yield node, _other_connection
            case ast.UnaryOp(op=ast.Not()):
                yield node, lambda one: one.operand
            case ast.IfExp():
                yield node, _other_branch
            case ast.Constant(value=bool()):
                yield node, lambda one: ast.Constant(value=not one.value)
            case ast.Constant(value=int()):
                yield node, lambda one: ast.Constant(value=one.value + 1)
            case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
                yield node, _other_call
            case _:
                pass


def _walk(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that decide something, in order."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "exc", "type_params"}:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.JoinedStr):
                continue
            if isinstance(one, ast.AST):
                if isinstance(one, ast.expr):
                    yield one
                yield from _walk(one)


def _other_comparison(node: ast.Compare) -> ast.expr:
    node.ops = [_COMPARED[type(node.ops[0])]()]
    return node


def _other_operator(node: ast.BinOp) -> ast.expr:
    node.op = _CALCULATED[type(node.op)]()
    return node


def _other_connection(node: ast.BoolOp) -> ast.expr:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _other_branch(node: ast.IfExp) -> ast.expr:
    node.body, node.orelse = node.orelse, node.body
    return node


def _other_call(node: ast.Call) -> ast.expr:
    if isinstance(node.func, ast.Name):
        node.func.id = _CALLED[node.func.id]
    return node


Place = tuple[tuple[str, int | None], ...]


def _path_to(tree: ast.AST, wanted: ast.AST) -> Place:
    for name, value in ast.iter_fields(tree):
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(one, ast.AST):
                continue
            step = (name, number if isinstance(value, list) else None)
            if one is wanted:
                return (step,)
            inner = _path_to(one, wanted)
            if inner:
                return (step, *inner)
    return ()


def _at(tree: ast.AST, place: Place) -> ast.AST:
    for name, number in place:
        value = getattr(tree, name)
        tree = value if number is None else value[number]
    return tree


def _put(tree: ast.AST, place: Place, node: ast.AST) -> None:
    parent = _at(tree, place[:-1])
    name, number = place[-1]
    if number is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[number] = node


def _statement(tree: ast.AST, place: Place) -> int:
    """Return how far the innermost statement around a place is."""
    found = 1
    for length in range(1, len(place) + 1):
        if isinstance(_at(tree, place[:length]), ast.stmt):
            found = length
    return found


def _shown(node: ast.AST) -> str:
    """Return the first line of a statement, which for a compound one is its head."""
    return ast.unparse(node).splitlines()[0].strip() if not _is_long(node) else " ".join(ast.unparse(node).split())


def _is_long(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr | ast.AugAssign)
