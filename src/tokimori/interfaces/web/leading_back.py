"""What most deeds of a page end with: back to the page, which says what came of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from tokimori.foundation.errors import Refusal


def refused(request: HttpRequest, refusal: Refusal, *, to: str) -> HttpResponse:
    """Lead back to an address of ours that says why the deed was refused."""
    messages.error(request, _(refusal.sentence()))
    return HttpResponseRedirect(to)
