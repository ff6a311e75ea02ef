"""The API: its authentication, its translator of refusals, its routes."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from tokimori.foundation import clock
from tokimori.foundation.errors import InvalidInput, Refusal
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import TokenNotUsable, TokenWrongAddress
from tokimori.foundation.identity.services.addresses import AddressRefused
from tokimori.foundation.identity.services.failures import note_refused_token
from tokimori.foundation.identity.services.tokens import TOKEN_PREFIX
from tokimori.foundation.tenancy.role_check import database_answers
from tokimori.interfaces.api import ledger, networks, punches
from tokimori.interfaces.api.shapes import HealthOut, offending_fields

_STATUSES_NOTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class AccessTokenBearer(HttpBearer):
    """Take the token apart; who carries it is verified behind its tenant's wall, in the request's transaction."""

    def authenticate(self, request: HttpRequest, token: str) -> CarriedSecret | None:
        """Return where to look the token up, or nothing when it has not the form of one."""
        del request
        return read_carried_secret(token, prefix=TOKEN_PREFIX)


api = NinjaAPI(
    title="Tokimori",
    version="1",
    description="Time and attendance that can prove itself.",
    auth=AccessTokenBearer(),
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", punches.router)
api.add_router("", networks.router)
api.add_router("", ledger.router)


@api.get("/health", auth=None, response=HealthOut, tags=["service"], summary="Is the service well?")
def health(request: HttpRequest) -> HealthOut:
    """Answer when the service reaches its database."""
    del request
    database_answers()
    return HealthOut(status="ok")


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal with its code, its sentence and its facts, and write down who had no right to what he wanted."""
    carried = getattr(request, "auth", None)
    is_noted_elsewhere = isinstance(refusal, AddressRefused | TokenWrongAddress)
    if isinstance(carried, CarriedSecret) and refusal.status in _STATUSES_NOTED and not is_noted_elsewhere:
        route = request.resolver_match.view_name if request.resolver_match else "-"
        note_refused_token(carried=carried, code=refusal.code, route=route, now=clock.now())
    return api.create_response(
        request,
        {"code": refusal.code, "message": gettext(refusal.sentence()), "facts": refusal.facts},
        status=refusal.status,
    )


@api.exception_handler(AuthenticationError)
def not_authenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer a missing or malformed token like an unknown one."""
    del error
    response = refused(request, TokenNotUsable())
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer input of the wrong shape with the path of each offending field, never with what was in it."""
    return api.create_response(
        request,
        {
            "code": InvalidInput.code,
            "message": gettext(InvalidInput.sentence()),
            "facts": {"fields": offending_fields(error.errors)},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
