"""Make a company's own edition of the published sheet: every file is written, and an event of its log commits to each."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tokimori.assurance.editions.errors import NothingPublished, TooManyEditions
from tokimori.assurance.editions.making import edition_of
from tokimori.assurance.editions.models import OwnEdition, OwnEditionFile
from tokimori.assurance.own.queries import own_values
from tokimori.assurance.snapshots.formats.catalogue import WrittenFile, written
from tokimori.assurance.snapshots.queries import PublishedSheet
from tokimori.domains.organisations.queries import company
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.tenancy.context import tenant_transaction

MOST_A_DAY: Final = 10
_BASE: Final = "base"
_BASE_DIGEST: Final = "base_digest"


def make_edition(*, actor: Principal, published: PublishedSheet | None, now: datetime) -> UUID:
    """Make an edition of what the provider published last, and return its id.

    ``published`` was read before the company was opened. Raise ``NothingPublished`` or ``TooManyEditions``. The log is
    signed over it within seconds.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    if published is None:
        raise NothingPublished
    with tenant_transaction(actor.tenant_id):
        made = OwnEdition.objects.filter(tenant_id=actor.tenant_id, made_at__gt=now - timedelta(days=1))
        if made.count() >= MOST_A_DAY:
            raise TooManyEditions
        return _keep(actor, published, now=now)


def _keep(actor: Principal, published: PublishedSheet, *, now: datetime) -> UUID:
    edition_id = new_id(at=now)
    tenant = actor.tenant_id
    snapshot = edition_of(
        published.snapshot,
        own_values(tenant=tenant, now=now),
        edition_id=edition_id,
        company_code=company(tenant=tenant).code,
        now=now,
    )
    files = tuple(written(snapshot))
    details: dict[str, str | int | None] = {
        _BASE: published.snapshot.id,
        _BASE_DIGEST: published.digest,
        **{one.name: one.digest for one in files},
    }
    event = Event(name=EventName.SHEET_EDITION_MADE, subject_id=edition_id, details=details)
    (recorded,) = record_events([event], actor=actor, at=now)
    OwnEdition.objects.create(
        tenant_id=tenant,
        id=edition_id,
        base_id=UUID(published.snapshot.id),
        base_digest=published.digest,
        base_taken_at=published.snapshot.moment,
        made_at=now,
        made_by=account_id_of(actor),
        event_id=recorded.event_id,
    )
    OwnEditionFile.objects.bulk_create([_row(tenant, one, edition_id=edition_id, now=now) for one in files])
    return edition_id


def _row(tenant: TenantId, file: WrittenFile, *, edition_id: UUID, now: datetime) -> OwnEditionFile:
    return OwnEditionFile(
        tenant_id=tenant,
        id=new_id(at=now),
        edition_id=edition_id,
        name=file.name,
        kind=file.kind,
        digest=file.digest,
        size=len(file.content),
        content=file.content,
    )
