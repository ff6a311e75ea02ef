"""What the API reads and answers: explicit shapes, unknown fields refused, nothing guessed."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from tokimori.domains.timekeeping.reports import (
    LONGEST_EMPLOYEE_CODE,
    LONGEST_KEY,
    LONGEST_PLACE,
    MOST_REPORTS,
    Outcome,
)
from tokimori.engine import PunchKind

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


class PunchReportIn(Schema):
    """One punch. Repeating it under the same key is harmless."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_KEY, pattern=_PRINTABLE)] = Field(
        description="Your own name for this report; unique per company. The same key with other content is refused (409)."
    )
    employee_code: Annotated[
        str, StringConstraints(min_length=1, max_length=LONGEST_EMPLOYEE_CODE, pattern=_PRINTABLE)
    ] = Field(description="The company's code of the employee.")
    occurred_at: AwareDatetime = Field(description="When it happened: RFC 3339, with an offset.")
    kind: PunchKind | None = Field(default=None, description="Which punch; left out, it is inferred from the day.")
    place: Annotated[str, StringConstraints(max_length=LONGEST_PLACE, pattern=_PRINTABLE)] = Field(
        default="", description="Where, in your own words."
    )


class PunchReportsIn(Schema):
    """Many punches at once."""

    model_config = ConfigDict(extra="forbid")

    reports: Annotated[list[PunchReportIn], Field(min_length=1, max_length=MOST_REPORTS)]


class PunchAnswerOut(Schema):
    """What became of one report. The answer is sent after the fact is durable."""

    key: str
    outcome: Outcome
    punch_id: UUID | None = None
    code: str | None = Field(default=None, description="Stable code of the refusal, if it was refused.")
    message: str | None = Field(default=None, description="The refusal in a sentence.")


class PunchAnswersOut(Schema):
    """An answer for each report, in order."""

    answers: list[PunchAnswerOut]


class RefusalOut(Schema):
    """Why the request was refused."""

    code: str
    message: str
    facts: dict[str, str | int] = Field(default_factory=dict)


class HealthOut(Schema):
    """The service answers and reaches its database."""

    status: Literal["ok"]
