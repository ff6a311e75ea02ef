"""Whether tampering is noticed: how the last drill ended, how long ago, and whether the log's witnesses still sign."""

from datetime import datetime, timedelta
from typing import Final

from tokimori.assurance.drill.holding import last_drill
from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.foundation.ledger.queries.logs import cosignatures
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

OLDEST_DRILL: Final = timedelta(days=8)
"""One is held each week; a day more is no fault."""
OLDEST_COSIGNATURE: Final = timedelta(hours=24)
_HOUR: Final = timedelta(hours=1)
_NOBODY: Final = "–"


def observe_drill(now: datetime) -> Observation:
    """Read how the last drill ended, and when each witness signed last; who never had a witness claims none."""
    found = last_drill()
    if found is None:
        raise CannotObserve("no_drill_was_held")
    with tenant_transaction(PROVIDER):
        seen = [now - one.cosigned_at for one in cosignatures()]
    age = now - found.ended_at
    checks = {
        "the_drill_came_to_its_end": not found.fault,
        "the_drill_is_recent": age <= OLDEST_DRILL,
        "all_attempts_were_refused": bool(found.fault) or 0 < found.attempts == found.refused,
        **{f"was_noticed:{one}": False for one in found.missed},
        **{f"was_not_accused_for_nothing:{one}": False for one in found.accused},
        "witnesses_sign": not seen or min(seen) <= OLDEST_COSIGNATURE,
    }
    return judged(
        checks,
        drill_age_hours=age // _HOUR,
        attempts_in_drill=found.attempts,
        attacks_in_drill=found.attacks,
        witnesses=len(seen),
        cosignature_age_hours=min(seen) // _HOUR if seen else _NOBODY,
    )
