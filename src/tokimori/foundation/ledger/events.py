"""Every event that is recorded, ``subject:action``. A name that is no longer written stays, so that old rows read."""

from enum import StrEnum


class EventName(StrEnum):
    """What happened; each has its sentence in ``docs/reference/audit-events.md``."""

    ACCESS_TOKEN_ISSUED = "access_token:issued"  # noqa: S105 -- an event's name, not a secret
    ACCOUNT_CREATED = "account:created"
    COMPANY_CREATED = "company:created"
    CORRECTION_APPROVED = "correction:approved"
    CORRECTION_REQUESTED = "correction:requested"
    CORRECTION_RETURNED = "correction:returned"
    CORRECTION_WITHDRAWN = "correction:withdrawn"
    EMPLOYEE_CREATED = "employee:created"
    EMPLOYMENT_CHANGED = "employment:changed"
    EXPORT_CREATED = "export:created"
    EXPORT_DOWNLOADED = "export:downloaded"
    PASSWORD_CHANGED = "password:changed"  # noqa: S105 -- an event's name, not a secret
    PERIOD_REOPENED = "period:reopened"
    PERIOD_SEALED = "period:sealed"
    PUNCH_IMPORTED = "punch:imported"
    PUNCH_RECORDED = "punch:recorded"
    PUNCH_WITHDRAWN = "punch:withdrawn"
    RULE_SET_PUBLISHED = "rule_set:published"
    SCHEDULE_PLANNED = "schedule:planned"
    SIGN_IN_FAILED = "sign_in:failed"
    SIGN_IN_LINK_ISSUED = "sign_in_link:issued"
    SIGN_IN_SUCCEEDED = "sign_in:succeeded"
    SESSION_ENDED = "session.ended"
    SIGN_OUT = "sign_out"
    SITE_CREATED = "site:created"
    TIMESHEET_APPROVED = "timesheet:approved"
    TIMESHEET_RETURNED = "timesheet:returned"
    TIMESHEET_SUBMITTED = "timesheet:submitted"
