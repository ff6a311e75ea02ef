"""A file of cases, answered one by one: a case that cannot be read does not stop the others."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from tokimori.engine.law import NotInForce
from tokimori.interfaces.cases.kind import Answer, Impossible, Kind
from tokimori.interfaces.cases.kinds import KINDS

_KEYS: Final = frozenset({"id", "country", "system", "kind", "inputs", "expected", "source", "note"})
_NEEDED: Final = ("id", "country", "system", "kind", "inputs")
"""What a case must have. What was expected of it, where it is from and what was noted are carried along unread."""


class CasesUnreadable(ValueError):
    """The file as a whole cannot be read: it is no JSON, or neither a case nor a list of cases."""


def answer_cases(content: bytes, *, with_steps: bool) -> list[dict[str, Any]]:
    """Return for each case ``{"id", "result"}``, with ``steps`` if wanted; for one that is refused, ``{"id", "refused"}``.

    ``refused`` is a list of ``{"path", "why"}``, the path in the manner of ``inputs.days[3].worked_min``. Raise
    ``CasesUnreadable`` when there is nothing to answer.
    """
    try:
        plain = json.loads(content, parse_constant=_refuse_constant, object_pairs_hook=_unrepeated)
    except (ValueError, RecursionError) as error:
        raise CasesUnreadable(str(error)) from error
    cases = plain if isinstance(plain, list) else [plain]
    return [_answer(case, number=number, with_steps=with_steps) for number, case in enumerate(cases)]


def _answer(case: object, *, number: int, with_steps: bool) -> dict[str, Any]:
    if not isinstance(case, Mapping):
        return {"id": f"#{number}", "refused": [_refusal("", "is not an object")]}
    name = case.get("id") if isinstance(case.get("id"), str) else f"#{number}"
    refused = _frame(case)
    if refused:
        return {"id": name, "refused": refused}
    try:
        answer = _ask(case)
    except ValueError as error:
        return {"id": name, "refused": _refused_by(error, KINDS[case["kind"]])}
    answered: dict[str, Any] = {"id": name, "result": answer.result}
    if with_steps:
        answered["steps"] = [step.to_plain() for step in answer.steps]
    return answered


def _ask(case: Mapping[str, Any]) -> Answer:
    kind = KINDS[case["kind"]]
    # The strict reading of JSON knows dates as text, and nothing else as text.
    inputs = json.dumps(case["inputs"])
    return kind.answer(kind.inputs.model_validate_json(inputs, context=_context(case)))


def _context(case: Mapping[str, Any]) -> dict[str, str]:
    return {"country": case["country"], "system": case["system"]}


def _refused_by(error: ValueError, kind: Kind[Any]) -> list[dict[str, str]]:
    match error:
        case ValidationError():
            return _refusals(error)
        case Impossible(path=path, why=why):
            return [_refusal(_joined("inputs", path), why)]
        case NotInForce() if "as_of" in kind.inputs.model_fields:
            return [_refusal("inputs.as_of", str(error))]
        case _:
            # The engine refuses in words what cannot be.
            return [_refusal("inputs", str(error))]


def _frame(case: Mapping[str, object]) -> list[dict[str, str]]:
    """Return what is wrong with a case before its inputs are looked at."""
    refused = [_refusal(str(key), "is unknown") for key in case if key not in _KEYS]
    refused += [_refusal(key, "is missing") for key in _NEEDED if key not in case]
    refused += [
        _refusal(key, "is not a text")
        for key in ("id", "country", "system", "kind")
        if key in case and not isinstance(case[key], str)
    ]
    if not refused and case["kind"] not in KINDS:
        refused.append(_refusal("kind", "is no kind of case"))
    return refused


def _refusals(error: ValidationError) -> list[dict[str, str]]:
    """Return what was refused; of a list that is too short because its members were refused, only the members."""
    found = [(_path(one["loc"]), one["msg"]) for one in error.errors()]
    return [
        _refusal(path, why)
        for path, why in found
        if not any(other != path and other.startswith((f"{path}.", f"{path}[")) for other, _ in found)
    ]


def _refusal(path: str, why: str) -> dict[str, str]:
    return {"path": path, "why": why}


def _path(places: Sequence[str | int]) -> str:
    path = "inputs"
    for place in places:
        path = f"{path}[{place}]" if isinstance(place, int) else _joined(path, place)
    return path


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if key and not key.startswith("[") else f"{path}{key}"


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key is given twice in one object.")
    return found
