"""Whether the provider's console answers anybody whom it should not: asked through the very door that serves it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from tokimori.foundation.access.permissions import RIGHTS_OF_THE_CONSOLE
from tokimori.interfaces.web.permissions import permission_of

OUTSIDE: Final = "203.0.113.77"
"""An address of the block that is kept for examples (RFC 5737), which no network of an installation holds."""
_CONVERTED: Final = re.compile(r"<(?P<kind>[a-z]+):[a-z_]+>")
_EXAMPLES: Final = {"uuid": "00000000-0000-0000-0000-000000000007", "int": "7", "slug": "seven", "str": "seven"}
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many addresses of the console were asked, and which of them answered otherwise than by nothing."""

    asked: int
    answered: tuple[str, ...]


def console_exposure(application: Application) -> Exposure:
    """Ask every page of the console from outside of its networks, and at the companies' own host; none may answer.

    It goes through the whole application, with the host, address and method that a stranger would have.
    """
    company_host = next(host for host in settings.ALLOWED_HOSTS if host != settings.OPERATOR_HOST)
    doors = [(company_host, OUTSIDE)]
    if settings.OPERATOR_HOST:
        doors.append((settings.OPERATOR_HOST, OUTSIDE))
    answered, asked = [], 0
    for path in console_paths():
        for host, address in doors:
            for method in ("GET", "POST"):
                asked += 1
                status = _ask(application, method=method, host=host, path=path, address=address)
                if status != HTTPStatus.NOT_FOUND:
                    answered.append(f"{method} {host}{path}: {status}")
    return Exposure(asked=asked, answered=tuple(answered))


def console_paths() -> tuple[str, ...]:
    """Return an address of every page that is the provider's people's alone."""
    return tuple(sorted(_paths(get_resolver().url_patterns, "/")))


def _paths(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _paths(pattern.url_patterns, route)
        elif permission_of(pattern.callback) in RIGHTS_OF_THE_CONSOLE:
            yield _filled(route)


def _filled(route: str) -> str:
    return _CONVERTED.sub(lambda found: _EXAMPLES[found["kind"]], route)


def _ask(application: Application, *, method: str, host: str, path: str, address: str) -> int:
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "HTTP_HOST": host,
        "REMOTE_ADDR": address,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(),
        "CONTENT_LENGTH": "0",
    }

    def begin(status: str, headers: object) -> None:
        del headers  # the status says it
        told.append(status)

    response = application(environ, begin)
    if hasattr(response, "close"):
        response.close()
    return int(told[0].split(" ", 1)[0])
