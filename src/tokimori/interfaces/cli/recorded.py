"""Commands that need a recorded session of work on the servers, once there are two operators who could open one."""

from datetime import datetime
from typing import Final

from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.ledger.services import LONGEST_DETAIL
from tokimori.foundation.operators.errors import WrapperNeeded
from tokimori.foundation.operators.services.directory import operators_who_were_in
from tokimori.foundation.operators.services.maintenance import record_bypass
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_ACTOR: Final = system_principal(PROVIDER)
_TWO: Final = 2


def refuse_unrecorded(*, command: str, bypass: str, recorded_by: Principal | None, now: datetime) -> None:
    """Raise ``WrapperNeeded`` outside of a recorded session, unless somebody says why; that is written down and counted."""
    if recorded_by is not None:
        return
    with tenant_transaction(PROVIDER):
        if operators_who_were_in() < _TWO:
            return
        reason = bypass.strip()
        if not reason:
            raise WrapperNeeded
        record_bypass(actor=_ACTOR, command=command, reason=reason[:LONGEST_DETAIL], now=now)
