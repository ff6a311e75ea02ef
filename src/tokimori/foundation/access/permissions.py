"""Every right, by name, and which role holds it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """What may be done, ``subject:action``, in alphabetical order."""

    ACCESS_GRANT = "access:grant"
    ACCESS_READ = "access:read"
    ACCESS_TOKEN_WRITE = "access_token:write"  # noqa: S105 -- a right, not a secret
    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    APPROVAL_READ = "approval:read"
    AUDIT_EXPORT = "audit:export"
    AUDIT_READ = "audit:read"
    COMPLIANCE_READ = "compliance:read"
    COMPLIANCE_WRITE = "compliance:write"
    CORRECTION_DECIDE = "correction:decide"
    CORRECTION_REQUEST = "correction:request"
    CORRECTION_REQUEST_ANY = "correction:request_any"
    DIVISION_WRITE = "division:write"
    EMPLOYEE_READ = "employee:read"
    EMPLOYEE_READ_ALL = "employee:read_all"
    EMPLOYMENT_WRITE = "employment:write"
    ENTER = "enter"
    EXPORT_CREATE = "export:create"
    EXPORT_READ = "export:read"
    NETWORK_WRITE = "network:write"
    OPERATOR_ACT = "operator:act"
    PERIOD_READ = "period:read"
    PERIOD_REOPEN = "period:reopen"
    PERIOD_SEAL = "period:seal"
    PROVISIONING_WRITE = "provisioning:write"
    PUBLIC = "public"
    PUNCH_IMPORT = "punch:import"
    PUNCH_RECORD_ANY = "punch:record_any"
    PUNCH_RECORD_OWN = "punch:record_own"
    QUESTIONNAIRE_ANSWER = "questionnaire:answer"
    RULE_SET_PUBLISH = "rule_set:publish"
    RULE_SET_READ = "rule_set:read"
    SCHEDULE_PLAN = "schedule:plan"
    SETUP_WRITE = "setup:write"
    SECURITY_OWN = "security:own"
    SECURITY_READ = "security:read"
    SECURITY_WRITE = "security:write"
    SIGN_IN_CONTINUE = "sign_in:continue"
    SIGN_OUT = "sign_out"
    SITE_READ = "site:read"
    TEAM_READ = "team:read"
    TIMESHEET_APPROVE = "timesheet:approve"
    TIMESHEET_READ = "timesheet:read"
    TIMESHEET_READ_ALL = "timesheet:read_all"
    TIMESHEET_READ_OWN = "timesheet:read_own"
    TIMESHEET_SUBMIT = "timesheet:submit"
    TIMESHEET_SUBMIT_ANY = "timesheet:submit_any"


class Role(StrEnum):
    """A set of rights that a person is given."""

    ADMINISTRATOR = "administrator"
    EMPLOYEE = "employee"
    MANAGER = "manager"
    PAYROLL = "payroll"
    SECURITY = "security"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    COMPLIANCE = "compliance"


_OWN_TIME = frozenset(
    {
        Permission.CORRECTION_REQUEST,
        Permission.PUNCH_RECORD_OWN,
        Permission.TIMESHEET_READ,
        Permission.TIMESHEET_READ_OWN,
        Permission.TIMESHEET_SUBMIT,
    }
)

RIGHTS_OF_ROLES: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.EMPLOYEE: _OWN_TIME,
        Role.MANAGER: frozenset(
            {
                Permission.APPROVAL_READ,
                Permission.CORRECTION_DECIDE,
                Permission.TEAM_READ,
                Permission.TIMESHEET_APPROVE,
                Permission.TIMESHEET_READ,
            }
        ),
        Role.PAYROLL: frozenset(
            {
                Permission.APPROVAL_READ,
                Permission.ACCESS_TOKEN_WRITE,
                Permission.CORRECTION_DECIDE,
                Permission.EMPLOYEE_READ,
                Permission.EMPLOYEE_READ_ALL,
                Permission.EXPORT_CREATE,
                Permission.EXPORT_READ,
                Permission.PERIOD_READ,
                Permission.PERIOD_REOPEN,
                Permission.PERIOD_SEAL,
                Permission.PUNCH_IMPORT,
                Permission.PUNCH_RECORD_ANY,
                Permission.RULE_SET_PUBLISH,
                Permission.RULE_SET_READ,
                Permission.SITE_READ,
                Permission.TEAM_READ,
                Permission.TIMESHEET_APPROVE,
                Permission.TIMESHEET_READ,
                Permission.TIMESHEET_READ_ALL,
                Permission.TIMESHEET_SUBMIT_ANY,
            }
        ),
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.ACCESS_GRANT,
                Permission.ACCESS_READ,
                Permission.ACCESS_TOKEN_WRITE,
                Permission.ACCOUNT_READ,
                Permission.ACCOUNT_WRITE,
                Permission.AUDIT_EXPORT,
                Permission.AUDIT_READ,
                Permission.DIVISION_WRITE,
                Permission.EMPLOYEE_READ,
                Permission.EMPLOYEE_READ_ALL,
                Permission.EMPLOYMENT_WRITE,
                Permission.NETWORK_WRITE,
                Permission.PROVISIONING_WRITE,
                Permission.RULE_SET_READ,
                Permission.SECURITY_READ,
                Permission.SECURITY_WRITE,
                Permission.SITE_READ,
            }
        ),
        Role.OPERATOR: frozenset(
            {
                Permission.COMPLIANCE_READ,
                Permission.COMPLIANCE_WRITE,
                Permission.OPERATOR_ACT,
                Permission.QUESTIONNAIRE_ANSWER,
            }
        ),
        Role.COMPLIANCE: frozenset(
            {
                Permission.COMPLIANCE_READ,
                Permission.COMPLIANCE_WRITE,
                Permission.QUESTIONNAIRE_ANSWER,
            }
        ),
        Role.SECURITY: frozenset(
            {
                Permission.ACCESS_READ,
                Permission.ACCOUNT_READ,
                Permission.AUDIT_EXPORT,
                Permission.AUDIT_READ,
                Permission.SECURITY_READ,
                Permission.SITE_READ,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Permission.ACCESS_READ,
                Permission.ACCOUNT_READ,
                Permission.AUDIT_EXPORT,
                Permission.AUDIT_READ,
                Permission.SECURITY_READ,
                Permission.EMPLOYEE_READ,
                Permission.EMPLOYEE_READ_ALL,
                Permission.PERIOD_READ,
                Permission.RULE_SET_READ,
                Permission.SITE_READ,
                Permission.TEAM_READ,
                Permission.TIMESHEET_READ,
                Permission.TIMESHEET_READ_ALL,
            }
        ),
    }
)


ROLES_OF_THE_PROVIDER: frozenset[Role] = frozenset({Role.OPERATOR, Role.COMPLIANCE})
"""The provider's people have one of them each: operators are let in by companies, the others answer for the sheet."""
RIGHTS_OF_THE_CONSOLE: frozenset[Permission] = frozenset[Permission]().union(
    *(RIGHTS_OF_ROLES[role] for role in ROLES_OF_THE_PROVIDER)
)
"""What is done at the provider's own host alone; in a company it opens nothing."""
RIGHTS_HALF_WAY: frozenset[Permission] = frozenset({Permission.SIGN_IN_CONTINUE, Permission.SIGN_OUT})
"""What somebody may do whose second factor is still to come."""
RIGHTS_OF_EVERYBODY: frozenset[Permission] = RIGHTS_HALF_WAY | {Permission.SECURITY_OWN}
"""What everybody may do whose factors were right: look after his own security, and leave."""
RIGHTS_INSIDE: frozenset[Permission] = RIGHTS_OF_EVERYBODY | {Permission.ENTER}
"""What everybody may do of whom nothing more is asked: go to the first page."""


def rights_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return the rights of all the roles together, with what everybody may do."""
    return RIGHTS_INSIDE.union(*(RIGHTS_OF_ROLES[role] for role in roles))
