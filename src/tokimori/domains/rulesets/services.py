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


@transaction.atomic
def publish_rule_set(*, actor: Principal, name: str, rules: EngineRuleSet, valid_from: date, now: datetime) -> UUID:
    """Publish a version of the rule set with the code of ``rules``, valid from a date on.

    The version's number follows the last one. Days from that date on are calculated anew by a job; sealed ones settle as
    adjustments.
    """
    authorise_everywhere(actor, Permission.RULE_SET_PUBLISH, Function.RULES, Level.EDIT)
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
