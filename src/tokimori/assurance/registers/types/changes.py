"""Registers of changes, releases and what is wrong with them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.types.compliance import SEVERITIES
from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.types.shapes import choice, choices, day, line, number, words, yes_no

CHANGES: Final = {
    "application": _("Application"),
    "infrastructure": _("Infrastructure"),
    "rules": _("Rules of calculation"),
    "emergency": _("Emergency"),
}
CHECKS: Final = {
    "functional": _("Functions"),
    "load": _("Load"),
    "security": _("Security"),
    "restore": _("Restore"),
}
SCENARIOS: Final = {
    "earthquake": _("Earthquake"),
    "region_loss": _("Loss of a region"),
    "ransomware": _("Ransomware"),
    "key_loss": _("Loss of keys"),
    "supplier_end": _("End of a supplier"),
}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="changes",
        area="changes",
        name=_("Changes"),
        purpose=_("What was changed, what that means for customers, and what was checked."),
        says_in_title=_("Change"),
        fields=(
            choice("changed", _("What was changed"), CHANGES),
            words("impact", _("Effect on customers")),
            choices("checks", _("Checked"), CHECKS),
            yes_no("has_threat_review", _("Threats were considered")),
            yes_no("has_privacy_review", _("Privacy was considered")),
            day("done_on", _("Done on"), optional=True),
        ),
        is_record=True,
    ),
    Register(
        code="releases",
        area="changes",
        name=_("Releases"),
        purpose=_("Which build went live, what its tests said, and who approved it."),
        says_in_title=_("Release"),
        fields=(
            line("version", _("Version")),
            line("build", _("Digest of the build")),
            line("locks", _("Digest of the locked parts"), optional=True),
            day("released_on", _("Released on")),
            number("tests_run", _("Tests run")),
            number("tests_failed", _("Tests failed")),
            number("static_findings", _("Findings of static analysis")),
            number("vulnerabilities", _("Known vulnerabilities in it")),
            yes_no("is_reviewed", _("Every change was read by a second person")),
            yes_no("is_like_production", _("Tested in an environment like production")),
            words("impact", _("Effect on customers")),
        ),
        is_record=True,
    ),
    Register(
        code="defects",
        area="changes",
        name=_("Defects"),
        purpose=_("Known defects, by when they are to be mended, and whether customers know."),
        says_in_title=_("Defect"),
        fields=(
            choice("severity", _("Severity"), SEVERITIES),
            day("found_on", _("Found on")),
            day("due_on", _("Due on")),
            day("fixed_on", _("Mended on"), optional=True),
            yes_no("is_published", _("Customers were told")),
        ),
        is_record=True,
    ),
    Register(
        code="corrections",
        area="changes",
        name=_("Corrections of data"),
        purpose=_("Data that our people corrected for a customer, and that the customer agreed."),
        says_in_title=_("Correction"),
        fields=(
            line("customer", _("Customer's code")),
            words("corrected", _("What was corrected")),
            yes_no("is_agreed", _("The customer agreed")),
            yes_no("is_tried", _("It was tried without effect first")),
            day("done_on", _("Done on")),
        ),
        is_record=True,
    ),
    Register(
        code="continuity_plans",
        area="changes",
        name=_("Continuity plans"),
        purpose=_("What is done when something big fails, and how soon it works again."),
        says_in_title=_("Plan"),
        fields=(
            choice("scenario", _("Scenario"), SCENARIOS),
            number("recovery_target_minutes", _("Minutes that recovery may take")),
            number("recovery_point_target_minutes", _("Minutes of data that may be lost")),
            words("steps", _("Steps")),
        ),
    ),
)
