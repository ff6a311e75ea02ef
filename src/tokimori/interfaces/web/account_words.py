"""The words on the screen for accounts: roles, states, decisions, and what happened to one's own."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.services.account_list import AccountState
from tokimori.foundation.identity.services.lifecycle import ClosingReason
from tokimori.foundation.identity.services.reviews import Consequence, Decision, Scope

ROLES: Final[Mapping[Role, Promise]] = MappingProxyType(
    {
        Role.EMPLOYEE: pgettext_lazy("role", "Employee"),
        Role.MANAGER: pgettext_lazy("role", "Leader"),
        Role.PAYROLL: pgettext_lazy("role", "Payroll"),
        Role.ADMINISTRATOR: pgettext_lazy("role", "Administrator"),
        Role.SECURITY: pgettext_lazy("role", "Security"),
        Role.AUDITOR: pgettext_lazy("role", "Auditor"),
    }
)
ROLE_SENTENCES: Final[Mapping[Role, Promise]] = MappingProxyType(
    {
        Role.EMPLOYEE: _("punches and hands in the own month"),
        Role.MANAGER: _("approves months and corrections of the people led"),
        Role.PAYROLL: _("sees everybody's time, closes months, exports, changes rules"),
        Role.ADMINISTRATOR: _("looks after accounts and the company's security"),
        Role.SECURITY: _("sees accounts, security rules and the record, and changes nothing"),
        Role.AUDITOR: _("sees everything and changes nothing"),
    }
)
STATES: Final[Mapping[AccountState, Promise]] = MappingProxyType(
    {
        AccountState.ACTIVE: pgettext_lazy("account", "Active"),
        AccountState.INVITED: pgettext_lazy("account", "Invited"),
        AccountState.LOCKED: pgettext_lazy("account", "Locked"),
        AccountState.DORMANT: pgettext_lazy("account", "Dormant"),
        AccountState.CLOSED: pgettext_lazy("account", "Closed"),
    }
)
STATE_MARKS: Final[Mapping[AccountState, str]] = MappingProxyType(
    {
        AccountState.ACTIVE: "ok",
        AccountState.INVITED: "wait",
        AccountState.LOCKED: "act",
        AccountState.DORMANT: "wait",
        AccountState.CLOSED: "quiet",
    }
)
CLOSING_REASONS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        ClosingReason.ADMINISTRATOR: _("by an administrator"),
        ClosingReason.LEFT: _("because the person left"),
        ClosingReason.DORMANT: _("because nobody used it"),
        ClosingReason.REVIEW: _("in an access review"),
        ClosingReason.EXPIRED: _("because its time was over"),
    }
)
DECISIONS: Final[Mapping[Decision, Promise]] = MappingProxyType(
    {
        Decision.KEEP: pgettext_lazy("review", "Keep"),
        Decision.CHANGE: pgettext_lazy("review", "Take roles away"),
        Decision.CLOSE: pgettext_lazy("review", "Close the account"),
    }
)
SCOPES: Final[Mapping[Scope, Promise]] = MappingProxyType(
    {
        Scope.PRIVILEGED: _("Who leads, pays, administers, checks"),
        Scope.EVERYBODY: _("Everybody"),
    }
)
CONSEQUENCES: Final[Mapping[Consequence, Promise]] = MappingProxyType(
    {
        Consequence.LIST: _("They stay open and are listed"),
        Consequence.CLOSE: _("They are closed"),
    }
)


def roles_in_words(roles: Collection[Role]) -> str:
    """Return the roles in their usual order; a dot for none."""
    return " · ".join(str(label) for role, label in ROLES.items() if role in roles) or "·"
