"""The company's accounts: a searched list in pages, and one account with what can be done about it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.identity.services.account_list import (
    AccountFilter,
    AccountState,
    AccountView,
    account_view,
    accounts_page,
    conflicting_accounts,
    count_by_state,
)
from tokimori.foundation.identity.services.concurrent_use import lately_used_at_once
from tokimori.foundation.identity.services.mailed_links import mails_links
from tokimori.foundation.identity.services.network_changes import lately_changed_network
from tokimori.foundation.notices.queries import accounts_not_reached
from tokimori.foundation.single_sign_on.queries import providers_linked
from tokimori.foundation.vouching.services.resets import ResetView, resets_waiting
from tokimori.interfaces.web.account_words import (
    CLOSING_REASONS,
    ROLE_SENTENCES,
    ROLES,
    STATE_MARKS,
    STATES,
    roles_in_words,
)
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.mail_words import letters_to
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_PAGE = 50
_LONGEST_WORDS = 60
_LETTERS_OF_DAYS = 14
Word = TypeVar("Word", bound=StrEnum)


@require_GET
@requires(Permission.ACCOUNT_READ)
def accounts(request: TenantRequest) -> HttpResponse:
    """Show the accounts, searched and in pages."""
    filters = {name: request.GET.get(name, "")[:_LONGEST_WORDS] for name in ("q", "state", "role")}
    wanted = AccountFilter(
        words=filters["q"], state=word_of(AccountState, filters["state"]), role=word_of(Role, filters["role"])
    )
    offset = offset_of(request)
    page = accounts_page(actor=request.principal, wanted=wanted, offset=offset, limit=_PAGE, now=request.now)
    context = {
        "page_title": _("Accounts"),
        "accounts_url": reverse("accounts"),
        "filters": filters,
        "role_choices": [{"value": role.value, "label": label} for role, label in ROLES.items()],
        "accounts": [_row(request, one) for one in page.accounts],
        "is_filtered": any(filters.values()),
        "may_write": request.principal.has(Permission.ACCOUNT_WRITE),
        "slips_url": reverse("print_slips"),
        "new_url": reverse("new_account"),
        "pager": pager(
            address=reverse("accounts"),
            filters=filters,
            offset=offset,
            shown=len(page.accounts),
            total=page.total,
            size=_PAGE,
        ),
    }
    if request.htmx:
        return render(request, "tokimori/_account_table.html", context)
    return render(request, "tokimori/accounts.html", {**context, **_around(request, filters["state"])})


@require_GET
@requires(Permission.ACCOUNT_READ)
def account(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Show one account."""
    view = account_view(actor=request.principal, account_id=account_id, now=request.now)
    is_own = view.id == request.principal.account_id
    resets = [one for one in resets_waiting(actor=request.principal) if one.account_id == view.id]
    context = {
        "page_title": view.display_name,
        "state": _state(view),
        "facts": _facts(request, view),
        "is_own": is_own,
        "is_shared": view.is_shared,
        "shared_url": reverse("shared_accounts"),
        "security_url": reverse("my_security"),
        "access_url": access_link(request, view.id),
        "may_write": request.principal.has(Permission.ACCOUNT_WRITE) and not is_own,
        "is_open": view.state is not AccountState.CLOSED,
        "is_locked": view.state is AccountState.LOCKED,
        "is_invited": view.last_signed_in_at is None,
        "reset": _reset(request, resets[0], is_own=is_own) if resets else None,
        "providers": providers_linked(actor=request.principal, account_id=view.id),
        "letters": letters_to(request, view.id),
        "is_mailed": bool(view.email) and mails_links(tenant=request.tenant),
        "link_until": moment(view.link_until, request.zone) if view.link_until else "",
        "roles": role_choices(view.roles),
        "names": {"login_id": view.login_id, "email": view.email or "", "display_name": view.display_name},
        **{f"{act}_url": reverse(f"{act}_account", args=[view.id]) for act in _ACTS},
    }
    return render(request, "tokimori/account.html", context)


def _reset(request: TenantRequest, one: ResetView, *, is_own: bool) -> dict[str, Any]:
    """Return who took the factors away, and where another administrator confirms it."""
    names = account_names(tenant=request.tenant, account_ids={one.asked_by})
    may_confirm = request.principal.has(Permission.ACCOUNT_WRITE) and not is_own and not one.is_readers
    return {
        "person": names.get(one.asked_by, ""),
        "at": moment(one.asked_at, request.zone),
        "is_readers": one.is_readers,
        "url": reverse("confirm_reset", args=[one.account_id]) if may_confirm else "",
    }


def account_line(request: TenantRequest, account_id: UUID) -> dict[str, Any]:
    """Return what the page of a person tells of his account, for somebody who may read accounts."""
    view = account_view(actor=request.principal, account_id=account_id, now=request.now)
    return {
        "login": view.login_id,
        "roles": roles_in_words(view.roles),
        "state": _state(view),
        "last_seen": view.last_signed_in_at,
        "url": reverse("account", args=[view.id]),
    }


