"""Single sign-on, looked after by the company's own administrator: made, described, tested, switched on, closed."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound, Refusal
from tokimori.foundation.identity.errors import BreakGlassMissing
from tokimori.foundation.identity.security_rules import Audience
from tokimori.foundation.single_sign_on.discovery import LARGEST_DISCOVERY
from tokimori.foundation.single_sign_on.errors import (
    AddressNotReachable,
    DiscoveryNotReadable,
    LastCertificate,
    MetadataNotReadable,
    ProviderNotValid,
    SlugTaken,
    TestMissing,
)
from tokimori.foundation.single_sign_on.queries import provider, provider_row, providers, test_result
from tokimori.foundation.single_sign_on.services.answers import ask
from tokimori.foundation.single_sign_on.services.arrivals import finish_test
from tokimori.foundation.single_sign_on.services.descriptions import OpenIdDescription, OpenIdForm, fetch_description
from tokimori.foundation.single_sign_on.services.pending import Asker, browser_secret
from tokimori.foundation.single_sign_on.services.providers import (
    LONGEST_NAME,
    NewProvider,
    activate_provider,
    change_trust,
    close_passwords,
    close_provider,
    create_provider,
    describe_by_discovery,
    describe_by_metadata,
    remove_certificate,
)
from tokimori.foundation.single_sign_on.strict_xml import LARGEST_DOCUMENT
from tokimori.foundation.single_sign_on.values import Kind, LinksBy, Purpose, SecondFactor, Trust
from tokimori.interfaces.web.entrance import base_of, browser_cookie_name, leave_browser_secret
from tokimori.interfaces.web.leading_back import refused
from tokimori.interfaces.web.middleware.tenancy import StepOutside, from_outside
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.provider_page import list_context, page_context, test_context
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.company_sign_in import company_code_of

_LONGEST_FIELD: Final = 1000
_LONGEST_LIST: Final = 6000
_Choice = TypeVar("_Choice", Kind, LinksBy, SecondFactor)


@require_GET
@requires(Permission.SECURITY_READ)
def identity_providers(request: TenantRequest) -> HttpResponse:
    """Show the company's identity providers."""
    return _list_page(request)


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def new(request: TenantRequest) -> HttpResponse:
    """Make a new one, which nobody sees yet."""
    values = {name: _field(request, name).strip() for name in ("slug", "name", "kind")}
    try:
        wanted = NewProvider(
            kind=_kind(values["kind"]), slug=values["slug"], name=values["name"], base=base_of(request)
        )
        provider_id = create_provider(actor=request.principal, provider=wanted, now=request.now)
    except ProviderNotValid as refusal:
        return _list_page(request, values=values, errors={str(refusal.facts["field"]): _said(refusal)})
    except SlugTaken as refusal:
        return _list_page(request, values=values, errors={"slug": _said(refusal)})
    return HttpResponseRedirect(reverse("identity_provider", args=[provider_id]))


@require_GET
@requires(Permission.SECURITY_READ)
def identity_provider(request: TenantRequest, provider_id: UUID) -> HttpResponse:
    """Show one provider: our values, its values, what it may decide, and how far it has come."""
    return _page(request, provider_id)


@sensitive_post_parameters("client_secret")
@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def describe(request: TenantRequest, provider_id: UUID) -> HttpResponse:
    """Take what the provider's administrator gave: metadata, or an address with our name and secret there."""
    kind = Kind(provider_row(actor=request.principal, provider_id=provider_id).kind)
    found = from_outside(request)
    if kind is Kind.OPENID_CONNECT and found is None:
        return StepOutside(partial(_fetched, _openid_form(request)))
    try:
        if kind is Kind.SAML:
            describe_by_metadata(
                actor=request.principal,
                provider_id=provider_id,
                metadata=_text_or_file(request, "metadata", LARGEST_DOCUMENT),
                attributes=(_field(request, "address_attribute"), _field(request, "login_attribute")),
                now=request.now,
            )
        else:
            describe_by_discovery(
                actor=request.principal, provider_id=provider_id, description=_description(found), now=request.now
            )
    except (MetadataNotReadable, DiscoveryNotReadable, AddressNotReachable, ProviderNotValid) as refusal:
        return _again(request, provider_id, refusal)
    messages.success(request, _("The provider's values are stored. Test them next."))
    return _back(provider_id)


