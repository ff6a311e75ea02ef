"""Where a company's administrators, and the provider's compliance people, have changes of the sheet sent to a program."""

from typing import Any, Final, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tokimori.assurance.subscriptions.errors import SubscriptionNotValid
from tokimori.assurance.subscriptions.wishes import LONGEST_ROWS, read_rows, rows_in_words
from tokimori.assurance.webhooks.errors import TooManyWebhooks, WebhookNotValid, WebhooksOff
from tokimori.assurance.webhooks.messages import DeliveryState
from tokimori.assurance.webhooks.queries import DeliveryView, WebhookView, right_to_write, webhooks
from tokimori.assurance.webhooks.services.keeping import (
    MOST,
    WebhookWish,
    add_webhook,
    is_of_provider,
    is_on,
    remove_webhook,
    try_webhook,
)
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.single_sign_on.addresses import LONGEST_ADDRESS
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN: Final = 20
_UTC: Final = ZoneInfo("UTC")


@never_cache
@require_safe
@requires(Permission.SECURITY_READ)
def own(request: TenantRequest) -> HttpResponse:
    """Show a company its webhooks, and what was sent by each."""
    return _page(request)


@never_cache
@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def add_own(request: TenantRequest) -> HttpResponse:
    """Add a webhook of a company, and show its secret this once."""
    return _add(request)


@require_POST
@requires(Permission.SECURITY_WRITE)
def try_own(request: TenantRequest, webhook_id: UUID) -> HttpResponse:
    """Send a test to a company's webhook."""
    return _try(request, webhook_id)


@require_POST
@requires(Permission.SECURITY_WRITE)
def remove_own(request: TenantRequest, webhook_id: UUID) -> HttpResponse:
    """Remove a company's webhook."""
    return _remove(request, webhook_id)


@never_cache
@require_safe
@requires(Permission.COMPLIANCE_READ)
def provider(request: TenantRequest) -> HttpResponse:
    """Show the provider's own webhooks."""
    return _page(request)


@never_cache
@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def add_provider(request: TenantRequest) -> HttpResponse:
    """Add a webhook of the provider, and show its secret this once."""
    return _add(request)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def try_provider(request: TenantRequest, webhook_id: UUID) -> HttpResponse:
    """Send a test to a webhook of the provider."""
    return _try(request, webhook_id)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def remove_provider(request: TenantRequest, webhook_id: UUID) -> HttpResponse:
    """Remove a webhook of the provider."""
    return _remove(request, webhook_id)


def _add(request: TenantRequest) -> HttpResponse:
    values = {
        "address": request.POST.get("address", "").strip()[: LONGEST_ADDRESS + 1],
        "rows": request.POST.get("rows", "")[: LONGEST_ROWS + 1],
    }
    try:
        wish = WebhookWish(address=values["address"], rows=_rows(values["rows"]))
        secret = add_webhook(actor=request.principal, wish=wish, now=request.now)
    except WebhookNotValid as refusal:
        errors = {str(refusal.facts.get("field", "address")): _(refusal.sentence())}
        return _page(request, values=values, errors=errors, status=refusal.status)
    except (WebhooksOff, TooManyWebhooks) as refusal:
        return _page(request, values=values, errors={"address": _(refusal.sentence())}, status=refusal.status)
    return _page(request, secret=secret)


def _try(request: TenantRequest, webhook_id: UUID) -> HttpResponse:
    try:
        try_webhook(actor=request.principal, webhook_id=webhook_id, now=request.now)
        messages.success(request, _("A test is on its way. Load this page again to see what became of it."))
    except (WebhooksOff, TooManyWebhooks) as refusal:
        messages.error(request, _(refusal.sentence()))
    return HttpResponseRedirect(reverse(_routes(request)["page"]))


def _remove(request: TenantRequest, webhook_id: UUID) -> HttpResponse:
    remove_webhook(actor=request.principal, webhook_id=webhook_id, now=request.now)
    messages.success(request, _("Removed, with what was sent by it."))
    return HttpResponseRedirect(reverse(_routes(request)["page"]))


def _rows(text: str) -> tuple[int, ...]:
    try:
        return read_rows(text)
    except SubscriptionNotValid as error:
        raise WebhookNotValid(field="rows") from error


def _routes(request: TenantRequest) -> dict[str, str]:
    if is_of_provider(request.principal):
        return {"page": "webhooks", "add": "add_webhook", "test": "test_webhook", "remove": "remove_webhook"}
    return {
        "page": "own_webhooks",
        "add": "add_own_webhook",
        "test": "test_own_webhook",
        "remove": "remove_own_webhook",
    }


def _page(
    request: TenantRequest,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    found = webhooks(actor=request.principal, limit=_SHOWN)
    routes = _routes(request)
    may_change = request.principal.has(right_to_write(request.principal))
    context = {
        "page_title": _("Webhooks"),
        "state_sentence": ngettext("%(count)d webhook", "%(count)d webhooks", len(found)) % {"count": len(found)},
        "is_on": is_on(),
        "secret": secret,
        "add_url": reverse(routes["add"]) if may_change and is_on() and len(found) < MOST else "",
        "values": values or {},
        "errors": errors or {},
        "longest_address": LONGEST_ADDRESS,
        "longest_rows": LONGEST_ROWS,
        "webhooks": [_line(one, routes=routes, may_change=may_change) for one in found],
    }
    return render(request, "tokimori/webhooks.html", context, status=status)


def _line(one: WebhookView, *, routes: dict[str, str], may_change: bool) -> dict[str, Any]:
    return {
        "address": one.address,
        "rows": rows_in_words(one.rows),
        "made_at": f"{moment(one.made_at, _UTC)} UTC",
        "test_url": reverse(routes["test"], args=[one.id]) if may_change and is_on() else "",
        "remove_url": reverse(routes["remove"], args=[one.id]) if may_change else "",
        "deliveries": [_delivery(each) for each in one.deliveries],
    }


def _delivery(one: DeliveryView) -> dict[str, Any]:
    match one.state:
        case DeliveryState.DELIVERED:
            state = {"kind": "ok", "label": pgettext("message", "Delivered")}
        case DeliveryState.FAILED:
            state = {"kind": "act", "label": pgettext("message", "Given up")}
        case DeliveryState.WAITING:
            state = {"kind": "wait", "label": pgettext("message", "Waiting")}
        case _:
            assert_never(one.state)
    return {
        "at": f"{moment(one.at, _UTC)} UTC",
        "state": state,
        "is_test": one.is_test,
        "status": one.status,
        "tries": ngettext("%(count)d try", "%(count)d tries", one.attempts) % {"count": one.attempts},
        "was_tried": one.attempts > 0,
    }
