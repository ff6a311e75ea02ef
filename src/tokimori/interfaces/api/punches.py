"""``POST /api/v1/punches``: the first machine's door to the punch."""

from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Status

from tokimori.domains.timekeeping.reports import Outcome, PunchAnswer, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.foundation import clock
from tokimori.foundation.client_address import client_address
from tokimori.foundation.identity.carried_secrets import CarriedSecret
from tokimori.foundation.identity.services.tokens import machine_transaction
from tokimori.interfaces.api.shapes import (
    PunchAnswerOut,
    PunchAnswersOut,
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
def report_punches(
    request: HttpRequest, body: PunchReportIn | PunchReportsIn
) -> Status[PunchAnswerOut | PunchAnswersOut]:
    """Report one punch, or up to 1000 as ``reports``.

    One report is answered by its own status: 201 recorded, 200 seen before, 4xx refused. Many are answered by 200 with an
    answer for each; a refused one hinders no other. The answer is sent after everything accepted is durable.
    """
    shapes = body.reports if isinstance(body, PunchReportsIn) else [body]
    answers = record_for_token(
        carried=vars(request)["auth"],
        address=address_of(
            peer=request.META.get("REMOTE_ADDR", ""), forwarded_for=request.headers.get("X-Forwarded-For", "")
        ),
        reports=[as_report(shape) for shape in shapes],
    )
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


def as_report(shape: PunchReportIn) -> PunchReport:
    """Return the value that the services know."""
    return PunchReport(
        key=shape.key,
        employee_code=shape.employee_code,
        occurred_at=shape.occurred_at,
        kind=shape.kind,
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
