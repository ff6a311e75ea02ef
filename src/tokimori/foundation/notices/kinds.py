"""What people are told by letter, what becomes of a letter, and why one was not sent."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a letter tells."""

    INVITATION = "invitation"
    NEW_LINK = "new_link"
    LOCKED = "locked"
    SECOND_FACTOR_LOCKED = "second_factor_locked"
    PRESENT_PASSWORD_LOCKED = "present_password_locked"  # noqa: S105 -- a kind of letter, not a secret
    NEW_COUNTRY = "new_country"
    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- a kind of letter, not a secret
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_TAKEN_AWAY = "factors_taken_away"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    ROLES_CHANGED = "roles_changed"
    NAMES_CHANGED = "names_changed"
    TOKEN_ENDS = "token_ends"  # noqa: S105 -- as above
    NETWORK_ENDS = "network_ends"
    SHEET_CHANGED = "sheet_changed"
    SHEET_SUBSCRIPTION = "sheet_subscription"
    SHEET_MOVED = "sheet_moved"
    REGISTER_ENTRY_ENDS = "register_entry_ends"


class NoticeState(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class NotSent(StrEnum):
    """Why a letter did not leave."""

    REFUSED = "refused"
    """The mail service, or the receiver's, does not take it."""
    LATER = "later"
    """It says that it may be tried later."""
    UNREACHABLE = "unreachable"
    NO_TLS = "no_tls"
    SIGN_IN = "sign_in"
    """The mail service does not take our user name and password."""
    TOO_LATE = "too_late"
    """Its link had run out before it could be sent."""


class Posting(StrEnum):
    """Whether a letter was put into the outbox."""

    POSTED = "posted"
    NO_SERVICE = "no_service"
    NO_ADDRESS = "no_address"
    TOO_MANY = "too_many"
