"""Every criterion by its name, and what the registers say about all of them at a moment."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from tokimori.assurance.evaluation.evidence import Evidence
from tokimori.assurance.registers.judging import compliance, governance, operation
from tokimori.assurance.registers.judging.judgement import Criterion, evidence_of
from tokimori.assurance.registers.queries.reading import entries_of

_ALL: Final = (*governance.CRITERIA, *compliance.CRITERIA, *operation.CRITERIA)

CRITERIA: Final[Mapping[str, Criterion]] = MappingProxyType({one.name: one for one in _ALL})


def register_evidence(*, now: datetime) -> tuple[Evidence, ...]:
    """Return what the registers say about each criterion; to be called inside the provider's tenant."""
    entries = entries_of()
    found = (evidence_of(one, entries, now=now) for one in CRITERIA.values())
    return tuple(one for one in found if one is not None)
