"""Every event that is recorded, ``subject:action``. A name that is no longer written stays, so that old rows read."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class EventName(StrEnum):
    """What happened; each has its sentence in ``docs/reference/audit-events.md``."""

    ACCESS_TOKEN_ISSUED = "access_token:issued"  # noqa: S105 -- an event's name, not a secret
    ACCESS_TOKEN_REVOKED = "access_token:revoked"  # noqa: S105 -- as above
    ACCESS_TOKEN_ROTATED = "access_token:rotated"  # noqa: S105 -- as above
    ACCOUNTS_INVITED = "accounts:invited"
    ACCOUNT_CREATED = "account:created"
    ACCOUNT_DEACTIVATED = "account:deactivated"
    ACCOUNT_DORMANCY_WARNED = "account:dormancy_warned"
    ACCOUNT_FACTORS_REMOVED = "account:factors_removed"
    ACCOUNT_LOCKED = "account:locked"
    ACCOUNT_NETWORK_CHANGED = "account:network_changed"
    ACCOUNT_REACTIVATED = "account:reactivated"
    ACCOUNT_RENAMED = "account:renamed"
    ACCOUNT_RESET_CONFIRMED = "account:reset_confirmed"
    ACCOUNT_RESET_SEEN = "account:reset_seen"
    ACCOUNT_ROLES_CHANGED = "account:roles_changed"
    ACCOUNT_SIGNED_OUT = "account:signed_out"
    ACCOUNT_UNLOCKED = "account:unlocked"
    ACCOUNT_USED_AT_ONCE = "account:used_at_once"
    ADDRESS_REFUSED = "address:refused"
    ADDRESS_RULE_ADDED = "address_rule:added"
    ADDRESS_RULE_REMOVED = "address_rule:removed"
    ADMINISTRATOR_GRANTED = "administrator:granted"
    ADMINISTRATOR_REVOKED = "administrator:revoked"
    AUTHENTICATOR_ADDED = "authenticator:added"
    AUTHENTICATOR_REMOVED = "authenticator:removed"
    BREAK_GLASS_ACKNOWLEDGED = "break_glass:acknowledged"
    BREAK_GLASS_OPENED = "break_glass:opened"
    CHANGE_APPROVED = "change:approved"
    CHANGE_PROPOSED = "change:proposed"
    CHANGE_REFUSED = "change:refused"
    COMPANY_CREATED = "company:created"
    CONFIRMATION_FAILED = "confirmation:failed"
    CONFIRMATION_SUCCEEDED = "confirmation:succeeded"
    CONTROL_GAP_ACCEPTED = "control:gap_accepted"
    CONTROL_STATE_CHANGED = "control:state_changed"
    CORRECTION_APPROVED = "correction:approved"
    CORRECTION_REQUESTED = "correction:requested"
    CORRECTION_RETURNED = "correction:returned"
    CORRECTION_WITHDRAWN = "correction:withdrawn"
    DEVICE_TRUSTED = "device:trusted"
    DIVISION_CLOSED = "division:closed"
    DIVISION_CREATED = "division:created"
    DIVISION_MOVED = "division:moved"
    DIVISION_RENAMED = "division:renamed"
    DUTIES_KEPT_APART = "duties:kept_apart"
    DUTIES_LEFT_TOGETHER = "duties:left_together"
    EMPLOYEE_ACCOUNT_LINKED = "employee:account_linked"
    DIRECTORY_ACCOUNT_CHANGED = "directory_account:changed"
    DIRECTORY_ACCOUNT_REMOVED = "directory_account:removed"
    DIRECTORY_GROUP_ADDED = "directory_group:added"
    DIRECTORY_GROUP_CHANGED = "directory_group:changed"
    DIRECTORY_GROUP_REMOVED = "directory_group:removed"
    DIRECTORY_GROUP_TIED = "directory_group:tied"
    DIRECTORY_RULES_CHANGED = "directory_rules:changed"
    EMPLOYEE_CREATED = "employee:created"
    EMPLOYEE_TYPE_CLOSED = "employee_type:closed"
    EMPLOYEE_TYPE_CREATED = "employee_type:created"
    EMPLOYEE_TYPE_RENAMED = "employee_type:renamed"
    EMPLOYMENT_CHANGED = "employment:changed"
    ENDING_TOLD = "ending:told"
    EXPORT_CREATED = "export:created"
    EXPORT_DOWNLOADED = "export:downloaded"
    LOG_EPOCH_OPENED = "log:epoch-opened"
    LEGAL_HOLD_LIFTED = "legal_hold:lifted"
    LEGAL_HOLD_LIFTING_ASKED = "legal_hold:lifting-asked"
    LEGAL_HOLD_PLACED = "legal_hold:placed"
    LOG_EXPORTED = "log:exported"
    EXTERNAL_IDENTITY_ENDED = "external_identity:ended"
    EXTERNAL_IDENTITY_LINKED = "external_identity:linked"
    IDENTITY_PROVIDER_ACTIVATED = "identity_provider:activated"
    IDENTITY_PROVIDER_CHANGED = "identity_provider:changed"
    IDENTITY_PROVIDER_CLOSED = "identity_provider:closed"
    IDENTITY_PROVIDER_CREATED = "identity_provider:created"
    IDENTITY_PROVIDER_TESTED = "identity_provider:tested"
    NOTICE_FAILED = "notice:failed"
    NOTICE_SENT = "notice:sent"
    OPERATOR_DEVICE_CHECKED = "operator_device:checked"
    OPERATOR_DEVICE_REGISTERED = "operator_device:registered"
    OPERATOR_DEVICE_REMOVED = "operator_device:removed"
    KEY_DESTROYED = "key:destroyed"
    KEY_MADE = "key:made"
    KEY_ROTATED = "key:rotated"
    KEYS_RESEALED = "keys:resealed"
    OPERATOR_DISMISSED = "operator:dismissed"
    OPERATOR_ENTERED = "operator:entered"
    OPERATOR_LEFT = "operator:left"
    OPERATOR_REGISTERED = "operator:registered"
    OPERATOR_REQUEST = "operator:request"
    MAINTENANCE_ANSWERED = "maintenance:answered"
    MAINTENANCE_BYPASSED = "maintenance:bypassed"
    MAINTENANCE_CODE_ISSUED = "maintenance:code_issued"
    MAINTENANCE_ENDED = "maintenance:ended"
    MAINTENANCE_OPENED = "maintenance:opened"
    MAINTENANCE_REVIEWED = "maintenance:reviewed"
    MAINTENANCE_TYPED = "maintenance:typed"
    PASSKEY_ADDED = "passkey:added"
    PASSKEY_REMOVED = "passkey:removed"
    PASSWORD_CHANGED = "password:changed"  # noqa: S105 -- an event's name, not a secret
    PASSWORD_FOUND_LISTED = "password:found_listed"  # noqa: S105 -- as above
    PERIOD_REOPENED = "period:reopened"
    PERIOD_SEALED = "period:sealed"
    PRIVILEGE_APPROVED = "privilege:approved"
    PRIVILEGE_REFUSED = "privilege:refused"
    PRIVILEGE_REQUESTED = "privilege:requested"
    PRIVILEGE_REVIEWED = "privilege:reviewed"
    PROBE_RAN = "probe:ran"
    PUNCH_IMPORTED = "punch:imported"
    PUNCH_RECORDED = "punch:recorded"
    PUNCH_WITHDRAWN = "punch:withdrawn"
    RECOVERY_CODES_MADE = "recovery_codes:made"
    RECOVERY_CODE_USED = "recovery_code:used"
    RETENTION_RUN = "retention:run"
    REVIEW_CONCLUDED = "review:concluded"
    REVIEW_DECIDED = "review:decided"
    REVIEW_STARTED = "review:started"
    REQUEST_REFUSED = "request:refused"
    RULE_SET_PUBLISHED = "rule_set:published"
    SCHEDULE_PLANNED = "schedule:planned"
    SECOND_FACTOR_FAILED = "second_factor:failed"
    SECOND_PERSON_ASKED = "second_person:asked"
    SECOND_PERSON_ENDED = "second_person:ended"
    SECURITY_RULES_CHANGED = "security_rules:changed"
    SESSION_ENDED = "session:ended"
    SHARED_ACCOUNT_ENDED = "shared_account:ended"
    SHARED_ACCOUNT_HANDED_OUT = "shared_account:handed_out"
    SHARED_ACCOUNT_REGISTERED = "shared_account:registered"
    SHARED_ACCOUNT_TAKEN_BACK = "shared_account:taken_back"
    SIGN_IN_FAILED = "sign_in:failed"
    SIGN_IN_FROM_NEW_COUNTRY = "sign_in:from_new_country"
    SIGN_IN_LIMITED = "sign_in:limited"
    SIGN_IN_LINK_ISSUED = "sign_in_link:issued"
    SIGN_IN_SUCCEEDED = "sign_in:succeeded"
    SIGN_OUT = "sign_out"
    SINGLE_SIGN_ON_REFUSED = "single_sign_on:refused"
    SITE_CREATED = "site:created"
    SLIPS_PRINTED = "slips:printed"
    SUPPORT_GRANTED = "support:granted"
    SUPPORT_REVOKED = "support:revoked"
    TIMESHEET_APPROVED = "timesheet:approved"
    TIMESHEET_RETURNED = "timesheet:returned"
    TIMESHEET_SUBMITTED = "timesheet:submitted"


class EventOutcome(StrEnum):
    """How it ended: it was done, somebody did not prove himself, or it was refused."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"


_NOT_DONE: Final[Mapping[EventName, EventOutcome]] = MappingProxyType(
    {
        EventName.ADDRESS_REFUSED: EventOutcome.REFUSED,
        EventName.CONFIRMATION_FAILED: EventOutcome.FAILED,
        EventName.NOTICE_FAILED: EventOutcome.FAILED,
        EventName.REQUEST_REFUSED: EventOutcome.REFUSED,
        EventName.SECOND_FACTOR_FAILED: EventOutcome.FAILED,
        EventName.SIGN_IN_FAILED: EventOutcome.FAILED,
        EventName.SIGN_IN_LIMITED: EventOutcome.REFUSED,
        EventName.SINGLE_SIGN_ON_REFUSED: EventOutcome.REFUSED,
    }
)


def outcome_of(name: EventName) -> EventOutcome:
    """Return how things end that have this name."""
    return _NOT_DONE.get(name, EventOutcome.DONE)
