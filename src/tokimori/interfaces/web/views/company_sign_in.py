"""Come in with the company's own account: found at the door, sent to its identity provider, and back."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.organisations.queries import company
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.errors import SignInLimited
from tokimori.foundation.identity.limits import count_start
from tokimori.foundation.identity.models import IdentityProvider
from tokimori.foundation.single_sign_on.errors import SingleSignOnFailed
from tokimori.foundation.single_sign_on.ours import begin_url
from tokimori.foundation.single_sign_on.queries import metadata_of, providers_at_door
from tokimori.foundation.single_sign_on.saml import LARGEST_ANSWER
from tokimori.foundation.single_sign_on.services.answers import ask, provider_of, take_openid_answer, take_saml_answer
from tokimori.foundation.single_sign_on.services.arrivals import finish_confirmation, finish_sign_in
from tokimori.foundation.single_sign_on.services.pending import Asker, Ticket, browser_secret
from tokimori.foundation.single_sign_on.values import Purpose
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.entrance import (
    base_of,
    browser_cookie_name,
    company_cookie_name,
    end_session_before,
    entered,
    leave_browser_secret,
    origin_of,
    safe_target,
    set_secret_cookie,
)
from tokimori.interfaces.web.permissions import public, requires
from tokimori.interfaces.web.requests import TenantRequest

_LONGEST_FIELD: Final = 254
_YEAR_IN_SECONDS: Final = 365 * 24 * 60 * 60
_BY_THE_PERSON: Final = frozenset({"same-origin", "none"})
"""What browsers say of a step from our own page, or from the address bar; those of before 2023 say nothing."""
_ARRIVALS: Final = {
    Purpose.SIGN_IN: "arrive",
    Purpose.CONFIRM: "arrive_to_confirm",
    Purpose.TEST: "arrive_from_test",
}


@public
@never_cache
@require_GET
def company_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the company, and offer the accounts that its people come in by; where there is one, go there at once."""
    code = request.GET.get("company_code", "")[:_LONGEST_FIELD].strip()
    wanted = request.GET.get("next", "")
    choices = door_choices(company_code=code, wanted=wanted)
    if len(choices) == 1:
        return HttpResponseRedirect(choices[0]["url"])
    context = {
        "page_title": _("Sign in with your company's account"),
        "company_url": reverse("company_sign_in"),
        "sign_in_url": reverse("sign_in"),
        "company_code": code,
        "choices": choices,
        "next": wanted,
        "errors": {"company_code": _("This company has no other way to sign in here.")} if code and not choices else {},
    }
    return render(request, "tokimori/company_sign_in.html", context, status=200 if choices or not code else 422)


def door_choices(*, company_code: str, wanted: str) -> list[dict[str, str]]:
    """Return the providers that a company's people may come in by, with where each begins."""
    return [
        {
            "name": one.name,
            "url": reverse("begin_company_sign_in", args=[company_code.lower(), one.slug], query=_next(wanted)),
        }
        for one in providers_at_door(company_code=company_code)
    ]


@public
@never_cache
@require_GET
def begin_company_sign_in(request: HttpRequest, company: str, slug: str) -> HttpResponse:
    """Send the browser to the provider; first to the address by which the provider knows us, whose cookies it needs.

    Nobody is signed in because another site's page sent his browser here: then there is a button to press first.
    """
    provider = provider_of(company_code=company, slug=slug)
    wanted = request.GET.get("next", "")
    if provider.base != base_of(request):
        return HttpResponseRedirect(begin_url(provider, company))
    if request.headers.get("Sec-Fetch-Site", "none") not in _BY_THE_PERSON:
        return render(request, "tokimori/company_sign_in.html", _asked_first(provider, company, wanted))
    try:
        count_start(address=origin_of(request).address, now=clock.now())
    except SignInLimited as refusal:
        return _limited(request, refusal)
    browser = browser_secret(request.COOKIES.get(browser_cookie_name(), ""))
    asker = Asker(purpose=Purpose.SIGN_IN, browser=browser, wanted=safe_target(request, wanted))
    with tenant_transaction(TenantId(provider.tenant_id)):
        address = ask(provider=provider, company_code=company, asker=asker, now=clock.now())
    response = HttpResponseRedirect(address)
    leave_browser_secret(response, browser)
    set_secret_cookie(response, company_cookie_name(), company, seconds=_YEAR_IN_SECONDS)
    return response


def _asked_first(provider: IdentityProvider, company: str, wanted: str) -> dict[str, Any]:
    url = reverse("begin_company_sign_in", args=[company, provider.slug], query=_next(wanted))
    return {
        "page_title": _("Sign in with your company's account"),
        "sign_in_url": reverse("sign_in"),
        "choices": [{"name": provider.name, "url": url}],
    }


