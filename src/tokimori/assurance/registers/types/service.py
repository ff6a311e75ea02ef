"""Registers of what is promised and declared, and of the data that is handled."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.types.shapes import (
    choice,
    countries,
    day,
    entry,
    line,
    link,
    minute,
    number,
    words,
    yes_no,
)

MOST_MINUTES: Final = 1_000_000
FACTS: Final = {
    "governing_law": _("Governing law"),
    "privacy_law": _("Data protection law"),
    "data_owner": _("To whom data belong"),
    "own_use": _("Use of data for purposes of our own"),
    "home_country": _("Country of the service"),
}
ANSWERS: Final = {"statement": _("A statement"), "yes": _("Yes"), "no": _("No")}
PARTS: Final = {
    "terms_of_use": _("Terms of use and limits of liability"),
    "entrusted_data": _("Handling of entrusted data"),
    "data_at_end": _("Data at the end of the contract"),
}
METRICS: Final = {
    "availability": _("Availability"),
    "response": _("Response time"),
    "recovery_point": _("Most data that may be lost"),
    "recovery_time": _("Longest time until recovery"),
    "support": _("Support"),
}
HOURS: Final = {
    "service": _("Service hours"),
    "support": _("Support hours"),
    "maintenance": _("Planned maintenance"),
}
NOTICES: Final = {
    "change": _("Change, ahead of it"),
    "end": _("End of a service"),
    "failure": _("Failure"),
    "emergency": _("Urgent maintenance"),
    "intrusion": _("Unauthorised access"),
}
BASES: Final = {
    "contract": _("Contract"),
    "consent": _("Consent"),
    "law": _("Legal duty"),
    "interest": _("Legitimate interest"),
}
TRANSFERS: Final = {
    "adequacy": _("Recognised level of protection"),
    "clauses": _("Contract clauses"),
    "consent": _("Consent"),
}
STORES: Final = {
    "primary": _("Main store"),
    "backup": _("Backup"),
    "log": _("Logs"),
    "vendor": _("At a supplier"),
}
REQUESTS: Final = {
    "access": _("Access"),
    "correction": _("Correction"),
    "deletion": _("Deletion"),
    "suspension": _("Suspension of use"),
    "portability": _("Portability"),
}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="facts",
        area="service",
        name=_("Facts of the service"),
        purpose=_("What the sheet and the contract say alike: law, ownership, country."),
        says_in_title=_("Fact"),
        fields=(
            choice("fact", _("Fact"), FACTS),
            choice("answer", _("Answer"), ANSWERS),
            line("says_ja", _("In Japanese")),
            line("says_en", _("In English")),
            line("says_th", _("In Thai")),
            countries(_("Countries"), optional=True),
        ),
    ),
    Register(
        code="terms",
        area="service",
        name=_("Terms"),
        purpose=_("Which terms hold in which version, and where they are published."),
        says_in_title=_("Terms"),
        fields=(
            choice("part", _("Part"), PARTS),
            line("version", _("Version")),
            line("clause", _("Article")),
            link("published_at", _("Published at")),
            number("backup_life_days", _("Days until the last backup has gone"), optional=True, most=3660),
        ),
        needs_file=True,
    ),
    Register(
        code="service_levels",
        area="service",
        name=_("Service levels"),
        purpose=_("What is promised, how it is measured, and what happens when it is not kept."),
        says_in_title=_("Promise"),
        fields=(
            choice("metric", _("Measure"), METRICS),
            line("target", _("Target")),
            line("window", _("Measured over")),
            line("credit", _("If it is not kept")),
        ),
    ),
    Register(
        code="service_calendar",
        area="service",
        name=_("Service calendar"),
        purpose=_("When the service runs, when somebody answers, and when maintenance is planned."),
        says_in_title=_("Hours"),
        fields=(
            choice("hours", _("Hours of"), HOURS),
            words("says", _("As customers read it")),
            day("begins_on", _("Begins on"), optional=True),
            day("ends_on", _("Ends on"), optional=True),
        ),
    ),
    Register(
        code="notices",
        area="service",
        name=_("Notices to customers"),
        purpose=_("What customers were told of, and how soon."),
        says_in_title=_("Notice"),
        fields=(
            choice("about", _("About"), NOTICES),
            minute("known_at", _("Known, or due, at (UTC)")),
            minute("told_at", _("Customers told at (UTC)")),
            number("most_minutes", _("Minutes that were allowed"), most=MOST_MINUTES),
            day("report_due_on", _("Report due on"), optional=True),
            day("reported_on", _("Reported on"), optional=True),
        ),
        is_record=True,
    ),
    Register(
        code="processing",
        area="service",
        name=_("Processing of personal data"),
        purpose=_("Each purpose for which personal data are handled, and on what ground."),
        says_in_title=_("Activity"),
        fields=(
            words("aim", _("Purpose of it")),
            words("categories", _("Kinds of data")),
            line("subjects", _("About whom")),
            choice("legal_basis", _("Legal ground"), BASES),
            line("recipients", _("Recipients")),
            line("kept_for", _("Kept for")),
            yes_no("uses_entrusted", _("Uses data that customers entrust to us")),
            yes_no("is_within_contract", _("Within what the contract says")),
        ),
    ),
    Register(
        code="requests",
        area="service",
        name=_("Requests of data subjects"),
        purpose=_("Who asked for what under privacy law, by when it is due, and how it was answered."),
        says_in_title=_("Request"),
        fields=(
            choice("asked", _("Asked for"), REQUESTS),
            line("statute", _("Law or contract")),
            day("received_on", _("Received on")),
            day("due_on", _("Due on")),
            day("answered_on", _("Answered on"), optional=True),
            words("decision", _("Decision"), optional=True),
        ),
        is_record=True,
    ),
    Register(
        code="provisions",
        area="service",
        name=_("Provisions to third parties"),
        purpose=_("Personal data that were given to others, as the law asks to record."),
        says_in_title=_("Provision"),
        fields=(
            line("recipient", _("Recipient")),
            words("items", _("Kinds of data")),
            choice("legal_basis", _("Legal ground"), BASES),
            day("done_on", _("Done on")),
        ),
        is_record=True,
    ),
    Register(
        code="statistics",
        area="service",
        name=_("Anonymised releases"),
        purpose=_("Statistics that left the service, and how it was made sure that they are about nobody."),
        says_in_title=_("Release"),
        fields=(
            words("items", _("Kinds of data")),
            line("method", _("Method"), is_public=True),
            number("least_people", _("People in the smallest cell"), least=1, most=100_000),
            day("done_on", _("Done on")),
        ),
        is_record=True,
    ),
    Register(
        code="locations",
        area="service",
        name=_("Data locations"),
        purpose=_("Where which store lies, and whether entrusted data are in it."),
        says_in_title=_("Store"),
        fields=(
            choice("store", _("Kind of store"), STORES),
            countries(_("Countries")),
            line("region", _("Region")),
            entry("vendor", _("Supplier"), "vendors", optional=True),
            yes_no("holds_entrusted", _("Holds data that customers entrust to us")),
        ),
    ),
    Register(
        code="transfers",
        area="service",
        name=_("Transfers abroad"),
        purpose=_("Entrusted data that leave the country, to whom and on what ground."),
        says_in_title=_("Transfer"),
        fields=(
            line("recipient", _("Recipient")),
            countries(_("Countries")),
            choice("ground", _("Ground"), TRANSFERS),
            words("assessment", _("Assessment")),
        ),
    ),
    Register(
        code="retention_rules",
        area="service",
        name=_("Retention rules"),
        purpose=_("Which records are kept for how long, and which law says so."),
        says_in_title=_("Records"),
        fields=(
            countries(_("Countries")),
            line("statute", _("Law or contract")),
            number("kept_months", _("Kept for, in months"), least=1, most=1200),
        ),
    ),
    Register(
        code="deletions",
        area="service",
        name=_("Deletion certificates"),
        purpose=_("Data of customers who left: when they were erased, and when the last backup was gone."),
        says_in_title=_("Deletion"),
        fields=(
            line("customer", _("Customer's code")),
            day("deleted_on", _("Deleted on")),
            day("key_destroyed_on", _("Key destroyed on")),
            day("last_backup_on", _("Last backup gone on")),
        ),
        is_record=True,
        needs_file=True,
    ),
)
