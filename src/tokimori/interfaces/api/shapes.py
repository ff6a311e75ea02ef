"""What the API reads and answers: explicit shapes, unknown fields refused, nothing guessed."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Discriminator, Field, StringConstraints, Tag, WithJsonSchema

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
    kind: Annotated[
        str | None,
        StringConstraints(max_length=LONGEST_KEY, pattern=_PRINTABLE),
        WithJsonSchema({"anyOf": [{"type": "string", "enum": [kind.value for kind in PunchKind]}, {"type": "null"}]}),
    ] = Field(default=None, description="Which punch; left out, it is inferred from the day.")
    place: Annotated[str, StringConstraints(max_length=LONGEST_PLACE, pattern=_PRINTABLE)] = Field(
        default="", description="Where, in your own words."
    )


class PunchReportsIn(Schema):
    """Many punches at once."""

    model_config = ConfigDict(extra="forbid")

    reports: Annotated[list[PunchReportIn], Field(min_length=1, max_length=MOST_REPORTS)]


def _many_or_one(body: object) -> str:
    is_many = "reports" in body if isinstance(body, dict) else isinstance(body, PunchReportsIn)
    return "many" if is_many else "one"


PunchBody = Annotated[
    Annotated[PunchReportIn, Tag("one")] | Annotated[PunchReportsIn, Tag("many")], Discriminator(_many_or_one)
]
"""One report, or many: told apart by the field ``reports``, so that what is wrong is said of the shape that was meant."""


def offending_fields(errors: Iterable[Mapping[str, Any]]) -> str:
    """Return the path of each offending field as its sender knows it, never with what was in it: ``reports.3.kind``."""
    paths = (
        ".".join(str(part) for part in error["loc"] if isinstance(part, int) or _is_name(part)) for error in errors
    )
    return ", ".join(dict.fromkeys(path or "body" for path in paths))


def _is_name(part: str) -> bool:
    """Whether a step of a path is a field's name, and not one that the reading of it put in between."""
    return part.isidentifier() and part not in {"body", "one", "many"}


class PunchAnswerOut(Schema):
    """What became of one report. The answer is sent after the fact is durable."""

    key: str
    outcome: Outcome
    punch_id: UUID | None = None
    code: str | None = Field(default=None, description="Stable code of the refusal, if it was refused.")
    message: str | None = Field(default=None, description="The refusal in a sentence.")
    receipt: str | None = Field(
        default=None,
        description="Of what is recorded: a signed note that promises its place in the log; see the page on receipts.",
    )


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
