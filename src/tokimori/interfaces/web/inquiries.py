"""What somebody who investigates asks of the log: one of three questions, about one name or one place, within a time."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tokimori.domains.closings.queries import seals_over
from tokimori.domains.people.queries import employees_named, visible_employees
from tokimori.domains.timekeeping.queries import record_ids
from tokimori.domains.timesheets.queries import timesheet_ids
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.queries import accounts_named, actor_names
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import EventFilter
from tokimori.interfaces.web.dates import read_date
from tokimori.interfaces.web.requests import TenantRequest

_MOST_PEOPLE: Final = 20
_LONGEST: Final = 60
_ASKED: Final = ("question", "about", "kind", "since", "until")


class Question(StrEnum):
    """The questions with which an investigation begins."""

    ACCOUNT = "account"
    RECORDS = "records"
    ORIGIN = "origin"


QUESTIONS: Final[Mapping[Question, Promise]] = {
    Question.ACCOUNT: gettext_lazy("Everything this account did"),
    Question.RECORDS: gettext_lazy("Everything that happened to this employee's time records"),
    Question.ORIGIN: gettext_lazy("Everything from this address or session"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What was typed, what of it could not be read, whom or what it is about, and which events that means, if any."""

    typed: Mapping[str, str]
    question: Question | None = None
    subjects: tuple[str, ...] = ()
    wanted: EventFilter | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, str]:
        """Return what was typed, without what was left empty."""
        return {name: text for name, text in self.typed.items() if text}


def read_inquiry(request: TenantRequest) -> Inquiry:
    """Return what an address asks. What cannot be read is said, and then nothing is looked for."""
    typed = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in _ASKED}
    if typed["question"] not in set(Question):
        return Inquiry(typed=typed)
    question = Question(typed["question"])
    wrong: dict[str, str] = {}
    since, until = (_midnight(request, typed, name, wrong) for name in ("since", "until"))
    chosen, subjects = _chosen(request, question, typed["about"], wrong)
    if wrong:
        return Inquiry(typed=typed, question=question, wrong=wrong)
    kind = typed["kind"] if typed["kind"] in set(EventName) else ""
    wanted = replace(
        chosen,
        name=EventName(kind) if kind else None,
        since=since,
        until=until + timedelta(days=1) if until else None,
    )
    return Inquiry(typed=typed, question=question, subjects=subjects, wanted=wanted)


def _chosen(
    request: TenantRequest, question: Question, about: str, wrong: dict[str, str]
) -> tuple[EventFilter, tuple[str, ...]]:
    """Return which events a question means, and whom it is about, in words."""
    tenant = request.tenant
    if not about:
        wrong["about"] = _("Say whom or what it is about.")
        return EventFilter(), ()
    if question is Question.ACCOUNT:
        key = _key(about)
        accounts = frozenset({key}) if key else accounts_named(tenant=tenant, words=about, limit=_MOST_PEOPLE)
        if not accounts:
            wrong["about"] = _("No account has this name, login ID or address.")
        return EventFilter(actor_ids=accounts), tuple(sorted(actor_names(tenant=tenant, ids=accounts).values()))
    if question is Question.RECORDS:
        # Whose punches these are is more than the log says: it takes the right to read his working time as well.
        reach = visible_employees(actor=request.principal, on=request.today)
        people = employees_named(tenant=tenant, words=about, limit=_MOST_PEOPLE, only=reach)
        if not people:
            wrong["about"] = _("You read the working time of no employee with this code or name.")
        return EventFilter(subject_ids=_records(tenant, people)), tuple(people.values())
    return _origin(about, wrong), (about,)


def _records(tenant: TenantId, people: Mapping[UUID, str]) -> frozenset[UUID]:
    return (
        record_ids(tenant=tenant, employee_ids=people.keys())
        | timesheet_ids(tenant=tenant, employee_ids=people.keys())
        | seals_over(tenant=tenant, employee_ids=people.keys())
    )


def _origin(about: str, wrong: dict[str, str]) -> EventFilter:
    if key := _key(about):
        return EventFilter(session_id=key)
    try:
        return EventFilter(address=str(ipaddress.ip_address(about)))
    except ValueError:
        wrong["about"] = _("This is neither an address of the network nor the key of a session.")
        return EventFilter()


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _midnight(request: TenantRequest, typed: Mapping[str, str], name: str, wrong: dict[str, str]) -> datetime | None:
    if not typed[name]:
        return None
    try:
        return datetime.combine(read_date(typed[name]), time.min, tzinfo=request.zone).astimezone(UTC)
    except NotFound:
        wrong[name] = _("This is not a date.")
        return None
