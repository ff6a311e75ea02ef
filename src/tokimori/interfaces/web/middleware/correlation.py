"""Give each request an id that its log lines, events and jobs carry, say where it comes from and how it went."""

import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tokimori.foundation.logs import correlation_id, logger
from tokimori.foundation.request_origin import RequestOrigin, coming_from
from tokimori.interfaces.web.entrance import origin_of

_log = logger("tokimori.request")


class CorrelationMiddleware:
    """Outermost but for static files and redirects to TLS. An id from outside is never believed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request under a fresh correlation id."""
        token = correlation_id.set(secrets.token_hex(8))
        began = time.monotonic()
        origin = origin_of(request)
        try:
            with coming_from(RequestOrigin(address=origin.address, device=origin.device)):
                response = self.get_response(request)
            response["X-Correlation-Id"] = correlation_id.get()
            _log.info(
                "request answered",
                method=request.method,
                request_path_name=request.resolver_match.view_name if request.resolver_match else "-",
                status=response.status_code,
                duration_ms=round((time.monotonic() - began) * 1000),
            )
        finally:
            correlation_id.reset(token)
        return response
