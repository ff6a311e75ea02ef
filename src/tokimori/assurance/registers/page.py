"""The page that lists every register with its fields, and every criterion with the rows that lean on it."""

from typing import Final

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.registers.judging.catalogue import CRITERIA
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.assurance.registers.types.declaration import Register

_HEAD: Final = """# Registers

What the provider's people answer for. An entry is written, handed in, and approved by somebody who neither wrote nor owns
it; it counts from a day until its next review or its end, and is never changed or deleted. `decisions/0016-registers.md`
says why, and what follows from entries. Made from the declarations in `assurance/registers`; a test compares.

## Every register

*Looked at* is the longest that an entry counts without somebody looking at it again; records tell what happened and do not
age.
Fields in brackets may be left empty; `*` asks for a document, `†` for an end.

| Register | Entries | Looked at | Fields |
| --- | --- | --- | --- |
"""
_CRITERIA: Final = """
## Criteria

What rows of the sheet ask of the registers. What a criterion reads decides, by its worst, together with the row's probes.

| Criterion | Reads | Worth | Rows |
| --- | --- | --- | --- |
"""


def registers_page() -> str:
    """Return the page in Markdown, in English."""
    return _HEAD + "".join(map(_register, REGISTERS.values())) + _CRITERIA + "".join(map(_criterion, CRITERIA))


def _register(one: Register) -> str:
    marks = ("*" if one.needs_file else "") + ("†" if one.needs_end else "")
    age = "record" if one.is_record else f"{one.review_months} months"
    fields = ", ".join(f"`{field.name}`" if field.is_required else f"(`{field.name}`)" for field in one.fields)
    return f"| `{one.code}`{marks} | {one.name} | {age} | {fields} |\n"


def _criterion(name: str) -> str:
    rows = [str(row) for row, control in controls().items() if name in control.registers]
    reads = ", ".join(f"`{code}`" for code in CRITERIA[name].registers)
    return f"| `{name}` | {reads} | {CRITERIA[name].method.value} | {', '.join(rows)} |\n"
