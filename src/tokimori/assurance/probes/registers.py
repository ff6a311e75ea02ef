"""What the registers say, held against the people, accounts and rows that they are about. Samples are never looked at."""

from datetime import datetime, timedelta
from typing import Final

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.registers.entries import EntryView, State
from tokimori.assurance.registers.fields import moment_in
from tokimori.assurance.registers.judging.catalogue import CRITERIA
from tokimori.assurance.registers.judging.judgement import evidence_of
from tokimori.assurance.registers.queries.overview import binding_policies, unread_policies
from tokimori.assurance.registers.queries.reading import accounts_in, entries_of, revoked_at
from tokimori.assurance.registers.services.consequences import (
    agreement_coverage,
    due_cases,
    overdue_learners,
)
from tokimori.foundation.identity.queries import open_accounts
from tokimori.foundation.operators.services.holds import HoldReason, holds
from tokimori.foundation.operators.services.leaving import ways_in_of
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

PROMISED: Final = timedelta(hours=1)
_OF_PREMISES: Final = frozenset({64, 65, 67})
_LEGAL_AREAS: Final = frozenset({6, 9, 110})
"""Rows that a law stands behind in every country: the register names at least these."""


def real_entries() -> tuple[EntryView, ...]:
    """Return every entry that is no sample; to be called inside the provider's tenant."""
    return tuple(one for one in entries_of() if not one.is_sample)


def has_entries(*registers: str) -> bool:
    """Whether one of these registers has had a real entry that was approved. Before that nothing is there to look at."""
    with tenant_transaction(PROVIDER):
        return any(one.register in registers and one.approved_at is not None for one in real_entries())


def observe_policies(now: datetime) -> Observation:
    """Look whether policies hold, and whether everybody confirmed those that ask for it."""
    with tenant_transaction(PROVIDER):
        entries = real_entries()
        unread = unread_policies(entries, now=now)
    binding = binding_policies(entries, today=now.date())
    missing = sum(len(people) for people in unread.values())
    checks = {
        "policies_hold": _holds("policies.published", entries, now=now),
        "everybody_has_read_them": missing == 0,
    }
    return judged(checks, to_be_read=len(binding), not_confirmed=missing)


def observe_accountability(now: datetime) -> Observation:
    """Look whether each row has exactly one who answers for it, and whether he still works here."""
    with tenant_transaction(PROVIDER):
        entries = real_entries()
        gone = _closed_accounts(entries)
    found = [one for one in entries if one.register == "accountabilities" and one.state is State.APPROVED]
    named = [row for one in found for row in one.rows()]
    checks = {
        "every_row_has_one": all(named.count(row) == 1 for row in ROWS),
        "nobody_who_left_is_named": gone == 0,
        "entries_are_in_date": _holds("accountabilities.complete", entries, now=now),
    }
    return judged(checks, rows_named=len(set(named)), left_but_named=gone)


def observe_agreements(now: datetime) -> Observation:
    """Look whether every open account of an operator has an agreement, and whether who has none is really kept out."""
    with tenant_transaction(PROVIDER):
        found = agreement_coverage(real_entries(), now=now)
        kept_out = {key for key, reasons in holds().items() if HoldReason.CONFIDENTIALITY in reasons}
    checks = {
        "a_policy_asks_for_it": found.is_required,
        "everybody_has_signed": not found.lacking,
        "who_has_not_is_kept_out": not found.is_required or found.lacking - found.spared <= kept_out,
    }
    return judged(checks, operators=len(found.operators), without=len(found.lacking), spared=len(found.spared))


def observe_training(now: datetime) -> Observation:
    """Look whether anybody is overdue, and whether who is gets no company."""
    with tenant_transaction(PROVIDER):
        late = overdue_learners(real_entries(), now=now)
        working = open_accounts(tenant=PROVIDER, account_ids=late)
        kept_out = {key for key, reasons in holds().items() if HoldReason.TRAINING in reasons}
    checks = {"nobody_is_overdue": not working, "who_is_gets_no_company": working <= kept_out}
    return judged(checks, overdue=len(working))


