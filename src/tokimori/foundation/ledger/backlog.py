"""How far the log is behind: what waits for its place, and what waits for a signature, and for how long."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tokimori.foundation.identifiers import TenantId

SEQUENCED_WITHIN: Final = timedelta(seconds=10)
SIGNED_WITHIN: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The oldest that waits, over all companies: for its place, and for a checkpoint over it. Nothing waits at zero."""

    waiting: int
    oldest_waiting: timedelta
    oldest_unsigned: timedelta
    unsigned_logs: tuple[TenantId, ...]

    @property
    def is_in_time(self) -> bool:
        """Whether every event gets its place within ten seconds and its checkpoint within sixty."""
        return self.oldest_waiting <= SEQUENCED_WITHIN and self.oldest_unsigned <= SIGNED_WITHIN
