"""Where strangers read whom to write to about a weakness (RFC 9116)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tokimori.foundation.errors import NotFound
from tokimori.foundation.security_contact import PATH
from tokimori.interfaces.web.permissions import public


@require_safe
@public
def security_text(request: HttpRequest) -> HttpResponse:
    """Answer with the contact as text; without one nothing is found here."""
    contact = settings.SECURITY_CONTACT
    if contact is None:
        raise NotFound
    canonical = f"https://{request.get_host()}{PATH}" if request.is_secure() else ""
    return HttpResponse(contact.text(canonical=canonical), content_type="text/plain; charset=utf-8")