def _openid_form(request: TenantRequest) -> OpenIdForm:
    return OpenIdForm(
        issuer=_field(request, "issuer"),
        discovery=_text_or_file(request, "discovery", LARGEST_DISCOVERY),
        client_id=_field(request, "client_id"),
        client_secret=_field(request, "client_secret"),
    )


def _fetched(form: OpenIdForm) -> OpenIdDescription | Refusal:
    """Return what the provider says about itself, or why that cannot be had."""
    try:
        return fetch_description(form)
    except (DiscoveryNotReadable, AddressNotReachable, ProviderNotValid) as refusal:
        return refusal


def _description(found: object) -> OpenIdDescription:
    """Return what was fetched, or raise the refusal that was found instead."""
    if isinstance(found, Refusal):
        raise found
    if not isinstance(found, OpenIdDescription):
        raise TypeError("The step outside returns a description or a refusal.")
    return found


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def trust(request: TenantRequest, provider_id: UUID) -> HttpResponse:
    """Change what the provider may decide."""
    try:
        wanted = Trust(
            links_by=_choice(LinksBy, _field(request, "links_by"), "links_by"),
            domains=_words(request, "domains"),
            creates_accounts=_field(request, "creates_accounts") == "yes",
            second_factor=_choice(SecondFactor, _field(request, "second_factor"), "second_factor"),
            strong_contexts=_lines(request, "strong_contexts"),
        )
    except ProviderNotValid as refusal:
        return _again(request, provider_id, refusal)
    change_trust(actor=request.principal, provider_id=provider_id, trust=wanted, now=request.now)
    messages.success(request, _("Stored. It holds from the next sign-in on."))
    return _back(provider_id)


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def drop_certificate(request: TenantRequest, provider_id: UUID, fingerprint: str) -> HttpResponse:
    """Take one of the provider's certificates away."""
    try:
        remove_certificate(actor=request.principal, provider_id=provider_id, fingerprint=fingerprint, now=request.now)
    except LastCertificate as refusal:
        return _told(request, provider_id, refusal)
    messages.success(request, _("The certificate is removed."))
    return _back(provider_id)


@require_GET
@requires(Permission.SECURITY_WRITE)
@proved_lately
def begin_test(request: TenantRequest, provider_id: UUID) -> HttpResponse:
    """Send the administrator through the whole exchange; his own session stays as it is."""
    row = provider_row(actor=request.principal, provider_id=provider_id)
    if not row.configuration:
        raise NotFound
    browser = browser_secret(request.COOKIES.get(browser_cookie_name(), ""))
    asker = Asker(purpose=Purpose.TEST, browser=browser, account_id=request.account.id)
    address = ask(provider=row, company_code=company_code_of(request), asker=asker, now=request.now)
    response = HttpResponseRedirect(address)
    leave_browser_secret(response, browser)
    return response


@require_GET
@requires(Permission.SECURITY_WRITE)
def arrive_from_test(request: TenantRequest) -> HttpResponse:
    """Write down what came of a test, and show it."""
    found = finish_test(
        actor=request.principal,
        ticket=request.GET.get("ticket", "")[:_LONGEST_FIELD],
        browser=request.COOKIES.get(browser_cookie_name(), ""),
        now=request.now,
    )
    return HttpResponseRedirect(reverse("identity_provider_test", args=found))