def access_link(request: TenantRequest, account_id: UUID | None) -> str:
    """Return where it says what somebody may do; nothing for who has no account, or for a reader who may not ask."""
    if account_id is None or not request.principal.has(Permission.ACCESS_READ):
        return ""
    return reverse("access_of", args=[account_id])


_ACTS = ("link", "roles", "rename", "unlock", "sessions", "unlink", "factors", "close", "open")


def word_of(kind: type[Word], text: str) -> Word | None:
    """Return the word of a closed set that a form or an address says; nothing for any other text."""
    return kind(text) if text in set(kind) else None


def role_choices(chosen: frozenset[Role]) -> list[dict[str, Any]]:
    """Return the roles as boxes to tick."""
    return [
        {"value": role.value, "label": label, "sentence": ROLE_SENTENCES[role], "is_chosen": role in chosen}
        for role, label in ROLES.items()
    ]


def _around(request: TenantRequest, state: str) -> dict[str, Any]:
    """Return what the whole page has besides the table: counts, and what should be looked at."""
    counts = count_by_state(actor=request.principal, now=request.now)
    total = sum(count for one, count in counts.items() if one is not AccountState.CLOSED)
    findings = [
        {"sentence": _("was in use in several places at once"), "name": name, "url": reverse("account", args=[one])}
        for one, name in lately_used_at_once(tenant=request.tenant, now=request.now).items()
    ]
    findings += [
        {
            "sentence": _("signed in from another network soon after"),
            "name": name,
            "url": reverse("account", args=[one]),
        }
        for one, name in lately_changed_network(tenant=request.tenant, now=request.now).items()
    ]
    for waiting in resets_waiting(actor=request.principal):
        view = account_view(actor=request.principal, account_id=waiting.account_id, now=request.now)
        sentence = _("waits until a second administrator confirms that the factors were to be taken away")
        where = reverse("account", args=[waiting.account_id])
        findings.append({"sentence": sentence, "name": view.display_name, "url": where})
    for one, first, second in conflicting_accounts(tenant=request.tenant):
        view = account_view(actor=request.principal, account_id=one, now=request.now)
        sentence = _("holds two roles that check one another: %(first)s and %(second)s") % {
            "first": ROLES[first],
            "second": ROLES[second],
        }
        findings.append({"sentence": sentence, "name": view.display_name, "url": reverse("account", args=[one])})
    for one in accounts_not_reached(actor=request.principal, now=request.now, days=_LETTERS_OF_DAYS):
        view = account_view(actor=request.principal, account_id=one, now=request.now)
        sentence = _("could not be reached by e-mail")
        findings.append({"sentence": sentence, "name": view.display_name, "url": reverse("account", args=[one])})
    return {
        "state_sentence": ngettext("%(count)d open account", "%(count)d open accounts", total) % {"count": total},
        "counts": [
            {
                "label": STATES[one],
                "count": counts[one],
                "kind": STATE_MARKS[one],
                "url": reverse("accounts") if one == state else f"{reverse('accounts')}?state={one.value}",
                "is_current": one == state,
            }
            for one in STATES
        ],
        "findings": findings,
        "file_url": reverse("account_files"),
    }


def _row(request: TenantRequest, view: AccountView) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.display_name,
        "login_id": view.login_id,
        "email": view.email or "",
        "url": reverse("account", args=[view.id]),
        "state": _state(view),
        "roles": roles_in_words(view.roles),
        "factors": _factors(view),
        "last_signed_in": moment(view.last_signed_in_at, request.zone) if view.last_signed_in_at else "",
        "may_have_slip": view.state is not AccountState.CLOSED
        and not view.is_shared
        and view.id != request.principal.account_id,
    }


def _state(view: AccountView) -> dict[str, Any]:
    return {"kind": STATE_MARKS[view.state], "label": STATES[view.state]}


def _factors(view: AccountView) -> str:
    found = []
    if view.has_password:
        found.append(_("Passphrase"))
    if view.has_authenticator:
        found.append(_("Authenticator"))
    if view.passkeys:
        found.append(ngettext("%(count)d passkey", "%(count)d passkeys", view.passkeys) % {"count": view.passkeys})
    return " · ".join(found) or _("none yet")


def _facts(request: TenantRequest, view: AccountView) -> list[dict[str, Any]]:
    def when(instant: datetime | None) -> str:
        return moment(instant, request.zone) if instant else ""

    closed = ""
    if view.closed_at is not None:
        closed = f"{when(view.closed_at)}, {CLOSING_REASONS.get(view.closing_reason, '')}"
    facts = [
        (_("Login ID"), view.login_id),
        (_("E-mail"), view.email or _("none")),
        (_("Roles"), roles_in_words(view.roles)),
        (_("Signs in with"), _factors(view)),
        (_("Made"), when(view.created_at)),
        (_("Last signed in"), when(view.last_signed_in_at) or _("never")),
        (_("Will be closed unless used by"), when(view.closes_at)),
        (_("Closed"), closed),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]
