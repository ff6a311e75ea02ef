"""What stands at a shared link: a question if it asks one, then the snapshot's files and how they are checked."""

from uuid import UUID

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tokimori.assurance.snapshots.pages import snapshot_context
from tokimori.assurance.snapshots.queries import one_snapshot
from tokimori.assurance.snapshots.services.sharing import (
    VISIT_LASTS,
    LiveShare,
    enter_share,
    has_entered,
    live_share,
    note_download,
    note_look,
)
from tokimori.assurance.snapshots.views import answer_file, count_large
from tokimori.foundation import clock
from tokimori.foundation.errors import NotFound
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction
from tokimori.interfaces.web.entrance import origin_of
from tokimori.interfaces.web.permissions import public

_COOKIE = "tokimori-sheet-visit"
_STATUS_NOT_LET_IN = 403


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the snapshot to who came in by its link; ask the others."""
    now = clock.now()
    with at_door(None), tenant_transaction(PROVIDER):
        share = live_share(secret=secret, now=now)
        visit_id = _visit(request, share)
        if request.method == "GET" and not share.asks:
            note_look(share=share, address=origin_of(request).address, now=now)
        if request.method == "POST":
            visit_id = enter_share(
                share=share,
                password=request.POST.get("password", ""),
                viewer=request.POST.get("viewer", ""),
                address=origin_of(request).address,
                now=now,
            )
            if visit_id is not None:
                return _let_in(request, share, visit_id, secret=secret)
        if not has_entered(share=share, visit_id=visit_id, now=now):
            return _question(request, share, is_refused=request.method == "POST")
        view = one_snapshot(share.snapshot_id)
        address = reverse("shared_sheet_file", args=[secret, "-"]).removesuffix("-")
        context = snapshot_context(view, address=address)
    context |= {"page_title": _("Security sheet, shared with you"), "trust_url": reverse("trust")}
    return _unlinked(render(request, "tokimori/sheet_shared.html", context))


@require_safe
@never_cache
@public
def shared_file(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """Answer with a file to who came in by the link, and note it."""
    now = clock.now()
    address = origin_of(request).address
    count_large(name, address=address, now=now)
    with at_door(None), tenant_transaction(PROVIDER):
        share = live_share(secret=secret, now=now)
        visit_id = _visit(request, share)
        if not has_entered(share=share, visit_id=visit_id, now=now):
            raise NotFound
        answer = answer_file(request, one_snapshot(share.snapshot_id), name)
        if request.method == "GET":
            note_download(share=share, visit_id=visit_id, file=name, address=address, now=now)
    return _unlinked(answer)


def _question(request: HttpRequest, share: LiveShare, *, is_refused: bool) -> HttpResponse:
    context = {
        "page_title": _("Security sheet, shared with you"),
        "here": request.path,
        "asks_password": share.asks_password,
        "asks_viewer": share.asks_viewer,
        "is_refused": is_refused,
        "viewer": request.POST.get("viewer", ""),
    }
    status = _STATUS_NOT_LET_IN if is_refused else 200
    return _unlinked(render(request, "tokimori/sheet_shared_question.html", context, status=status))


def _let_in(request: HttpRequest, share: LiveShare, visit_id: UUID, *, secret: str) -> HttpResponse:
    """Send on to the page, with a cookie that opens this link alone, for an hour."""
    answer = HttpResponseRedirect(request.path)
    answer.set_signed_cookie(
        _COOKIE,
        str(visit_id),
        salt=str(share.id),
        max_age=VISIT_LASTS,
        path=reverse("shared_sheet", args=[secret]),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return _unlinked(answer)


def _visit(request: HttpRequest, share: LiveShare) -> UUID | None:
    """Return the visit that the cookie names, if we signed it for this link."""
    try:
        return UUID(request.get_signed_cookie(_COOKIE, "", salt=str(share.id), max_age=VISIT_LASTS))
    except (BadSignature, ValueError):
        return None


def _unlinked(answer: HttpResponse) -> HttpResponse:
    """Keep the link out of what other sites and search engines are told."""
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer
