"""``POST /api/v1/punches``: the first machine's door to the punch."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Body, Router, Status

from tokimori.domains.timekeeping.errors import UnknownPunchKind
from tokimori.domains.timekeeping.reports import Outcome, PunchAnswer, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.engine import PunchKind
from tokimori.foundation import clock
from tokimori.foundation.client_address import client_address
from tokimori.foundation.errors import InvalidInput
from tokimori.foundation.identity.carried_secrets import CarriedSecret
from tokimori.foundation.identity.services.tokens import machine_transaction
from tokimori.interfaces.api.shapes import (
    PunchAnswerOut,
    PunchAnswersOut,
    PunchBody,
    PunchReportIn,
    PunchReportsIn,
    RefusalOut,
)

router = Router(tags=["punches"])

_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: RefusalOut,
    HTTPStatus.FORBIDDEN: RefusalOut,
    HTTPStatus.NOT_FOUND: PunchAnswerOut,
    HTTPStatus.CONFLICT: PunchAnswerOut,
    HTTPStatus.UNPROCESSABLE_ENTITY: PunchAnswerOut | RefusalOut,
}


@router.post(
    "/punches",
    response={
        HTTPStatus.OK: PunchAnswerOut | PunchAnswersOut,
        HTTPStatus.CREATED: PunchAnswerOut,
        **_REFUSALS,
    },
    summary="Report punches",
)
def report_punches(request: HttpRequest, body: Body[PunchBody]) -> Status[PunchAnswerOut | PunchAnswersOut]:
    """Report one punch, or up to 1000 as ``reports``.

    One report is answered by its own status: 201 recorded, 200 seen before, 4xx refused. Many are answered by 200 with an
    answer for each; a refused one hinders no other. The answer is sent after everything accepted is durable.
    """
    reports, refused = read_reports(body)
    recorded = record_for_token(
        carried=vars(request)["auth"],
        address=address_of(
            peer=request.META.get("REMOTE_ADDR", ""), forwarded_for=request.headers.get("X-Forwarded-For", "")
        ),
        reports=reports,
    )
    answers = together(recorded, refused)
    if isinstance(body, PunchReportsIn):
        return Status(HTTPStatus.OK, PunchAnswersOut(answers=[as_answer(answer) for answer in answers]))
    return Status(status_of(answers[0]), as_answer(answers[0]))


def record_for_token(*, carried: CarriedSecret, address: str, reports: Sequence[PunchReport]) -> Sequence[PunchAnswer]:
    """Record the reports of whoever carries the token, and return after the commit."""
    now = clock.now()
    with machine_transaction(carried=carried, address=address, now=now) as actor:
        return record_punches(actor=actor, reports=reports, now=now)


def address_of(*, peer: str, forwarded_for: str) -> str:
    """Return where a machine's request comes from; both doors ask it alike."""
    return client_address(peer=peer, forwarded_for=forwarded_for, trusted=settings.TRUSTED_PROXIES)


def read_reports(
    body: PunchReportIn | PunchReportsIn,
) -> tuple[Sequence[PunchReport], Mapping[int, PunchAnswer]]:
    """Return the values that the services know, and at its place the refusal of each report that is none."""
    reports: list[PunchReport] = []
    refused: dict[int, PunchAnswer] = {}
    for place, shape in enumerate(body.reports if isinstance(body, PunchReportsIn) else [body]):
        try:
            reports.append(_as_report(shape))
        except InvalidInput as refusal:
            refused[place] = PunchAnswer(key=shape.key, outcome=Outcome.REFUSED, punch_id=None, refusal=refusal)
    return reports, refused


def together(recorded: Sequence[PunchAnswer], refused: Mapping[int, PunchAnswer]) -> Sequence[PunchAnswer]:
    """Return the answers to all reports in the order in which they came."""
    left = iter(recorded)
    return [refused[place] if place in refused else next(left) for place in range(len(recorded) + len(refused))]


def _as_report(shape: PunchReportIn) -> PunchReport:
    try:
        kind = None if shape.kind is None else PunchKind(shape.kind)
    except ValueError as error:
        raise UnknownPunchKind from error
    return PunchReport(
        key=shape.key,
        employee_code=shape.employee_code,
        occurred_at=shape.occurred_at,
        kind=kind,
        place=shape.place,
        source=PunchSource.API,
    )


def as_answer(answer: PunchAnswer) -> PunchAnswerOut:
    """Return the shape that is answered."""
    refusal = answer.refusal
    return PunchAnswerOut(
        key=answer.key,
        outcome=answer.outcome,
        punch_id=answer.punch_id,
        code=refusal.code if refusal else None,
        message=gettext(refusal.sentence()) if refusal else None,
        receipt=answer.receipt(),
    )


def status_of(answer: PunchAnswer) -> HTTPStatus:
    """Return the HTTP status that says what became of a single report."""
    match answer.outcome:
        case Outcome.RECORDED:
            return HTTPStatus.CREATED
        case Outcome.REPEATED:
            return HTTPStatus.OK
        case Outcome.REFUSED:
            return HTTPStatus(answer.refusal.status if answer.refusal else HTTPStatus.BAD_REQUEST)
