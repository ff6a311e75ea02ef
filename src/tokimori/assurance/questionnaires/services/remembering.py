"""What was confirmed once, found again by its words alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from tokimori.assurance.questionnaires.models import RememberedQuestion
from tokimori.assurance.questionnaires.similarity import normalised
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.sealing import blind_indexes
from tokimori.foundation.tenancy.context import PROVIDER

_PURPOSE: Final = "questionnaires_rememberedquestion.text_digest"


def remembered(text: str) -> RememberedQuestion | None:
    """Return what a question of these very words was tied to last; width, case and punctuation do not matter."""
    rows = RememberedQuestion.objects.filter(tenant_id=PROVIDER, text_digest__in=_digests(text))
    return rows.order_by("-confirmed_at").first()


def remember(text: str, *, rows: Sequence[int], good_is_no: bool, by: UUID, now: datetime) -> None:
    """Keep what a human confirmed, in the place of what was kept before."""
    RememberedQuestion.objects.update_or_create(
        tenant_id=PROVIDER,
        text_digest=_digests(text)[0],
        defaults={
            "rows": list(rows),
            "good_is_no": good_is_no,
            "confirmed_by": by,
            "confirmed_at": now,
        },
        create_defaults={
            "id": new_id(at=now),
            "rows": list(rows),
            "good_is_no": good_is_no,
            "confirmed_by": by,
            "confirmed_at": now,
        },
    )


def _digests(text: str) -> Sequence[bytes]:
    return blind_indexes(normalised(text), tenant=PROVIDER, purpose=_PURPOSE)
