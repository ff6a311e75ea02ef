"""The company's security rules: read at every sign-in and every request, changed as a new version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.errors import RulesChanged, RulesLockOut
from tokimori.foundation.identity.models import Account, SecurityRulesVersion
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.security_rules import SecurityRules, audience_of
from tokimori.foundation.identity.services.factors import factors_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import changed, record_event
from tokimori.foundation.vouching.errors import ProposalDecided
from tokimori.foundation.vouching.services.proposals import approve, propose, refuse, refuse_alone
from tokimori.foundation.vouching.subjects import Subject

_THE_RULES: Final = "security_rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersionView:
    """A version of the rules, and who made it when."""

    version: int
    rules: SecurityRules
    changed_at: datetime
    changed_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rules that hold now, and the number of their version: 0 while they are the product's own."""

    version: int
    rules: SecurityRules


def rules_in_force(*, actor: Principal) -> RulesInForce:
    """Return the company's rules, for who may see them."""
    authorise(actor, Permission.SECURITY_READ)
    newest = newest_versions().filter(tenant_id=actor.tenant_id).first()
    if newest is None:
        return RulesInForce(version=0, rules=SecurityRules())
    return RulesInForce(version=newest.version, rules=SecurityRules.from_plain(newest.rules))


def current_rules(*, tenant: TenantId) -> SecurityRules:
    """Return the rules that hold now; a company that never changed any has the product's own."""
    newest = newest_versions().filter(tenant_id=tenant).first()
    return SecurityRules() if newest is None else SecurityRules.from_plain(newest.rules)


def newest_versions() -> QuerySet[SecurityRulesVersion]:
    """Return all versions, the newest first."""
    return SecurityRulesVersion.objects.order_by("-version")


def rules_versions(*, actor: Principal) -> tuple[RulesVersionView, ...]:
    """Return every version, the newest first."""
    authorise(actor, Permission.SECURITY_READ)
    return tuple(
        RulesVersionView(
            version=row.version,
            rules=SecurityRules.from_plain(row.rules),
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )
        for row in newest_versions().filter(tenant_id=actor.tenant_id)
    )


@transaction.atomic
def change_rules(*, actor: Principal, rules: SecurityRules, now: datetime, seen_version: int | None = None) -> int:
    """Let new rules hold from now on, for sessions that are open as well; return the number of their version.

    Rules that hold already make no version. Raise ``RulesChanged`` when others hold by now than those that were seen (of
    two changes at the very same moment the database refuses the second), and ``RulesLockOut`` when the actor has not
    himself what would be asked of him. Raise ``SecondPersonNeeded`` where the company has this decided by two.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    refuse_alone(actor=actor, subject=Subject.SECURITY_RULES)
    return _let_hold(actor, rules=rules, seen_version=seen_version, now=now)


@transaction.atomic
def propose_rules(*, actor: Principal, rules: SecurityRules, seen_version: int, now: datetime) -> UUID:
    """Propose rules that hold once another administrator has approved them; return the proposal's id.

    Raise ``RulesChanged`` when others hold than those that were seen.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    if rules_in_force(actor=actor).version != seen_version:
        raise RulesChanged
    content = {"rules": rules.to_plain(), "seen_version": seen_version}
    return propose(actor=actor, subject=Subject.SECURITY_RULES, target=_THE_RULES, content=content, now=now)


@transaction.atomic
def approve_rules(*, actor: Principal, proposal_id: UUID, now: datetime) -> int:
    """Let hold what another administrator proposed; return the version's number.

    Raise ``OwnProposal``, ``ProposalDecided`` (also when others hold by now than those that were seen), ``RulesLockOut``.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    found = approve(actor=actor, subject=Subject.SECURITY_RULES, proposal_id=proposal_id, now=now)
    try:
        rules, seen = SecurityRules.from_plain(found.content["rules"]), found.content["seen_version"]
        return _let_hold(actor, rules=rules, seen_version=seen, now=now)
    except RulesChanged as refusal:
        raise ProposalDecided from refusal


@transaction.atomic
def refuse_rules(*, actor: Principal, proposal_id: UUID, now: datetime) -> None:
    """Let a proposal of rules be void."""
    authorise(actor, Permission.SECURITY_WRITE)
    refuse(actor=actor, subject=Subject.SECURITY_RULES, proposal_id=proposal_id, now=now)


def _let_hold(actor: Principal, *, rules: SecurityRules, seen_version: int | None, now: datetime) -> int:
    newest = newest_versions().filter(tenant_id=actor.tenant_id).first()
    number = newest.version if newest else 0
    present = SecurityRules.from_plain(newest.rules) if newest else SecurityRules()
    if seen_version is not None and seen_version != number:
        raise RulesChanged
    if present == rules:
        return number
    _refuse_lock_out(actor, present=present, wanted=rules)
    row = SecurityRulesVersion.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        version=number + 1,
        rules=rules.to_plain(),
        changed_at=now,
        changed_by=actor.account_id,
    )
    differences = changed(before=_plain_facts(present), after=_plain_facts(rules))
    record_event(
        EventName.SECURITY_RULES_CHANGED, actor=actor, subject_id=row.id, at=now, version=row.version, **differences
    )
    return row.version


def _plain_facts(rules: SecurityRules) -> dict[str, Any]:
    """Return the rules for the record, where words are counted: they may name somebody."""
    return {**rules.to_plain(), "blocked_words": len(rules.blocked_words)}


def _refuse_lock_out(actor: Principal, *, present: SecurityRules, wanted: SecurityRules) -> None:
    """Raise ``RulesLockOut`` when more is asked of the actor than before, and he has not got it."""
    if actor.kind is not PrincipalKind.PERSON or actor.account_id is None:
        return
    account = Account.objects.get(tenant_id=actor.tenant_id, id=actor.account_id)
    audience = audience_of(roles_of(account))
    asked = wanted.strength[audience]
    if asked > present.strength[audience] and factors_of(account).strength < asked:
        raise RulesLockOut
