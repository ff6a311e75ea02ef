"""Drafts, read by the person who typed them and by nobody else."""

from collections.abc import Mapping
from datetime import datetime

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.drafts.models import Draft
from tokimori.foundation.drafts.values import DraftContent, DraftView, FormPlace
from tokimori.foundation.errors import NotFound


def draft_of(*, actor: Principal, place: FormPlace, now: datetime) -> DraftView:
    """Return the person's own draft of a form; raise ``NotFound`` where there is none, or its day is over."""
    if actor.account_id is None:
        raise NotFound
    rows = Draft.objects.filter(tenant_id=actor.tenant_id, account_id=actor.account_id, expires_at__gt=now)
    row = rows.filter(route=place.route, subject=place.subject).first()
    if row is None or row.content is None:
        raise NotFound
    fields = {name: tuple(values) for name, values in row.content.items()}
    return DraftView(content=DraftContent(fields=fields), changed_at=row.changed_at)


def kept_drafts(*, actor: Principal, now: datetime) -> Mapping[FormPlace, datetime]:
    """Return of which forms the person has drafts, and when each was changed last; not what is in them."""
    if actor.account_id is None:
        return {}
    rows = Draft.objects.filter(tenant_id=actor.tenant_id, account_id=actor.account_id, expires_at__gt=now)
    found = rows.values_list("route", "subject", "changed_at")
    return {FormPlace(route=route, subject=subject): changed_at for route, subject, changed_at in found}
