"""Send scripts, styles and pictures compressed; they are the same for everybody and hold no secret."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class StaticCompressionMiddleware(GZipMiddleware):
    """Pages are left alone: what is compressed together with a secret tells its length, and with it the secret."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what lies under the address of static files."""
        if not request.path_info.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
            return response
        return super().process_response(request, response)
