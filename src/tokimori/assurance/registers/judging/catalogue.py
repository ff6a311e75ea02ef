"""Every criterion by its name, and what the registers say about all of them at a moment."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from tokimori.assurance.evaluation.answers import ControlException
from tokimori.assurance.evaluation.evidence import Evidence
from tokimori.assurance.registers.entries import Standing
from tokimori.assurance.registers.judging import compliance, governance, operation
from tokimori.assurance.registers.judging.judgement import Criterion, evidence_of
from tokimori.assurance.registers.queries.reading import entries_of

_ALL: Final = (*governance.CRITERIA, *compliance.CRITERIA, *operation.CRITERIA)

CRITERIA: Final[Mapping[str, Criterion]] = MappingProxyType({one.name: one for one in _ALL})


def accepted_exceptions(*, now: datetime) -> tuple[ControlException, ...]:
    """Return the gaps that entries of the register of exceptions accept, row by row; to be called as below. No samples."""
    found = []
    for one in entries_of({"exceptions"}):
        if one.is_sample or one.standing(now.date()) is not Standing.IN_FORCE or one.approved_at is None:
            continue
        found += [
            ControlException(
                row=row,
                reason=one.text("reason"),
                requested_by=str(one.author_id),
                approved_by=str(one.acted_by),
                approved_at=one.approved_at,
                expires_at=one.ends_at,
            )
            for row in one.rows()
        ]
    return tuple(found)


def register_evidence(*, now: datetime) -> tuple[Evidence, ...]:
    """Return what the registers say about each criterion; to be called inside the provider's tenant."""
    entries = entries_of()
    found = (evidence_of(one, entries, now=now) for one in CRITERIA.values())
    return tuple(one for one in found if one is not None)
