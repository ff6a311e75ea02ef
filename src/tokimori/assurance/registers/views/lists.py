"""The registers in a few numbers, one register as a list, and what waits for the reader himself."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tokimori.assurance.registers.entries import EntryView, Standing, State
from tokimori.assurance.registers.queries.overview import (
    Reading,
    RegisterLine,
    open_tasks,
    policies_to_read,
    register_lines,
    tasks_of,
    training_of,
)
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.assurance.registers.services.exchange import COMMON
from tokimori.assurance.registers.types.catalogue import AREAS, REGISTERS
from tokimori.assurance.registers.views.showing import line_of, names_of, shown, state_of, task_of
from tokimori.assurance.registers.words import STANDINGS
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.principals import account_id_of
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_LONGEST_WORDS: Final = 60


@require_GET
@requires(Permission.COMPLIANCE_READ)
def registers(request: TenantRequest) -> HttpResponse:
    """Show every register in a few numbers, and what waits for the reader."""
    tasks = open_tasks(actor=request.principal, now=request.now)
    own = tasks_of(tasks, account_id=request.principal.account_id)
    names = names_of([one.entry for one in own])
    lines = {one.code: one for one in register_lines(actor=request.principal, now=request.now)}
    overdue = sum(one.overdue for one in lines.values())
    context = {
        "page_title": _("Registers"),
        "state_sentence": ngettext("%(count)d entry is overdue.", "%(count)d entries are overdue.", overdue)
        % {"count": overdue}
        if overdue
        else _("What people answer for. Nobody approves what they wrote or own."),
        "tasks": [task_of(one, names, today=request.now.date()) for one in own],
        "areas": [
            {
                "title": title,
                "registers": [_register(lines[one.code]) for one in REGISTERS.values() if one.area == area],
            }
            for area, title in AREAS.items()
        ],
    }
    return render(request, "tokimori/registers.html", context)


@require_GET
@requires(Permission.COMPLIANCE_READ)
def register(request: TenantRequest, code: str) -> HttpResponse:
    """Show the entries of one register; the list may be narrowed by how they stand and by words."""
    if code not in REGISTERS:
        raise NotFound
    return render(request, "tokimori/register.html", register_context(request, code))


@require_GET
@requires(Permission.COMPLIANCE_READ)
def my_duties(request: TenantRequest) -> HttpResponse:
    """Show the policies that the reader has to confirm, and what he has to learn."""
    account_id = account_id_of(request.principal)
    readings = policies_to_read(account_id=account_id, now=request.now)
    learning = training_of(account_id=account_id)
    names = names_of([*(one.entry for one in readings), *learning])
    unread = sum(1 for one in readings if one.acknowledged_at is None)
    titles = {str(one.id): one.content.title for one in entries_of({"courses"})}
    context = {
        "page_title": _("My duties"),
        "state_sentence": ngettext(
            "%(count)d policy waits for you to read it.", "%(count)d policies wait for you to read them.", unread
        )
        % {"count": unread}
        if unread
        else _("You have read every policy that you have to confirm."),
        "policies": [_policy(request, one) for one in readings],
        "training": [{**line_of(one, names, today=request.now.date()), **_learning(one, titles)} for one in learning],
    }
    return render(request, "tokimori/my_duties.html", context)


def register_context(request: TenantRequest, code: str) -> dict[str, Any]:
    """Return what the page of one register shows."""
    kind, today = REGISTERS[code], request.now.date()
    chosen = request.GET.get("state", "")
    words = request.GET.get("words", "")[:_LONGEST_WORDS].strip()
    every = list(reversed(entries_of({code})))
    names = names_of(every)
    lines = [line_of(one, names, today=today) for one in every if _is_wanted(one, chosen, words, request, names)]
    address = reverse("register", args=[code])
    return {
        "page_title": str(kind.name),
        "state_sentence": str(kind.purpose),
        "breadcrumb_url": reverse("registers"),
        "register_url": address,
        "new_url": reverse("new_register_entry", args=[code]),
        "export_url": reverse("register_export", args=[code]),
        "import_url": reverse("register_import", args=[code]),
        "counts": _counts(every, request, address=address, chosen=chosen),
        "state": chosen if chosen in set(Standing) else "",
        "words": words,
        "is_filtered": bool(words) or chosen in set(Standing),
        "entries": lines,
        "is_record": kind.is_record,
        "columns": [*COMMON, *(field.name for field in kind.fields)],
    }


def _is_wanted(one: EntryView, chosen: str, words: str, request: TenantRequest, names: Mapping[Any, str]) -> bool:
    standing = one.standing(request.now.date())
    if chosen in set(Standing):
        if standing != chosen:
            return False
    elif standing in {Standing.SUPERSEDED, Standing.WITHDRAWN}:
        return False
    fields = (shown(field, one.fields.get(field.name), names, {}) for field in REGISTERS[one.register].fields)
    text = " ".join([one.content.title, names.get(one.content.owner_id, ""), *fields]).casefold()
    return all(word in text for word in words.casefold().split())


def _counts(every: list[EntryView], request: TenantRequest, *, address: str, chosen: str) -> list[dict[str, Any]]:
    found = [one.standing(request.now.date()) for one in every if not one.is_sample]
    return [
        {
            "label": label,
            "kind": kind,
            "count": found.count(standing),
            "url": address if chosen == standing else f"{address}?state={standing.value}",
            "is_current": chosen == standing,
        }
        for standing, (kind, label) in STANDINGS.items()
        if found.count(standing) or standing in {Standing.IN_FORCE, Standing.SUBMITTED}
    ]


def _register(line: RegisterLine) -> dict[str, Any]:
    kind = REGISTERS[line.code]
    return {
        "name": kind.name,
        "purpose": kind.purpose,
        "url": reverse("register", args=[line.code]),
        "in_force": line.in_force,
        "samples": line.samples,
        "waiting": line.waiting,
        "ending": line.ending,
        "overdue": line.overdue,
    }


def _policy(request: TenantRequest, one: Reading) -> dict[str, Any]:
    return {
        "title": one.entry.content.title,
        "version": one.entry.text("version"),
        "summary": one.entry.text("summary"),
        "url": reverse("register_entry", args=[one.entry.id]),
        "digest": one.entry.digest,
        "acknowledged": moment(one.acknowledged_at, request.zone) if one.acknowledged_at else "",
        "acknowledge_url": reverse("acknowledge_policy", args=[one.entry.id]),
    }


def _learning(one: EntryView, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "course": titles.get(one.text("course"), ""),
        "due": one.text("due_on"),
        "passed": one.text("passed_on"),
        "standing": state_of(Standing.IN_FORCE) if one.text("passed_on") else None,
        "is_approved": one.state is State.APPROVED,
    }
