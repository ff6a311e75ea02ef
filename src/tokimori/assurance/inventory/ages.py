"""What goes by age, column by column, and what of a person stays when all else of him has gone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tokimori.foundation.retention.periods import RecordKind

BY_AGE: Final[Mapping[RecordKind, frozenset[str]]] = MappingProxyType(
    {
        RecordKind.SIGN_IN: frozenset({"identity_session", "identity_signinlink", "identity_trusteddevice"}),
        RecordKind.EVENTS: frozenset({"ledger_ledgerevent.sealed"}),
        RecordKind.WORKING_TIME: frozenset(
            {
                "approvals_approvalstep.note",
                "closings_adjustment.difference",
                "closings_reopening.reason",
                "closings_sealedtimesheet.content",
                "timekeeping_correctionrequest.reason",
                "timekeeping_punchevent.place",
                "timekeeping_rawpayload.content",
                "timekeeping_rejectedline.text",
                "timesheets_dayresult",
                "timesheets_dayrevision.content",
                "timesheets_monthresult",
            }
        ),
        RecordKind.FILES: frozenset({"exports_exportfile.content"}),
        RecordKind.PEOPLE: frozenset(
            {
                "identity_account.language",
                "identity_account.last_login",
                "identity_account.last_signed_in_at",
                "identity_account.login_id",
                "identity_account.password",
                "identity_externalidentity.subject",
                "identity_passkey.name",
                "people_employee.code",
                "people_employee.hired_on",
                "provisioning_directoryaccount.external_id",
            }
        ),
        RecordKind.VISITS: frozenset({"operators_operatorsession"}),
        RecordKind.LETTERS: frozenset({"notices_notice"}),
    }
)
"""Of each kind the tables whose rows go, and the columns that are emptied or overwritten. With a person's keys, whatever is
sealed under them goes as well."""

STAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "identity_seenaddress.address": "gone after 35 days by a job of its own",
        "ledger_ledgerevent.address": "searched after incidents; about a random key once its person is forgotten",
        "people_employee.left_on": "the tombstone says since when",
        "people_employment.rule_set_code": "the rules under which figures came about; about a random key",
        "people_employment.valid_from": "since when these rules held; about a random key",
        "timekeeping_punchevent.key": "by which the same punch is not stored twice",
    }
)
"""What is plain, personal, and stays of who is forgotten, with the reason."""


def kind_of(table: str, column: str) -> RecordKind | None:
    """Return by which kind a column goes by age, if it does."""
    return next((kind for kind, paths in BY_AGE.items() if {table, f"{table}.{column}"} & paths), None)
