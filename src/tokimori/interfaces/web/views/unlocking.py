"""End the waiting after too many attempts, by the link that was sent to the person's own address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tokimori.foundation import clock
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.errors import LinkNotUsable
from tokimori.foundation.identity.services.failures import FailedBy, note_failed_sign_in
from tokimori.foundation.identity.services.mailed_links import (
    UNLOCK_PREFIX,
    refuse_unusable_unlock_link,
    unlock_by_link,
)
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.permissions import public


@public
@never_cache
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask whether to end the waiting, and end it: programs that open links in letters press no buttons."""
    carried = read_carried_secret(secret, prefix=UNLOCK_PREFIX)
    if carried is None:
        raise LinkNotUsable
    now = clock.now()
    try:
        with tenant_transaction(carried.tenant_id):
            if request.method == "POST":
                unlock_by_link(secret=secret, now=now)
            else:
                refuse_unusable_unlock_link(secret=secret, now=now)
    except LinkNotUsable:
        note_failed_sign_in(tenant_id=carried.tenant_id, account_id=None, by=FailedBy.LINK, now=now)
        raise
    context = {
        "page_title": _("End the waiting"),
        "is_ended": request.method == "POST",
        "unlock_url": reverse("unlock", args=[secret]),
        "sign_in_url": reverse("sign_in"),
    }
    return render(request, "tokimori/unlock.html", context)
