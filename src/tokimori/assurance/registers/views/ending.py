"""Where an entry is ended: a draft at once, what was approved when another one agrees."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tokimori.assurance.registers.errors import EntryNotValid
from tokimori.assurance.registers.services.ending import ask_to_withdraw, confirm_withdrawal, withdraw_entry
from tokimori.assurance.registers.views.entries import back_to, note_in
from tokimori.assurance.registers.words import COMMON_FAULTS
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.drafts import not_sent
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def withdraw(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """End for good an entry that was not approved yet."""
    try:
        withdraw_entry(actor=request.principal, entry_id=entry_id, note=note_in(request), now=request.now)
    except EntryNotValid:
        messages.error(request, str(COMMON_FAULTS["note"]))
        return not_sent(back_to(entry_id))
    messages.success(request, _("Withdrawn. It stays readable."))
    return back_to(entry_id)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def ask(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Ask that something approved ends."""
    try:
        ask_to_withdraw(actor=request.principal, entry_id=entry_id, note=note_in(request), now=request.now)
    except EntryNotValid:
        messages.error(request, str(COMMON_FAULTS["note"]))
        return not_sent(back_to(entry_id))
    messages.success(request, _("Asked for. It holds on until another one agrees."))
    return back_to(entry_id)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def confirm(request: TenantRequest, entry_id: UUID) -> HttpResponse:
    """Let end what another one asked to end."""
    try:
        wish_id = UUID(request.POST.get("wish", ""))
    except ValueError as error:
        raise NotFound from error
    confirm_withdrawal(actor=request.principal, entry_id=entry_id, wish_id=wish_id, now=request.now)
    messages.success(request, _("Withdrawn. It stays readable."))
    return back_to(entry_id)
