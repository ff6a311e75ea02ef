"""The form of an entry: what was typed, read strictly; and the form as the page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from tokimori.assurance.registers.entries import Content, EntryView
from tokimori.assurance.registers.errors import EntryNotValid
from tokimori.assurance.registers.fields import (
    LONGEST_LINE,
    LONGEST_WORDS,
    FieldKind,
    FieldsNotReadable,
    Known,
    NotReadable,
    read_day,
    read_fields,
    written,
)
from tokimori.assurance.registers.models import LONGEST_TITLE
from tokimori.assurance.registers.queries.reading import entries_of, entry_of, known_names
from tokimori.assurance.registers.services.writing import longest_until
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.words import COMMON_FAULTS, FAULTS
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.interfaces.web.requests import TenantRequest

COMMON: Final = ("title", "owner", "deputy", "effective_on", "review_due_on", "expires_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as it came: the content, or what is wrong with which field."""

    values: Mapping[str, str]
    content: Content | None
    errors: Mapping[str, str]


def fields_of_register(code: str) -> tuple[str, ...]:
    """Return the fields of a register's form by its code; raise ``NotFound`` where there is no such register."""
    if code not in REGISTERS:
        raise NotFound
    return (*COMMON, *(field.name for field in REGISTERS[code].fields))


def fields_of_entry(entry_id: UUID) -> tuple[str, ...]:
    """Return the same for an entry that is written anew; raise ``NotFound`` where there is none."""
    return fields_of_register(entry_of(entry_id).register)


def typed_form(request: TenantRequest, register: Register, *, supersedes_id: UUID | None) -> Typed:
    """Read a form; every fault is told at once."""
    values = _values(request, register)
    return read_form(register, values, known=known_names(register.named_registers), supersedes_id=supersedes_id)


def read_form(register: Register, values: Mapping[str, str], *, known: Known, supersedes_id: UUID | None) -> Typed:
    """Return the content of what was typed, or the faults by field."""
    errors: dict[str, str] = {}
    content: Content | None = None
    try:
        fields = read_fields(register.fields, values, known)
    except FieldsNotReadable as error:
        errors.update({name: str(FAULTS[fault]) for name, fault in error.faults.items()})
        fields = {}
    days = {name: _day(values.get(name, ""), name, errors) for name in COMMON[3:]}
    owner = _account(values.get("owner", ""), known, "owner", errors)
    deputy = _account(values["deputy"], known, "deputy", errors) if values.get("deputy") else None
    title = values.get("title", "").strip()
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        errors["title"] = str(COMMON_FAULTS["title"])
    begins = days["effective_on"]
    if begins is None:
        errors.setdefault("effective_on", str(COMMON_FAULTS["effective_on"]))
    if begins is not None and owner is not None and not errors:
        content = Content(
            title=title,
            owner_id=owner,
            deputy_id=deputy,
            effective_on=begins,
            review_due_on=days["review_due_on"] or longest_until(register, begins),
            expires_on=days["expires_on"],
            fields=fields,
            supersedes_id=supersedes_id,
        )
    return Typed(values=values, content=content, errors=errors)


def with_fault(typed: Typed, refusal: EntryNotValid) -> Typed:
    """Return a form with what the service found wrong with it."""
    name = str(refusal.facts.get("field", "title"))
    sentence = COMMON_FAULTS.get(name) or COMMON_FAULTS["title"]
    return replace(typed, errors={name: str(sentence)})


def values_of(entry: EntryView) -> dict[str, str]:
    """Return an entry as it is typed."""
    content = entry.content
    return {
        **{name: written(value) for name, value in entry.fields.items()},
        "title": content.title,
        "owner": str(content.owner_id),
        "deputy": str(content.deputy_id or ""),
        "effective_on": content.effective_on.isoformat(),
        "review_due_on": content.review_due_on.isoformat(),
        "expires_on": content.expires_on.isoformat() if content.expires_on else "",
    }


def form_context(register: Register, values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """Return what `register_form.html` shows of the fields."""
    known = known_names(register.named_registers)
    names = account_names(tenant=PROVIDER, account_ids=set(known.accounts.values()))
    people = [
        {"value": str(key), "login": login, "label": f"{names.get(key, login)} ({login})"}
        for login, key in sorted(known.accounts.items())
    ]
    wanted = register.named_registers
    titles = {str(one.id): one.content.title for one in entries_of(wanted)} if wanted else {}
    return {
        "title_label": register.says_in_title,
        "longest_title": LONGEST_TITLE,
        "values": values,
        "errors": errors,
        "people": people,
        "is_record": register.is_record,
        "needs_end": register.needs_end,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "kind": field.kind.value,
                "help": field.help,
                "is_public": field.is_public,
                "is_required": field.is_required,
                "value": values.get(field.name, ""),
                "error": errors.get(field.name, ""),
                "longest": LONGEST_WORDS if field.kind is FieldKind.WORDS else LONGEST_LINE,
                "choices": [
                    {
                        "value": value,
                        "label": label,
                        "is_chosen": value in values.get(field.name, "").replace(",", " ").split(),
                    }
                    for value, label in field.choices.items()
                ],
                "entries": [
                    {
                        "value": str(key),
                        "label": titles.get(str(key), ""),
                        "is_chosen": str(key) == values.get(field.name),
                    }
                    for key in sorted(known.entries.get(field.register, frozenset()))
                ],
                "least": field.least,
                "most": field.most,
            }
            for field in register.fields
        ],
    }


def _values(request: TenantRequest, register: Register) -> dict[str, str]:
    values = {name: request.POST.get(name, "")[: LONGEST_WORDS + 1] for name in COMMON}
    for field in register.fields:
        if field.kind is FieldKind.CHOICES:
            values[field.name] = ", ".join(request.POST.getlist(field.name))
        else:
            values[field.name] = request.POST.get(field.name, "")[: LONGEST_WORDS + 1]
    return values


def _day(text: str, name: str, errors: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        return read_day(text.strip())
    except NotReadable as refusal:
        errors[name] = str(FAULTS[refusal.fault])
        return None


def _account(text: str, known: Known, name: str, errors: dict[str, str]) -> UUID | None:
    found = known.accounts.get(text) or next((key for key in known.accounts.values() if str(key) == text), None)
    if found is None:
        errors[name] = str(COMMON_FAULTS[name])
    return found
