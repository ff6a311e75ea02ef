"""What happened, in a sentence for each event. Each sentence is a message id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.foundation.access.principal import PrincipalKind
from tokimori.foundation.ledger.events import EventName, EventOutcome

EVENTS: Final[Mapping[EventName, Promise]] = MappingProxyType(
    {
        EventName.ACCESS_TOKEN_ISSUED: _("Made an access token for a machine"),
        EventName.ACCESS_TOKEN_REVOKED: _("Revoked a machine's access token"),
        EventName.ACCESS_TOKEN_ROTATED: _("Renewed a machine's access token"),
        EventName.ACCOUNTS_INVITED: _("Made accounts from a file"),
        EventName.ACCOUNT_CREATED: _("Made an account"),
        EventName.ACCOUNT_DEACTIVATED: _("Closed an account"),
        EventName.ACCOUNT_DORMANCY_WARNED: _("Noted that an account will be closed unless it is used"),
        EventName.ACCOUNT_FACTORS_REMOVED: _("Took somebody's second factors away"),
        EventName.ACCOUNT_LOCKED: _("Had too many attempts to sign in and was locked"),
        EventName.ACCOUNT_NETWORK_CHANGED: _("Signed in from another network soon after"),
        EventName.ACCOUNT_REACTIVATED: _("Opened an account again"),
        EventName.ACCOUNT_RESET_CONFIRMED: _("Confirmed that somebody's factors were to be taken away"),
        EventName.ACCOUNT_RESET_SEEN: _("Noted that the factors were taken away"),
        EventName.ACCOUNT_RENAMED: _("Changed somebody's name, login ID or e-mail address"),
        EventName.ACCOUNT_ROLES_CHANGED: _("Changed somebody's roles"),
        EventName.ACCOUNT_SIGNED_OUT: _("Signed somebody out everywhere"),
        EventName.ACCOUNT_UNLOCKED: _("Unlocked an account"),
        EventName.ACCOUNT_USED_AT_ONCE: _("Noted that an account was in use in several places at once"),
        EventName.ADDRESS_REFUSED: _("Came from an address that is kept out"),
        EventName.ADDRESS_RULE_ADDED: _("Added a network from which people may come"),
        EventName.ADDRESS_RULE_REMOVED: _("Removed a network from which people might come"),
        EventName.ADMINISTRATOR_GRANTED: _("Made somebody an administrator of some of the people"),
        EventName.ADMINISTRATOR_REVOKED: _("Took a scoped administrator's grant back"),
        EventName.AUTHENTICATOR_ADDED: _("Added an authenticator"),
        EventName.AUTHENTICATOR_REMOVED: _("Removed an authenticator"),
        EventName.BREAK_GLASS_ACKNOWLEDGED: _("Took note of an emergency access"),
        EventName.BREAK_GLASS_OPENED: _("Emergency access by the provider was opened"),
        EventName.CHANGE_APPROVED: _("Approved a change as the second person"),
        EventName.CHANGE_PROPOSED: _("Proposed a change"),
        EventName.CHANGE_REFUSED: _("Refused or withdrew a proposed change"),
        EventName.COMPANY_CREATED: _("Founded the company"),
        EventName.CONFIRMATION_FAILED: _("Did not prove who it is, when asked again"),
        EventName.CONFIRMATION_SUCCEEDED: _("Proved again who it is"),
        EventName.CONTROL_GAP_ACCEPTED: _("Accepted a gap of the security sheet for a time"),
        EventName.CONTROL_STATE_CHANGED: _("Noted that a row of the security sheet changed its state"),
        EventName.CONTROL_WATCHED: _("Asked to be told of changes of the security sheet, or no more"),
        EventName.CORRECTION_APPROVED: _("Approved a correction"),
        EventName.CORRECTION_REQUESTED: _("Asked for a correction"),
        EventName.CORRECTION_RETURNED: _("Returned a correction"),
        EventName.CORRECTION_WITHDRAWN: _("Took a correction back"),
        EventName.COUNTRIES_REPLACED: _("Noted that another list of countries is in place"),
        EventName.DEVICE_TRUSTED: _("Let a device be trusted"),
        EventName.DIRECTORY_ACCOUNT_CHANGED: _("Said something new about an account, as the directory"),
        EventName.DIRECTORY_ACCOUNT_REMOVED: _("Let go of an account, as the directory"),
        EventName.DIRECTORY_GROUP_ADDED: _("Made a group, as the directory"),
        EventName.DIRECTORY_GROUP_CHANGED: _("Changed a group, as the directory"),
        EventName.DIRECTORY_GROUP_REMOVED: _("Took a group away, as the directory"),
        EventName.DIRECTORY_GROUP_TIED: _("Changed the role that a group gives"),
        EventName.DIRECTORY_RULES_CHANGED: _("Changed whether the directory manages administrators"),
        EventName.DIVISION_CLOSED: _("Closed a division"),
        EventName.DIVISION_CREATED: _("Added a division"),
        EventName.DIVISION_MOVED: _("Moved a division"),
        EventName.DIVISION_RENAMED: _("Renamed a division"),
        EventName.DRILL_FAILED: _("Tampered with records on trial, and not all of it was noticed"),
        EventName.DRILL_PASSED: _("Tampered with records on trial, and all of it was noticed"),
        EventName.DUTIES_KEPT_APART: _("Had two duties kept apart"),
        EventName.DUTIES_LEFT_TOGETHER: _("Let two duties be held by one person"),
        EventName.EMPLOYEE_ACCOUNT_LINKED: _("Gave an employee an account"),
        EventName.EMPLOYEE_CREATED: _("Hired somebody"),
        EventName.EMPLOYEE_TYPE_CLOSED: _("Closed an employee type"),
        EventName.EMPLOYEE_TYPE_CREATED: _("Added an employee type"),
        EventName.EMPLOYEE_TYPE_RENAMED: _("Renamed an employee type"),
        EventName.EMPLOYMENT_CHANGED: _("Changed somebody's employment"),
        EventName.ENDING_TOLD: _("Administrators were told that a token or a network ends soon"),
        EventName.EXPORT_CREATED: _("Made a file for payroll"),
        EventName.EXPORT_DOWNLOADED: _("Downloaded a file for payroll"),
        EventName.EXTERNAL_IDENTITY_ENDED: _("Ended somebody's link with an identity provider"),
        EventName.EXTERNAL_IDENTITY_LINKED: _("Came in by an identity provider for the first time"),
        EventName.IDENTITY_PROVIDER_ACTIVATED: _("Switched an identity provider on"),
        EventName.IDENTITY_PROVIDER_CHANGED: _("Changed an identity provider"),
        EventName.IDENTITY_PROVIDER_CLOSED: _("Closed an identity provider for good"),
        EventName.IDENTITY_PROVIDER_CREATED: _("Added an identity provider"),
        EventName.IDENTITY_PROVIDER_TESTED: _("Tested an identity provider"),
        EventName.LOG_EPOCH_OPENED: _("Began the log anew after a restore"),
        EventName.KEY_DESTROYED: _("Destroyed a person's key"),
        EventName.KEY_MADE: _("Made a key"),
        EventName.KEY_ROTATED: _("Rotated a key"),
        EventName.KEYS_RESEALED: _("Sealed everything anew under the newest keys"),
        EventName.LEGAL_HOLD_LIFTED: _("Lifted a hold on old records"),
        EventName.LEGAL_HOLD_LIFTING_ASKED: _("Asked to lift a hold on old records"),
        EventName.LEGAL_HOLD_PLACED: _("Held old records back"),
        EventName.LOG_EXPORTED: _("Took a file of the log"),
        EventName.NOTICE_FAILED: _("A letter could not be delivered"),
        EventName.NOTICE_SENT: _("A letter was sent"),
        EventName.OPERATOR_DEVICE_CHECKED: _("Looked at another operator's device"),
        EventName.OPERATOR_DEVICE_REGISTERED: _("Registered another operator's device"),
        EventName.OPERATOR_DEVICE_REMOVED: _("Removed an operator's device"),
        EventName.OPERATOR_DISMISSED: _("Dismissed one of the provider's people"),
        EventName.OPERATOR_ENTERED: _("Came in under a grant"),
        EventName.OPERATOR_HELD: _("One of the provider's people was kept out for what a register says"),
        EventName.OPERATOR_RELEASED: _("What kept one of the provider's people out is over"),
        EventName.OPERATOR_LEFT: _("Went out"),
        EventName.OPERATOR_REGISTERED: _("Named one of the provider's people"),
        EventName.OPERATOR_REQUEST: _("Asked for a page under a grant"),
        EventName.MAINTENANCE_ANSWERED: _("Got an answer in a recorded session"),
        EventName.MAINTENANCE_BYPASSED: _("Ran a privileged command outside of a recorded session"),
        EventName.MAINTENANCE_CODE_ISSUED: _("Was shown a code for a recorded session"),
        EventName.MAINTENANCE_ENDED: _("Ended a recorded session"),
        EventName.MAINTENANCE_OPENED: _("Began a recorded session"),
        EventName.MAINTENANCE_REVIEWED: _("Reviewed a recorded session"),
        EventName.MAINTENANCE_TYPED: _("Typed a statement or a command in a recorded session"),
        EventName.PASSKEY_ADDED: _("Added a passkey"),
        EventName.PASSKEY_REMOVED: _("Removed a passkey"),
        EventName.PASSWORD_CHANGED: _("Chose a passphrase"),
        EventName.PASSWORD_FOUND_LISTED: _("Must change a passphrase that is known from a leak"),
        EventName.PERIOD_REOPENED: _("Reopened a sealed month"),
        EventName.PERIOD_SEALED: _("Sealed a month"),
        EventName.PRIVILEGE_APPROVED: _("Approved what another operator asked for"),
        EventName.PRIVILEGE_REFUSED: _("Refused what another operator asked for"),
        EventName.PRIVILEGE_REQUESTED: _("Asked another operator for more"),
        EventName.PRIVILEGE_REVIEWED: _("Reviewed what was done"),
        EventName.PROBE_ASKED: _("Had a probe of the security sheet look at once"),
        EventName.PROBE_RAN: _("Looked whether a control works"),
        EventName.PUNCH_IMPORTED: _("Read a file of punches"),
        EventName.PUNCH_RECORDED: _("Recorded a punch"),
        EventName.PUNCH_WITHDRAWN: _("Replaced or withdrew a punch"),
        EventName.QUESTIONNAIRE_COLUMNS_CHOSEN: _("Chose where a buyer's questionnaire keeps its questions"),
        EventName.QUESTIONNAIRE_DECIDED: _("Decided how a buyer's question is answered"),
        EventName.QUESTIONNAIRE_DELETED: _("Deleted a buyer's questionnaire"),
        EventName.QUESTIONNAIRE_DOWNLOADED: _("Downloaded an answered questionnaire"),
        EventName.QUESTIONNAIRE_EXPORTED: _("Wrote the answers into a buyer's questionnaire"),
        EventName.QUESTIONNAIRE_PROPOSALS_ACCEPTED: _("Accepted the proposals for a buyer's questions together"),
        EventName.QUESTIONNAIRE_TAKEN: _("Took a buyer's questionnaire in"),
        EventName.QUESTIONNAIRE_WORDS_CHOSEN: _("Chose the words in which a buyer's questionnaire is answered"),
        EventName.RECOVERY_CODES_MADE: _("Made recovery codes"),
        EventName.RECOVERY_CODE_USED: _("Used a recovery code"),
        EventName.REQUEST_REFUSED: _("Was refused"),
        EventName.REGISTER_ENTRY_ACKNOWLEDGED: _("Confirmed having read an entry of a register"),
        EventName.REGISTER_ENTRY_APPROVED: _("Approved an entry of a register"),
        EventName.REGISTER_ENTRY_DRAFTED: _("Wrote an entry of a register"),
        EventName.REGISTER_ENTRY_REMINDED: _("Reminded of an entry of a register"),
        EventName.REGISTER_ENTRY_RETURNED: _("Returned an entry of a register"),
        EventName.REGISTER_ENTRY_SUBMITTED: _("Handed in an entry of a register"),
        EventName.REGISTER_ENTRY_SUPERSEDED: _("Replaced an entry of a register by a newer one"),
        EventName.REGISTER_ENTRY_WITHDRAWN: _("Withdrew an entry of a register"),
        EventName.REGISTER_FILE_ATTACHED: _("Attached a file to an entry of a register"),
        EventName.REGISTER_WITHDRAWAL_ASKED: _("Asked that an entry of a register ends"),
        EventName.RETENTION_RUN: _("Took away records that were over their time"),
        EventName.REVIEW_CONCLUDED: _("Ended an access review"),
        EventName.REVIEW_DECIDED: _("Decided on an account in an access review"),
        EventName.REVIEW_STARTED: _("Began an access review"),
        EventName.RULE_SET_PUBLISHED: _("Published a version of a rule set"),
        EventName.SCHEDULE_PLANNED: _("Planned days"),
        EventName.SECOND_FACTOR_FAILED: _("Knew the passphrase, but not the second factor"),
        EventName.SECOND_PERSON_ASKED: _("Had something decided by two people"),
        EventName.SECOND_PERSON_ENDED: _("Ended that two people decide something"),
        EventName.SECURITY_RULES_CHANGED: _("Changed the company's security rules"),
        EventName.SESSION_ENDED: _("Ended a session"),
        EventName.SHARED_ACCOUNT_ENDED: _("Ended the exception for a shared account"),
        EventName.SHARED_ACCOUNT_HANDED_OUT: _("Handed a shared account out"),
        EventName.SHARED_ACCOUNT_REGISTERED: _("Registered a shared account"),
        EventName.SHARED_ACCOUNT_TAKEN_BACK: _("Took a shared account back"),
        EventName.SHEET_EDITION_MADE: _("Made an own edition of the security sheet"),
        EventName.SHEET_PUBLISHED: _("Published a snapshot of the security sheet"),
        EventName.SHEET_SHARED: _("Made a link to a snapshot of the security sheet"),
        EventName.SHEET_SHARE_ENDED: _("Took back a link to a snapshot of the security sheet"),
        EventName.SHEET_SHARE_OPENED: _("Came in by a link to a snapshot of the security sheet"),
        EventName.SHEET_SHARE_REFUSED: _("Was not let in by a link to a snapshot of the security sheet"),
        EventName.SIGN_IN_FAILED: _("Tried to sign in without success"),
        EventName.SIGN_IN_FROM_NEW_COUNTRY: _("Signed in from a country that is new for this account"),
        EventName.SIGN_IN_LIMITED: _("Was kept out after too many attempts to sign in"),
        EventName.SIGN_IN_LINK_ISSUED: _("Made a link for a first sign-in"),
        EventName.SIGN_IN_SUCCEEDED: pgettext_lazy("event", "Signed in"),
        EventName.SIGN_OUT: _("Signed out"),
        EventName.SINGLE_SIGN_ON_REFUSED: _("Was not let in by single sign-on"),
        EventName.SITE_CREATED: _("Opened a site"),
        EventName.SLIPS_PRINTED: _("Printed slips for first sign-ins"),
        EventName.SUBSCRIPTION_ASKED: _("Asked for letters about changes of the security sheet"),
        EventName.SUBSCRIPTION_CONFIRMED: _("Confirmed that letters about changes of the security sheet are wanted"),
        EventName.SUBSCRIPTION_ENDED: _("Ended the letters about changes of the security sheet"),
        EventName.SUPPORT_GRANTED: _("Let one of the provider's people in"),
        EventName.SUPPORT_REVOKED: _("Ended the access of one of the provider's people"),
        EventName.TIMESHEET_APPROVED: _("Approved a month"),
        EventName.TIMESHEET_RETURNED: _("Returned a month"),
        EventName.TIMESHEET_SUBMITTED: _("Handed in a month"),
        EventName.WEBHOOK_ADDED: _("Added a webhook for changes of the security sheet"),
        EventName.WEBHOOK_DELIVERED: _("Delivered a message to a webhook"),
        EventName.WEBHOOK_FAILED: _("Gave up a message to a webhook"),
        EventName.WEBHOOK_REMOVED: _("Removed a webhook for changes of the security sheet"),
        EventName.WEBHOOK_TESTED: _("Sent a test to a webhook"),
    }
)

OUTCOMES: Final[Mapping[EventOutcome, Promise]] = MappingProxyType(
    {
        EventOutcome.DONE: _("Done"),
        EventOutcome.FAILED: _("Failed"),
        EventOutcome.REFUSED: _("Refused"),
    }
)
OUTCOME_MARKS: Final[Mapping[EventOutcome, str]] = MappingProxyType(
    {EventOutcome.DONE: "ok", EventOutcome.FAILED: "wait", EventOutcome.REFUSED: "act"}
)
"""Which of the meanings an outcome has on the screen."""

ACTORS: Final[Mapping[PrincipalKind, Promise]] = MappingProxyType(
    {
        PrincipalKind.PERSON: _("Somebody of the company"),
        PrincipalKind.TOKEN: _("A machine"),
        PrincipalKind.SYSTEM: _("The service itself"),
        PrincipalKind.OPERATOR: _("The provider"),
        PrincipalKind.NOBODY: _("Somebody unknown"),
    }
)
"""Who did it, where no name is known."""

_AREAS: Final = (
    (_("Sign-in"), ("sign_in", "sign_out", "session", "second_factor", "confirmation", "sign_in_link", "device")),
    (_("Refusals"), ("request", "address")),
    (_("Single sign-on"), ("identity_provider", "external_identity", "single_sign_on")),
    (_("Provider's access"), ("operator", "operator_device", "support", "break_glass", "privilege", "maintenance")),
    (
        _("Accounts and factors"),
        (
            "account",
            "accounts",
            "shared_account",
            "slips",
            "review",
            "authenticator",
            "passkey",
            "password",
            "recovery_code",
            "recovery_codes",
            "notice",
        ),
    ),
    (
        _("Company and security"),
        (
            "company",
            "site",
            "division",
            "employee_type",
            "duties",
            "administrator",
            "security_rules",
            "second_person",
            "change",
            "address_rule",
            "access_token",
            "ending",
            "log",
        ),
    ),
    (_("Working time"), ()),
)
"""Areas by the first word of an event's name, for choosing among them; what is in no other stands in the last."""


def events_by_area() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the areas, each with the code and the sentence of its events, in the order of the sentences."""
    known = {subject for _area, subjects in _AREAS for subject in subjects}
    found = []
    for area, subjects in _AREAS:
        events = [
            (name.value, str(sentence))
            for name, sentence in EVENTS.items()
            if (subject := name.value.partition(":")[0]) in subjects or (not subjects and subject not in known)
        ]
        found.append((str(area), sorted(events, key=lambda event: event[1])))
    return found


def event_sentence(name: str) -> str:
    """Return what happened; the code itself of an event that this release does not know."""
    try:
        return str(EVENTS[EventName(name)])
    except (KeyError, ValueError):
        return name
