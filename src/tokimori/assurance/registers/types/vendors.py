"""Registers of suppliers and contractors."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.types.shapes import choice, countries, day, entry, line, number, rows, words, yes_no

TIERS: Final = {"high": _("High: looked at every six months"), "low": _("Low: looked at every year")}
DECISIONS: Final = {
    "keep": _("Goes on"),
    "conditions": _("Goes on under conditions"),
    "end": _("Ends"),
}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="vendors",
        area="vendors",
        name=_("Suppliers and their contracts"),
        purpose=_("Who works for us, in which country, with access to what, under which clauses."),
        says_in_title=_("Supplier"),
        fields=(
            words("role", _("What for")),
            countries(_("Countries")),
            line("data_classes", _("Data that it sees")),
            yes_no("has_access", _("Handles data that customers entrust to us")),
            yes_no("is_subprocessor", _("On the public list of subprocessors")),
            choice("tier", _("Risk"), TIERS),
            yes_no("has_security_clause", _("Its contract has security clauses")),
            yes_no("has_confidentiality_clause", _("Its contract has a confidentiality clause")),
            yes_no("limits_subcontracting", _("Its contract limits subcontracting")),
        ),
    ),
    Register(
        code="vendor_evidence",
        area="vendors",
        name=_("Evidence of suppliers"),
        purpose=_("Reports and certificates of suppliers, for the rows that they carry."),
        says_in_title=_("Report"),
        fields=(
            entry("vendor", _("Supplier"), "vendors"),
            rows(_("Rows of the sheet")),
            line("clause", _("Article")),
            day("valid_from", _("Covers the time from")),
        ),
        needs_file=True,
        needs_end=True,
    ),
    Register(
        code="vendor_reviews",
        area="vendors",
        name=_("Reviews of suppliers"),
        purpose=_("How each supplier was assessed, and what was decided."),
        says_in_title=_("Review"),
        fields=(
            entry("vendor", _("Supplier"), "vendors"),
            day("done_on", _("Done on")),
            number("score", _("Points, of 100"), most=100),
            words("found", _("Found")),
            choice("decided", _("Decision"), DECISIONS),
        ),
    ),
)
