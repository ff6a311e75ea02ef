"""The words on the screen for the closed sets of the domains. Each label is a message id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, assert_never

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tokimori.domains.approvals.states import ApprovalState
from tokimori.domains.closings.readiness import Check
from tokimori.domains.exports.layouts import FileFormat, Layout
from tokimori.domains.timekeeping.corrections import Effect
from tokimori.domains.timekeeping.reports import PunchSource
from tokimori.engine import DayType, PunchKind
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.networks import AddressAudience
from tokimori.foundation.retention.periods import RecordKind

PUNCH_KINDS: Final[Mapping[PunchKind | None, Promise]] = MappingProxyType(
    {
        PunchKind.IN: pgettext_lazy("punch", "In"),
        PunchKind.OUT: pgettext_lazy("punch", "Out"),
        PunchKind.BREAK_START: _("Break starts"),
        PunchKind.BREAK_END: _("Break ends"),
        PunchKind.GO_OUT: _("Go out"),
        PunchKind.RETURN: _("Return"),
        None: _("Not said"),
    }
)

PUNCHED: Final[Mapping[PunchKind | None, Promise]] = MappingProxyType(
    {
        PunchKind.IN: _("Punched in"),
        PunchKind.OUT: _("Punched out"),
        PunchKind.BREAK_START: _("Break started"),
        PunchKind.BREAK_END: _("Break ended"),
        PunchKind.GO_OUT: _("Gone out"),
        PunchKind.RETURN: pgettext_lazy("punch", "Returned"),
        None: _("Punched"),
    }
)

PUNCH_SOURCES: Final[Mapping[PunchSource, Promise]] = MappingProxyType(
    {
        PunchSource.BROWSER: _("Browser"),
        PunchSource.API: _("Interface"),
        PunchSource.FILE: _("File"),
        PunchSource.CORRECTION: _("Correction"),
    }
)

EFFECTS: Final[Mapping[Effect, Promise]] = MappingProxyType(
    {Effect.ADD: _("Add a punch"), Effect.REPLACE: _("Change a punch"), Effect.WITHDRAW: _("Withdraw a punch")}
)

DAY_TYPES: Final[Mapping[DayType, Promise]] = MappingProxyType(
    {
        DayType.WORKDAY: _("Workday"),
        DayType.LEGAL_HOLIDAY: _("Legal holiday"),
        DayType.NON_LEGAL_HOLIDAY: _("Day off"),
    }
)

APPROVAL_STATES: Final[Mapping[ApprovalState, Promise]] = MappingProxyType(
    {
        ApprovalState.DRAFT: _("Not handed in"),
        ApprovalState.SUBMITTED: _("Waiting for approval"),
        ApprovalState.RETURNED: _("Returned"),
        ApprovalState.APPROVED: _("Approved"),
        ApprovalState.WITHDRAWN: _("Taken back"),
    }
)

CHECKS: Final[Mapping[Check, Promise]] = MappingProxyType(
    {
        Check.MONTH_OVER: _("The month is over"),
        Check.CALCULATED: _("Every day is calculated"),
        Check.NO_GAPS: _("No punch is missing"),
        Check.CORRECTIONS_DECIDED: _("Every correction is decided"),
        Check.HANDED_IN: _("Every month is handed in"),
        Check.APPROVED: _("Every month is approved as it stands"),
    }
)


def open_check(check: Check, count: int) -> str:
    """Return what a line of the checklist says while ``count`` things stand in its way."""
    match check:
        case Check.MONTH_OVER:
            return gettext("The month is not over yet")
        case Check.CALCULATED:
            sentence = ngettext("%(count)d day is being calculated", "%(count)d days are being calculated", count)
        case Check.NO_GAPS:
            sentence = ngettext(
                "%(count)d person has days with a missing punch",
                "%(count)d people have days with a missing punch",
                count,
            )
        case Check.CORRECTIONS_DECIDED:
            sentence = ngettext(
                "%(count)d correction waits for a decision", "%(count)d corrections wait for a decision", count
            )
        case Check.HANDED_IN:
            sentence = ngettext("%(count)d month is not handed in", "%(count)d months are not handed in", count)
        case Check.APPROVED:
            sentence = ngettext(
                "%(count)d month is not approved as it stands", "%(count)d months are not approved as they stand", count
            )
        case _:
            assert_never(check)
    return sentence % {"count": count}


LAYOUTS: Final[Mapping[Layout, Promise]] = MappingProxyType(
    {Layout.MONTH_TOTALS: _("Totals of the month"), Layout.DAYS: _("Day by day")}
)

FILE_FORMATS: Final[Mapping[FileFormat, Promise]] = MappingProxyType(
    {FileFormat.CSV: _("CSV"), FileFormat.EXCEL: _("Excel")}
)

STATE_MARKS: Final[Mapping[ApprovalState, str]] = MappingProxyType(
    {
        ApprovalState.DRAFT: "quiet",
        ApprovalState.SUBMITTED: "wait",
        ApprovalState.RETURNED: "act",
        ApprovalState.APPROVED: "ok",
        ApprovalState.WITHDRAWN: "quiet",
    }
)
"""Which of the meanings a state has on the screen."""

ADDRESS_AUDIENCES: Final[Mapping[AddressAudience, Promise]] = MappingProxyType(
    {
        AddressAudience.ADMINISTRATOR: _("Administrators"),
        AddressAudience.MANAGER: _("Leaders"),
        AddressAudience.EMPLOYEE: _("Employees"),
        AddressAudience.RECORDER: pgettext_lazy("network", "Recorder"),
        AddressAudience.TERMINAL: pgettext_lazy("network", "Terminals"),
        AddressAudience.API: _("Machines with a token"),
    }
)

SCOPES: Final[Mapping[Scope, Promise]] = MappingProxyType(
    {
        Scope.AUDIT_READ: _("Read the record of events"),
        Scope.NETWORKS_READ: _("Read networks"),
        Scope.NETWORKS_WRITE: _("Change networks"),
        Scope.PEOPLE_READ: _("Read people"),
        Scope.PERIODS_READ: _("Read the closing"),
        Scope.PROVISIONING_WRITE: _("Provision accounts and groups"),
        Scope.PUNCHES_WRITE: _("Record punches"),
        Scope.RULES_READ: _("Read rule sets"),
        Scope.SITES_READ: _("Read sites"),
        Scope.TIMESHEETS_READ: _("Read working time"),
    }
)

SCOPE_SENTENCES: Final[Mapping[Scope, Promise]] = MappingProxyType(
    {
        Scope.AUDIT_READ: _("Who did what, for a log archive."),
        Scope.NETWORKS_READ: _("From where people and machines may come in."),
        Scope.NETWORKS_WRITE: _("The same, and to add and remove them. Whoever has it decides who is kept out."),
        Scope.PEOPLE_READ: _("Everybody's record, with site, leader and rule set."),
        Scope.PERIODS_READ: _("Where each month stands."),
        Scope.PROVISIONING_WRITE: _("For your directory (SCIM): accounts appear, change and close by themselves."),
        Scope.PUNCHES_WRITE: _("For card readers and terminals: punches of anybody."),
        Scope.RULES_READ: _("The rules by which time is counted."),
        Scope.SITES_READ: _("Places and their time zones."),
        Scope.TIMESHEETS_READ: _("Everybody's figures and days."),
    }
)

RECORD_KINDS: Final[Mapping[RecordKind, Promise]] = MappingProxyType(
    {
        RecordKind.WORKING_TIME: _("Working time"),
        RecordKind.PEOPLE: _("People who left"),
        RecordKind.FILES: _("Files for payroll"),
        RecordKind.EVENTS: _("Details of events"),
        RecordKind.SIGN_IN: _("Records of sign-in"),
        RecordKind.VISITS: _("Visits of the provider"),
        RecordKind.LETTERS: _("Letters"),
    }
)

COUNTED_FROM: Final[Mapping[RecordKind, Promise]] = MappingProxyType(
    {
        RecordKind.WORKING_TIME: _("From the end of a sealed month. Times of punches and digests stay."),
        RecordKind.PEOPLE: _("From the last day, or the last entry about it. The account stays without a name."),
        RecordKind.FILES: _("From when the file was made. Its digest stays."),
        RecordKind.EVENTS: _("From the event. Its place in the log stays."),
        RecordKind.SIGN_IN: _("From the last use."),
        RecordKind.VISITS: _("From the last page that was asked for. The log keeps each of them."),
        RecordKind.LETTERS: _("From when the letter was written; its words go once it is sent."),
    }
)
"""From when the time of a kind is counted, and what of it stays."""

RETENTION_GROUNDS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "as long as the working time that they explain: Labour Standards Act 109, 143": _(
            "As long as the working time that they explain: Labour Standards Act 109, 143"
        ),
        "as long as the working time that they explain: Labour Protection Act 115": _(
            "As long as the working time that they explain: Labour Protection Act 115"
        ),
        "they show how records of working time came about: Labour Standards Act 109, whole period": _(
            "They show how records of working time came about: Labour Standards Act 109, whole period"
        ),
        "they show how records of working time came about: Labour Protection Act 115": _(
            "They show how records of working time came about: Labour Protection Act 115"
        ),
        "records of work: Labour Standards Act 109, whole period; for the time being at least three years: 143": _(
            "Records of work: Labour Standards Act 109, whole period; for the time being at least three years: 143"
        ),
        "records of work: Labour Protection Act 115": _("Records of work: Labour Protection Act 115"),
        "registers of workers, from the day they left: Labour Standards Act 109, whole period": _(
            "Registers of workers, from the day they left: Labour Standards Act 109, whole period"
        ),
        "from the end of employment: Labour Protection Act 115": _(
            "From the end of employment: Labour Protection Act 115"
        ),
        "as long as the working time that they explain; at least 90 days: Computer Crime Act 26": _(
            "As long as the working time that they explain; at least 90 days: Computer Crime Act 26"
        ),
        "until questions about a letter have been answered": _("Until questions about a letter have been answered"),
        "until questions about a letter have been answered; Computer Crime Act 26": _(
            "Until questions about a letter have been answered; Computer Crime Act 26"
        ),
        "elsewhere, the longest of these": _("Elsewhere, the longest of these"),
    }
)
