"""Entries as screens show them: values in words, dates, names, and what differs between two contents."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tokimori.assurance.registers.entries import Content, EntryView, Standing, State
from tokimori.assurance.registers.fields import Field, FieldKind, Value, written
from tokimori.assurance.registers.queries.overview import Task, TaskKind
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.assurance.registers.words import ACTS, STANDINGS, TASKS
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.requests import TenantRequest

Names = Mapping[UUID | None, str]
NOTHING: Final = "–"


def names_of(entries: Sequence[EntryView]) -> Names:
    """Return the names of everybody whom entries name."""
    ids: set[UUID | None] = set()
    for one in entries:
        ids |= {one.content.owner_id, one.content.deputy_id, one.author_id, one.acted_by}
        ids |= {UUID(str(value)) for name, value in one.fields.items() if _is_account(one.register, name, value)}
    return account_names(tenant=PROVIDER, account_ids=ids)


def state_of(standing: Standing, *, is_sample: bool = False) -> dict[str, Any]:
    """Return how an entry stands, as `_state.html` shows it; a sample is never shown as if it held."""
    kind, label = STANDINGS[standing]
    return {"kind": "quiet" if is_sample else kind, "label": label}


def line_of(one: EntryView, names: Names, *, today: date) -> dict[str, Any]:
    """Return an entry as a line of a list."""
    return {
        "id": one.id,
        "title": one.content.title,
        "url": reverse("register_entry", args=[one.id]),
        "register": REGISTERS[one.register].name,
        "state": state_of(one.standing(today), is_sample=one.is_sample),
        "owner": names.get(one.content.owner_id, ""),
        "ends": "" if REGISTERS[one.register].is_record else one.ends_on.isoformat(),
        "days": (one.ends_on - today).days,
        "is_due": one.state is State.APPROVED and not REGISTERS[one.register].is_record and one.ends_on < today,
        "is_sample": one.is_sample,
    }


def facts_of(one: EntryView, names: Names, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return an entry's fields with their labels, in the order of its register."""
    return [
        {
            "label": field.label,
            "value": shown(field, one.fields.get(field.name), names, titles),
            "is_long": field.kind is FieldKind.WORDS,
            "url": _url(field, one.fields.get(field.name)),
        }
        for field in REGISTERS[one.register].fields
    ]


def shown(field: Field, value: Value | None, names: Names, titles: Mapping[str, str]) -> str:
    """Return a value in words."""
    if value is None:
        return NOTHING
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            chosen = value if isinstance(value, list) else [value]
            text = ", ".join(str(field.choices.get(str(one), one)) for one in chosen)
        case FieldKind.YES_NO:
            text = _("Yes") if value is True else _("No")
        case FieldKind.ACCOUNT | FieldKind.PERSON:
            text = _person(str(value), names)
        case FieldKind.ENTRY:
            text = titles.get(str(value), NOTHING)
        case FieldKind.MOMENT:
            text = f"{str(value).replace('T', ' ')} UTC"
        case _:
            text = written(value)
    return text


def differences(before: Content, after: Content, register: str, names: Names, titles: Mapping[str, str]) -> list[Any]:
    """Return what differs between two contents, with the words of both."""
    lines = [
        (_("Title"), before.title, after.title),
        (_("Owner"), names.get(before.owner_id, ""), names.get(after.owner_id, "")),
        (_("Deputy"), names.get(before.deputy_id, NOTHING), names.get(after.deputy_id, NOTHING)),
        (_("Counts from"), before.effective_on.isoformat(), after.effective_on.isoformat()),
        (_("Next review"), before.review_due_on.isoformat(), after.review_due_on.isoformat()),
        (_("Runs out on"), _day(before.expires_on), _day(after.expires_on)),
        *(
            (
                field.label,
                shown(field, before.fields.get(field.name), names, titles),
                shown(field, after.fields.get(field.name), names, titles),
            )
            for field in REGISTERS[register].fields
        ),
    ]
    return [{"label": label, "before": old, "after": new} for label, old, new in lines if old != new]


def history_of(versions: Sequence[EntryView], names: Names, request: TenantRequest) -> list[dict[str, Any]]:
    """Return the versions of an entry as a list of what was done, the newest first."""
    return [
        {
            "at": moment(one.at, request.zone),
            "act": ACTS["returned" if one.state is State.DRAFT and one.note else one.state.value],
            "person": names.get(one.acted_by, "") if one.acted_by else _("the service"),
            "note": one.note,
            "number": one.number,
            "digest": one.digest,
        }
        for one in versions
    ]


def task_of(task: Task, names: Names, *, today: date) -> dict[str, Any]:
    """Return a task as a line."""
    kind, label = TASKS[task.kind]
    is_late = task.due_on is not None and task.due_on < today and task.kind in {TaskKind.REVIEW, TaskKind.LEARN}
    return {
        "state": {"kind": "act" if is_late else kind, "label": label},
        "title": task.entry.content.title,
        "register": REGISTERS[task.entry.register].name,
        "url": reverse("register_entry", args=[task.entry.id]),
        "due": task.due_on.isoformat() if task.due_on else "",
        "owner": names.get(task.entry.content.owner_id, ""),
    }


def _person(value: str, names: Names) -> str:
    try:
        return names.get(UUID(value), NOTHING)
    except ValueError:
        return value


def _is_account(register: str, name: str, value: Value) -> bool:
    kinds = {field.name: field.kind for field in REGISTERS[register].fields}
    if kinds.get(name) not in {FieldKind.ACCOUNT, FieldKind.PERSON}:
        return False
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def _url(field: Field, value: Value | None) -> str:
    if value is None:
        return ""
    if field.kind is FieldKind.LINK:
        return str(value)
    return reverse("register_entry", args=[str(value)]) if field.kind is FieldKind.ENTRY else ""


def _day(value: date | None) -> str:
    return value.isoformat() if value else NOTHING
