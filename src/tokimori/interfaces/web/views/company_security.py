"""The company's security: how it stands, the weakest point first, and the rules with everything that they ever were."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Conflict
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, changes_between
from tokimori.foundation.identity.services.addresses import limited_audiences
from tokimori.foundation.identity.services.rules import (
    RulesVersionView,
    change_rules,
    propose_rules,
    rules_in_force,
    rules_versions,
)
from tokimori.foundation.identity.services.security_level import Protection, Weight, security_level
from tokimori.foundation.notices.services.outbox import mails
from tokimori.foundation.vouching.services.proposals import ProposalView, asks_second_person, open_proposals
from tokimori.foundation.vouching.subjects import Subject
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.labels import ADDRESS_AUDIENCES
from tokimori.interfaces.web.permissions import ask_again, has_proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.second_person_section import SUBJECTS, Lines, proposal_rows, second_person_choices
from tokimori.interfaces.web.security_choices import (
    GROUPS,
    LABELS,
    form_groups,
    given_in,
    in_words,
    rules_from,
    values_of,
)
from tokimori.interfaces.web.security_points import point_line

_LONGEST_NUMBER: Final = 6


@never_cache
@require_GET
@requires(Permission.SECURITY_READ)
def company_security(request: TenantRequest) -> HttpResponse:
    """Show how the company stands, its rules, its networks, and every version of the rules."""
    may_change = request.principal.has(Permission.SECURITY_WRITE)
    level = security_level(actor=request.principal, now=request.now)
    rules = rules_in_force(actor=request.principal).rules
    lines = [point_line(point, rules=rules, may_change=may_change) for point in level.points]
    weak = [line for line in lines if line["state"] != "ok"]
    context = {
        "page_title": _("Security"),
        "state_sentence": _state(weak),
        "weak": weak,
        "good": [line for line in lines if line["state"] == "ok"],
        "acts": len(level.of(Weight.ACT)),
        "groups": [_group_in_words(group.names, str(group.label), rules) for group in GROUPS],
        "has_older_rules": rules.has_older_rules,
        "networks": _networks(request),
        "networks_url": reverse("networks"),
        "change_url": reverse("change_security_rules") if may_change else "",
        "versions": _versions(request),
        "proposals": _proposals(request, rules, may_change=may_change),
        "second_person": second_person_choices(request),
    }
    return render(request, "tokimori/company_security.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.SECURITY_WRITE)
def change_security_rules(request: TenantRequest) -> HttpResponse:
    """Show the rules as a form, and let what was chosen hold. Who it is must have been shown lately."""
    in_force = rules_in_force(actor=request.principal)
    if request.method == "GET":
        if not has_proved_lately(request):
            return ask_again(back=request.get_full_path())
        return _form(request, values_of(in_force.rules), seen_version=in_force.version)
    given = given_in(request.POST)
    seen = request.POST.get("seen_version", "")[:_LONGEST_NUMBER]
    seen_version = int(seen) if seen.isascii() and seen.isdigit() else in_force.version
    if not has_proved_lately(request):
        return _form(request, given, seen_version=seen_version, is_unproved=True)
    rules, errors = rules_from(given)
    if rules is None:
        return _form(request, given, seen_version=seen_version, errors=errors)
    act = _propose if asks_second_person(tenant=request.tenant, subject=Subject.SECURITY_RULES) else _change
    try:
        act(request, rules, seen_version=seen_version, in_force=in_force.version)
    except Conflict as refusal:
        return _form(request, given, seen_version=in_force.version, refusal=_(refusal.sentence()))
    return HttpResponseRedirect(reverse("company_security"))


def _change(request: TenantRequest, rules: SecurityRules, *, seen_version: int, in_force: int) -> None:
    version = change_rules(actor=request.principal, rules=rules, now=request.now, seen_version=seen_version)
    if version == in_force:
        messages.info(request, _("These rules hold already; nothing was changed."))
    else:
        messages.success(request, _("Version %(version)d of the rules holds from now on.") % {"version": version})


def _propose(request: TenantRequest, rules: SecurityRules, *, seen_version: int, in_force: int) -> None:
    del in_force  # a proposal has no number yet
    propose_rules(actor=request.principal, rules=rules, seen_version=seen_version, now=request.now)
    messages.success(request, _("Proposed. Another administrator has to approve it."))


def _proposals(request: TenantRequest, rules: SecurityRules, *, may_change: bool) -> list[dict[str, Any]]:
    def lines_of(one: ProposalView) -> Lines:
        if one.subject is Subject.SECOND_PERSON:
            return [{"label": _("One person decides again: %(what)s") % {"what": SUBJECTS[Subject(one.target)]}}]
        return _lines(rules, SecurityRules.from_plain(one.content["rules"]))

    found = [
        one
        for subject in (Subject.SECURITY_RULES, Subject.SECOND_PERSON)
        for one in open_proposals(actor=request.principal, subject=subject, now=request.now)
    ]
    return proposal_rows(
        request,
        found,
        lines_of=lines_of,
        url_of=lambda one: reverse("decide_security_proposal", args=[one.id]),
        may_decide=may_change,
    )


def _form(
    request: TenantRequest,
    given: Mapping[str, str],
    *,
    seen_version: int,
    errors: Mapping[str, str] | None = None,
    refusal: str = "",
    is_unproved: bool = False,
) -> HttpResponse:
    found = errors or {}
    level = security_level(actor=request.principal, now=request.now)
    notes = {f"strength_{audience.value}": _protected(level.protection[audience]) for audience in Audience}
    if not mails():
        notes["mailed_links"] = _("This installation has no mail service: nothing is sent, whatever is chosen here.")
    context = {
        "page_title": _("Change the security rules"),
        "state_sentence": _("They hold at once, for everybody who is signed in as well."),
        "groups": form_groups(given, found, notes),
        "seen_version": seen_version,
        "save_url": reverse("change_security_rules"),
        "back_url": reverse("company_security"),
        "refusal": refusal or (_("Some of it cannot be so; look at the fields that are marked.") if found else ""),
        "is_unproved": is_unproved,
        "confirm_url": f"{reverse('confirm')}?next={reverse('company_security')}",
    }
    status = 422 if found else 409 if refusal else 401 if is_unproved else 200
    return render(request, "tokimori/change_security_rules.html", context, status=status)


def _state(weak: list[dict[str, str]]) -> str:
    if not weak:
        return _("Nothing that is looked at here could be better.")
    points = ngettext(
        "%(count)d point could be better.", "%(count)d points could be better; the weakest comes first.", len(weak)
    )
    return points % {"count": len(weak)}


def _protected(found: Protection) -> str:
    facts = {"people": found.people, "factor": found.with_factor, "passkey": found.with_passkey}
    return _("Now: %(factor)d of %(people)d have a second factor, %(passkey)d a passkey.") % facts


def _group_in_words(names: tuple[str, ...], label: str, rules: SecurityRules) -> dict[str, Any]:
    values = {**values_of(rules), "blocked_words": str(len(rules.blocked_words))}
    return {
        "label": label,
        "rules": [{"label": LABELS[name], "value": in_words(name, int(values[name]))} for name in names],
    }


def _networks(request: TenantRequest) -> list[dict[str, Any]]:
    limited = limited_audiences(tenant=request.tenant)
    return [
        {
            "label": label,
            "value": ngettext("%(count)d network", "%(count)d networks", limited[audience])
            % {"count": limited[audience]}
            if audience in limited
            else _("from anywhere"),
        }
        for audience, label in ADDRESS_AUDIENCES.items()
    ]


def _versions(request: TenantRequest) -> list[dict[str, Any]]:
    """Return every version with what it changed; the first one changed the product's own rules."""
    found = rules_versions(actor=request.principal)
    names = account_names(tenant=request.tenant, account_ids={one.changed_by for one in found})
    before = [*(one.rules for one in found[1:]), SecurityRules()]
    return [
        {
            "version": one.version,
            "changed_at": moment(one.changed_at, request.zone),
            "changed_by": names.get(one.changed_by, _("Tokimori")),
            "changes": _changes(earlier, one),
        }
        for one, earlier in zip(found, before, strict=False)
    ]


def _changes(earlier: SecurityRules, version: RulesVersionView) -> list[dict[str, Any]]:
    return _lines(earlier, version.rules)


def _lines(earlier: SecurityRules, later: SecurityRules) -> list[dict[str, Any]]:
    return [
        {
            "label": LABELS[change.name],
            "before": in_words(change.name, change.before),
            "after": in_words(change.name, change.after),
        }
        for change in changes_between(earlier, later)
    ]
