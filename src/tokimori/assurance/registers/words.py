"""The words of the registers: how an entry stands, what is wrong with what was typed, what waits."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.assurance.registers.entries import Standing
from tokimori.assurance.registers.fields import Fault
from tokimori.assurance.registers.queries.overview import TaskKind

STANDINGS: Final[Mapping[Standing, tuple[str, Promise]]] = MappingProxyType(
    {
        Standing.DRAFT: ("quiet", pgettext_lazy("entry of a register", "Draft")),
        Standing.SUBMITTED: ("wait", pgettext_lazy("entry of a register", "Waits for approval")),
        Standing.NOT_YET: ("quiet", pgettext_lazy("entry of a register", "Approved, not begun")),
        Standing.IN_FORCE: ("ok", pgettext_lazy("entry of a register", "In force")),
        Standing.REVIEW_DUE: ("act", pgettext_lazy("entry of a register", "Review overdue")),
        Standing.EXPIRED: ("act", pgettext_lazy("entry of a register", "Run out")),
        Standing.SUPERSEDED: ("quiet", pgettext_lazy("entry of a register", "Replaced")),
        Standing.WITHDRAWN: ("quiet", pgettext_lazy("entry of a register", "Withdrawn")),
    }
)
FAULTS: Final[Mapping[Fault, Promise]] = MappingProxyType(
    {
        Fault.MISSING: _("This is missing."),
        Fault.TOO_LONG: _("This is too long, or holds signs that cannot be printed."),
        Fault.NO_CHOICE: _("Choose one of those that are offered."),
        Fault.NO_DATE: _("Write a date, such as 2026-04-01."),
        Fault.NO_MOMENT: _("Write a date and a time, such as 2026-04-01 09:30."),
        Fault.NO_NUMBER: _("Write a whole number within the bounds."),
        Fault.NO_ACCOUNT: _("Nobody with an account is called so. Write the login ID."),
        Fault.NO_ROWS: _("Write rows of the sheet, such as 4, 18-21."),
        Fault.NO_COUNTRY: _("Write countries by their two letters, such as JP, TH."),
        Fault.NO_LINK: _("Write an address that begins with https://."),
        Fault.NO_ENTRY: _("Choose an entry that has not ended."),
        Fault.NO_ANSWER: _("Say yes or no."),
    }
)
COMMON_FAULTS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "title": _("Say in at most 160 signs what this is."),
        "owner": _("Choose who answers for it."),
        "deputy": _("Somebody else than the owner stands in."),
        "effective_on": _("Write a date, such as 2026-04-01."),
        "review_due_on": _("The next review lies after the beginning, and not later than this register allows."),
        "expires_on": _("The end lies after the beginning; this register may ask for one."),
        "supersedes": _("Only an entry in force is replaced."),
        "files": _("This register asks for a document. Attach it first."),
        "note": _("Say why, in at most 500 signs."),
    }
)
TASKS: Final[Mapping[TaskKind, tuple[str, Promise]]] = MappingProxyType(
    {
        TaskKind.DECIDE: ("wait", _("Waits for a second person")),
        TaskKind.FINISH: ("quiet", _("A draft of yours")),
        TaskKind.REVIEW: ("act", _("Has to be looked at again")),
        TaskKind.ACKNOWLEDGE: ("wait", _("You have to confirm having read it")),
        TaskKind.LEARN: ("wait", _("You have to learn it")),
    }
)
ACTS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "draft": _("Written"),
        "submitted": _("Handed in"),
        "approved": _("Approved"),
        "superseded": _("Replaced by a newer one"),
        "withdrawn": _("Withdrawn"),
        "returned": _("Given back"),
    }
)
REVOKED: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "account": _("Account closed"),
        "devices": _("Devices"),
        "factors": _("Other factors"),
        "grants": _("What was granted"),
        "links": _("Links to sign in"),
        "passkeys": _("Passkeys"),
        "sessions": _("Sessions"),
        "tokens": _("Access tokens"),
        "trusted_devices": _("Trusted devices"),
    }
)