@public
@require_GET
def our_saml_metadata(request: HttpRequest, company: str, slug: str) -> HttpResponse:  # noqa: ARG001 -- as every view
    """Answer with our own metadata, for the provider's administrator."""
    text = metadata_of(company_code=company, slug=slug)
    headers = {"Content-Disposition": f'attachment; filename="tokimori-{slug}.xml"'}
    return HttpResponse(text, content_type="application/samlmetadata+xml", headers=headers)


@public
@never_cache
@csrf_exempt  # see the list of the rule on escaping
@require_POST
def saml_answer(request: HttpRequest, company: str, slug: str) -> HttpResponse:
    """Take what a SAML provider posts, and let the browser fetch its result with its own cookies."""
    answer = request.POST.get("SAMLResponse", "")
    state = request.POST.get("RelayState", "")[:_LONGEST_FIELD]
    if len(answer) > LARGEST_ANSWER:
        raise SingleSignOnFailed
    ticket = take_saml_answer(company_code=company, slug=slug, answer=answer, state=state, now=clock.now())
    return _arrival(ticket)


@public
@never_cache
@require_GET
def openid_answer(request: HttpRequest, company: str, slug: str) -> HttpResponse:
    """Take the code that an OpenID provider sends, and let the browser fetch its result."""
    ticket = take_openid_answer(
        company_code=company,
        slug=slug,
        code=request.GET.get("code", ""),
        issuer=request.GET.get("iss"),
        state=request.GET.get("state", "")[:_LONGEST_FIELD],
        now=clock.now(),
    )
    return _arrival(ticket)


@public
@never_cache
@require_GET
def arrive(request: HttpRequest) -> HttpResponse:
    """Open the door to whom a provider vouched for, in the browser that asked."""
    try:
        found = finish_sign_in(
            ticket=request.GET.get("ticket", "")[:_LONGEST_FIELD],
            browser=request.COOKIES.get(browser_cookie_name(), ""),
            origin=origin_of(request),
            language=translation.get_language() or settings.LANGUAGE_CODE,
            now=clock.now(),
        )
    except SignInLimited as refusal:
        return _limited(request, refusal)
    end_session_before(request)
    return entered(found.secret, to=safe_target(request, found.wanted))


@require_GET
@requires(Permission.SECURITY_OWN)
def confirm_with(request: TenantRequest, slug: str) -> HttpResponse:
    """Send somebody who is signed in to his provider, to say once more who he is."""
    wanted = safe_target(request, request.GET.get("next", ""))
    company = company_code_of(request)
    provider = provider_of(company_code=company, slug=slug)
    if provider.tenant_id != request.tenant or provider.base != base_of(request):
        raise NotFound
    browser = browser_secret(request.COOKIES.get(browser_cookie_name(), ""))
    asker = Asker(purpose=Purpose.CONFIRM, browser=browser, account_id=request.account.id, wanted=wanted)
    response = HttpResponseRedirect(ask(provider=provider, company_code=company, asker=asker, now=request.now))
    leave_browser_secret(response, browser)
    return response


@require_GET
@requires(Permission.SECURITY_OWN)
def arrive_to_confirm(request: TenantRequest) -> HttpResponse:
    """Go on with what needed the confirmation."""
    found = finish_confirmation(
        signed_in=request.signed_in,
        ticket=request.GET.get("ticket", "")[:_LONGEST_FIELD],
        browser=request.COOKIES.get(browser_cookie_name(), ""),
        now=request.now,
    )
    return entered(found.secret, to=safe_target(request, found.wanted))


def company_code_of(request: TenantRequest) -> str:
    """Return the code of the signed-in person's company, which stands in the addresses that its providers know."""
    return company(tenant=request.tenant).code


def _arrival(ticket: Ticket) -> HttpResponse:
    """Send the browser on by GET: only so does it bring its cookies along after a post from elsewhere."""
    response = HttpResponseRedirect(reverse(_ARRIVALS[ticket.purpose], query={"ticket": ticket.secret}))
    response.status_code = 303
    response["Referrer-Policy"] = "no-referrer"
    return response


def _limited(request: HttpRequest, refusal: SignInLimited) -> HttpResponse:
    answer = render(request, "tokimori/refusal.html", _told(refusal), status=refusal.status)
    answer["Retry-After"] = str(refusal.facts["seconds"])
    return answer


def _next(wanted: str) -> dict[str, str]:
    return {"next": wanted} if wanted else {}


def _told(refusal: SignInLimited) -> dict[str, Any]:
    return {"sentence": _(refusal.sentence()), "facts": {}, "refusal_code": refusal.code, "status": refusal.status}
