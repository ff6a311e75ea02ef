"""From which networks people and machines may come: shown, tried on who came lately, and only then let hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.countries.table import country_table
from tokimori.foundation.errors import Conflict, InvalidInput, NotFound, Refusal
from tokimori.foundation.identity.errors import (
    AddressRuleNotValid,
    CountriesNotThere,
    CountryNotReadable,
    NetworkHasHostBits,
)
from tokimori.foundation.identity.networks import (
    LONGEST_NETWORK,
    AddressAudience,
    Country,
    Place,
    address_audience_of,
    place_of,
    read_address,
    read_country,
    read_network,
    single,
)
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.identity.services.address_rules import (
    LONGEST_NOTE,
    AddressRuleView,
    NewNetwork,
    add_network,
    address_rules,
    remove_network,
)
from tokimori.foundation.identity.services.address_trials import (
    WINDOWS,
    AddressTrial,
    try_new_network,
    try_removal,
)
from tokimori.interfaces.web.country_words import place_words, table_words
from tokimori.interfaces.web.dates import moment, read_date
from tokimori.interfaces.web.entrance import origin_of
from tokimori.interfaces.web.labels import ADDRESS_AUDIENCES
from tokimori.interfaces.web.permissions import ask_again, has_proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_MOST_HITS: Final = 100
_KINDS: Final = ("network", "country", "not-country")
_COUNTRY_LETTERS: Final = 2
_LONGEST_DATE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What was typed into the form, or chosen by a link to it; ``kind`` says whether it is a network or a country."""

    kind: str = "network"
    network: str = ""
    country: str = ""
    audiences: tuple[str, ...] = ()
    note: str = ""
    until: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> "_Typed":
        """Return what is in a form or an address, cut to what can be right."""
        kind = data.get("kind", "")
        return cls(
            kind=kind if kind in _KINDS else "network",
            country=data.get("country", "")[: _COUNTRY_LETTERS + 1],
            network=data.get("network", "").strip()[: LONGEST_NETWORK + 1],
            audiences=tuple(one for one in AddressAudience if one.value in data.getlist("audience")),
            note=data.get("note", "").strip()[:LONGEST_NOTE],
            until=data.get("until", "")[:_LONGEST_DATE],
        )

    def fields(self) -> list[tuple[str, str]]:
        """Return names and values, as a form or an address holds them."""
        place = [("kind", self.kind), ("network", self.network), ("country", self.country)]
        return [*place, *(("audience", one) for one in self.audiences), ("note", self.note), ("until", self.until)]

    def place(self) -> Place:
        """Return the network or country that is meant; raise the refusal of what is wrong."""
        if self.kind == "network":
            return read_network(self.network)
        return read_country(self.country, is_barred=self.kind == "not-country")

    def meant(self, request: TenantRequest) -> NewNetwork:
        """Return the network that is meant; raise the refusal of what is wrong."""
        return NewNetwork(
            network=self.place(),
            audiences=tuple(AddressAudience(one) for one in self.audiences),
            note=self.note,
            expires_at=_end_of(self.until, request) if self.until else None,
        )


@never_cache
@require_GET
@requires(Permission.SECURITY_READ)
def networks(request: TenantRequest) -> HttpResponse:
    """Show the networks; with a network in the address, what it would change; with ``remove``, what that would change."""
    typed = _Typed.of(request.GET)
    removed = request.GET.get("remove", "")
    if not typed.network and not typed.country and not removed:
        return _page(request, typed)
    if not has_proved_lately(request):
        return ask_again(back=request.get_full_path())
    return _removal_page(request, removed) if removed else _trial_page(request, typed)


