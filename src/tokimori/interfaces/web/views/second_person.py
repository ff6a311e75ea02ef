"""The second person: what is decided by two, what waits for somebody, and factors that were taken away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tokimori.domains.rulesets.queries import rule_set
from tokimori.domains.rulesets.services import approve_rule_set, refuse_rule_set
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.services.rules import approve_rules, refuse_rules
from tokimori.foundation.vouching.services.proposals import (
    choose_second_person,
    end_second_person,
    open_proposals,
    refuse_ending,
)
from tokimori.foundation.vouching.services.resets import acknowledge_resets, confirm_reset
from tokimori.foundation.vouching.subjects import Subject
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

APPROVE = "approve"


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def choose(request: TenantRequest, subject: str) -> HttpResponse:
    """Have something decided by two, or propose that one person decides it again."""
    if subject not in set(Subject):
        raise NotFound
    is_asked = request.POST.get("is_asked") == "yes"
    holds = choose_second_person(actor=request.principal, subject=Subject(subject), is_asked=is_asked, now=request.now)
    if not holds:
        messages.info(request, _("Proposed. Another administrator has to approve it."))
    elif is_asked:
        messages.success(request, _("From now on two people decide this."))
    return HttpResponseRedirect(reverse("company_security"))


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def decide_security(request: TenantRequest, proposal_id: UUID) -> HttpResponse:
    """Approve or refuse proposed security rules, or that one person decides something again."""
    about_choice = open_proposals(actor=request.principal, subject=Subject.SECOND_PERSON, now=request.now)
    is_about_choice = proposal_id in {one.id for one in about_choice}
    is_approved = request.POST.get("decision") == APPROVE
    if is_about_choice:
        act = end_second_person if is_approved else refuse_ending
        act(actor=request.principal, proposal_id=proposal_id, now=request.now)
    elif is_approved:
        approve_rules(actor=request.principal, proposal_id=proposal_id, now=request.now)
    else:
        refuse_rules(actor=request.principal, proposal_id=proposal_id, now=request.now)
    _say(request, is_approved=is_approved)
    return HttpResponseRedirect(reverse("company_security"))


@require_POST
@requires(Permission.RULE_SET_PUBLISH)
@proved_lately
def decide_rules(request: TenantRequest, code: str, proposal_id: UUID) -> HttpResponse:
    """Publish what somebody else proposed, or let it be void."""
    view = rule_set(tenant=request.tenant, code=code)
    is_approved = request.POST.get("decision") == APPROVE
    act = approve_rule_set if is_approved else refuse_rule_set
    act(actor=request.principal, proposal_id=proposal_id, now=request.now)
    _say(request, is_approved=is_approved)
    return HttpResponseRedirect(reverse("rule_set", args=[view.code]))


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def confirm(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Confirm that a person asked for new factors."""
    confirm_reset(actor=request.principal, account_id=account_id, now=request.now)
    messages.success(request, _("Confirmed. The one-time link works from now on."))
    return HttpResponseRedirect(reverse("account", args=[account_id]))


@require_POST
@requires(Permission.SECURITY_OWN)
def acknowledge(request: TenantRequest) -> HttpResponse:
    """Note that the person knows that the factors were taken away."""
    acknowledge_resets(actor=request.principal, now=request.now)
    return HttpResponseRedirect(reverse("my_security"))


def _say(request: TenantRequest, *, is_approved: bool) -> None:
    messages.success(request, _("Approved; it holds now.") if is_approved else _("The proposal is void."))
