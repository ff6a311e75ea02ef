"""What an entry's page shows of a wish that it ends, and who may agree to it."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from tokimori.assurance.registers.entries import EntryView, State
from tokimori.assurance.registers.models import LONGEST_WAIT
from tokimori.assurance.registers.queries.reading import open_wishes
from tokimori.assurance.registers.services.writing import concerned_by, whom_it_is_about
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.requests import TenantRequest


def withdrawal_context(request: TenantRequest, held: EntryView, *, me: UUID) -> dict[str, Any]:
    """Return the wish that waits, and where it is asked for or agreed to by the reader; each may be nothing."""
    if held.state is not State.APPROVED:
        return {"wish": None, "ask_url": "", "confirm_url": ""}
    wish = open_wishes(now=request.now).get(held.id)
    if wish is None:
        may_ask = me not in whom_it_is_about(held)
        ask_url = reverse("ask_to_withdraw_register_entry", args=[held.id]) if may_ask else ""
        return {"wish": None, "ask_url": ask_url, "confirm_url": ""}
    names = account_names(tenant=PROVIDER, account_ids={wish.asked_by})
    may_confirm = me != wish.asked_by and me not in concerned_by(held)
    return {
        "wish": {
            "id": wish.id,
            "by": names.get(wish.asked_by, ""),
            "at": moment(wish.asked_at, request.zone),
            "note": wish.note,
            "until": moment(wish.asked_at + LONGEST_WAIT, request.zone),
        },
        "ask_url": "",
        "confirm_url": reverse("confirm_register_withdrawal", args=[held.id]) if may_confirm else "",
    }
