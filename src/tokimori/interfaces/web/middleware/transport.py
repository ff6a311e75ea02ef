"""A machine that comes without TLS is refused, not sent on: a browser would go on safely, a program would never notice."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from tokimori.foundation.errors import NotAllowed
from tokimori.interfaces.web.middleware.tenancy import is_for_machines


class PlainTransport(NotAllowed):
    """This address speaks TLS alone. What was sent has travelled in the open: renew the token, and use https."""

    code = "transport.plain"


class PlainTransportMiddleware:
    """Outermost: before anything else sends the request on, and before a token is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse the API and the directory's door without TLS, where the installation has it; let the rest through."""
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or not is_for_machines(request):
            return self.get_response(request)
        answer = {"code": PlainTransport.code, "message": PlainTransport.sentence(), "facts": {}}
        return JsonResponse(answer, status=PlainTransport.status)
