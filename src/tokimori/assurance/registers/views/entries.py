"""One entry: read, written, handed in, decided on, with its files and its history."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tokimori.assurance.registers.entries import EntryView, Standing, State
from tokimori.assurance.registers.errors import AttachmentNotTaken, EntryNotValid
from tokimori.assurance.registers.fields import moment_in
from tokimori.assurance.registers.models import LARGEST_ATTACHMENT, LONGEST_NOTE
from tokimori.assurance.registers.queries.overview import policies_to_read
from tokimori.assurance.registers.queries.reading import (
    attachment_of,
    attachments_of,
    entries_of,
    entry_of,
    revocations_of,
    versions_of,
)
from tokimori.assurance.registers.services.acknowledging import acknowledge_policy
from tokimori.assurance.registers.services.attaching import NewFile, attach_file
from tokimori.assurance.registers.services.writing import (
    approve_entry,
    longest_until,
    open_entry,
    return_entry,
    rewrite_entry,
    submit_entry,
)
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.assurance.registers.views.asked import withdrawal_context
from tokimori.assurance.registers.views.forms import (
    Typed,
    fields_of_entry,
    fields_of_register,
    form_context,
    typed_form,
    values_of,
    with_fault,
)
from tokimori.assurance.registers.views.showing import (
    differences,
    facts_of,
    history_of,
    names_of,
    state_of,
)
from tokimori.assurance.registers.words import COMMON_FAULTS, REVOKED
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.principals import account_id_of
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.drafts import keeps_draft, not_sent
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest


@require_GET
@requires(Permission.COMPLIANCE_READ)
def entry(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Show an entry with its files, what it would change, and its history."""
    return _page(request, entry_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.COMPLIANCE_WRITE)
@keeps_draft(by=fields_of_register, of_query=("replaces",))
def new_entry(request: TenantRequest, code: str) -> HttpResponse:
    """Write a new entry, or one that is to replace an entry in force."""
    if code not in REGISTERS:
        raise NotFound
    register = REGISTERS[code]
    before = _replaced(request, code)
    if request.method == "GET":
        values = values_of(before) if before else {"owner": str(account_id_of(request.principal))}
        today = request.now.date()
        review = "" if register.is_record else longest_until(register, today).isoformat()
        values = {**values, "effective_on": today.isoformat(), "review_due_on": review}
        return _form(request, code, Typed(values=values, content=None, errors={}), before=before)
    typed = typed_form(request, register, supersedes_id=before.id if before else None)
    if typed.content is None:
        return _form(request, code, typed, before=before, status=EntryNotValid.status)
    try:
        made = open_entry(actor=request.principal, register=code, content=typed.content, now=request.now)
    except EntryNotValid as refusal:
        return _form(request, code, with_fault(typed, refusal), before=before, status=refusal.status)
    messages.success(request, _("The draft is kept. Hand it in when it is complete."))
    return HttpResponseRedirect(reverse("register_entry", args=[made]))


