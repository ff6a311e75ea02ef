"""Access reviews: whether everybody still needs what he has, asked in rounds. ISO/IEC 27002:2022 control 5.18.

Somebody decides for each account: keep, change, close. Nobody decides for himself. What is decided is done at once, by
the service itself: the reviewer's part is the decision, which can only ever take away.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role, rights_of
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.errors import (
    AccountClosed,
    BreakGlassMissing,
    LastAdministrator,
    ReviewNotValid,
    ReviewOver,
    ReviewReasonMissing,
)
from tokimori.foundation.identity.models import Account, ReviewCampaign, ReviewItem
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.security_rules import ADMINISTRATORS
from tokimori.foundation.identity.services.lifecycle import ClosingReason, change_roles, deactivate_account
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

LONGEST_NAME: Final = 120
LONGEST_REASON: Final = 200


class Scope(StrEnum):
    """Whose accounts are reviewed: of those with the rights of an administrator or a leader, or everybody's."""

    PRIVILEGED = "privileged"
    EVERYBODY = "everybody"


class Consequence(StrEnum):
    """What becomes of accounts that nobody decided on: they stay and are listed, or they are closed."""

    LIST = "list"
    CLOSE = "close"


class Decision(StrEnum):
    """What a reviewer decides."""

    KEEP = "keep"
    CHANGE = "change"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """What is to be reviewed, by whom, until when. The deputy reviews the reviewer."""

    name: str
    scope: Scope
    reviewer_id: UUID
    deputy_id: UUID
    due_at: datetime
    consequence: Consequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision with its reason; ``roles`` are those that stay, where they change."""

    decision: Decision
    roles: frozenset[Role]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """A review: how far it is."""

    id: UUID
    name: str
    started_at: datetime
    due_at: datetime
    consequence: Consequence
    concluded_at: datetime | None
    total: int
    decided: int
    waiting_for_reader: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One account in a review. ``roles`` are those at the beginning, ``present_roles`` those of now."""

    id: UUID
    account_id: UUID
    login_id: str
    display_name: str
    last_signed_in_at: datetime | None
    is_active: bool
    roles: frozenset[Role]
    present_roles: frozenset[Role]
    reviewer_id: UUID
    decision: Decision | None
    roles_after: frozenset[Role]
    reason: str
    decided_at: datetime | None
    is_readers: bool
    """Whether the reader is to decide on it."""


@transaction.atomic
def start_review(*, actor: Principal, wanted: NewCampaign, now: datetime) -> UUID:
    """Begin a review of the accounts that are open now; raise ``ReviewNotValid`` with the field that is wrong."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    name = wanted.name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ReviewNotValid(field="name")
    if wanted.due_at <= now:
        raise ReviewNotValid(field="due_on")
    if wanted.reviewer_id == wanted.deputy_id:
        raise ReviewNotValid(field="deputy")
    for field, account_id in (("reviewer", wanted.reviewer_id), ("deputy", wanted.deputy_id)):
        if account_id not in {row.id for row in possible_reviewers(actor=actor)}:
            raise ReviewNotValid(field=field)
    campaign = ReviewCampaign.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        name=name,
        started_at=now,
        started_by=actor.account_id,
        due_at=wanted.due_at,
        consequence=wanted.consequence.value,
    )
    items = [
        ReviewItem(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            campaign_id=campaign.id,
            account_id=row.id,
            reviewer_id=wanted.deputy_id if row.id == wanted.reviewer_id else wanted.reviewer_id,
            roles=row.roles,
        )
        for row in _in_scope(actor, wanted.scope)
    ]
    ReviewItem.objects.bulk_create(items)
    record_event(EventName.REVIEW_STARTED, actor=actor, subject_id=campaign.id, at=now, accounts=len(items))
    return campaign.id


@transaction.atomic
def decide_review(*, actor: Principal, item_id: UUID, verdict: Verdict, now: datetime) -> None:
    """Decide on one account and carry it out; what was decided stays decided.

    Raises ``NotFound`` for an item that is another reviewer's, ``ReviewOver``, ``ReviewReasonMissing``,
    ``ReviewNotValid`` for a change that takes nothing away, ``LastAdministrator``.
    """
    authorise(actor, Permission.ACCOUNT_READ)
    item = _own_item(actor, item_id, now=now)
    reason = verdict.reason.strip()
    if (verdict.decision is not Decision.KEEP and not reason) or len(reason) > LONGEST_REASON:
        raise ReviewReasonMissing
    account = Account.objects.get(tenant_id=actor.tenant_id, id=item.account_id)
    if not account.is_active:
        raise AccountClosed
    _carry_out(verdict, account=account, now=now)
    item.decision = verdict.decision.value
    item.roles_after = sorted(verdict.roles) if verdict.decision is Decision.CHANGE else []
    item.reason, item.decided_at = reason, now
    item.save(update_fields=["decision", "roles_after", "reason", "decided_at"])
    record_event(
        EventName.REVIEW_DECIDED,
        actor=actor,
        subject_id=item.account_id,
        at=now,
        campaign=str(item.campaign_id),
        decision=verdict.decision.value,
    )


def conclude_due_reviews(*, actor: Principal, now: datetime) -> int:
    """End every review whose deadline has passed, with its consequence for whom nobody decided on; return how many."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    rows = ReviewCampaign.objects.filter(tenant_id=actor.tenant_id, concluded_at=None, due_at__lte=now)
    due = list(rows.order_by("due_at", "id").select_for_update(no_key=True))
    for campaign in due:
        undecided = _items(actor, campaign.id).filter(decision="")
        closed = 0
        if campaign.consequence == Consequence.CLOSE:
            closed = _close(actor, undecided.order_by("id").values_list("account_id", flat=True), now=now)
        ReviewCampaign.objects.filter(tenant_id=actor.tenant_id, id=campaign.id).update(concluded_at=now)
        record_event(
            EventName.REVIEW_CONCLUDED,
            actor=actor,
            subject_id=campaign.id,
            at=now,
            undecided=undecided.count(),
            closed=closed,
        )
    return len(due)


