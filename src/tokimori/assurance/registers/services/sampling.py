"""Fill the registers of a demo with samples, through the services of all entries, by two who cannot sign in."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tokimori.assurance.registers.entries import Content
from tokimori.assurance.registers.fields import Value
from tokimori.assurance.registers.models import SAMPLE_AUTHOR
from tokimori.assurance.registers.queries.overview import holds_samples
from tokimori.assurance.registers.queries.reading import entry_of
from tokimori.assurance.registers.samples.operation import samples_of_operation
from tokimori.assurance.registers.samples.people import samples_of_people
from tokimori.assurance.registers.samples.service import samples_of_service
from tokimori.assurance.registers.samples.values import REFERENCE, Days, Sample
from tokimori.assurance.registers.services.attaching import NewFile, attach_file
from tokimori.assurance.registers.services.writing import approve_entry, longest_until, open_entry, submit_entry
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.foundation.access.permissions import Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.context import PROVIDER

APPROVER: Final = UUID("00000000-0000-7000-8000-00000000005b")
_FILE: Final = NewFile(name="sample.txt", content=b"SAMPLE. This is no document.\n")
_BEGAN: Final = timedelta(days=7)


@transaction.atomic
def fill_with_samples(*, now: datetime) -> int:
    """Write samples into every register; return how many. Where there are some, do nothing.

    To be called within the provider's tenant.
    """
    if holds_samples():
        return 0
    author = _stand_in(SAMPLE_AUTHOR, "sample-author", "Sample author", now=now)
    approver = _stand_in(APPROVER, "sample-approver", "Sample approver", now=now)
    days = Days(today=now.date())
    known: dict[str, UUID] = {}
    samples = (*samples_of_people(days), *samples_of_service(days), *samples_of_operation(days))
    for one in samples:
        known[one.key] = _write(one, known, author=author, approver=approver, now=now)
    return len(samples)


def _write(one: Sample, known: Mapping[str, UUID], *, author: Principal, approver: Principal, now: datetime) -> UUID:
    register = REGISTERS[one.register]
    begins: date = (now - _BEGAN).date()
    content = Content(
        title=one.title,
        owner_id=SAMPLE_AUTHOR,
        deputy_id=APPROVER,
        effective_on=begins,
        review_due_on=longest_until(register, begins),
        expires_on=longest_until(register, begins) if register.needs_end else None,
        fields={name: _resolved(value, known) for name, value in one.fields.items()},
    )
    entry_id = open_entry(actor=author, register=one.register, content=content, now=now)
    if register.needs_file:
        attach_file(actor=author, entry_id=entry_id, file=_FILE, now=now)
    submit_entry(actor=author, entry_id=entry_id, seen=1, now=now)
    approve_entry(actor=approver, entry_id=entry_id, seen_digest=entry_of(entry_id).digest, now=now)
    return entry_id


def _resolved(value: Value, known: Mapping[str, UUID]) -> Value:
    if isinstance(value, str) and value.startswith(REFERENCE):
        return str(known[value[len(REFERENCE) :]])
    return value


def _stand_in(account_id: UUID, login_id: str, name: str, *, now: datetime) -> Principal:
    """Return an actor whose account is closed from the beginning: it has no role, no password, and nobody behind it."""
    if not Account.objects.filter(tenant_id=PROVIDER, id=account_id).exists():
        Account(
            id=account_id,
            tenant_id=PROVIDER,
            login_id=login_id,
            email=None,
            display_name=name,
            roles=[],
            language="en",
            password=make_password(None),
            is_active=False,
            created_at=now,
            closed_at=now,
        ).save(force_insert=True)
    return Principal(
        tenant_id=PROVIDER,
        kind=PrincipalKind.PERSON,
        account_id=account_id,
        employee_id=None,
        rights=rights_of(frozenset({Role.OPERATOR})),
    )
