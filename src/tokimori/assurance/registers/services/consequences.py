"""What follows from the registers: without an agreement, with overdue training, and when somebody leaves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.assurance.registers.entries import EntryView, Standing, State
from tokimori.assurance.registers.fields import moment_in
from tokimori.assurance.registers.judging.governance import is_training_overdue
from tokimori.assurance.registers.judging.judgement import shelf
from tokimori.assurance.registers.models import Revocation
from tokimori.assurance.registers.queries.overview import operators_at_work
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.sessions import end_sessions_of
from tokimori.foundation.operators.services.holds import (
    HoldReason,
    end_what_was_granted,
    follow_ended_grants,
    hold_operator,
    holds,
    release_operator,
)
from tokimori.foundation.operators.services.leaving import take_everything
from tokimori.foundation.tenancy.context import PROVIDER

LEAST_LEFT: Final = 2
"""So many operators can always sign in: with fewer, nobody could write and approve what is missing."""
FOLLOWED: Final = frozenset({"policies", "confidentiality", "training", "courses", "leavers"})
"""Registers whose entries have effects beyond the sheet."""
_HOLDS: Final = frozenset({Standing.IN_FORCE, Standing.REVIEW_DUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who of the operators lacks an agreement, and whether that is asked of them yet. ``spared`` lack it and come in."""

    is_required: bool
    operators: frozenset[UUID]
    lacking: frozenset[UUID]
    spared: frozenset[UUID]


@transaction.atomic
def keep_to_registers(*, actor: Principal, now: datetime) -> int:
    """Let follow what follows from the registers; return how much changed. To be called in the provider's tenant.

    Samples have no effects. An agreement is asked for from the first policy on confidentiality on; two people always stay.
    """
    authorise(actor, Permission.SETUP_WRITE)
    entries = [one for one in entries_of(FOLLOWED) if not one.is_sample]
    follow_ended_grants(actor=actor, now=now)
    changed = revoke_leavers(actor=actor, entries=entries, now=now)
    found = agreement_coverage(entries, now=now)
    lacking = found.lacking - found.spared if found.is_required else frozenset[UUID]()
    changed += _keep(HoldReason.CONFIDENTIALITY, lacking, actor=actor, now=now)
    overdue = overdue_learners(entries, now=now) & found.operators
    return changed + _keep(HoldReason.TRAINING, overdue, actor=actor, now=now)


def agreement_coverage(entries: Sequence[EntryView], *, now: datetime) -> Coverage:
    """Return which operators have an agreement in force. ``entries`` holds no samples."""
    today = now.date()
    rules = [one for one in entries if one.register == "policies" and one.text("topic") == "confidentiality"]
    signed = {
        one.text("person")
        for one in entries
        if one.register == "confidentiality" and one.standing(today) is Standing.IN_FORCE
    }
    people = operators_at_work()
    lacking = frozenset(one for one in people if str(one) not in signed)
    missing = max(0, LEAST_LEFT - (len(people) - len(lacking)))
    rows = Account.objects.filter(tenant_id=PROVIDER, id__in=lacking)
    # Never by what the person himself can move, as his last sign-in: who was kept out would let himself in by trying.
    longest = sorted(rows, key=lambda row: (row.created_at, row.id))
    return Coverage(
        is_required=any(one.standing(today) in _HOLDS for one in rules),
        operators=frozenset(people),
        lacking=lacking,
        spared=frozenset(row.id for row in longest[:missing]),
    )


def overdue_learners(entries: Sequence[EntryView], *, now: datetime) -> frozenset[UUID]:
    """Return the accounts whose training is overdue. ``entries`` holds no samples."""
    on = shelf(entries, now=now)
    late = {one.text("person") for one in on.of("training") if is_training_overdue(one, on)}
    return frozenset(one for one in _accounts(late))


def revoke_leavers(*, actor: Principal, entries: Sequence[EntryView], now: datetime) -> int:
    """Take everything from those whose approved case has come; of who only moves, what he was granted and sessions."""
    done = set(Revocation.objects.filter(tenant_id=PROVIDER).values_list("entry_id", flat=True))
    cases = [one for one in due_cases(entries, now=now) if one.state is State.APPROVED and one.id not in done]
    for case in cases:
        for account_id in _accounts({case.text("person")}):
            if case.text("going") == "leaves":
                taken = dict(take_everything(actor=actor, account_id=account_id, now=now))
            else:
                taken = {
                    "grants": end_what_was_granted(account_id=account_id, now=now),
                    "sessions": end_sessions_of(account_id=account_id, actor=actor, now=now),
                }
            Revocation.objects.bulk_create(
                Revocation(
                    tenant_id=PROVIDER,
                    id=new_id(at=now),
                    entry_id=case.id,
                    account_id=account_id,
                    what=what,
                    count=count,
                    at=now,
                )
                for what, count in taken.items()
            )
    return len(cases)


def due_cases(entries: Sequence[EntryView], *, now: datetime) -> tuple[EntryView, ...]:
    """Return the cases whose moment has come, handed in or approved. ``entries`` holds no samples."""
    return tuple(
        one
        for one in entries
        if one.register == "leavers"
        and one.state in {State.SUBMITTED, State.APPROVED}
        and moment_in(one.text("left_at")) <= now
    )


def _keep(reason: HoldReason, wanted: Collection[UUID], *, actor: Principal, now: datetime) -> int:
    held = {account_id for account_id, reasons in holds().items() if reason in reasons}
    changed = [
        *(hold_operator(actor=actor, account_id=one, reason=reason, now=now) for one in sorted(set(wanted) - held)),
        *(release_operator(actor=actor, account_id=one, reason=reason, now=now) for one in sorted(held - set(wanted))),
    ]
    return sum(changed)


def _accounts(texts: Collection[str]) -> tuple[UUID, ...]:
    """Return which of these are accounts of the provider; names of people without one lead nowhere."""
    rows = Account.objects.filter(tenant_id=PROVIDER).values_list("id", flat=True)
    return tuple(one for one in rows.order_by("id") if str(one) in texts)
