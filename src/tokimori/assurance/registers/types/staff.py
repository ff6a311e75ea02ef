"""Registers of the provider's people."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.types.shapes import (
    account,
    choice,
    choices,
    countries,
    day,
    entry,
    line,
    minute,
    number,
    person,
    words,
)

PEOPLE: Final = {"employee": _("Employee"), "contractor": _("Contractor")}
AUDIENCES: Final = {
    "everybody": _("Everybody"),
    "operators": _("Operators"),
    "developers": _("Developers"),
    "incident_team": _("Incident team"),
}
EXERCISES: Final = {
    "incident": _("Incident"),
    "call_tree": _("Call tree"),
    "breach": _("Data breach"),
    "continuity": _("Disaster"),
    "restore": _("Restore"),
    "request": _("Request of a data subject"),
    "notice": _("Notice to customers"),
}
GOINGS: Final = {"leaves": _("Leaves"), "moves": _("Moves to other work")}
RETURNED: Final = {
    "laptop": _("Laptop"),
    "phone": _("Phone"),
    "security_key": _("Security key"),
    "entry_card": _("Entry card"),
    "documents": _("Documents"),
}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="people",
        area="staff",
        name=_("Staff"),
        purpose=_("Who works for the provider, employed or under contract."),
        says_in_title=_("Name"),
        fields=(
            choice("standing", _("Works as"), PEOPLE),
            account("account", _("Account"), optional=True),
            line("position", _("Position")),
            line("company", _("Company, of a contractor"), optional=True),
            countries(_("Works in"), optional=True),
            day("works_since", _("Works since")),
            day("works_until", _("Works until"), optional=True),
        ),
    ),
    Register(
        code="confidentiality",
        area="staff",
        name=_("Confidentiality agreements"),
        purpose=_("Who signed which text, and how long it binds. Without one, an operator's account is closed off."),
        says_in_title=_("Agreement"),
        fields=(
            person("person", _("Signed by")),
            line("version", _("Version")),
            day("signed_on", _("Signed on")),
            number("survives_years", _("Binds after the end of work, in years"), most=100),
        ),
        review_months=36,
        needs_file=True,
    ),
    Register(
        code="courses",
        area="staff",
        name=_("Courses"),
        purpose=_("What people are taught, and for how long that counts."),
        says_in_title=_("Course"),
        fields=(
            choice("audience", _("For"), AUDIENCES),
            words("content", _("Content")),
            number("counts_months", _("Counts for, in months"), least=1, most=36),
            number("pass_mark", _("Points needed, of 100"), most=100),
        ),
    ),
    Register(
        code="training",
        area="staff",
        name=_("Training"),
        purpose=_("Who has to learn what by when, and with what result. Who is overdue gets no access to companies."),
        says_in_title=_("Assignment"),
        fields=(
            person("person", _("Who")),
            entry("course", _("Course"), "courses"),
            day("due_on", _("Due on")),
            day("passed_on", _("Passed on"), optional=True),
            number("score", _("Points, of 100"), optional=True, most=100),
        ),
        review_months=24,
    ),
    Register(
        code="exercises",
        area="staff",
        name=_("Exercises"),
        purpose=_("What was rehearsed, how long it took, and what was learnt."),
        says_in_title=_("Exercise"),
        fields=(
            choice("rehearsed", _("Rehearsed"), EXERCISES),
            words("scenario", _("Scenario")),
            day("done_on", _("Done on")),
            number("participants", _("Participants"), least=1, most=1000),
            number("detection_minutes", _("Minutes until it was noticed"), optional=True),
            number("notice_minutes", _("Minutes until those concerned were told"), optional=True),
            number("recovery_minutes", _("Minutes until it worked again"), optional=True),
            words("lessons", _("Lessons"), optional=True),
            number("actions_open", _("Actions still open"), most=1000),
            day("actions_due_on", _("Actions due on"), optional=True),
        ),
    ),
    Register(
        code="leavers",
        area="staff",
        name=_("Leavers and movers"),
        purpose=_("Who leaves when, what was returned, and when every access was taken away."),
        says_in_title=_("Case"),
        fields=(
            choice("going", _("What happens"), GOINGS),
            person("person", _("Who")),
            minute("left_at", _("From when (UTC)")),
            choices("returned", _("Returned"), RETURNED, optional=True),
            words("outstanding", _("Still outstanding"), optional=True),
        ),
    ),
)