@require_POST
@requires(Permission.NETWORK_WRITE)
def add(request: TenantRequest) -> HttpResponse:
    """Let a network hold that was tried."""
    typed = _Typed.of(request.POST)
    if not has_proved_lately(request):
        return ask_again(back=f"{reverse('networks')}?{urlencode(typed.fields())}")
    try:
        add_network(
            actor=request.principal, new=typed.meant(request), address=origin_of(request).address, now=request.now
        )
    except (InvalidInput, Conflict) as refusal:
        return _page(request, typed, refusal=refusal)
    messages.success(request, _("%(network)s holds from now on.") % {"network": place_words(str(typed.place()))})
    return HttpResponseRedirect(reverse("networks"))


@require_POST
@requires(Permission.NETWORK_WRITE)
def remove(request: TenantRequest, rule_id: UUID) -> HttpResponse:
    """Take a network away."""
    if not has_proved_lately(request):
        return ask_again(back=f"{reverse('networks')}?{urlencode({'remove': rule_id})}")
    address = origin_of(request).address
    try:
        remove_network(actor=request.principal, rule_id=rule_id, address=address, now=request.now)
    except Conflict as refusal:
        return _page(request, _Typed(), refusal=refusal)
    messages.success(request, _("The network is removed."))
    return HttpResponseRedirect(reverse("networks"))


def _trial_page(request: TenantRequest, typed: _Typed) -> HttpResponse:
    try:
        trial = try_new_network(
            actor=request.principal, new=typed.meant(request), address=origin_of(request).address, now=request.now
        )
    except (InvalidInput, CountriesNotThere) as refusal:
        return _page(request, typed, refusal=refusal)
    shown = {
        **_trial(request, trial),
        "title": _("Trial: %(network)s") % {"network": place_words(str(typed.place()))},
        "about": ", ".join(str(ADDRESS_AUDIENCES[AddressAudience(one)]) for one in typed.audiences),
        "url": reverse("add_network"),
        "fields": typed.fields(),
        "deed": _("Let it hold"),
    }
    return _page(request, typed, trial=shown)


def _removal_page(request: TenantRequest, removed: str) -> HttpResponse:
    try:
        rule_id = UUID(removed[:36])
    except ValueError as error:
        raise NotFound from error
    address = origin_of(request).address
    trial = try_removal(actor=request.principal, rule_id=rule_id, address=address, now=request.now)
    rule = next(one for one in address_rules(actor=request.principal) if one.id == rule_id)
    shown = {
        **_trial(request, trial),
        "title": _("Remove %(network)s") % {"network": place_words(rule.network)},
        "about": ADDRESS_AUDIENCES[rule.audience],
        "url": reverse("remove_network", args=[rule_id]),
        "fields": [],
        "deed": _("Remove it"),
    }
    return _page(request, _Typed(), trial=shown)


