"""Registers of what there is, and where."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.types.declaration import Register
from tokimori.assurance.registers.types.shapes import (
    choice,
    countries,
    day,
    entry,
    line,
    number,
    person,
    words,
    yes_no,
)

ASSETS: Final = {
    "data": _("Data"),
    "software": _("Software"),
    "hardware": _("Hardware"),
    "service": _("Service"),
    "key": _("Key or certificate"),
    "document": _("Document"),
}
CLASSES: Final = {
    "public": _("Public"),
    "internal": _("Internal"),
    "confidential": _("Confidential"),
    "secret": _("Secret"),
}
METHODS: Final = {
    "key_destroyed": _("Key destroyed"),
    "overwritten": _("Overwritten"),
    "destroyed": _("Physically destroyed"),
}
DATA: Final = {"production": _("Real data"), "invented": _("Invented data")}

REGISTERS: Final[tuple[Register, ...]] = (
    Register(
        code="assets",
        area="assets",
        name=_("Assets"),
        purpose=_("What the service is made of, how it is classed, and how much depends on it."),
        says_in_title=_("Asset"),
        fields=(
            choice("asset", _("Kind of asset"), ASSETS),
            choice("classed", _("Class"), CLASSES),
            number("criticality", _("Criticality, 1 to 5"), least=1, most=5),
            line("place", _("Where it is")),
        ),
    ),
    Register(
        code="sites",
        area="assets",
        name=_("Sites and premises"),
        purpose=_("Where data are handled, and how these places are guarded."),
        says_in_title=_("Site"),
        fields=(
            countries(_("Countries")),
            line("place", _("Where it is")),
            entry("vendor", _("Supplier"), "vendors", optional=True),
            words("perimeter", _("Perimeter")),
            words("entry_control", _("Entry")),
            words("cameras", _("Cameras and visitors")),
        ),
    ),
    Register(
        code="staff_devices",
        area="assets",
        name=_("Staff devices"),
        purpose=_("Machines on which our people work, and in what state they were last seen."),
        says_in_title=_("Device"),
        fields=(
            person("person", _("Used by")),
            line("system", _("System with its version")),
            yes_no("is_encrypted", _("Its disk is encrypted")),
            yes_no("is_updated", _("It is up to date")),
            yes_no("has_protection", _("Malware protection runs")),
            yes_no("blocks_media", _("External media are blocked")),
            yes_no("is_allow_listed", _("Only listed software runs")),
            day("checked_on", _("Last seen on")),
        ),
    ),
    Register(
        code="media_exceptions",
        area="assets",
        name=_("Exceptions for external media"),
        purpose=_("Media that may be used for a time although none may."),
        says_in_title=_("Exception"),
        fields=(
            line("serial", _("Serial number")),
            person("person", _("Used by")),
            words("reason", _("Reason")),
            yes_no("is_encrypted", _("It is encrypted")),
            day("returned_on", _("Given back on"), optional=True),
        ),
        needs_end=True,
        review_months=6,
    ),
    Register(
        code="disposals",
        area="assets",
        name=_("Disposal"),
        purpose=_("Media that were discarded, and how their data were made unreadable."),
        says_in_title=_("Disposal"),
        fields=(
            line("medium", _("Medium")),
            choice("method", _("Method"), METHODS),
            day("done_on", _("Done on")),
            person("witness", _("Witness")),
        ),
        is_record=True,
        needs_file=True,
    ),
    Register(
        code="environments",
        area="assets",
        name=_("Environments"),
        purpose=_("Production and the others, and that they share nothing."),
        says_in_title=_("Environment"),
        fields=(
            choice("holds", _("Holds"), DATA),
            line("place", _("Where it is")),
            yes_no("has_own_keys", _("Keys of its own")),
            yes_no("has_own_accounts", _("Accounts of its own")),
        ),
    ),
    Register(
        code="dumps",
        area="assets",
        name=_("Permissions for dumps"),
        purpose=_("Copies of real data that were allowed for a time, and why."),
        says_in_title=_("Permission"),
        fields=(
            words("reason", _("Reason")),
            person("person", _("Used by")),
            yes_no("is_encrypted", _("It is encrypted")),
            day("destroyed_on", _("Destroyed on"), optional=True),
        ),
        needs_end=True,
        review_months=3,
    ),
    Register(
        code="backups",
        area="assets",
        name=_("Backups"),
        purpose=_("What is backed up where, how far back one can go, and whether that was checked."),
        says_in_title=_("Backup"),
        fields=(
            yes_no("is_encrypted", _("It is encrypted")),
            yes_no("is_elsewhere", _("It lies in another region than its source")),
            line("region", _("Region"), is_public=True),
            number("recovery_point_target_minutes", _("Minutes of data that may be lost")),
            number("recovery_point_minutes", _("Minutes of data lost at the last measurement")),
            number("recovery_target_minutes", _("Minutes that recovery may take")),
            number("recovery_minutes", _("Minutes that recovery took at the last measurement")),
            day("checked_on", _("Last checked on")),
        ),
        review_months=3,
    ),
)
