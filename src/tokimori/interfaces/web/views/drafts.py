"""Keep, read and throw away what the reader himself typed into a form; no page of its own."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.drafts.queries import draft_of
from tokimori.foundation.drafts.services import discard_draft, keep_draft
from tokimori.foundation.drafts.values import read_content
from tokimori.interfaces.web.drafts import form_at
from tokimori.interfaces.web.permissions import is_no_use, requires
from tokimori.interfaces.web.requests import TenantRequest

_LONGEST_ADDRESS = 500


@is_no_use
@require_POST
@requires(Permission.SECURITY_OWN)
def keep(request: TenantRequest) -> HttpResponse:
    """Keep what stands in a form. A page does it by itself, so it keeps no session that nobody uses."""
    form = form_at(request, request.POST.get("form", "")[:_LONGEST_ADDRESS])
    content = read_content(request.POST.get("values", "")).only(form.names)
    keep_draft(actor=request.principal, place=form.place, content=content, now=request.now)
    return HttpResponse(status=204)


@require_GET
@requires(Permission.SECURITY_OWN)
def read(request: TenantRequest) -> HttpResponse:
    """Answer with what was kept of a form, by field; without what the form keeps no more."""
    form = form_at(request, request.GET.get("form", "")[:_LONGEST_ADDRESS])
    found = draft_of(actor=request.principal, place=form.place, now=request.now)
    return JsonResponse({"fields": found.content.only(form.names).plain()})


@require_POST
@requires(Permission.SECURITY_OWN)
def drop(request: TenantRequest) -> HttpResponse:
    """Throw away what was kept of a form; a second time does nothing."""
    form = form_at(request, request.POST.get("form", "")[:_LONGEST_ADDRESS])
    discard_draft(actor=request.principal, place=form.place)
    return HttpResponse(status=204)
