"""Pages for what went wrong outside any view."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from tokimori.foundation.errors import NotFound, Refusal
from tokimori.interfaces.web.middleware.refusals import refusal_page


class RequestNotGenuine(Refusal):
    """The page was open for too long or this request came from elsewhere; nothing was changed, open the page again."""

    code = "request.not_genuine"
    status = 403


class ServiceFailed(Refusal):
    """Something went wrong on our side; what was not confirmed was not stored, try again in a moment."""

    code = "service.failed"
    status = 500


class RequestNotUnderstood(Refusal):
    """This request cannot be understood."""

    code = "request.not_understood"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    del reason  # for the log of an attack, not for its author
    return refusal_page(request, RequestNotGenuine())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    del exception
    return refusal_page(request, NotFound())


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that the framework refused."""
    del exception
    return refusal_page(request, RequestNotUnderstood())


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when something broke; without asking the database, which may be what broke."""
    response = refusal_page(request, ServiceFailed())
    response.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    return response