def _page(
    request: TenantRequest, typed: _Typed, *, trial: Mapping[str, Any] | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    rules = address_rules(actor=request.principal)
    own = read_address(origin_of(request).address)
    audience = address_audience_of(roles_of(request.account))
    may_change = request.principal.has(Permission.NETWORK_WRITE)
    limited = len({rule.audience for rule in rules})
    table = country_table()
    context = {
        "page_title": _("Networks"),
        "state_sentence": ngettext(
            "%(count)d group may not come in from everywhere.",
            "%(count)d groups may not come in from everywhere.",
            limited,
        )
        % {"count": limited}
        if limited
        else _("Everybody may come in from anywhere."),
        "groups": _groups(request, rules, may_change=may_change),
        "own_address": "" if own is None else str(own),
        "own_url": "" if own is None else _own_url(str(single(own)), audience),
        "own_group": ADDRESS_AUDIENCES[audience],
        "networks_url": reverse("networks"),
        "may_change": may_change,
        "countries": None if table is None else table_words(table),
        "has_country_rules": any(isinstance(place_of(rule.network), Country) for rule in rules),
        "typed": typed,
        "audiences": [
            {"value": one.value, "label": label, "is_chosen": one in typed.audiences}
            for one, label in ADDRESS_AUDIENCES.items()
        ],
        "longest_network": LONGEST_NETWORK,
        "longest_note": LONGEST_NOTE,
        "first_end": request.today.isoformat(),
        "trial": trial,
        **_refused(refusal),
    }
    return render(request, "tokimori/networks.html", context, status=200 if refusal is None else refusal.status)


def _refused(refusal: Refusal | None) -> dict[str, str]:
    """Return the sentence of a refusal: beside the network when it cannot be read, else above the form."""
    if refusal is None:
        return {}
    sentence = _(refusal.sentence())
    if isinstance(refusal, NetworkHasHostBits):
        meant = _("Meant is perhaps %(network)s.") % {"network": refusal.facts["network"]}
        return {"network_error": f"{sentence} {meant}"}
    if isinstance(refusal, CountryNotReadable):
        return {"country_error": sentence}
    if isinstance(refusal, InvalidInput) and not isinstance(refusal, AddressRuleNotValid):
        return {"network_error": sentence}
    return {"refusal": sentence}


def _groups(request: TenantRequest, rules: Sequence[AddressRuleView], *, may_change: bool) -> list[dict[str, Any]]:
    names = account_names(tenant=request.tenant, account_ids={rule.added_by for rule in rules})
    return [
        {
            "label": label,
            "rules": [
                {
                    "network": place_words(rule.network),
                    "note": rule.note,
                    "added": _("Added %(moment)s by %(person)s")
                    % {
                        "moment": moment(rule.added_at, request.zone),
                        "person": names.get(rule.added_by, _("Tokimori")),
                    },
                    "until": moment(rule.expires_at, request.zone) if rule.expires_at else "",
                    "is_over": rule.expires_at is not None and rule.expires_at <= request.now,
                    "remove_url": f"{reverse('networks')}?{urlencode({'remove': rule.id})}" if may_change else "",
                }
                for rule in rules
                if rule.audience is audience
            ],
        }
        for audience, label in ADDRESS_AUDIENCES.items()
    ]


def _trial(request: TenantRequest, trial: AddressTrial) -> dict[str, Any]:
    return {
        "sentence": _trial_sentence(trial),
        "is_harmless": not trial.hits,
        "locks_out": trial.locks_out,
        "windows": [
            {
                "label": _("Since yesterday")
                if days == 1
                else ngettext("Last %(count)d day", "Last %(count)d days", days) % {"count": days},
                "count": trial.hit_within[days],
            }
            for days in WINDOWS
        ],
        "hits": [
            {
                "name": hit.name,
                "group": ADDRESS_AUDIENCES[hit.audience],
                "addresses": ", ".join(hit.addresses),
                "last": moment(hit.last_at, request.zone),
            }
            for hit in trial.hits[:_MOST_HITS]
        ],
        "left_out": max(0, len(trial.hits) - _MOST_HITS),
    }


def _trial_sentence(trial: AddressTrial) -> str:
    if not trial.seen:
        return _("Nobody came within the last 30 days whom it could be tried on.")
    hit = trial.hit_within[max(WINDOWS)]
    if not hit:
        return ngettext(
            "%(seen)d came within the last 30 days, and would have been let in.",
            "%(seen)d came within the last 30 days, and all of them would have been let in.",
            trial.seen,
        ) % {"seen": trial.seen}
    return ngettext(
        "%(hit)d of %(seen)d who came within the last 30 days would have been kept out.",
        "%(hit)d of %(seen)d who came within the last 30 days would have been kept out.",
        hit,
    ) % {"hit": hit, "seen": trial.seen}


def _own_url(network: str, audience: AddressAudience) -> str:
    """Return the way to try one's own address for one's own group."""
    fields = {"network": network, "audience": audience.value, "note": _("My own address")}
    return f"{reverse('networks')}?{urlencode(fields)}"


def _end_of(text: str, request: TenantRequest) -> datetime:
    """Return the end of a date on the person's clock."""
    try:
        day: date = read_date(text)
    except NotFound as error:
        raise AddressRuleNotValid from error
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=request.zone)
