"""Where anybody asks to be told of changes of the sheet, confirms it, and ends it."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tokimori.assurance.catalogue.controls import ROWS, sections
from tokimori.assurance.subscriptions.errors import NoLettersHere, SubscriptionNotValid
from tokimori.assurance.subscriptions.services.subscribing import (
    KEPT_UNCONFIRMED,
    SubscriptionView,
    ask_for_letters,
    confirm_letters,
    confirmable,
    end_letters,
    subscription_of,
)
from tokimori.assurance.subscriptions.wishes import (
    LONGEST_ADDRESS,
    LONGEST_ROWS,
    SubscriptionWish,
    read_rows,
    rows_in_words,
)
from tokimori.foundation import clock
from tokimori.foundation.notices.services.outbox import mails
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction
from tokimori.interfaces.web.entrance import origin_of
from tokimori.interfaces.web.permissions import public

_LONGEST_VALUE: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or send the link that confirms what was filled in; the answer is the same for every address."""
    if request.method != "POST":
        row = request.GET.get("row", "")[:_LONGEST_VALUE]
        return _form(request, values={"rows": row, "language": get_language() or "en", "chapters": ()})
    values = {
        "address": request.POST.get("address", "").strip()[: LONGEST_ADDRESS + 1],
        "rows": request.POST.get("rows", "")[: LONGEST_ROWS + 1],
        "language": request.POST.get("language", "")[:_LONGEST_VALUE],
        "pace": request.POST.get("pace", "")[:_LONGEST_VALUE],
        "chapters": tuple(request.POST.getlist("chapter"))[: len(ROWS)],
    }
    try:
        wish = _wish(values)
        with at_door(None), tenant_transaction(PROVIDER):
            ask_for_letters(wish=wish, source=origin_of(request).address, now=clock.now())
    except SubscriptionNotValid as refusal:
        name = str(refusal.facts.get("field"))
        errors = {name if name in {"address", "rows"} else "choices": _(refusal.sentence())}
        return _form(request, values=values, errors=errors, status=refusal.status)
    except NoLettersHere as refusal:
        return _form(request, values=values, status=refusal.status)
    days = KEPT_UNCONFIRMED.days
    sentence = _(
        "If this address takes letters, one with a link is on its way. By the link you confirm it; without it the "
        "address is removed after %(days)d days."
    ) % {"days": days}
    return _told(request, title=_("Look into your mailbox"), sentence=sentence)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what the link of a letter confirms; confirm it when asked to. Opening the page alone confirms nothing."""
    now = clock.now()
    with at_door(None), tenant_transaction(PROVIDER):
        act = confirm_letters if request.method == "POST" else confirmable
        view = act(secret=secret, now=now)
    if request.method == "POST":
        sentence = _("From now on changes are told to your address. Each letter has a link that ends it.")
        return _told(request, title=_("You will be told"), sentence=sentence)
    return _asked(request, view, title=_("Letters about the security sheet"), button=_("Yes, send me letters"))


@csrf_exempt  # see the list of the rule on escaping
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def end(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what the link of a letter ends; end it when asked to, also by the button of a mail program (RFC 8058)."""
    with at_door(None), tenant_transaction(PROVIDER):
        view = subscription_of(secret=secret)
        if request.method == "POST":
            end_letters(secret=secret, now=clock.now())
    if request.method == "POST":
        return _told(request, title=_("No more letters"), sentence=_("Your address is removed from here."))
    return _asked(request, view, title=_("End the letters about the security sheet"), button=_("Send me no more"))


def _wish(values: dict[str, Any]) -> SubscriptionWish:
    if values["pace"] not in {"daily", "at_once"}:
        raise SubscriptionNotValid(field="pace")
    return SubscriptionWish(
        address=values["address"].lower(),
        language=values["language"],
        is_daily=values["pace"] == "daily",
        chapters=values["chapters"],
        rows=read_rows(values["rows"]),
    )


def _form(
    request: HttpRequest, *, values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    language = get_language() or "en"
    context = {
        "page_title": _("Be told of changes"),
        "here": reverse("subscribe_to_sheet"),
        "trust_url": reverse("trust"),
        "sends_letters": mails(),
        "values": values,
        "errors": errors or {},
        "longest_address": LONGEST_ADDRESS,
        "longest_rows": LONGEST_ROWS,
        "speaks": [
            {"value": code, "label": label, "is_chosen": code == values["language"]}
            for code, label in settings.LANGUAGES
        ],
        "chapters": [
            {
                "value": one.code,
                "label": one.title.in_language(language),
                "rows": rows_in_words(control.row for control in one.controls),
                "is_chosen": one.code in values["chapters"],
            }
            for one in sections()
        ],
        "is_daily": values.get("pace") == "daily",
    }
    return _kept_apart(render(request, "tokimori/sheet_subscribe.html", context, status=status))


def _asked(request: HttpRequest, view: SubscriptionView, *, title: str, button: str) -> HttpResponse:
    context = {
        "page_title": title,
        "here": request.path,
        "button": button,
        "rows": "" if len(view.rows) == len(ROWS) else rows_in_words(view.rows),
        "is_daily": view.is_daily,
        "spoken": dict(settings.LANGUAGES)[view.language],
    }
    return _kept_apart(render(request, "tokimori/sheet_subscription.html", context))


def _told(request: HttpRequest, *, title: str, sentence: str) -> HttpResponse:
    context = {"page_title": title, "sentence": sentence, "trust_url": reverse("trust")}
    return _kept_apart(render(request, "tokimori/sheet_subscription_told.html", context))


def _kept_apart(answer: HttpResponse) -> HttpResponse:
    """Keep links with secrets out of what other sites and search engines are told."""
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer
