"""Registers of how the provider is governed."""

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
    number,
    person,
    rows,
    words,
    yes_no,
)

TOPICS: Final = {
    "security": _("Information security"),
    "privacy": _("Privacy"),
    "access": _("Access"),
    "encryption": _("Encryption"),
    "media": _("External media"),
    "confidentiality": _("Confidentiality"),
    "incidents": _("Incidents"),
    "vulnerabilities": _("Vulnerabilities"),
    "development": _("Secure development"),
    "continuity": _("Continuity"),
    "retention": _("Retention"),
    "contractors": _("Contractors"),
    "notices": _("Notices to customers"),
    "test_data": _("Data outside production"),
}
POSTS: Final = {
    "security_officer": _("Security officer"),
    "data_protection_officer": _("Data protection officer"),
    "incident_commander": _("Incident commander"),
    "scribe": _("Scribe in an incident"),
    "communications": _("Communications in an incident"),
    "legal": _("Legal counsel"),
    "customer_liaison": _("Liaison to customers"),
    "on_call": _("On call"),
}
TREATMENTS: Final = {
    "avoid": _("Avoid"),
    "reduce": _("Reduce"),
    "transfer": _("Transfer"),
    "accept": _("Accept"),
}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="policies",
        area="governance",
        name=_("Policies"),
        purpose=_("What the provider has laid down, in which version, and who has read it."),
        says_in_title=_("Name of the policy"),
        fields=(
            choice("topic", _("Topic"), TOPICS),
            line("version", _("Version"), is_public=True),
            words("summary", _("In short")),
            link("published_at", _("Published at"), optional=True),
            yes_no("must_be_acknowledged", _("Everybody must confirm having read it")),
        ),
        needs_file=True,
    ),
    Register(
        code="appointments",
        area="governance",
        name=_("Appointments"),
        purpose=_("Who holds which post, with what authority, and who stands in."),
        says_in_title=_("Name of the post"),
        fields=(
            choice("post", _("Post"), POSTS),
            person("holder", _("Held by")),
            person("stand_in", _("Stands in")),
            words("authority", _("Authority")),
            day("accepted_on", _("Accepted on")),
        ),
    ),
    Register(
        code="accountabilities",
        area="governance",
        name=_("Accountabilities"),
        purpose=_("Who answers for which rows of the sheet, and who does the work."),
        says_in_title=_("What it is about"),
        fields=(
            rows(_("Rows of the sheet")),
            person("accountable", _("Answers for it")),
            line("responsible", _("Does the work"), is_public=True),
        ),
    ),
    Register(
        code="shared_responsibilities",
        area="governance",
        name=_("Shared responsibilities"),
        purpose=_("What we do, what a supplier does, and what is left to the customer."),
        says_in_title=_("What it is about"),
        fields=(
            rows(_("Rows of the sheet")),
            words("our_part", _("Our part")),
            entry("vendor", _("Supplier"), "vendors", optional=True),
            words("customer_part", _("The customer's part")),
        ),
    ),
    Register(
        code="legal_requirements",
        area="governance",
        name=_("Legal requirements"),
        purpose=_("Laws and contracts that bind the service, and what follows from them."),
        says_in_title=_("Duty"),
        fields=(
            line("statute", _("Law or contract")),
            line("article", _("Article")),
            countries(_("Countries")),
            rows(_("Rows of the sheet")),
            words("done", _("How it is met")),
        ),
    ),
    Register(
        code="risks",
        area="governance",
        name=_("Risks"),
        purpose=_("What could go wrong, how bad that would be, and what is done about it."),
        says_in_title=_("Risk"),
        fields=(
            number("likelihood", _("Likelihood, 1 to 5"), least=1, most=5),
            number("impact", _("Impact, 1 to 5"), least=1, most=5),
            choice("treatment", _("Treatment"), TREATMENTS),
            words("measure", _("Measure")),
            rows(_("Rows of the sheet"), optional=True),
        ),
        review_months=6,
    ),
    Register(
        code="exceptions",
        area="governance",
        name=_("Exceptions"),
        purpose=_("What is accepted for a time although it is not as it should be."),
        says_in_title=_("Exception"),
        fields=(rows(_("Rows of the sheet"), optional=True), words("reason", _("Reason"), is_public=True)),
        needs_end=True,
        review_months=6,
    ),
)
