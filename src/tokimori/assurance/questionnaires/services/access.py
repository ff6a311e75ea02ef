"""Who works on questionnaires: the provider's people with the right to it, in the provider's own tenant."""

from uuid import UUID

from tokimori.assurance.questionnaires.models import Questionnaire
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.tenancy.context import PROVIDER


def require_answerer(actor: Principal) -> UUID:
    """Return the actor's account; raise unless he is one of the provider's people and may answer questionnaires."""
    authorise(actor, Permission.QUESTIONNAIRE_ANSWER)
    if actor.tenant_id != PROVIDER or actor.account_id is None:
        raise NotFound
    return actor.account_id


def found_questionnaire(actor: Principal, questionnaire_id: UUID, *, lock: bool = False) -> Questionnaire:
    """Return a questionnaire; raise ``NotFound`` where there is none."""
    require_answerer(actor)
    rows = Questionnaire.objects.filter(tenant_id=PROVIDER, id=questionnaire_id)
    row = (rows.select_for_update(no_key=True) if lock else rows).first()
    if row is None:
        raise NotFound
    return row