def possible_reviewers(*, actor: Principal) -> tuple[Account, ...]:
    """Return whoever may see accounts, and so decide on them, by name."""
    rows = Account.objects.filter(tenant_id=actor.tenant_id, is_active=True, roles__overlap=sorted(ADMINISTRATORS))
    people = sorted(rows, key=lambda row: (row.display_name, row.id))
    return tuple(row for row in people if Permission.ACCOUNT_READ in rights_of(roles_of(row)))


def reviews(*, actor: Principal) -> tuple[CampaignView, ...]:
    """Return every review, the newest first."""
    authorise(actor, Permission.ACCOUNT_READ)
    rows = ReviewCampaign.objects.filter(tenant_id=actor.tenant_id).order_by("-started_at", "-id")
    counts = {
        row["campaign_id"]: (row["total"], row["decided"], row["own"])
        for row in ReviewItem.objects.filter(tenant_id=actor.tenant_id)
        .values("campaign_id")
        .annotate(
            total=Count("id"),
            decided=Count("id", filter=~Q(decision="")),
            own=Count("id", filter=Q(decision="", reviewer_id=actor.account_id)),
        )
    }
    return tuple(_campaign_view(row, counts.get(row.id, (0, 0, 0))) for row in rows)


def review(*, actor: Principal, campaign_id: UUID) -> tuple[CampaignView, tuple[ItemView, ...]]:
    """Return one review with its accounts, those that the reader is to decide on first; raise ``NotFound``."""
    found = next((view for view in reviews(actor=actor) if view.id == campaign_id), None)
    if found is None:
        raise NotFound
    rows = list(_items(actor, campaign_id).order_by("id"))
    accounts = {
        row.id: row
        for row in Account.objects.filter(tenant_id=actor.tenant_id, id__in=[item.account_id for item in rows])
    }
    is_open = found.concluded_at is None
    views = [_item_view(row, accounts[row.account_id], actor=actor, is_open=is_open) for row in rows]
    return found, tuple(sorted(views, key=lambda view: (not view.is_readers, view.display_name, view.login_id)))


def _in_scope(actor: Principal, scope: Scope) -> QuerySet[Account]:
    rows = Account.objects.filter(tenant_id=actor.tenant_id, is_active=True).order_by("id")
    match scope:
        case Scope.PRIVILEGED:
            return rows.filter(roles__overlap=sorted({*ADMINISTRATORS, Role.MANAGER}))
        case Scope.EVERYBODY:
            return rows


def _own_item(actor: Principal, item_id: UUID, *, now: datetime) -> ReviewItem:
    rows = ReviewItem.objects.filter(tenant_id=actor.tenant_id, id=item_id)
    item = rows.select_for_update(no_key=True).first()
    if item is None:
        raise NotFound
    if item.reviewer_id != actor.account_id or item.account_id == actor.account_id:
        raise NotAllowed
    campaign = ReviewCampaign.objects.get(tenant_id=actor.tenant_id, id=item.campaign_id)
    if item.decision or campaign.concluded_at is not None or campaign.due_at <= now:
        raise ReviewOver
    return item


def _carry_out(verdict: Verdict, *, account: Account, now: datetime) -> None:
    service = system_principal(TenantId(account.tenant_id))
    match verdict.decision:
        case Decision.KEEP:
            return
        case Decision.CHANGE:
            if not verdict.roles < roles_of(account):
                raise ReviewNotValid(field="roles")
            change_roles(actor=service, account_id=account.id, roles=verdict.roles, now=now)
        case Decision.CLOSE:
            deactivate_account(actor=service, account_id=account.id, now=now, reason=ClosingReason.REVIEW)


def _close(actor: Principal, account_ids: Collection[UUID], *, now: datetime) -> int:
    """Close accounts but those closed already, the last administrator, and the last with a passkey where passwords are off.

    These are listed as undecided.
    """
    closed = 0
    for account_id in account_ids:
        try:
            deactivate_account(actor=actor, account_id=account_id, now=now, reason=ClosingReason.REVIEW)
        except (AccountClosed, BreakGlassMissing, LastAdministrator):
            continue
        closed += 1
    return closed


def _items(actor: Principal, campaign_id: UUID) -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(tenant_id=actor.tenant_id, campaign_id=campaign_id)


def _campaign_view(row: ReviewCampaign, counts: tuple[int, int, int]) -> CampaignView:
    total, decided, own = counts
    return CampaignView(
        id=row.id,
        name=row.name,
        started_at=row.started_at,
        due_at=row.due_at,
        consequence=Consequence(row.consequence),
        concluded_at=row.concluded_at,
        total=total,
        decided=decided,
        waiting_for_reader=own if row.concluded_at is None else 0,
    )


def _item_view(row: ReviewItem, account: Account, *, actor: Principal, is_open: bool) -> ItemView:
    return ItemView(
        id=row.id,
        account_id=row.account_id,
        login_id=account.login_id,
        display_name=account.display_name,
        last_signed_in_at=account.last_signed_in_at,
        is_active=account.is_active,
        roles=frozenset(Role(one) for one in row.roles),
        present_roles=roles_of(account),
        reviewer_id=row.reviewer_id,
        decision=Decision(row.decision) if row.decision else None,
        roles_after=frozenset(Role(one) for one in row.roles_after),
        reason=row.reason,
        decided_at=row.decided_at,
        is_readers=is_open and not row.decision and account.is_active and row.reviewer_id == actor.account_id,
    )
