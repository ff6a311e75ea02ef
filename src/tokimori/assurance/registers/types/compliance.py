"""Registers of what others, and we ourselves, looked at."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.types.shapes import choice, day, entry, line, number, words, yes_no

SEVERITIES: Final = {
    "critical": _("Critical"),
    "high": _("High"),
    "medium": _("Medium"),
    "low": _("Low"),
}
REVIEWS: Final = {
    "service": _("Service"),
    "access": _("Access rights of our own people"),
    "privileged_sessions": _("Privileged sessions"),
    "repository_access": _("Access to source code"),
    "physical_access": _("Entry and exit"),
    "backup_access": _("Access to backups"),
    "provisions": _("Data given to third parties"),
    "incidents": _("Incidents"),
}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="certifications",
        area="compliance",
        name=_("Certifications"),
        purpose=_("Certificates that hold, with their document. Without one the sheet says that there is none."),
        says_in_title=_("Certificate"),
        fields=(
            line("scheme", _("Scheme")),
            words("scope", _("Scope")),
            line("body", _("Issued by")),
            line("certificate_number", _("Number of the certificate")),
            day("issued_on", _("Issued on")),
        ),
        review_months=36,
        needs_file=True,
        needs_end=True,
    ),
    Register(
        code="audits",
        area="compliance",
        name=_("Audits"),
        purpose=_("Who audited what and when, and what was found."),
        says_in_title=_("Audit"),
        fields=(
            words("scope", _("Scope")),
            line("auditor", _("Auditor")),
            yes_no("is_independent", _("The auditor is independent of us")),
            day("done_on", _("Done on")),
            number("findings", _("Findings"), most=10_000),
        ),
        review_months=24,
        needs_file=True,
    ),
    Register(
        code="corrective_actions",
        area="compliance",
        name=_("Corrective actions"),
        purpose=_("What has to be put right after an audit or a review, and by when."),
        says_in_title=_("Action"),
        fields=(
            entry("audit", _("Audit"), "audits", optional=True),
            choice("severity", _("Severity"), SEVERITIES),
            words("action", _("What is done")),
            day("due_on", _("Due on")),
            day("done_on", _("Done on"), optional=True),
        ),
        is_record=True,
    ),
    Register(
        code="reviews",
        area="compliance",
        name=_("Reviews"),
        purpose=_("What our own people looked through, what they found, and what follows."),
        says_in_title=_("Review"),
        fields=(
            choice("reviewed", _("Looked through"), REVIEWS),
            day("done_on", _("Done on")),
            words("found", _("Found")),
            number("actions_open", _("Actions still open"), most=1000),
            day("actions_due_on", _("Actions due on"), optional=True),
        ),
    ),
    Register(
        code="capacity_reviews",
        area="compliance",
        name=_("Capacity reviews"),
        purpose=_("How long what we have will be enough."),
        says_in_title=_("Review"),
        fields=(
            line("resource", _("Resource")),
            day("done_on", _("Done on")),
            number("days_to_limit", _("Days until the limit"), most=100_000),
            number("least_days", _("Days that must be left"), most=100_000),
            words("forecast", _("Forecast")),
        ),
        review_months=3,
    ),
)
