"""The words on the screen for functions, levels, roles, and the reasons of a decision. Each label is a message id."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.foundation.access.decisions import Reason
from tokimori.foundation.access.functions import Function, Level

FUNCTIONS: Final[Mapping[Function, Promise]] = MappingProxyType(
    {
        Function.TIMESHEETS: _("Timesheets"),
        Function.CORRECTIONS: _("Corrections"),
        Function.SCHEDULES: _("Schedules"),
        Function.PEOPLE: _("People"),
        Function.RULES: _("Rules"),
        Function.CLOSING: _("Closing"),
        Function.EXPORTS: _("Exports"),
        Function.IMPORTS: _("Imports"),
    }
)

LEVELS: Final[Mapping[Level, Promise]] = MappingProxyType(
    {
        Level.READ: pgettext_lazy("level", "Read"),
        Level.APPROVE: pgettext_lazy("level", "Approve"),
        Level.EDIT: pgettext_lazy("level", "Edit"),
        Level.FULL: pgettext_lazy("level", "Full"),
    }
)

LEVEL_SENTENCES: Final[Mapping[Level, Promise]] = MappingProxyType(
    {
        Level.READ: _("See, and change nothing."),
        Level.APPROVE: _("See, and decide on what others hand in; seal, where it is about closing."),
        Level.EDIT: _("See, and change; what needs an approval is approved by somebody else."),
        Level.FULL: _("All of these."),
    }
)

REASONS: Final[Mapping[Reason, Promise]] = MappingProxyType(
    {
        Reason.ROLE: _("Yes: a role gives it, over everybody."),
        Reason.OWN: _("Yes: it is their own time."),
        Reason.LEADS: _("Yes: they lead this person."),
        Reason.GRANT: _("Yes: it was granted, and this person is within the grant."),
        Reason.NO_RIGHT: _("No: neither a role nor a grant gives it."),
        Reason.OUT_OF_REACH: _("No: this person is outside of those whom they reach."),
        Reason.NEEDS_WHOLE_COMPANY: _("No: it concerns the whole company, and the grant is for a part of it."),
        Reason.ONES_OWN: _("No: nobody decides on what is their own."),
        Reason.CONFLICTING_DUTIES: _("No: the company keeps it apart from another right that this person holds."),
    }
)

PAIR_LABELS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "rules_and_seal": _("Publishes rules and seals months"),
        "import_and_seal": _("Reads in punches and seals months"),
        "seal_and_reopen": _("Seals months and reopens them"),
        "access_and_seal": _("Gives rights and seals months"),
        "access_and_export": _("Gives rights and makes files for payroll"),
        "corrections_and_decisions": _("Corrects others' punches and decides on corrections"),
        "audit_and_approval": _("Reads the record and approves months"),
    }
)

WITHHELD: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "rules_and_seal": _("Refused: may not seal."),
        "import_and_seal": _("Refused: may not seal."),
        "seal_and_reopen": _("Refused: may not reopen."),
        "access_and_seal": _("Refused: may not seal."),
        "access_and_export": _("Refused: may make no files."),
        "corrections_and_decisions": _("Refused: may not decide on corrections."),
        "audit_and_approval": _("Refused: may not approve months."),
    }
)


def levels_in_words(levels: Iterable[Level]) -> str:
    """Return the names of levels, in one line; all of them are full."""
    return _now(", ").join(str(LEVELS[level]) for level in levels)
