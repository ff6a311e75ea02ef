"""Keep what somebody types into a form, and throw it away: his own alone, for a day.

None of this is written into the log: a draft tells nothing that happened. What is sent in the end has its own event.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.drafts.errors import DraftTooSoon
from tokimori.foundation.drafts.models import Draft
from tokimori.foundation.drafts.values import KEPT_FOR, LEAST_BETWEEN, MOST_DRAFTS, DraftContent, FormPlace
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id


@transaction.atomic
def keep_draft(*, actor: Principal, place: FormPlace, content: DraftContent, now: datetime) -> datetime:
    """Keep what the person typed into a form in place of what was kept of it; return when it was changed last.

    What is the same as before changes nothing; what is empty is thrown away. Of more than ``MOST_DRAFTS`` the one that was
    left alone for the longest goes. Raises ``DraftTooSoon`` within ``LEAST_BETWEEN`` of the change before, and
    ``NotFound`` for an actor who is no person.
    """
    authorise(actor, Permission.SECURITY_OWN)
    account_id = _person(actor)
    rows = Draft.objects.filter(tenant_id=actor.tenant_id, account_id=account_id)
    row = rows.filter(route=place.route, subject=place.subject).select_for_update(no_key=True).first()
    if row is not None and row.content == content.plain() and row.expires_at > now:
        return row.changed_at
    if rows.filter(changed_at__gt=now - LEAST_BETWEEN).exists():
        raise DraftTooSoon
    if content.is_empty:
        rows.filter(route=place.route, subject=place.subject).delete()
        return now
    if row is None:
        _make_room(actor.tenant_id, account_id)
        _begin(actor.tenant_id, account_id, place, content, now=now)
        return now
    row.content, row.changed_at, row.expires_at = content.plain(), now, now + KEPT_FOR
    row.save(update_fields=["content", "changed_at", "expires_at"])
    return now


@transaction.atomic
def discard_draft(*, actor: Principal, place: FormPlace) -> bool:
    """Throw away the person's own draft of a form; return whether there was one."""
    authorise(actor, Permission.SECURITY_OWN)
    rows = Draft.objects.filter(tenant_id=actor.tenant_id, account_id=_person(actor))
    count, _by_table = rows.filter(route=place.route, subject=place.subject).delete()
    return bool(count)


def discard_drafts_of(*, tenant: TenantId, account_id: UUID) -> int:
    """Throw away every draft of an account that is closed, or whose key is destroyed; return how many there were."""
    count, _by_table = Draft.objects.filter(tenant_id=tenant, account_id=account_id).delete()
    return count


def forget_drafts(*, tenant: TenantId, now: datetime) -> int:
    """Remove the drafts whose day is over; return how many there were."""
    count, _by_table = Draft.objects.filter(tenant_id=tenant, expires_at__lte=now).delete()
    return count


def _person(actor: Principal) -> UUID:
    if actor.account_id is None:
        raise NotFound
    return actor.account_id


def _make_room(tenant: TenantId, account_id: UUID) -> None:
    rows = Draft.objects.filter(tenant_id=tenant, account_id=account_id).order_by("-changed_at", "id")
    gone = list(rows.values_list("id", flat=True)[MOST_DRAFTS - 1 :])
    if gone:
        Draft.objects.filter(tenant_id=tenant, id__in=gone).delete()


def _begin(tenant: TenantId, account_id: UUID, place: FormPlace, content: DraftContent, *, now: datetime) -> None:
    """Write the first draft of a form. Of two tabs at the same moment, one comes again a little later."""
    try:
        with transaction.atomic():
            Draft.objects.create(
                tenant_id=tenant,
                id=new_id(at=now),
                account_id=account_id,
                route=place.route,
                subject=place.subject,
                content=content.plain(),
                changed_at=now,
                expires_at=now + KEPT_FOR,
            )
    except IntegrityError as error:
        raise DraftTooSoon from error
