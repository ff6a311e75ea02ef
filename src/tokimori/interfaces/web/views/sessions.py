"""Where the person is signed in, and the way to end it elsewhere."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.services.sessions import end_other_sessions, end_session, sessions_of
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.devices import device_in_words
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest


@require_GET
@requires(Permission.SECURITY_OWN)
def sessions(request: TenantRequest) -> HttpResponse:
    """Show the person's own sessions."""
    found = sessions_of(actor=request.principal, carried=request.session_secret, now=request.now)
    context = {
        "page_title": _("Where you are signed in"),
        "state_sentence": ngettext("%(count)d session", "%(count)d sessions", len(found)) % {"count": len(found)},
        "sessions": [
            {
                "device": device_in_words(session.device),
                "address": session.address,
                "started": moment(session.started_at, request.zone),
                "last_used": moment(session.last_used_at, request.zone),
                "is_this": session.is_this,
                "end_url": reverse("end_session", args=[session.id]),
            }
            for session in found
        ],
        "idle_minutes": request.signed_in.idle_minutes,
        "longest_hours": request.signed_in.rules.absolute_hours,
        "end_others_url": reverse("end_other_sessions") if len(found) > 1 else "",
    }
    return render(request, "tokimori/sessions.html", context)


@require_POST
@requires(Permission.SECURITY_OWN)
@proved_lately
def end(request: TenantRequest, session_id: UUID) -> HttpResponse:
    """End one of the person's sessions."""
    end_session(actor=request.principal, session_id=session_id, now=request.now)
    messages.success(request, _("The session is ended."))
    return HttpResponseRedirect(reverse("sessions"))


@require_POST
@requires(Permission.SECURITY_OWN)
@proved_lately
def end_others(request: TenantRequest) -> HttpResponse:
    """End every other session of the person."""
    count = end_other_sessions(actor=request.principal, carried=request.session_secret, now=request.now)
    messages.success(
        request, ngettext("%(count)d session is ended.", "%(count)d sessions are ended.", count) % {"count": count}
    )
    return HttpResponseRedirect(reverse("sessions"))


@require_POST
@requires(Permission.SECURITY_OWN)
def stay(request: TenantRequest) -> HttpResponse:
    """Keep the session of somebody who is still there: coming here was its use."""
    del request
    return HttpResponse(status=204)
