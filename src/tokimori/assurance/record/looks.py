"""One look of a probe, as it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One look of a probe. ``seconds`` is how long it took."""

    id: UUID
    probe: str
    outcome: str
    reason: str
    observed_to: datetime
    expires_at: datetime
    seconds: float
    measured: Mapping[str, int | str] = field(default_factory=dict)
