"""What has to be done in the registers: what ends, what waits for a decision, what somebody has to read or to learn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from tokimori.assurance.registers.entries import EntryView, Standing, State
from tokimori.assurance.registers.judging.governance import is_training_overdue
from tokimori.assurance.registers.judging.judgement import shelf
from tokimori.assurance.registers.models import LONGEST_WAIT, Acknowledgement, Entry
from tokimori.assurance.registers.queries.reading import entries_of, open_wishes
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER, Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.context import PROVIDER

SOON: Final = timedelta(days=90)


class TaskKind(StrEnum):
    """What somebody has to do."""

    DECIDE = "decide"
    FINISH = "finish"
    REVIEW = "review"
    ACKNOWLEDGE = "acknowledge"
    LEARN = "learn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An entry in force that ends or has ended: on which day, and in how many days; fewer than none where it has."""

    entry: EntryView
    ends_on: date
    days: int
    is_expiry: bool
    """Whether it runs out, and not only has to be looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for somebody. ``for_ids`` may do it; of a decision, everybody but its author and its owner.

    ``not_for`` asked for the decision, where it is about an end.
    """

    kind: TaskKind
    entry: EntryView
    for_ids: tuple[UUID, ...]
    due_on: date | None
    not_for: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One register in a few numbers."""

    code: str
    in_force: int
    waiting: int
    ending: int
    overdue: int
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A policy that somebody must confirm having read, and whether he did, as it stands."""

    entry: EntryView
    acknowledged_at: datetime | None


def what_expires(*, actor: Principal, now: datetime, within: timedelta = SOON) -> tuple[Ending, ...]:
    """Return what ends within a time or has ended, the first to end first; no samples, and no records, which do not age."""
    _require_provider(actor)
    return endings(entries_of(), today=now.date(), within=within)


def endings(entries: Sequence[EntryView], *, today: date, within: timedelta = SOON) -> tuple[Ending, ...]:
    """Return what of these entries ends within a time, or has ended."""
    found = [
        Ending(
            entry=one,
            ends_on=one.ends_on,
            days=(one.ends_on - today).days,
            is_expiry=one.ends_on == one.content.expires_on,
        )
        for one in entries
        if one.state is State.APPROVED and not one.is_sample and _ages(one) and one.ends_on <= today + within
    ]
    return tuple(sorted(found, key=lambda one: (one.ends_on, one.entry.id)))


def open_tasks(*, actor: Principal, now: datetime) -> tuple[Task, ...]:
    """Return everything in the registers that waits for somebody, whoever it is, the first due first; no samples."""
    _require_provider(actor)
    entries = [one for one in entries_of() if not one.is_sample]
    tasks = [
        *_waiting(entries),
        *_asked_to_end(entries, now=now),
        *(
            Task(kind=TaskKind.REVIEW, entry=one.entry, for_ids=_holders(one.entry), due_on=one.ends_on)
            for one in endings(entries, today=now.date(), within=timedelta(days=30))
        ),
        *_unread(entries, now=now),
        *_unlearnt(entries, now=now),
    ]
    return tuple(sorted(tasks, key=lambda one: (one.due_on or date.max, one.kind, one.entry.id)))


def tasks_of(tasks: Sequence[Task], *, account_id: UUID | None) -> tuple[Task, ...]:
    """Return those that somebody can do: his own, and decisions on what others wrote and own."""
    return tuple(one for one in tasks if _is_for(one, account_id))


def register_lines(*, actor: Principal, now: datetime) -> tuple[RegisterLine, ...]:
    """Return every register in a few numbers, in the order of the catalogue."""
    _require_provider(actor)
    entries = entries_of()
    today = now.date()
    ending = endings(entries, today=today)
    lines = []
    for code in REGISTERS:
        own = [one for one in entries if one.register == code]
        real = [one for one in own if not one.is_sample]
        lines.append(
            RegisterLine(
                code=code,
                in_force=sum(1 for one in real if one.standing(today) is Standing.IN_FORCE),
                waiting=sum(1 for one in real if one.state is State.SUBMITTED),
                ending=sum(1 for one in ending if one.entry.register == code and one.days >= 0),
                overdue=sum(1 for one in ending if one.entry.register == code and one.days < 0),
                samples=sum(1 for one in own if one.is_sample and one.state is State.APPROVED),
            )
        )
    return tuple(lines)


def policies_to_read(*, account_id: UUID, now: datetime) -> tuple[Reading, ...]:
    """Return the policies in force that everybody must confirm, and when this person did."""
    read = {
        (row.entry_id, row.digest): row.at
        for row in Acknowledgement.objects.filter(tenant_id=PROVIDER, account_id=account_id)
    }
    found = binding_policies(entries_of({"policies"}), today=now.date())
    return tuple(Reading(entry=one, acknowledged_at=read.get((one.id, one.digest))) for one in found)


