"""Registers of weaknesses and of what went wrong."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.fields import MOST
from tokimori.assurance.registers.types.compliance import SEVERITIES
from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.types.shapes import choice, day, line, minute, number, words

SCANS: Final = {
    "dependencies": _("Dependencies"),
    "web": _("Web application"),
    "ports": _("Open ports"),
    "tls": _("Transport encryption"),
    "configuration": _("Configuration"),
    "penetration": _("Penetration test by somebody from outside"),
}
PLAYBOOKS: Final = {
    "leak": _("Leak of data"),
    "ransomware": _("Ransomware"),
    "wrong_calculation": _("Wrong calculation"),
    "terminal_theft": _("Theft of a terminal"),
    "outage": _("Outage"),
}
LAWS: Final = {
    "customer": _("Notice to the customer"),
    "ppc_first": _("PPC, first report"),
    "ppc_final": _("PPC, final report"),
    "pdpa": _("Thai PDPA"),
    "gdpr": _("GDPR"),
}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="vulnerabilities",
        area="security",
        name=_("Vulnerabilities"),
        purpose=_("Known vulnerabilities, by when they are to be closed, and when they were."),
        says_in_title=_("Vulnerability"),
        fields=(
            line("identifier", _("Identifier")),
            choice("severity", _("Severity"), SEVERITIES),
            day("found_on", _("Found on")),
            day("due_on", _("Due on")),
            day("fixed_on", _("Mended on"), optional=True),
        ),
        is_record=True,
    ),
    Register(
        code="scans",
        area="security",
        name=_("Scans"),
        purpose=_("What was scanned with which tool, and what it found."),
        says_in_title=_("Scan"),
        fields=(
            choice("scan", _("Kind of scan"), SCANS),
            line("tool", _("Tool")),
            words("scope", _("Scope")),
            day("done_on", _("Done on")),
            number("severe_findings", _("Severe findings still open")),
            number("findings", _("Findings")),
        ),
    ),
    Register(
        code="end_of_support",
        area="security",
        name=_("Ends of support"),
        purpose=_("Until when what we build on is supported, and what replaces it."),
        says_in_title=_("Component"),
        fields=(
            line("version", _("Version")),
            day("supported_until", _("Supported until")),
            words("plan", _("What replaces it")),
        ),
        review_months=3,
    ),
    Register(
        code="playbooks",
        area="security",
        name=_("Playbooks"),
        purpose=_("What is done step by step when something happens."),
        says_in_title=_("Playbook"),
        fields=(choice("scenario", _("Scenario"), PLAYBOOKS), words("steps", _("Steps"))),
    ),
    Register(
        code="incidents",
        area="security",
        name=_("Incidents"),
        purpose=_("What happened, when it was noticed and ended, and what was learnt."),
        says_in_title=_("Incident"),
        fields=(
            choice("severity", _("Severity"), SEVERITIES),
            minute("began_at", _("Began at (UTC)")),
            minute("noticed_at", _("Noticed at (UTC)")),
            minute("ended_at", _("Ended at (UTC)"), optional=True),
            words("course", _("Course of events")),
            words("lessons", _("Lessons"), optional=True),
        ),
        is_record=True,
    ),
    Register(
        code="breaches",
        area="security",
        name=_("Breaches and their clocks"),
        purpose=_("What the law and customers must be told after a leak, by when, and when they were."),
        says_in_title=_("Breach"),
        fields=(
            choice("law", _("Whom to tell"), LAWS),
            minute("began_at", _("Clock began at (UTC)")),
            minute("due_at", _("Due at (UTC)")),
            minute("told_at", _("Told at (UTC)"), optional=True),
            number("concerned", _("People concerned"), most=MOST),
        ),
        is_record=True,
    ),
)
