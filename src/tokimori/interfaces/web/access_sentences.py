"""What an operator did in a company, by the page that was asked for, in a sentence. Each is a message id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "home": _("Came to the first page"),
        "team": _("Looked at the team's month"),
        "person_day": _("Opened a day of a person"),
        "steps": _("Looked at how a figure came about"),
        "person_present_month": _("Opened a person's present month"),
        "person_month": _("Opened a month of a person"),
        "person_statement": _("Looked at what a person's month is paid by"),
        "closing": _("Looked at the closing"),
        "closing_of": _("Looked at the closing of a month"),
        "imports": _("Looked at the files of punches, or sent one"),
        "import_example": _("Took the example of a punch file"),
        "import": _("Looked at one file of punches"),
        "import_receipts": _("Took the receipts of the punches in a file"),
        "rejected_lines": _("Took the lines that a punch file could not bring in"),
        "employees": _("Looked at the list of people"),
        "employee": _("Opened a person's record"),
        "divisions": _("Looked at the divisions"),
        "employee_types": _("Looked at the employee types"),
        "sites": _("Looked at the sites"),
        "rule_sets": _("Looked at the rule sets"),
        "rule_set": _("Opened a rule set"),
        "try_rule_set": _("Tried a change of a rule set"),
        "publish_tried_rule_set": _("Published or proposed a version of a rule set"),
        "decide_rule_proposal": _("Decided on a proposed rule set"),
        "accounts": _("Looked at the list of accounts"),
        "account": _("Opened an account"),
        "retention": _("Looked at how long records are kept"),
        "shared_accounts": _("Looked at the shared accounts"),
        "reviews": _("Looked at the access reviews"),
        "review": _("Opened an access review"),
        "review_csv": _("Took an access review as a file"),
        "decide_review": _("Decided in an access review"),
        "search": _("Searched for people"),
        "log": _("Looked at the log"),
        "investigation": _("Investigated in the log"),
        "log_proof": _("Looked at what proves the log"),
        "ledger_checkpoint": _("Read the newest checkpoint of a log"),
        "ledger_key_changes": _("Read the changes of a log's key"),
        "ledger_tile": _("Read a tile of a log"),
        "company_security": _("Looked at the company's security"),
        "own_sheet": _("Looked at the security sheet with the company's own values"),
        "own_sheet_row": _("Looked at a row of the security sheet with the company's own value"),
        "own_editions": _("Looked at the company's own editions of the security sheet"),
        "own_edition": _("Opened an own edition of the security sheet"),
        "own_edition_file": _("Took a file of an own edition of the security sheet"),
        "own_webhooks": _("Looked at the webhooks"),
        "networks": _("Looked at the networks"),
        "support_access": _("Looked at the provider's access"),
        "support_accesses": _("Looked at the provider's newest accesses"),
        "support_record": _("Looked at what was done under an access"),
        "identity_providers": _("Looked at single sign-on"),
        "identity_provider": _("Opened an identity provider"),
        "maintenance_sql": _("Ran an SQL statement in a recorded session"),
    }
)
_OTHER: Final = _("Asked for a page that such an access does not open")


def access_sentence(route: str) -> Promise:
    """Return what somebody did who asked for a page; every page that a grant can open has a sentence of its own."""
    return SENTENCES.get(route, _OTHER)
