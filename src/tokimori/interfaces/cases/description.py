"""All kinds of cases described, out of what reads them: ``docs/reference/cases.md`` and ``tokimori calculate --kinds``."""

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokimori.interfaces.cases.kind import Kind
from tokimori.interfaces.cases.kinds import KINDS

_HEAD: Final = """\
# Cases: the engine from a file

`tokimori calculate FILE.json` answers worked cases without a database, and `tokimori explain FILE.json` gives the steps
beside the answer; `-` reads standard input. A file holds one case or a list of cases:

```json
{"id": "A-1", "country": "JP", "system": "paid_leave", "kind": "leave_grant",
 "inputs": {"weekly_hours": 24, "weekly_days": 3, "service_years": 2.5, "attendance_rate": 1.0}}
```

`expected`, `source` and `note` may stand beside them and are not read. The answer is a list of `{"id", "result"}`. A case
that cannot be – an unknown key, a day with 25 hours – is answered by `{"id", "refused": [{"path", "why"}]}` and stops no
other; the exit status is then 1, and 2 when the file holds nothing to answer.

Durations are whole minutes unless a name ends in `_h`. `hh:mm` may go beyond `24:00`: `26:00` is two o'clock on the next
date. `as_of` is the day whose law is asked. This page is written by `tokimori calculate --kinds`.
"""

_WORDS: Final = {
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "string": "text",
    "object": "object",
    "null": "null",
}


def described_kinds() -> str:
    """Return the page on all kinds, in Markdown."""
    parts = [_HEAD]
    parts += ["\n".join(_kind(name, kind)) for name, kind in sorted(KINDS.items())]
    return "\n".join(parts)


def _kind(name: str, kind: Kind[Any]) -> Iterator[str]:
    schema = kind.inputs.model_json_schema()
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    yield f"## `{name}`\n"
    yield inspect.cleandoc(kind.inputs.__doc__ or "") + "\n"
    yield "| key | value | default |"
    yield "| --- | --- | --- |"
    yield from _rows(schema, definitions, "")
    yield ""


def _rows(schema: Mapping[str, Any], definitions: Mapping[str, Any], path: str) -> Iterator[str]:
    needed = schema.get("required", ())
    for key, value in schema.get("properties", {}).items():
        default = "" if key in needed else f"`{json.dumps(value.get('default'), ensure_ascii=False)}`"
        yield f"| `{path}{key}` | {_value(value, definitions)} | {default} |"
        inner = _object_in(value, definitions)
        if inner is not None:
            mark = "[]." if _is_list(value) else "."
            yield from _rows(inner, definitions, f"{path}{key}{mark}")


def _value(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in value:
        value = _resolved(value, definitions)
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_value(one, definitions) for one in value["anyOf"]))
    if "enum" in value or "const" in value:
        return ", ".join(f"`{one}`" for one in value.get("enum", [value.get("const")]))
    match value.get("type"):
        case "array":
            return _list(value, definitions)
        case "object" if isinstance(value.get("additionalProperties"), Mapping):
            return f"object of {_value(value['additionalProperties'], definitions)}"
        case "string" if value.get("format") == "date":
            return "date"
        case kind:
            return _WORDS.get(str(kind), "value") + _bounds(value)


def _list(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "prefixItems" in value:
        inside = ", ".join(_value(one, definitions) for one in value["prefixItems"])
        return f"[{inside}]"
    return f"list of {_value(value.get('items', {}), definitions)}"


def _bounds(value: Mapping[str, Any]) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    above, below = value.get("exclusiveMinimum"), value.get("exclusiveMaximum")
    found = [f"≥ {low:g}"] if low is not None else [f"> {above:g}"] if above is not None else []
    found += [f"≤ {high:g}"] if high is not None else [f"< {below:g}"] if below is not None else []
    return f", {' and '.join(found)}" if found else ""


def _object_in(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the object that a value is, or that its list holds."""
    if "$ref" in value:
        resolved = _resolved(value, definitions)
        return resolved if resolved.get("properties") else None
    if "anyOf" in value:
        return next((inner for one in value["anyOf"] if (inner := _object_in(one, definitions))), None)
    if value.get("type") == "array" and isinstance(value.get("items"), Mapping):
        return _object_in(value["items"], definitions)
    return None


def _is_list(value: Mapping[str, Any]) -> bool:
    return value.get("type") == "array" or any(_is_list(one) for one in value.get("anyOf", ()))


def _resolved(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = definitions[str(value["$ref"]).rsplit("/", 1)[-1]]
    return found
