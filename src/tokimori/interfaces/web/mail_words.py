"""Letters in words: what they tell, what became of them, and whether this installation sends any."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.foundation.notices.kinds import NoticeKind, NoticeState, NotSent
from tokimori.foundation.notices.queries import NoticeView, notices_to
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN = 5

KINDS: Final[Mapping[NoticeKind, Promise]] = MappingProxyType(
    {
        NoticeKind.INVITATION: _("Invitation with a one-time link"),
        NoticeKind.NEW_LINK: _("New one-time link"),
        NoticeKind.LOCKED: _("Too many attempts, with a link that ends the waiting"),
        NoticeKind.SECOND_FACTOR_LOCKED: _("Too many wrong digits of a second factor"),
        NoticeKind.PRESENT_PASSWORD_LOCKED: _("Too many wrong passphrases by somebody who was in already"),
        NoticeKind.NEW_COUNTRY: _("Signed in from a new country"),
        NoticeKind.NEW_DEVICE: _("Signed in on a new device"),
        NoticeKind.PASSWORD_CHANGED: _("Passphrase changed"),
        NoticeKind.FACTOR_ADDED: _("Passkey or authenticator added"),
        NoticeKind.FACTOR_REMOVED: _("Passkey or authenticator removed"),
        NoticeKind.FACTORS_TAKEN_AWAY: _("All factors taken away"),
        NoticeKind.RECOVERY_CODES_MADE: _("New recovery codes"),
        NoticeKind.RECOVERY_CODE_USED: _("Recovery code used"),
        NoticeKind.ROLES_CHANGED: _("Roles changed"),
        NoticeKind.NAMES_CHANGED: _("Login ID or address changed"),
        NoticeKind.REGISTER_ENTRY_ENDS: _("Entry of a register ends soon"),
        NoticeKind.SHEET_CHANGED: _("Rows of the security sheet changed"),
        NoticeKind.TOKEN_ENDS: _("Access token ends soon"),
        NoticeKind.NETWORK_ENDS: _("Network ends soon"),
    }
)
_STATES: Final[Mapping[NoticeState, tuple[str, Promise]]] = MappingProxyType(
    {
        NoticeState.WAITING: ("wait", pgettext_lazy("letter", "Waiting")),
        NoticeState.SENT: ("ok", pgettext_lazy("letter", "Sent")),
        NoticeState.FAILED: ("act", pgettext_lazy("letter", "Not delivered")),
    }
)
_REASONS: Final[Mapping[NotSent, Promise]] = MappingProxyType(
    {
        NotSent.REFUSED: _("The receiver's mail service refused it. Is the address right?"),
        NotSent.LATER: _("The mail service asked to try later."),
        NotSent.UNREACHABLE: _("The mail service could not be reached."),
        NotSent.NO_TLS: _("The mail service could not be reached over a safe line."),
        NotSent.SIGN_IN: _("The mail service did not take the user name and password of this installation."),
        NotSent.TOO_LATE: _("Its link had run out before it could be sent."),
    }
)


def letters_to(request: TenantRequest, account_id: UUID) -> list[dict[str, Any]]:
    """Return the last letters to an account as the page lists them."""
    return [_line(one, request) for one in notices_to(actor=request.principal, account_id=account_id, limit=_SHOWN)]


def _line(view: NoticeView, request: TenantRequest) -> dict[str, Any]:
    kind, label = _STATES[view.state]
    return {
        "what": KINDS[view.kind],
        "at": moment(view.ended_at or view.made_at, request.zone),
        "state": {"kind": kind, "label": label},
        "why": _REASONS[view.reason] if view.reason else "",
    }
