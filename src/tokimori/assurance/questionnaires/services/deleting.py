"""Delete what a buyer sent, with an event that says what is gone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tokimori.assurance.questionnaires.models import BuyerQuestion, Questionnaire, QuestionnaireExport
from tokimori.assurance.questionnaires.services.access import found_questionnaire
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import digest
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER


@transaction.atomic
def delete_questionnaire(*, actor: Principal, questionnaire_id: UUID, whole_buyer: bool, now: datetime) -> int:
    """Delete a questionnaire with its questions and exports, or all of its buyer's; return how many.

    Each gets an event with the digests of what was there. What was remembered of its words stays, as rows alone.
    """
    chosen = found_questionnaire(actor, questionnaire_id, lock=True)
    rows = [chosen]
    if whole_buyer:
        others = Questionnaire.objects.filter(tenant_id=PROVIDER).exclude(id=chosen.id).defer("content")
        rows += [one for one in others if one.buyer.casefold() == chosen.buyer.casefold()]
    for row in rows:
        exports = QuestionnaireExport.objects.filter(tenant_id=PROVIDER, questionnaire_id=row.id)
        digests = sorted(exports.values_list("digest", flat=True))
        questions = BuyerQuestion.objects.filter(tenant_id=PROVIDER, questionnaire_id=row.id)
        counted = questions.count()
        exports.delete()
        questions.delete()
        Questionnaire.objects.filter(tenant_id=PROVIDER, id=row.id).delete()
        record_event(
            EventName.QUESTIONNAIRE_DELETED,
            actor=actor,
            subject_id=row.id,
            at=now,
            digest=row.digest,
            questions=counted,
            exports=len(digests),
            exports_digest=digest({"exports": digests}),
        )
    return len(rows)
