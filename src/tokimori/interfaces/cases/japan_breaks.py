"""Cases on breaks (Labor Standards Act 34)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pydantic import Field

from tokimori.engine.japan.article_34_breaks import required_break
from tokimori.interfaces.cases.kind import Answer, Day, Inputs, Kind, Minutes


class BreakRequirementInputs(Inputs):
    """Lengths of work, in minutes; the day whose law is asked, when it is not today's."""

    worked_min: tuple[Minutes, ...] = Field(min_length=1)
    as_of: Day = date(2026, 4, 1)


def _break_requirement(given: BreakRequirementInputs) -> Answer:
    found = [required_break(worked_minutes=worked, day=given.as_of) for worked in given.worked_min]
    return Answer(
        result={"required_break_min": [one.required_minutes for one in found]},
        steps=[reason for one in found for reason in one.reasons],
    )


KINDS: Final[Mapping[str, Kind[Any]]] = {"break_requirement": Kind(BreakRequirementInputs, _break_requirement)}