def observe_leavers(now: datetime) -> Observation:
    """Look whether anybody whose case is an hour old, decided or not, still has a way in; and how long it took."""
    with tenant_transaction(PROVIDER):
        entries = real_entries()
        cases = [one for one in due_cases(entries, now=now) if one.text("going") == "leaves"]
        late = [one for one in cases if moment_in(one.text("left_at")) + PROMISED <= now]
        left_over = sum(ways_in_of(one, now=now) for one in accounts_in(late, "person"))
        done = revoked_at()
    took = sorted(
        max(0, int((done[one.id] - moment_in(one.text("left_at"))).total_seconds() // 60))
        for one in cases
        if one.id in done
    )
    measured = {"median_minutes": took[len(took) // 2]} if took else {}
    return judged({"nothing_is_left_open": left_over == 0}, cases=len(cases), ways_left_open=left_over, **measured)


def observe_certificates(now: datetime) -> Observation:
    """Look whether a certificate is in force."""
    return _as_judged("certifications.valid", now=now)


def observe_audits(now: datetime) -> Observation:
    """Look when somebody from outside last audited, and whether what he asked for was done."""
    return _as_judged("audits.external", now=now)


def observe_legal(now: datetime) -> Observation:
    """Look whether the laws behind the rows that always have one are named, and looked at in time."""
    with tenant_transaction(PROVIDER):
        entries = real_entries()
    named = {
        row
        for one in entries
        if one.register == "legal_requirements" and one.state is State.APPROVED
        for row in one.rows()
    }
    checks = {
        "entries_are_in_date": _holds("legal.requirements", entries, now=now),
        "no_row_lacks_its_law": named >= _LEGAL_AREAS,
    }
    return judged(checks, rows_named=len(named))


def observe_suppliers(now: datetime) -> Observation:
    """Look whether suppliers that see entrusted data have every clause, and evidence that has not ended."""
    return _as_judged("suppliers.complete", now=now)


def observe_supplier_reviews(now: datetime) -> Observation:
    """Look whether each supplier was assessed in time."""
    return _as_judged("suppliers.assessed", now=now)


def observe_supplier_evidence(now: datetime) -> Observation:
    """Look whether reports on premises have run out and were not renewed."""
    with tenant_transaction(PROVIDER):
        entries = real_entries()
    held = [one for one in entries if one.register == "vendor_evidence" and one.state is State.APPROVED]
    found = [one for one in held if set(one.rows()) & _OF_PREMISES]
    ended = [one for one in found if one.ends_at <= now]
    return judged({"no_report_has_run_out": not ended and bool(found)}, reports=len(found), run_out=len(ended))


def _as_judged(name: str, *, now: datetime) -> Observation:
    with tenant_transaction(PROVIDER):
        seen = evidence_of(CRITERIA[name], real_entries(), now=now)
    if seen is None:
        return Observation(outcome=Outcome.FAILED, reason="no_entry")
    is_old = seen.expires_at is not None and seen.expires_at <= now
    return Observation(
        outcome=Outcome.FAILED if is_old else seen.outcome,
        reason="too_old" if is_old else seen.reason,
        measured=seen.measured,
    )


def _holds(name: str, entries: tuple[EntryView, ...], *, now: datetime) -> bool:
    seen = evidence_of(CRITERIA[name], entries, now=now)
    is_fresh = seen is not None and (seen.expires_at is None or seen.expires_at > now)
    return seen is not None and is_fresh and seen.outcome is Outcome.PASSED


def _closed_accounts(entries: tuple[EntryView, ...]) -> int:
    held = [one for one in entries if one.register == "accountabilities" and one.state is State.APPROVED]
    named = accounts_in(held, "accountable")
    return len(named - open_accounts(tenant=PROVIDER, account_ids=named))
