"""What waits for a second person, as rows for `_proposals.html`, and what a company has decided by two."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.vouching.services.proposals import ProposalView, asks_second_person, open_proposals
from tokimori.foundation.vouching.subjects import CHOOSABLE, LONGEST_WAIT, Subject
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.requests import TenantRequest

Lines = Sequence[Mapping[str, Any]]

SUBJECTS: Final[Mapping[Subject, Promise]] = MappingProxyType(
    {
        Subject.RULE_SETS: _("Publishing a rule set"),
        Subject.SECURITY_RULES: _("Changing the security rules"),
    }
)


def proposal_rows(
    request: TenantRequest,
    found: Sequence[ProposalView],
    *,
    lines_of: Callable[[ProposalView], Lines],
    url_of: Callable[[ProposalView], str],
    may_decide: bool,
) -> list[dict[str, Any]]:
    """Return what the list shows; what the reader proposed can be withdrawn, and is approved by another one."""
    names = account_names(tenant=request.tenant, account_ids={one.proposed_by for one in found})
    return [
        {
            "person": names.get(one.proposed_by, _("The provider")),
            "at": moment(one.proposed_at, request.zone),
            "until": moment(one.proposed_at + LONGEST_WAIT, request.zone),
            "lines": lines_of(one),
            "is_readers": one.is_readers,
            "decide_url": url_of(one) if may_decide else "",
        }
        for one in found
    ]


def second_person_choices(request: TenantRequest) -> list[dict[str, Any]]:
    """Return what can be decided by two, what is, and whether somebody proposed to end it."""
    may_change = request.principal.has(Permission.SECURITY_WRITE)
    ending = {
        one.target for one in open_proposals(actor=request.principal, subject=Subject.SECOND_PERSON, now=request.now)
    }
    return [
        {
            "label": SUBJECTS[subject],
            "is_asked": asks_second_person(tenant=request.tenant, subject=subject),
            "is_ending": subject.value in ending,
            "url": reverse("choose_second_person", args=[subject.value]) if may_change else "",
        }
        for subject in CHOOSABLE
    ]
