"""The page on which anybody checks a receipt or a proof, in his own browser; the server neither sees nor judges it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tokimori.interfaces.web.permissions import public


@public
@require_GET
def verification(request: HttpRequest) -> HttpResponse:
    """Show the page; what is put into it stays there."""
    return render(request, "tokimori/verification.html", {"page_title": _("Check a receipt")})