@require_http_methods(["GET", "POST"])
@requires(Permission.COMPLIANCE_WRITE)
@keeps_draft(by=fields_of_entry)
def edit_entry(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Write a draft anew."""
    held = entry_of(entry_id)
    register = REGISTERS[held.register]
    if request.method == "GET":
        return _form(request, held.register, Typed(values=values_of(held), content=None, errors={}), held=held)
    typed = typed_form(request, register, supersedes_id=held.content.supersedes_id)
    if typed.content is None:
        return _form(request, held.register, typed, held=held, status=EntryNotValid.status)
    try:
        rewrite_entry(
            actor=request.principal, entry_id=entry_id, seen=_seen(request), content=typed.content, now=request.now
        )
    except EntryNotValid as refusal:
        return _form(request, held.register, with_fault(typed, refusal), held=held, status=refusal.status)
    messages.success(request, _("The draft is kept. Hand it in when it is complete."))
    return back_to(entry_id)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def submit(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Hand a draft in."""
    try:
        submit_entry(actor=request.principal, entry_id=entry_id, seen=_seen(request), now=request.now)
    except EntryNotValid as refusal:
        messages.error(request, str(COMMON_FAULTS[str(refusal.facts["field"])]))
        return back_to(entry_id)
    messages.success(request, _("Handed in. Somebody who neither wrote nor owns it has to approve it."))
    return back_to(entry_id)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def approve(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Let an entry hold, as it was shown."""
    digest = request.POST.get("digest", "")[:64]
    approve_entry(actor=request.principal, entry_id=entry_id, seen_digest=digest, now=request.now)
    messages.success(request, _("Approved. It holds."))
    return back_to(entry_id)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@keeps_draft("note")
def give_back(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Give an entry back to its author."""
    try:
        return_entry(actor=request.principal, entry_id=entry_id, note=note_in(request), now=request.now)
    except EntryNotValid:
        messages.error(request, str(COMMON_FAULTS["note"]))
        return not_sent(back_to(entry_id))
    messages.success(request, _("Given back."))
    return back_to(entry_id)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def attach(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Attach a file to a draft."""
    upload = request.FILES.get("file")
    content = upload.read(LARGEST_ATTACHMENT + 1) if upload else b""
    try:
        file = NewFile(name=(upload.name or "") if upload else "", content=content)
        attach_file(actor=request.principal, entry_id=entry_id, file=file, now=request.now)
    except AttachmentNotTaken as refusal:
        messages.error(request, _(refusal.sentence()))
        return back_to(entry_id)
    messages.success(request, _("The file is attached."))
    return back_to(entry_id)


@require_GET
@requires(Permission.COMPLIANCE_READ)
def download(request: TenantRequest, attachment_id: UUID) -> HttpResponse:
    """Hand a file out, to be kept and never to be shown in place."""
    del request  # whoever may read the registers may read their files
    file = attachment_of(attachment_id)
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    endings = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "text/plain": "txt"}
    response["Content-Disposition"] = f'attachment; filename="{file.digest[:12]}.{endings[file.kind]}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def acknowledge(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Confirm having read a policy."""
    digest = request.POST.get("digest", "")[:64]
    acknowledge_policy(actor=request.principal, entry_id=entry_id, seen_digest=digest, now=request.now)
    messages.success(request, _("Noted that you read it."))
    return HttpResponseRedirect(reverse("my_duties"))


def _page(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    versions = versions_of(entry_id)
    held = versions[0]
    register = REGISTERS[held.register]
    before = _compared(held, versions)
    names = names_of([*versions, *([before] if before else [])])
    titles = _titles(held)
    me = account_id_of(request.principal)
    standing = held.standing(request.now.date())
    to_read = (
        [one for one in policies_to_read(account_id=me, now=request.now) if one.entry.id == held.id]
        if held.register == "policies"
        else []
    )
    context = {
        "page_title": held.content.title,
        "state_sentence": str(register.name),
        "register_url": reverse("register", args=[held.register]),
        "register_name": register.name,
        "state": state_of(standing, is_sample=held.is_sample),
        "is_sample": held.is_sample,
        "facts": facts_of(held, names, titles),
        "owner": names.get(held.content.owner_id, ""),
        "deputy": names.get(held.content.deputy_id, ""),
        "effective": held.content.effective_on.isoformat(),
        "review": "" if register.is_record else held.content.review_due_on.isoformat(),
        "expires": held.content.expires_on.isoformat() if held.content.expires_on else "",
        "note": held.note if held.state is State.DRAFT else "",
        "differences": differences(before.content, held.content, held.register, names, titles) if before else [],
        "before_url": reverse("register_entry", args=[before.id]) if before and before.id != held.id else "",
        "is_compared": before is not None,
        "files": [_file(request, one) for one in attachments_of(entry_id)],
        "history": history_of(versions, names, request),
        **withdrawal_context(request, held, me=me),
        "number": held.number,
        "digest": held.digest,
        "longest_note": LONGEST_NOTE,
        "needs_file": register.needs_file,
        "to_read": bool(to_read) and to_read[0].acknowledged_at is None,
        **(_revoked(request, held) if held.register == "leavers" else {}),
        **_acts(held, standing, me=me),
    }
    return render(request, "tokimori/register_entry.html", context)


def _acts(held: EntryView, standing: Standing, *, me: UUID) -> dict[str, Any]:
    is_other = me not in {held.author_id, held.content.owner_id}
    is_draft, is_handed_in = held.state is State.DRAFT, held.state is State.SUBMITTED
    is_over = held.state in {State.SUPERSEDED, State.WITHDRAWN}
    routes = {
        "edit_url": ("edit_register_entry", is_draft or is_handed_in),
        "submit_url": ("submit_register_entry", is_draft),
        "attach_url": ("attach_register_file", is_draft),
        "approve_url": ("approve_register_entry", is_handed_in and is_other),
        "return_url": ("return_register_entry", is_handed_in),
        "withdraw_url": ("withdraw_register_entry", not is_over and held.state is not State.APPROVED),
        "acknowledge_url": ("acknowledge_policy", held.register == "policies"),
    }
    urls = {name: reverse(route, args=[held.id]) if is_open else "" for name, (route, is_open) in routes.items()}
    replace_url = f"{reverse('new_register_entry', args=[held.register])}?replaces={held.id}"
    return {
        **urls,
        "is_own": is_handed_in and not is_other,
        "replace_url": replace_url if held.state is State.APPROVED else "",
        "is_old": standing in {Standing.REVIEW_DUE, Standing.EXPIRED},
    }


def _revoked(request: TenantRequest, held: EntryView) -> dict[str, Any]:
    """Return what was taken from who left, and how long after the moment of the case."""
    rows = revocations_of(held.id)
    if not rows:
        return {}
    minutes = max(0, int((rows[0].at - moment_in(held.text("left_at"))).total_seconds() // 60))
    sentence = ngettext("Done %(count)d minute after the moment.", "Done %(count)d minutes after the moment.", minutes)
    return {
        "revocations": [
            {"what": REVOKED[one.what], "count": one.count, "at": moment(one.at, request.zone)} for one in rows
        ],
        "revoked_sentence": sentence % {"count": minutes},
    }


def _compared(held: EntryView, versions: tuple[EntryView, ...]) -> EntryView | None:
    """Return with what an entry is compared: with what it is to replace, else with what was handed in before."""
    if held.state not in {State.DRAFT, State.SUBMITTED}:
        return None
    if held.content.supersedes_id is not None:
        return entry_of(held.content.supersedes_id)
    return next((one for one in versions[1:] if one.state is State.SUBMITTED and one.digest != held.digest), None)


def _titles(held: EntryView) -> dict[str, str]:
    wanted = {field.register for field in REGISTERS[held.register].fields if field.register}
    return {str(one.id): one.content.title for one in entries_of(wanted)} if wanted else {}


def _file(request: TenantRequest, one: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row without its content
    return {
        "name": one.name,
        "size": f"{max(1, one.size // 1024):,} KB",
        "digest": f"SHA-256 {one.digest}",
        "added": moment(one.added_at, request.zone),
        "url": reverse("register_file", args=[one.id]),
    }


def _form(
    request: TenantRequest,
    code: str,
    typed: Typed,
    *,
    before: EntryView | None = None,
    held: EntryView | None = None,
    status: int = 200,
) -> HttpResponse:
    register = REGISTERS[code]
    context = {
        "page_title": held.content.title if held else _("New entry: %(register)s") % {"register": register.name},
        "state_sentence": str(register.purpose),
        "back_url": reverse("register_entry", args=[held.id]) if held else reverse("register", args=[code]),
        "replaces": before.content.title if before else "",
        "number": held.number if held else 0,
        **form_context(register, typed.values, typed.errors),
    }
    return render(request, "tokimori/register_form.html", context, status=status)


def _replaced(request: TenantRequest, code: str) -> EntryView | None:
    text = request.GET.get("replaces", "")
    if not text:
        return None
    try:
        found = entry_of(UUID(text))
    except ValueError as error:
        raise NotFound from error
    if found.register != code or found.state is not State.APPROVED:
        raise NotFound
    return found


def _seen(request: TenantRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0  # noqa: PLR2004 -- versions are few


def note_in(request: TenantRequest) -> str:
    """Return the reason that was typed."""
    return request.POST.get("note", "")[: LONGEST_NOTE + 1]


def back_to(entry_id: UUID) -> HttpResponse:
    """Return the way back to an entry's page."""
    return HttpResponseRedirect(reverse("register_entry", args=[entry_id]))
