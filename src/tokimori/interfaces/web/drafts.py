"""Forms whose typing is kept: a view names the fields, and its template marks the form with one word.

Nothing is kept unless the view of its form is among those that ``keeps_draft`` decorates; nothing of a visit by one of the
provider's people, nothing on a screen that several people use, and no form that asks anew who it is: a test walks them all.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext as _

from tokimori.foundation.drafts.queries import kept_drafts
from tokimori.foundation.drafts.services import discard_draft
from tokimori.foundation.drafts.values import FormPlace
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import clock, moment
from tokimori.interfaces.web.permissions import View, permission_of
from tokimori.interfaces.web.requests import TenantRequest

_FIRST_ERROR_STATUS: Final = 400
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""What of a query may say which form it is: a key, and no words, for it is not sealed."""

Names = Collection[str] | Callable[..., Collection[str]]
"""The fields that a form keeps, or how to find them by the arguments of its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRule:
    """What a view says of its form: the fields that are kept, and what of its query belongs to its place."""

    names: Names
    of_query: tuple[str, ...] = ()

    def names_of(self, match: ResolverMatch) -> Collection[str]:
        """Return the fields that are kept at an address."""
        return self.names(**match.kwargs) if callable(self.names) else self.names


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForm:
    """A form that its reader may send, where it stands, and which of its fields are kept."""

    place: FormPlace
    rule: DraftRule
    match: ResolverMatch

    @property
    def names(self) -> Collection[str]:
        """Return the fields that are kept; raise ``NotFound`` for an object that is not there."""
        return self.rule.names_of(self.match)


def keeps_draft(
    *names: str, by: Callable[..., Collection[str]] | None = None, of_query: tuple[str, ...] = ()
) -> Callable[[View], View]:
    """Let what is typed into these fields of a view's form be kept until it is sent, for a day.

    ``by`` finds the fields by the arguments of the view's address, ``of_query`` names what in its query says which form it
    is. What was kept goes in the transaction of the view that takes the form, once it has taken it.
    """
    rule = DraftRule(names=by or frozenset(names), of_query=of_query)

    def decorate(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
            response = view(request, *arguments, **named)
            if request.method == "POST" and _has_taken(response) and request.resolver_match is not None:
                _discard(cast("TenantRequest", request), _place(request.resolver_match, rule, request.GET.dict()))
            return response

        vars(kept)["draft_rule"] = rule
        return kept

    return decorate


def draft_rule_of(view: Callable[..., Any]) -> DraftRule | None:
    """Return what a view says of its form, or nothing when the form is not kept."""
    rule = getattr(view, "draft_rule", None)
    return rule if isinstance(rule, DraftRule) else None


def sent(request: TenantRequest, address: str) -> None:
    """Throw away what was kept of the form at an address, where another view than its own has taken what stood in it."""
    match = resolve(address)
    rule = draft_rule_of(match.func)
    if rule is not None:
        _discard(request, _place(match, rule, {}))


def not_sent(response: HttpResponse) -> HttpResponse:
    """Say of an answer that leads back that the form was not taken: what was kept of it stays."""
    vars(response)["was_not_sent"] = True
    return response


def form_at(request: TenantRequest, address: str) -> DraftForm:
    """Return the form that is sent to an address; raise ``NotFound`` unless it is kept, and the reader's to send."""
    if not may_keep(request):
        raise NotFound
    try:
        parts = urlsplit(address)
        match = resolve(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=20).items()}
    except (Resolver404, ValueError) as error:
        raise NotFound from error
    rule, permission = draft_rule_of(match.func), permission_of(match.func)
    if rule is None or permission is None or not request.principal.has(permission):
        raise NotFound
    return DraftForm(place=_place(match, rule, query), rule=rule, match=match)


def may_keep(request: TenantRequest) -> bool:
    """Whether anything is kept of what is typed here: at a visit and on a shared screen, nothing."""
    return request.visit is None and not request.signed_in.is_shared_screen


def kept_sentence(request: HttpRequest, address: str) -> str | None:
    """Return what a form says of what was typed there before, empty where nothing was; nothing where none is kept.

    Nothing is offered in a page that answers a form, nor where the form stands filled in from its address.
    """
    if getattr(request, "principal", None) is None:
        return None
    reader = cast("TenantRequest", request)
    try:
        form = form_at(reader, address)
    except NotFound:
        return None
    kept_at = _kept(reader).get(form.place)
    is_filled = request.path == urlsplit(address).path and bool(set(request.GET) - set(form.rule.of_query))
    if kept_at is None or is_filled or (request.method == "POST" and not request.headers.get("HX-Request")):
        return ""
    return _sentence(reader, kept_at)


def doors(request: TenantRequest) -> dict[str, str]:
    """Return where a page keeps, reads and throws away what is typed; nothing where nothing is kept."""
    if not may_keep(request):
        return {}
    return {"keep": reverse("keep_draft"), "read": reverse("read_draft"), "drop": reverse("drop_draft")}


def _discard(request: TenantRequest, place: FormPlace) -> None:
    """Throw away what was kept; one of the provider's people on a visit has nothing here."""
    if request.visit is None:
        discard_draft(actor=request.principal, place=place)


def _place(match: ResolverMatch, rule: DraftRule, query: Mapping[str, str]) -> FormPlace:
    asked = [query[name] for name in rule.of_query if query.get(name)]
    if not all(_KEY.fullmatch(text) for text in asked):
        raise NotFound
    return FormPlace(route=match.view_name, subject="/".join([*map(str, match.kwargs.values()), *asked]))


def _has_taken(response: HttpResponseBase) -> bool:
    """Whether an answer says that the form was taken: it refuses nothing, and does not ask first who it is."""
    if response.status_code >= _FIRST_ERROR_STATUS or getattr(response, "was_not_sent", False):
        return False
    is_asked_first = isinstance(response, HttpResponseRedirect) and urlsplit(response.url).path == reverse("confirm")
    return not is_asked_first


def _kept(request: TenantRequest) -> Mapping[FormPlace, datetime]:
    """Return the reader's drafts, asked for once in a request however many forms a page has."""
    known = vars(request)
    if "kept_drafts" not in known:
        known["kept_drafts"] = kept_drafts(actor=request.principal, now=request.now)
    return cast("Mapping[FormPlace, datetime]", known["kept_drafts"])


def _sentence(request: TenantRequest, kept_at: datetime) -> str:
    is_today = kept_at.astimezone(request.zone).date() == request.today
    when = clock(kept_at, request.zone) if is_today else moment(kept_at, request.zone)
    return _("What you typed here was kept (%(when)s). It was not sent.") % {"when": when}
