"""Every request of a directory: its token, its tenant, a place of RFC 7644, and an answer that is never a page."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from pydantic import ValidationError
from scim2_models import SCIMException

from tokimori.foundation import clock
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.client_address import client_address
from tokimori.foundation.errors import InvalidInput, NotFound, Refusal
from tokimori.foundation.identity.errors import SignInLimited, TokenNotUsable, TokenWrongAddress
from tokimori.foundation.identity.limits import count_directory_request
from tokimori.foundation.identity.services.addresses import AddressRefused
from tokimori.foundation.identity.services.failures import note_refused_token
from tokimori.foundation.identity.services.tokens import machine_transaction
from tokimori.foundation.logs import logger
from tokimori.interfaces.scim import discovery
from tokimori.interfaces.scim.answers import failed, not_understood, not_valid, refused
from tokimori.interfaces.scim.reading import read_token
from tokimori.interfaces.scim.resources import GROUPS, USERS, Call, Kind

BASE: Final = "/scim/v2"
_STATUSES_NOTED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_log = logger("tokimori.scim")


class NotOffered(Refusal):
    """This part of the protocol is not offered here; see ServiceProviderConfig."""

    code = "provisioning.not_offered"
    status = 501


class DirectoryLimited(Refusal):
    """There were too many requests from your address; go on a little later."""

    code = "provisioning.too_many_requests"
    status = 429


class MethodNotAllowed(Refusal):
    """This is not done here by this method."""

    code = "provisioning.method_not_allowed"
    status = 405


Place = Callable[[Call], HttpResponse]


def door(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer a directory. Whatever happens inside, the answer has the form of the protocol."""
    try:
        return _answer(request, rest)
    except Refusal as refusal:
        _note(request, refusal)
        response = refused(refusal)
        if isinstance(refusal, MethodNotAllowed):
            response["Allow"] = str(refusal.facts["allowed"])
        if isinstance(refusal, DirectoryLimited):
            response["Retry-After"] = str(refusal.facts["seconds"])
        return response
    except SCIMException as error:
        return not_understood(error)
    except ValidationError as error:
        return not_valid(error)
    except SuspiciousOperation:
        return failed(HTTPStatus.BAD_REQUEST, detail=gettext(InvalidInput.sentence()), scim_type="invalidValue")
    except Exception as error:  # noqa: BLE001 # rule: broad-except -- an outermost door; the cause is logged
        _log.exception("directory not answered", exc_info=error)
        sentence = gettext("Something went wrong on our side; what was not confirmed was not stored.")
        return failed(HTTPStatus.INTERNAL_SERVER_ERROR, detail=sentence)


def _answer(request: HttpRequest, rest: str) -> HttpResponse:
    now = clock.now()
    address = client_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.headers.get("X-Forwarded-For", ""),
        trusted=settings.TRUSTED_PROXIES,
    )
    try:
        count_directory_request(address=address, now=now)
    except SignInLimited as refusal:
        raise DirectoryLimited(**refusal.facts) from refusal
    with machine_transaction(carried=read_token(request), address=address, now=now) as actor:
        authorise(actor, Permission.PROVISIONING_WRITE)
        places, arguments = _find(rest)
        place = places.get(request.method or "")
        if place is None:
            raise MethodNotAllowed(allowed=", ".join(sorted(places)))
        return place(Call(request=request, actor=actor, now=now, base=base_address(request), key=arguments))


def _note(request: HttpRequest, refusal: Refusal) -> None:
    """Write down who had no right to what he wanted, as the other doors do; what is no token leads to nobody."""
    if refusal.status not in _STATUSES_NOTED or isinstance(refusal, AddressRefused | TokenWrongAddress):
        return
    try:
        carried = read_token(request)
    except TokenNotUsable:
        return
    note_refused_token(carried=carried, code=refusal.code, route="scim", now=clock.now())


def base_address(request: HttpRequest) -> str:
    """Return the address of this door, on the host that was asked; it was checked against those that are served."""
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{request.get_host()}{BASE}"


def _find(rest: str) -> tuple[Mapping[str, Place], str]:
    """Return what can be done at an address, by method, and the key within it; raise ``NotFound``."""
    match rest.split("/"):
        case ["ServiceProviderConfig"]:
            return {"GET": discovery.config}, ""
        case ["ResourceTypes" | "Schemas" as name]:
            return {"GET": discovery.lists[name]}, ""
        case ["ResourceTypes" | "Schemas" as name, key] if key:
            return {"GET": discovery.ones[name]}, key
        case ["Users" | "Groups" as name]:
            kind = _KINDS[name]
            return {"GET": kind.find, "POST": kind.add}, ""
        case ["Users" | "Groups" as name, ".search"]:
            return {"POST": _KINDS[name].search}, ""
        case ["Users" | "Groups" as name, key] if key:
            kind = _KINDS[name]
            return {"GET": kind.show, "PUT": kind.replace, "PATCH": kind.change, "DELETE": kind.remove}, key
        case [""] | [".search"] | ["Bulk"] | ["Me", *_]:
            raise NotOffered
        case _:
            raise NotFound


_KINDS: Final[Mapping[str, Kind]] = {"Users": USERS, "Groups": GROUPS}
