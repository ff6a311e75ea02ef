"""Shared accounts: registered, handed out to somebody for a purpose, taken back, ended."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.organisations.queries import company
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.errors import (
    AccountNotValid,
    CustodianNotFit,
    NameTaken,
    SharedAccountInUse,
    SharedAccountNotFit,
)
from tokimori.foundation.identity.queries import account_names, account_of_login_id
from tokimori.foundation.identity.services.accounts import NewAccount
from tokimori.foundation.identity.services.shared_accounts import (
    LONGEST_REASON,
    NewSharedAccount,
    SharedAccountView,
    end_shared_account,
    hand_out_shared_account,
    register_shared_account,
    shared_accounts,
    take_back_shared_account,
)
from tokimori.interfaces.web.dates import long_date, moment, read_date
from tokimori.interfaces.web.leading_back import refused
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.account_deeds import link_page

_LONGEST_FIELD = 254
_FIELDS = ("display_name", "login_id", "custodian", "reason", "expires_on")
_REFUSED = (AccountNotValid, CustodianNotFit, NameTaken, SharedAccountInUse, SharedAccountNotFit)
_SHOWN_USES = 20


@require_GET
@requires(Permission.ACCOUNT_READ)
def shared(request: TenantRequest) -> HttpResponse:
    """Show every exception with its log."""
    return render(request, "tokimori/shared_accounts.html", _context(request, {}, {}))


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def register(request: TenantRequest) -> HttpResponse:
    """Register an exception."""
    values = {name: request.POST.get(name, "")[:_LONGEST_FIELD] for name in _FIELDS}
    try:
        wanted = NewSharedAccount(
            account=NewAccount(
                login_id=values["login_id"],
                email=None,
                display_name=values["display_name"],
                roles=frozenset({Role.EMPLOYEE}),
                language=company(tenant=request.tenant).language,
            ),
            custodian_id=_person(request, values["custodian"]),
            reason=values["reason"],
            expires_at=end_of(request, values["expires_on"]),
        )
        register_shared_account(actor=request.principal, wanted=wanted, now=request.now)
    except _REFUSED as refusal:
        field = {CustodianNotFit: "custodian", NameTaken: "login_id"}.get(type(refusal))
        where = field or str(refusal.facts.get("field", "reason"))
        errors = {"expires_on" if where == "expires_at" else where: _(refusal.sentence())}
        context = _context(request, values, errors)
        return render(request, "tokimori/shared_accounts.html", context, status=refusal.status)
    messages.success(request, _("The exception is registered. Hand the account out to whoever needs it."))
    return HttpResponseRedirect(reverse("shared_accounts"))


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def hand_out(request: TenantRequest, exception_id: UUID) -> HttpResponse:
    """Note who gets the account and for what, and show the link this once."""
    try:
        link = hand_out_shared_account(
            actor=request.principal,
            exception_id=exception_id,
            user_id=_person(request, request.POST.get("user", "")[:_LONGEST_FIELD]),
            purpose=request.POST.get("purpose", "")[: LONGEST_REASON + 1],
            now=request.now,
        )
    except _REFUSED as refusal:
        return refused(request, refusal, to=reverse("shared_accounts"))
    return link_page(request, link)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
def take_back(request: TenantRequest, exception_id: UUID) -> HttpResponse:
    """Take the account back."""
    take_back_shared_account(actor=request.principal, exception_id=exception_id, now=request.now)
    messages.success(request, _("It is back: its sessions ended, and nothing that opened it opens it again."))
    return HttpResponseRedirect(reverse("shared_accounts"))


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def end(request: TenantRequest, exception_id: UUID) -> HttpResponse:
    """End the exception and close the account."""
    end_shared_account(actor=request.principal, exception_id=exception_id, now=request.now)
    messages.success(request, _("The exception ended, and the account is closed."))
    return HttpResponseRedirect(reverse("shared_accounts"))


def end_of(request: TenantRequest, text: str) -> datetime:
    """Return the end of a day on the reader's clock, as an instant; the beginning of time for what is no day."""
    try:
        day = read_date(text)
    except NotFound:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=request.zone)


def _person(request: TenantRequest, name: str) -> UUID:
    """Return the account with a login id or address; raise ``CustodianNotFit`` when there is none."""
    found = account_of_login_id(tenant=request.tenant, name=name)
    if found is None:
        raise CustodianNotFit
    return found


def _context(request: TenantRequest, values: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    found = shared_accounts(actor=request.principal)
    people = {view.custodian_id for view in found} | {use.user_id for view in found for use in view.uses}
    names = account_names(tenant=request.tenant, account_ids=people)
    count = sum(1 for view in found if view.ended_at is None)
    return {
        "page_title": _("Shared accounts"),
        "state_sentence": ngettext("%(count)d exception", "%(count)d exceptions", count) % {"count": count}
        if count
        else _("One person, one account: there is no exception."),
        "accounts_url": reverse("accounts"),
        "may_write": request.principal.has(Permission.ACCOUNT_WRITE),
        "register_url": reverse("register_shared_account"),
        "longest": LONGEST_REASON,
        "values": values,
        "errors": errors,
        "exceptions": [_exception(request, view, {str(key): name for key, name in names.items()}) for view in found],
    }


def _exception(request: TenantRequest, view: SharedAccountView, names: dict[str, str]) -> dict[str, Any]:
    holder = next((names.get(str(use.user_id), "") for use in view.uses if use.returned_at is None), "")
    return {
        "name": view.display_name,
        "login_id": view.login_id,
        "custodian": names.get(str(view.custodian_id), ""),
        "reason": view.reason,
        "expires": long_date((view.expires_at.astimezone(request.zone) - timedelta(seconds=1)).date()),
        "is_ended": view.ended_at is not None,
        "holder": holder,
        "rotated": moment(view.last_rotated_at, request.zone) if view.last_rotated_at else "",
        "uses": [
            {
                "person": names.get(str(use.user_id), ""),
                "purpose": use.purpose,
                "from": moment(use.handed_out_at, request.zone),
                "to": moment(use.returned_at, request.zone) if use.returned_at else "",
            }
            for use in view.uses[:_SHOWN_USES]
        ],
        "id": view.id,
        "hand_out_url": reverse("hand_out_shared_account", args=[view.id]),
        "take_back_url": reverse("take_back_shared_account", args=[view.id]),
        "end_url": reverse("end_shared_account", args=[view.id]),
    }
