"""What an administrator does about accounts: invite, hand out links, change roles and names, unlock, close, open."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tokimori.domains.organisations.queries import company
from tokimori.domains.people.accounts.account_file import LONGEST_EMPLOYEE_CODE
from tokimori.domains.people.accounts.errors import EmployeeHasAccount, EmployeeUnknown
from tokimori.domains.people.accounts.services import invite_person
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.errors import (
    AccountClosed,
    AccountErased,
    AccountNotClosed,
    AccountNotValid,
    LastAdministrator,
    NameTaken,
    RolesConflict,
    SharedAccountHandedOut,
    SharedAccountNotFit,
)
from tokimori.foundation.identity.services.account_list import AccountView, account_view
from tokimori.foundation.identity.services.accounts import (
    LONGEST_ADDRESS,
    LONGEST_DISPLAY_NAME,
    LONGEST_LOGIN_ID,
    Invitation,
    NewAccount,
    invitation_to,
)
from tokimori.foundation.identity.services.lifecycle import (
    Names,
    change_roles,
    deactivate_account,
    reactivate_account,
    remove_factors,
    rename_account,
    sign_out_everywhere,
    unlink_account,
    unlock_account,
)
from tokimori.foundation.identity.services.mailed_links import invitation_by_either_way, mails_links
from tokimori.foundation.vouching.services.resets import resets_waiting
from tokimori.interfaces.web.code_picture import code_picture
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.entrance import place_of
from tokimori.interfaces.web.frame import languages
from tokimori.interfaces.web.leading_back import refused
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.accounts import role_choices, word_of

_REFUSED = (
    AccountClosed,
    AccountErased,
    AccountNotClosed,
    AccountNotValid,
    LastAdministrator,
    NameTaken,
    RolesConflict,
    SharedAccountHandedOut,
    SharedAccountNotFit,
)
"""What an administrator can be refused although he did nothing wrong; it is told on the account's own page."""
_FIELDS = ("display_name", "login_id", "email", "employee_code", "language")


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def new_account(request: TenantRequest) -> HttpResponse:
    """Ask who is to be invited; make the account, and show its link this once."""
    ours = company(tenant=request.tenant)
    is_mailed = mails_links(tenant=request.tenant)
    if request.method == "GET":
        values = {"language": ours.language}
        return render(
            request, "tokimori/new_account.html", _form(values, frozenset({Role.EMPLOYEE}), is_mailed=is_mailed)
        )
    values = {name: request.POST.get(name, "")[: LONGEST_ADDRESS + 1] for name in _FIELDS}
    roles = roles_in(request)
    try:
        account = NewAccount(
            login_id=values["login_id"].strip() or values["employee_code"].strip(),
            email=values["email"].strip() or None,
            display_name=values["display_name"],
            roles=roles,
            language=values["language"],
        )
        invitation = invite_person(
            actor=request.principal, account=account, employee_code=values["employee_code"].strip(), now=request.now
        )
    except (AccountNotValid, NameTaken, RolesConflict, EmployeeUnknown, EmployeeHasAccount) as refusal:
        context = {**_form(values, roles, is_mailed=is_mailed), "errors": {_field_of(refusal): _(refusal.sentence())}}
        return render(request, "tokimori/new_account.html", context, status=refusal.status)
    return link_page(request, invitation)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def link(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Make a new one-time link, and show it this once, or send it where the company has its links sent."""
    make = invitation_to if request.POST.get("by_hand") == "yes" else invitation_by_either_way
    try:
        invitation = make(actor=request.principal, account_id=account_id, now=request.now)
    except _REFUSED as refusal:
        return _told(request, account_id, refusal)
    return link_page(request, invitation)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def change(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Give an account other roles."""
    try:
        is_changed = change_roles(
            actor=request.principal, account_id=account_id, roles=roles_in(request), now=request.now
        )
    except _REFUSED as refusal:
        return _told(request, account_id, refusal)
    if is_changed:
        messages.success(request, _("The roles are changed, and the sessions ended."))
    return _back(account_id)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def rename(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Let an account be known by other names."""
    typed = {name: request.POST.get(name, "")[: LONGEST_ADDRESS + 1] for name in ("login_id", "email", "display_name")}
    try:
        names = Names(
            login_id=typed["login_id"], email=typed["email"].strip() or None, display_name=typed["display_name"]
        )
        if rename_account(actor=request.principal, account_id=account_id, names=names, now=request.now):
            messages.success(request, _("The names are changed. Those before are given to nobody else."))
    except _REFUSED as refusal:
        return _told(request, account_id, refusal)
    return _back(account_id)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def unlock(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """End the waiting after too many attempts."""
    unlock_account(actor=request.principal, account_id=account_id, now=request.now)
    messages.success(request, _("The person may try again at once."))
    return _back(account_id)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def sessions(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Sign somebody out on every device."""
    count = sign_out_everywhere(actor=request.principal, account_id=account_id, now=request.now)
    messages.success(
        request, ngettext("%(count)d session is ended.", "%(count)d sessions are ended.", count) % {"count": count}
    )
    return _back(account_id)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def unlink(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """End somebody's links with identity providers."""
    count = unlink_account(actor=request.principal, account_id=account_id, now=request.now)
    messages.success(
        request, ngettext("%(count)d link is ended.", "%(count)d links are ended.", count) % {"count": count}
    )
    return _back(account_id)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def factors(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Take every factor away from somebody who lost them, and show the link to begin anew with."""
    try:
        invitation = remove_factors(actor=request.principal, account_id=account_id, now=request.now)
    except _REFUSED as refusal:
        return _told(request, account_id, refusal)
    return link_page(request, invitation)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def close(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Close an account."""
    try:
        deactivate_account(actor=request.principal, account_id=account_id, now=request.now)
    except _REFUSED as refusal:
        return _told(request, account_id, refusal)
    messages.success(request, _("The account is closed. Sessions, trusted devices and links ended at once."))
    return _back(account_id)


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def reopen(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Open a closed account again, and show the link without which nobody comes in."""
    try:
        invitation = reactivate_account(actor=request.principal, account_id=account_id, now=request.now)
    except _REFUSED as refusal:
        return _told(request, account_id, refusal)
    return link_page(request, invitation)


def link_page(request: TenantRequest, invitation: Invitation) -> HttpResponse:
    """Show a one-time link, which is never shown again; or say that it went to its person by letter."""
    view = account_view(actor=request.principal, account_id=invitation.account_id, now=request.now)
    if not invitation.secret:
        return _mailed_page(request, invitation, view)
    address = place_of(request).origin + reverse("first_sign_in", args=[invitation.secret])
    waiting = {one.account_id for one in resets_waiting(actor=request.principal)}
    context = {
        "page_title": _("One-time link"),
        "needs_second": view.id in waiting,
        "state_sentence": view.display_name,
        "link": address,
        "picture": code_picture(address),
        "ends": moment(invitation.ends_at, request.zone),
        "login_id": view.login_id,
        "company_code": company(tenant=request.tenant).code,
        "account_id": "" if view.is_shared else view.id,
        "slips_url": reverse("print_slips"),
        "done_url": reverse("shared_accounts") if view.is_shared else reverse("account", args=[view.id]),
        "again_url": "" if view.is_shared else reverse("new_account"),
    }
    return render(request, "tokimori/account_link.html", context)


def _mailed_page(request: TenantRequest, invitation: Invitation, view: AccountView) -> HttpResponse:
    context = {
        "page_title": _("One-time link"),
        "state_sentence": view.display_name,
        "address": view.email,
        "ends": moment(invitation.ends_at, request.zone),
        "link_url": reverse("link_account", args=[view.id]),
        "done_url": reverse("account", args=[view.id]),
        "again_url": reverse("new_account"),
    }
    return render(request, "tokimori/account_link_mailed.html", context)


def roles_in(request: TenantRequest) -> frozenset[Role]:
    """Return the roles that were ticked; what is none is left out."""
    return frozenset(role for text in request.POST.getlist("roles") if (role := word_of(Role, text)))


def language_choices(chosen: str) -> list[dict[str, Any]]:
    """Return the product's languages, each by its own name."""
    return [{**one, "is_current": one["code"] == chosen} for one in languages()]


def _form(values: dict[str, str], roles: frozenset[Role], *, is_mailed: bool) -> dict[str, Any]:
    return {
        "page_title": _("Invite somebody"),
        "state_sentence": (
            _("The account opens by a link that is sent to the address, or that you hand over. No passphrase is made.")
            if is_mailed
            else _("The account opens by a link that you hand over. No passphrase is made or sent.")
        ),
        "new_account_url": reverse("new_account"),
        "back_url": reverse("accounts"),
        "file_url": reverse("account_files"),
        "values": values,
        "roles": role_choices(roles),
        "language_choices": language_choices(values["language"]),
        "longest": {
            "display_name": LONGEST_DISPLAY_NAME,
            "login_id": LONGEST_LOGIN_ID,
            "email": LONGEST_ADDRESS,
            "employee_code": LONGEST_EMPLOYEE_CODE,
        },
        "errors": {},
    }


def _field_of(refusal: Refusal) -> str:
    match refusal:
        case AccountNotValid():
            return str(refusal.facts["field"])
        case RolesConflict():
            return "roles"
        case EmployeeUnknown() | EmployeeHasAccount():
            return "employee_code"
        case _:
            return "login_id"


def _told(request: TenantRequest, account_id: UUID, refusal: Refusal) -> HttpResponse:
    return refused(request, refusal, to=reverse("account", args=[account_id]))


def _back(account_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("account", args=[account_id]))
