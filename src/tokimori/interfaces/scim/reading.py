"""What a directory sends, read strictly and within bounds: token, parameters, filters, bodies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from scim2_models import Context, InvalidSyntaxException, PatchOp, Resource, SearchRequest
from scim2_models.path import FilterNode

from tokimori.foundation.errors import InvalidInput, NotFound
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import TokenNotUsable
from tokimori.foundation.identity.services.tokens import TOKEN_PREFIX
from tokimori.foundation.provisioning.errors import FilterNotValid
from tokimori.interfaces.scim.answers import MEDIA_TYPE
from tokimori.interfaces.scim.shapes import LARGEST_BODY, MOST_RESULTS, POLICY, USUAL_RESULTS

MOST_OPERATIONS: Final = 100
LONGEST_FILTER: Final = 2_000
DEEPEST_FILTER: Final = 10
MOST_TERMS: Final = 50
_LONGEST_QUERY: Final = 8_000
_MOST_PARAMETERS: Final = 20
_MOST_DIGITS: Final = 9
_PARAMETERS: Final = ("filter", "sortBy", "sortOrder", "startIndex", "count", "attributes", "excludedAttributes")
_JSON_TYPES: Final = frozenset({MEDIA_TYPE, "application/json"})


class MediaTypeUnknown(InvalidInput):
    """Send the body as application/scim+json."""

    code = "provisioning.media_type"
    status = 415


class RequestTooLarge(InvalidInput):
    """The request is larger than 2 megabytes or has more than 100 operations; send it in parts."""

    code = "provisioning.too_large"
    status = 413


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a list is asked for, within bounds; ``start`` counts from one."""

    request: "SearchRequest[Any]"
    node: FilterNode | None
    start: int
    count: int


def read_token(request: HttpRequest) -> CarriedSecret:
    """Return the token that the request carries; raise ``TokenNotUsable`` when it has not the form of one."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    carried = read_carried_secret(secret.strip(), prefix=TOKEN_PREFIX) if scheme.lower() == "bearer" else None
    if carried is None:
        raise TokenNotUsable
    return carried


def read_id(text: str) -> UUID:
    """Return the key of a resource in an address; raise ``NotFound`` for any spelling but ours."""
    try:
        found = UUID(text)
    except ValueError as error:
        raise NotFound from error
    if str(found) != text:
        raise NotFound
    return found


def read_parameters(request: HttpRequest) -> Mapping[str, str]:
    """Return the parameters of the address, each once; those that nobody knows are left aside."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > _LONGEST_QUERY:
        raise RequestTooLarge
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="strict")
    except ValueError as error:
        raise InvalidInput from error
    known = [(name, value) for name, value in pairs if name in _PARAMETERS]
    if len({name for name, _ in known}) != len(known):
        raise InvalidInput
    return dict(known)


def read_search(given: Mapping[str, Any], model: type[Resource[Any]]) -> Search:
    """Return what a list is asked for; raise what the readers of the protocol raise, or ``FilterNotValid``."""
    given = {name: value for name, value in given.items() if name in _PARAMETERS and value not in ("", None)}
    if "filter" in given:
        refuse_unbounded(given["filter"])
    for name in ("startIndex", "count"):
        if name in given:
            given[name] = _read_number(given[name])
    with POLICY:
        request = SearchRequest[model].model_validate(given, scim_ctx=Context.SEARCH_REQUEST)  # type: ignore[valid-type]  # the model is a value here
    count = USUAL_RESULTS if request.count is None else min(request.count, MOST_RESULTS)
    node = request.filter.ast if request.filter is not None else None
    return Search(request=request, node=node, start=request.start_index or 1, count=count)


def refuse_unbounded(expression: object) -> None:
    """Raise ``FilterNotValid`` for a filter or a path that is longer or deeper than anybody needs.

    Brackets are counted as they stand, also within texts: what is refused too early is still refused with a reason.
    """
    if not isinstance(expression, str) or len(expression) > LONGEST_FILTER:
        raise FilterNotValid(longest=LONGEST_FILTER)
    depth = deepest = 0
    for letter in expression:
        depth += (letter in "([") - (letter in ")]")
        deepest = max(deepest, depth)
    if deepest > DEEPEST_FILTER:
        raise FilterNotValid(deepest=DEEPEST_FILTER)
    lowered = expression.lower()
    if lowered.count(" and ") + lowered.count(" or ") >= MOST_TERMS:
        raise FilterNotValid(most=MOST_TERMS)


def read_body(request: HttpRequest) -> bytes:
    """Return the body of a request that says that it is JSON."""
    if request.content_type not in _JSON_TYPES:
        raise MediaTypeUnknown
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise RequestTooLarge from error
    if len(body) > LARGEST_BODY:
        raise RequestTooLarge
    return body


def read_patch(body: bytes, model: type[Resource[Any]]) -> "PatchOp[Any]":
    """Return the operations of a change, each with paths within bounds."""
    # Looked at once before it is read: what is too deep never reaches the parser of paths.
    plain = read_object(body)
    operations = plain.get("Operations", plain.get("operations", ()))
    if isinstance(operations, list):
        if len(operations) > MOST_OPERATIONS:
            raise RequestTooLarge
        for operation in operations:
            for path in _paths_of(operation):
                refuse_unbounded(path)
    with POLICY:
        return PatchOp[model].model_validate_json(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST)  # type: ignore[valid-type]  # as above


def read_object(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raise what the readers of the protocol raise for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidSyntaxException from error
    if not isinstance(found, dict):
        raise InvalidSyntaxException
    return found


def _paths_of(operation: object) -> list[object]:
    """Return the path of an operation, and the keys of its value, which may be paths too."""
    if not isinstance(operation, dict):
        return []
    path, value = operation.get("path"), operation.get("value")
    keys: list[object] = list(value) if isinstance(value, dict) else []
    return [*keys, path] if path is not None else keys


def _read_number(value: object) -> int:
    """Return a whole number of few digits, of an address or of a body."""
    text = str(value)
    digits = text.removeprefix("-")
    if isinstance(value, bool | float) or not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise InvalidInput
    return int(text)
