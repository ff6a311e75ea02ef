"""Each view declares the right it needs; a view that declares nothing is refused, and a test finds it."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.way_back import way_back

View = Callable[..., HttpResponseBase]
_PROOF_LASTS: Final = timedelta(minutes=10)


def requires(permission: Permission) -> Callable[[View], View]:
    """Let only those in who hold the right. The service behind the view asks again."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
            authorise(cast("TenantRequest", request).principal, permission)
            return view(request, *arguments, **named)

        return _declare(guarded, permission)

    return decorate


def proved_lately(view: View) -> View:
    """Ask once more who it is, where that was longer than ten minutes ago: for what a forgotten screen must not do."""

    @wraps(view)
    def asked(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
        if has_proved_lately(cast("TenantRequest", request)):
            return view(request, *arguments, **named)
        return ask_again(back=way_back(request))

    vars(asked)["asks_anew"] = True
    return asked


def has_proved_lately(request: TenantRequest) -> bool:
    """Whether the person showed who he is within the last ten minutes."""
    return request.now - request.signed_in.proved_at <= _PROOF_LASTS


def ask_again(*, back: str) -> HttpResponseRedirect:
    """Send the person to show who he is, and then back."""
    return HttpResponseRedirect(f"{reverse('confirm')}?{urlencode({'next': back})}")


def public(view: View) -> View:
    """Let everybody in: this too was decided. No tenant is open in such a view."""
    return _declare(view, Permission.PUBLIC)


def is_no_use(view: View) -> View:
    """Say of a view that a page asks it by itself: whoever comes there, with whatever headers, used nothing."""
    vars(view)["is_no_use"] = True
    return view


def _declare(view: View, permission: Permission) -> View:
    """Write the right on the view, where the walk over all routes reads it."""
    vars(view)["permission"] = permission
    return view


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """Return the right that a view declares, or nothing when it declares none."""
    declared = getattr(view, "permission", None)
    return declared if isinstance(declared, Permission) else None
