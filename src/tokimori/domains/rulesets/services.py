"""Publish versions of rule sets. A version never changes; another one follows."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tokimori.domains.rulesets.models import RuleSet, RuleSetVersion
from tokimori.engine import RuleSet as EngineRuleSet
from tokimori.foundation.access.authorise import authorise_everywhere
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import digest
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.queue import JobRequest, enqueue
from tokimori.foundation.vouching.errors import ProposalDecided
from tokimori.foundation.vouching.services.proposals import approve, propose, refuse, refuse_alone
from tokimori.foundation.vouching.subjects import Subject


@transaction.atomic
def publish_rule_set(*, actor: Principal, name: str, rules: EngineRuleSet, valid_from: date, now: datetime) -> UUID:
    """Publish a version of the rule set with the code of ``rules``, valid from a date on.

    The version's number follows the last one. Days from that date on are calculated anew by a job; sealed ones settle as
    adjustments. Raise ``SecondPersonNeeded`` where the company has this decided by two.
    """
    authorise_everywhere(actor, Permission.RULE_SET_PUBLISH, Function.RULES, Level.EDIT)
    refuse_alone(actor=actor, subject=Subject.RULE_SETS)
    return _publish(actor, name=name, rules=rules, valid_from=valid_from, now=now)


@transaction.atomic
def propose_rule_set(*, actor: Principal, name: str, rules: EngineRuleSet, valid_from: date, now: datetime) -> UUID:
    """Propose the next version of a rule set; it holds once another person who may publish has approved it."""
    authorise_everywhere(actor, Permission.RULE_SET_PUBLISH, Function.RULES, Level.EDIT)
    content = {
        "name": name,
        "rules": rules.to_plain(),
        "valid_from": valid_from.isoformat(),
        "seen_version": _last_version(actor, rules.code),
    }
    return propose(actor=actor, subject=Subject.RULE_SETS, target=rules.code, content=content, now=now)


@transaction.atomic
def approve_rule_set(*, actor: Principal, proposal_id: UUID, now: datetime) -> UUID:
    """Publish what another person proposed; return the version's id.

    Raise ``OwnProposal``, and ``ProposalDecided`` for one that was decided on, or when another version was published since.
    """
    authorise_everywhere(actor, Permission.RULE_SET_PUBLISH, Function.RULES, Level.EDIT)
    found = approve(actor=actor, subject=Subject.RULE_SETS, proposal_id=proposal_id, now=now)
    if _last_version(actor, found.target) != found.content["seen_version"]:
        raise ProposalDecided
    return _publish(
        actor,
        name=found.content["name"],
        rules=EngineRuleSet.from_plain(found.content["rules"]),
        valid_from=date.fromisoformat(found.content["valid_from"]),
        now=now,
    )


@transaction.atomic
def refuse_rule_set(*, actor: Principal, proposal_id: UUID, now: datetime) -> None:
    """Let a proposal be void: another one's, or one's own."""
    authorise_everywhere(actor, Permission.RULE_SET_PUBLISH, Function.RULES, Level.EDIT)
    refuse(actor=actor, subject=Subject.RULE_SETS, proposal_id=proposal_id, now=now)


def _last_version(actor: Principal, code: str) -> int:
    """Return the number of the newest version; zero for a rule set that is not there yet."""
    sets = RuleSet.objects.filter(tenant_id=actor.tenant_id, code=code).values("id")
    rows = RuleSetVersion.objects.filter(tenant_id=actor.tenant_id, rule_set_id__in=sets)
    return max(rows.values_list("version", flat=True), default=0)


def _publish(actor: Principal, *, name: str, rules: EngineRuleSet, valid_from: date, now: datetime) -> UUID:
    rule_set, _ = RuleSet.objects.get_or_create(
        tenant_id=actor.tenant_id, code=rules.code, defaults={"id": new_id(at=now), "name": name, "created_at": now}
    )
    RuleSet.objects.select_for_update(no_key=True).get(tenant_id=actor.tenant_id, id=rule_set.id)
    last = (
        RuleSetVersion.objects.filter(tenant_id=actor.tenant_id, rule_set_id=rule_set.id).order_by("-version").first()
    )
    definition = {**rules.to_plain(), "version": last.version + 1 if last else 1}
    row = RuleSetVersion.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        rule_set_id=rule_set.id,
        version=definition["version"],
        valid_from=valid_from,
        definition=definition,
        digest=digest(definition),
        published_at=now,
    )
    record_event(
        EventName.RULE_SET_PUBLISHED, actor=actor, subject_id=row.id, at=now, version=row.version, digest=row.digest
    )
    if last is not None:
        enqueue(
            [
                JobRequest(
                    name="tokimori:recalculate_rule_set",
                    lock=f"rule_set:{rules.code}",
                    arguments={"rule_set_code": rules.code, "first": valid_from.isoformat()},
                )
            ]
        )
    return row.id
