"""Answers of this door: resources, lists and refusals as RFC 7644 writes them; never a page."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext
from pydantic import ValidationError
from scim2_models import Context, Error, Resource, SCIMException

from tokimori.foundation.errors import InvalidInput, Refusal
from tokimori.foundation.identity.errors import NameTaken, TokenNotUsable
from tokimori.foundation.provisioning.errors import FilterNotValid, SortNotValid

MEDIA_TYPE: Final = "application/scim+json"
_LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_DIGITS_OF_VERSION: Final = 20

Json = Mapping[str, Any]


def answer(body: Json, *, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a body as this door writes it; nobody keeps a copy."""
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def listed(resources: Sequence[Json], *, total: int, start: int) -> HttpResponse:
    """Return a page of resources; ``start`` counts from one."""
    return answer(
        {
            "schemas": [_LIST],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": len(resources),
            "Resources": list(resources),
        }
    )


def refused(refusal: Refusal) -> HttpResponse:
    """Return a refusal of ours: its sentence, what it is about, and the word that RFC 7644, section 3.12 has for it."""
    facts = ", ".join(f"{name}: {value}" for name, value in refusal.facts.items())
    detail = gettext(refusal.sentence()) + (f" ({facts})" if facts else "")
    is_input = isinstance(refusal, InvalidInput) and refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY
    status = HTTPStatus.BAD_REQUEST if is_input else HTTPStatus(refusal.status)
    response = failed(status, detail=detail, scim_type=_word(refusal))
    if isinstance(refusal, TokenNotUsable):
        response["WWW-Authenticate"] = "Bearer"
    return response


def failed(status: HTTPStatus, *, detail: str, scim_type: str = "") -> HttpResponse:
    """Return an error."""
    error = Error(status=status.value, scim_type=scim_type or None, detail=detail)
    return answer(error.model_dump(scim_ctx=Context.DEFAULT), status=status)


def not_understood(error: SCIMException) -> HttpResponse:
    """Return what the readers of the protocol object to."""
    found = error.to_error()
    return failed(HTTPStatus(error.status), detail=found.detail or "", scim_type=found.scim_type or "")


def not_valid(error: ValidationError) -> HttpResponse:
    """Return the first thing that is wrong with a body: its place and kind, never what was in it."""
    first = error.errors(include_input=False, include_url=False)[0]
    found = Error.from_validation_error(first)
    status = HTTPStatus(found.status or HTTPStatus.BAD_REQUEST)
    return failed(status, detail=found.detail or "", scim_type=found.scim_type or "")


def version_of(resource: Resource[Any]) -> str:
    """Return the weak entity tag of a resource: a digest of all that is answered of it (RFC 7644, section 3.14)."""
    body = resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS_OF_VERSION]}"'


def _word(refusal: Refusal) -> str:
    match refusal:
        case NameTaken():
            return "uniqueness"
        case FilterNotValid():
            return "invalidFilter"
        case SortNotValid():
            return "invalidPath"
        case InvalidInput():
            return "invalidValue"
        case _:
            return ""