def binding_policies(entries: Sequence[EntryView], *, today: date) -> tuple[EntryView, ...]:
    """Return the policies in force that everybody must confirm; no samples."""
    held = {Standing.IN_FORCE, Standing.REVIEW_DUE}
    return tuple(
        one
        for one in entries
        if one.register == "policies"
        and not one.is_sample
        and one.standing(today) in held
        and one.is_so("must_be_acknowledged")
    )


def training_of(*, account_id: UUID) -> tuple[EntryView, ...]:
    """Return what somebody was told to learn, the first due first; samples too, which are marked."""
    own = [
        one for one in entries_of({"training"}) if one.text("person") == str(account_id) and one.state is State.APPROVED
    ]
    return tuple(sorted(own, key=lambda one: one.text("due_on")))


def unread_policies(entries: Sequence[EntryView], *, now: datetime) -> Mapping[UUID, frozenset[UUID]]:
    """Return, by policy, the operators who have not confirmed it."""
    read = {(row.entry_id, row.digest, row.account_id) for row in Acknowledgement.objects.filter(tenant_id=PROVIDER)}
    people = operators_at_work()
    return {
        one.id: frozenset(person for person in people if (one.id, one.digest, person) not in read)
        for one in binding_policies(entries, today=now.date())
    }


def operators_at_work() -> tuple[UUID, ...]:
    """Return the open accounts of the provider's people who work at the console."""
    rows = Account.objects.filter(tenant_id=PROVIDER, is_active=True, roles__overlap=sorted(ROLES_OF_THE_PROVIDER))
    return tuple(rows.order_by("id").values_list("id", flat=True))


def holds_samples() -> bool:
    """Whether this installation has samples in its registers; to be asked within the provider's tenant."""
    return Entry.objects.filter(tenant_id=PROVIDER, is_sample=True).exists()


def _waiting(entries: Sequence[EntryView]) -> list[Task]:
    return [
        *(
            Task(kind=TaskKind.DECIDE, entry=one, for_ids=(), due_on=one.content.effective_on)
            for one in entries
            if one.state is State.SUBMITTED
        ),
        *(
            Task(kind=TaskKind.FINISH, entry=one, for_ids=(one.author_id,), due_on=None)
            for one in entries
            if one.state is State.DRAFT
        ),
    ]


def _asked_to_end(entries: Sequence[EntryView], *, now: datetime) -> list[Task]:
    """Return what somebody asks to end, for all but him."""
    wishes = open_wishes(now=now)
    return [
        Task(
            kind=TaskKind.DECIDE,
            entry=one,
            for_ids=(),
            due_on=(wishes[one.id].asked_at + LONGEST_WAIT).date(),
            not_for=wishes[one.id].asked_by,
        )
        for one in entries
        if one.id in wishes
    ]


def _unread(entries: Sequence[EntryView], *, now: datetime) -> list[Task]:
    by_id = {one.id: one for one in entries}
    return [
        Task(kind=TaskKind.ACKNOWLEDGE, entry=by_id[policy], for_ids=tuple(sorted(people)), due_on=None)
        for policy, people in unread_policies(entries, now=now).items()
        if people
    ]


def _unlearnt(entries: Sequence[EntryView], *, now: datetime) -> list[Task]:
    on = shelf(entries, now=now)
    people = set(operators_at_work())
    tasks = []
    for one in on.of("training"):
        person = next((each for each in people if str(each) == one.text("person")), None)
        if person is not None and (one.day("passed_on") is None or is_training_overdue(one, on)):
            tasks.append(Task(kind=TaskKind.LEARN, entry=one, for_ids=(person,), due_on=one.day("due_on")))
    return tasks


def _holders(one: EntryView) -> tuple[UUID, ...]:
    return (one.content.owner_id, *([one.content.deputy_id] if one.content.deputy_id else []))


def _is_for(one: Task, account_id: UUID | None) -> bool:
    if one.kind is TaskKind.DECIDE:
        return account_id not in {one.entry.author_id, one.entry.content.owner_id, one.not_for}
    return account_id in one.for_ids


def _ages(one: EntryView) -> bool:
    return not REGISTERS[one.register].is_record if one.register in REGISTERS else True


def _require_provider(actor: Principal) -> None:
    authorise(actor, Permission.COMPLIANCE_READ)
    if actor.tenant_id != PROVIDER:
        raise NotFound