@require_GET
@requires(Permission.SECURITY_WRITE)
def test_page(request: TenantRequest, provider_id: UUID, test_id: UUID) -> HttpResponse:
    """Show what came back from a test, and what would have happened."""
    result = test_result(actor=request.principal, provider_id=provider_id, test_id=test_id)
    view = provider(actor=request.principal, provider_id=provider_id, company_code=company_code_of(request))
    return render(request, "tokimori/identity_provider_test.html", test_context(view, result, zone=request.zone))


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def activate(request: TenantRequest, provider_id: UUID) -> HttpResponse:
    """Show the provider at the door."""
    try:
        activate_provider(actor=request.principal, provider_id=provider_id, now=request.now)
    except TestMissing as refusal:
        return _told(request, provider_id, refusal)
    messages.success(request, _("The provider is switched on. Passphrases are still a way in."))
    return _back(provider_id)


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def only_for(request: TenantRequest, provider_id: UUID) -> HttpResponse:
    """Choose who may not use passwords any more."""
    chosen = set(request.POST.getlist("only_for"))
    try:
        close_passwords(
            actor=request.principal,
            provider_id=provider_id,
            audiences=frozenset(audience for audience in Audience if audience.value in chosen),
            now=request.now,
        )
    except (BreakGlassMissing, TestMissing) as refusal:
        return _told(request, provider_id, refusal)
    messages.success(request, _("Stored. It holds from the next sign-in on."))
    return _back(provider_id)


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def close(request: TenantRequest, provider_id: UUID) -> HttpResponse:
    """Close the provider for good."""
    close_provider(actor=request.principal, provider_id=provider_id, now=request.now)
    messages.success(request, _("The provider is closed. Passphrases are a way in again."))
    return _back(provider_id)


def _list_page(
    request: TenantRequest, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> HttpResponse:
    views = providers(actor=request.principal, company_code=company_code_of(request))
    context = list_context(views, may_write=request.principal.has(Permission.SECURITY_WRITE), now=request.now)
    shown = {**context, "values": values or {}, "errors": errors or {}, "longest_name": LONGEST_NAME}
    return render(request, "tokimori/identity_providers.html", shown, status=422 if errors else 200)


def _page(
    request: TenantRequest, provider_id: UUID, *, status: int = 200, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    view = provider(actor=request.principal, provider_id=provider_id, company_code=company_code_of(request))
    context = page_context(view, zone=request.zone, now=request.now)
    may_write = request.principal.has(Permission.SECURITY_WRITE)
    shown = {**context, "may_write": may_write, "errors": {}, **(more or {})}
    return render(request, "tokimori/identity_provider.html", shown, status=status)


def _again(request: TenantRequest, provider_id: UUID, refusal: Refusal) -> HttpResponse:
    """Show the page with the refusal beside the field that it is about."""
    field = str(refusal.facts.get("field", "")) if isinstance(refusal, ProviderNotValid) else ""
    place = _PLACES.get(field) or _PLACES_OF_REFUSALS.get(type(refusal), field)
    typed = {name: _field(request, name) for name in _TYPED}
    return _page(request, provider_id, status=refusal.status, more={"errors": {place: _said(refusal)}, "typed": typed})


_PLACES: Final = {"entity_id": "metadata", "sign_on_url": "metadata", "certificates": "metadata"}
_PLACES_OF_REFUSALS: Final[dict[type[Refusal], str]] = {
    MetadataNotReadable: "metadata",
    DiscoveryNotReadable: "issuer",
    AddressNotReachable: "issuer",
}
_TYPED: Final = ("issuer", "client_id", "domains", "strong_contexts", "address_attribute", "login_attribute")


def _told(request: TenantRequest, provider_id: UUID, refusal: Refusal) -> HttpResponse:
    return refused(request, refusal, to=reverse("identity_provider", args=[provider_id]))


def _back(provider_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("identity_provider", args=[provider_id]))


def _said(refusal: Refusal) -> str:
    return _(refusal.sentence())


def _field(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")[:_LONGEST_FIELD]


def _text_or_file(request: HttpRequest, name: str, most: int) -> str:
    """Return what was pasted, or what stands in the chosen file; one more than may be, so that too much is seen."""
    file = request.FILES.get(f"{name}_file")
    if not isinstance(file, UploadedFile):
        return request.POST.get(name, "")[: most + 1]
    data: bytes = file.read(most + 1)
    return data.decode("utf-8", errors="replace")


def _kind(text: str) -> Kind:
    return _choice(Kind, text, "kind")


def _choice(choices: type[_Choice], text: str, field: str) -> _Choice:
    try:
        return choices(text)
    except ValueError as error:
        raise ProviderNotValid(field=field) from error


def _words(request: HttpRequest, name: str) -> tuple[str, ...]:
    text = request.POST.get(name, "")[:_LONGEST_LIST].lower().replace(",", " ")
    return tuple(dict.fromkeys(word.removeprefix("@") for word in text.split()))


def _lines(request: HttpRequest, name: str) -> tuple[str, ...]:
    lines = request.POST.get(name, "")[:_LONGEST_LIST].splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
