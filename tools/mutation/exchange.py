"""Exchanging the code of a loaded module's functions for that of a mutant, without importing anything again."""

import functools
import gc
import inspect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple

ENGINE: Final = str(Path(__file__).resolve().parents[2] / "src" / "tokimori" / "engine")


class Place(NamedTuple):
    """Where a function stands: the same for its code, whatever was loaded how often."""

    file: str
    name: str
    line: int


Exchanged = Sequence[tuple[Place, CodeType]]
"""Functions and the code that they get."""


class NotOfFunctions(Exception):
    """The wrong stands outside the body of every function: the module must be imported anew to have it."""


def place_of(code: CodeType) -> Place:
    """Return where a code stands."""
    return Place(code.co_filename, code.co_qualname, code.co_firstlineno)


def exchanged(path: Path, *, plain: str, wrong: str) -> Exchanged:
    """Return which functions of a module have another code in a mutant, and that code.

    ``plain`` is the module without the wrong, written as the mutant is. Raises ``NotOfFunctions``.
    """
    sources = (path.read_text(encoding="utf-8"), plain, wrong)
    real, before, after = (compile(source, str(path), "exec", dont_inherit=True) for source in sources)
    return list(_differences(real, before, after))


def loaded_functions() -> Mapping[Place, Sequence[FunctionType]]:
    """Return every function of the engine that is in this process."""
    found: dict[Place, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(ENGINE):
            found[place_of(one.__code__)].append(one)
    return found


def caches() -> Sequence[Any]:
    """Return what the engine's functions remember their results in; each has ``cache_clear``."""
    kind = type(functools.cache(len))
    return [one for one in gc.get_objects() if type(one) is kind and one.__module__.startswith("tokimori.")]


def _differences(real: CodeType, before: CodeType, after: CodeType) -> list[tuple[Place, CodeType]]:
    if real.co_flags & inspect.CO_OPTIMIZED:
        return [] if _shape(before) == _shape(after) else [(place_of(real), after)]
    if _own(before) != _own(after):
        raise NotOfFunctions
    inner = zip(_inner(real), _inner(before), _inner(after), strict=True)
    return [pair for codes in inner for pair in _differences(*codes)]


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _own(code: CodeType) -> tuple[object, ...]:
    constants = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, constants


def _shape(code: CodeType) -> tuple[object, ...]:
    return _own(code), [_shape(one) for one in _inner(code)]
