"""Every address, every role, two companies. A new address without a row here fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from support.browser import signed_in
from support.cast import FOUNDED, Cast, whole_cast
from support.months import FIRST_OF_MAY
from support.punching import at, punch
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.services.corrections import request_correction
from tokimori.engine import PunchKind
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.permissions import permission_of

DAY = "2026-04-01"
MONTH = "2026-04"

# What each member of the company gets: A answered, r sent on, - not allowed, 0 not found, ! refused for another reason.
# Aiko works, Ben leads, Chie pays, Eri audits, Fay administers, Gus watches over security, Hana looks after Aiko's team.
#                                        method   aiko ben  chie eri  fay  gus  hana stranger
TABLE: dict[str, tuple[str, ...]] = {
    "home":                              ("GET",   "r", "r", "r", "r", "r", "r", "r", "door"),
    "sign_in":                           ("GET",   "A", "A", "A", "A", "A", "A", "A", "A"),
    "first_sign_in":                     ("GET",   "!", "!", "!", "!", "!", "!", "!", "!"),
    "unlock":                            ("GET",   "!", "!", "!", "!", "!", "!", "!", "!"),
    "verification":                      ("GET",   "A", "A", "A", "A", "A", "A", "A", "A"),
    "passkey_options":                   ("POST",  "A", "A", "A", "A", "A", "A", "A", "A"),
    "sign_in_by_passkey":                ("POST",  "!", "!", "!", "!", "!", "!", "!", "!"),
    "second_factor":                     ("GET",   "r", "r", "r", "r", "r", "r", "r", "door"),
    "own_passkey_options":               ("POST",  "A", "A", "A", "A", "A", "A", "A", "door"),
    "confirm":                           ("GET",   "A", "A", "A", "A", "A", "A", "A", "door"),
    "my_security":                       ("GET",   "A", "A", "A", "A", "A", "A", "A", "door"),
    "change_password":                   ("GET",   "A", "A", "A", "A", "A", "A", "A", "door"),
    "authenticator":                     ("GET",   "A", "A", "A", "A", "A", "A", "A", "door"),
    "remove_authenticator":              ("POST",  "0", "0", "0", "0", "0", "0", "0", "door"),
    "recovery_codes":                    ("POST",  "A", "A", "A", "A", "A", "A", "A", "door"),
    "new_passkey_options":               ("POST",  "A", "A", "A", "A", "A", "A", "A", "door"),
    "add_passkey":                       ("POST",  "r", "r", "r", "r", "r", "r", "r", "door"),
    "remove_passkey":                    ("POST",  "0", "0", "0", "0", "0", "0", "0", "door"),
    "sign_out":                          ("POST",  "r", "r", "r", "r", "r", "r", "r", "door"),
    "language":                          ("POST",  "r", "r", "r", "r", "r", "r", "r", "r"),
    "recorder":                          ("GET",   "A", "A", "A", "-", "-", "-", "A", "door"),
    "record":                            ("POST",  "!", "!", "!", "-", "-", "-", "!", "door"),
    "my_day":                            ("GET",   "A", "A", "A", "-", "-", "-", "A", "door"),
    "my_month":                          ("GET",   "A", "A", "A", "-", "-", "-", "A", "door"),
    "my_month_of":                       ("GET",   "A", "A", "A", "-", "-", "-", "A", "door"),
    "submit_month":                      ("POST",  "!", "r", "r", "-", "-", "-", "r", "door"),
    "my_statement":                      ("GET",   "A", "A", "A", "-", "-", "-", "A", "door"),
    "corrections":                       ("GET",   "A", "A", "A", "-", "-", "-", "A", "door"),
    "new_correction":                    ("GET",   "A", "A", "A", "-", "-", "-", "A", "door"),
    "withdraw_correction":               ("POST",  "r", "0", "0", "-", "-", "-", "0", "door"),
    "team":                              ("GET",   "-", "A", "A", "A", "-", "-", "A", "door"),
    "person_day":                        ("GET",   "-", "A", "A", "A", "-", "-", "A", "door"),
    "steps":                             ("GET",   "0", "0", "0", "0", "-", "-", "0", "door"),
    "person_present_month":              ("GET",   "-", "A", "A", "A", "-", "-", "A", "door"),
    "person_month":                      ("GET",   "-", "A", "A", "A", "-", "-", "A", "door"),
    "person_statement":                  ("GET",   "-", "A", "A", "A", "-", "-", "A", "door"),
    "approvals":                         ("GET",   "-", "A", "A", "-", "-", "-", "A", "door"),
    "approve_harmless":                  ("POST",  "-", "r", "r", "-", "-", "-", "r", "door"),
    "approve_correction":                ("POST",  "-", "r", "r", "-", "-", "-", "r", "door"),
    "return_correction":                 ("POST",  "-", "!", "!", "-", "-", "-", "!", "door"),
    "approve_month":                     ("POST",  "-", "!", "!", "-", "-", "-", "!", "door"),
    "return_month":                      ("POST",  "-", "0", "0", "-", "-", "-", "0", "door"),
    "closing":                           ("GET",   "-", "-", "A", "A", "-", "-", "A", "door"),
    "closing_of":                        ("GET",   "-", "-", "A", "A", "-", "-", "A", "door"),
    "seal_month":                        ("POST",  "-", "-", "!", "-", "-", "-", "-", "door"),
    "reopen_month":                      ("POST",  "-", "-", "!", "-", "-", "-", "-", "door"),
    "exports":                           ("GET",   "-", "-", "A", "-", "-", "-", "A", "door"),
    "download_export":                   ("GET",   "-", "-", "0", "-", "-", "-", "0", "door"),
    "imports":                           ("GET",   "-", "-", "A", "-", "-", "-", "A", "door"),
    "import_example":                    ("GET",   "-", "-", "A", "-", "-", "-", "A", "door"),
    "import":                            ("GET",   "-", "-", "0", "-", "-", "-", "0", "door"),
    "import_receipts":                   ("GET",   "-", "-", "0", "-", "-", "-", "0", "door"),
    "rejected_lines":                    ("GET",   "-", "-", "0", "-", "-", "-", "0", "door"),
    "employees":                         ("GET",   "-", "-", "A", "A", "A", "-", "A", "door"),
    "employee":                          ("GET",   "-", "-", "A", "A", "A", "-", "A", "door"),
    "sites":                             ("GET",   "-", "-", "A", "A", "A", "A", "-", "door"),
    "sessions":                          ("GET",   "A", "A", "A", "A", "A", "A", "A", "door"),
    "keep_draft":                        ("POST",  "0", "0", "0", "0", "0", "0", "0", "door"),
    "read_draft":                        ("GET",   "0", "0", "0", "0", "0", "0", "0", "door"),
    "drop_draft":                        ("POST",  "0", "0", "0", "0", "0", "0", "0", "door"),
    "end_session":                       ("POST",  "0", "0", "0", "0", "0", "0", "0", "door"),
    "end_other_sessions":                ("POST",  "r", "r", "r", "r", "r", "r", "r", "door"),
    "tokens":                            ("GET",   "-", "-", "A", "-", "A", "-", "-", "door"),
    "new_token":                         ("GET",   "-", "-", "A", "-", "A", "-", "-", "door"),
    "renew_token":                       ("GET",   "-", "-", "0", "-", "0", "-", "-", "door"),
    "end_token":                         ("POST",  "-", "-", "0", "-", "0", "-", "-", "door"),
    "tie_group":                         ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "directory_rules":                   ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "rule_sets":                         ("GET",   "-", "-", "A", "A", "A", "-", "A", "door"),
    "rule_set":                          ("GET",   "-", "-", "A", "A", "A", "-", "A", "door"),
    "try_rule_set":                      ("GET",   "-", "-", "A", "-", "-", "-", "-", "door"),
    "publish_tried_rule_set":            ("POST",  "-", "-", "!", "-", "-", "-", "-", "door"),
    "my_activity":                       ("GET",   "A", "A", "A", "A", "A", "A", "A", "door"),
    "log":                               ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "log_file":                          ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "investigation":                     ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "security_text":                     ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "trust":                             ("GET",   "A", "A", "A", "A", "A", "A", "A", "A"),
    "trust_row":                         ("GET",   "A", "A", "A", "A", "A", "A", "A", "A"),
    "own_sheet":                         ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "own_sheet_row":                     ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "sheet_snapshots":                   ("GET",   "A", "A", "A", "A", "A", "A", "A", "A"),
    "sheet_snapshot":                    ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "sheet_file":                        ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "sheet_publishing":                  ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "publish_sheet":                     ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "shared_sheet":                      ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "shared_sheet_file":                 ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "subscribe_to_sheet":                ("GET",   "A", "A", "A", "A", "A", "A", "A", "A"),
    "confirm_sheet_subscription":        ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "end_sheet_subscription":            ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "own_editions":                      ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "make_own_edition":                  ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "own_edition":                       ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "own_edition_file":                  ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "own_webhooks":                      ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "add_own_webhook":                   ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "test_own_webhook":                  ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "remove_own_webhook":                ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "webhooks":                          ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "add_webhook":                       ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "test_webhook":                      ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "remove_webhook":                    ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "sheet_links":                       ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "share_sheet":                       ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "end_sheet_share":                   ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "log_proof":                         ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "retention":                         ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "place_hold":                        ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "ask_lifting":                       ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "lift_hold":                         ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "log_bundle":                        ("GET",   "-", "-", "-", "!", "!", "!", "-", "door"),
    "event_proof":                       ("GET",   "0", "0", "0", "0", "0", "0", "0", "door"),
    "ledger_checkpoint":                 ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "ledger_key_changes":                ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "ledger_tile":                       ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "receipt":                           ("GET",   "0", "0", "0", "-", "-", "-", "0", "door"),
    "receipt_file":                      ("GET",   "0", "0", "0", "-", "-", "-", "0", "door"),
    "punch_proof":                       ("GET",   "0", "0", "0", "-", "-", "-", "0", "door"),
    "company_sign_in":                   ("GET",   "A", "A", "A", "A", "A", "A", "A", "A"),
    "begin_company_sign_in":             ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "our_saml_metadata":                 ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "saml_answer":                       ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "openid_answer":                     ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "arrive":                            ("GET",   "!", "!", "!", "!", "!", "!", "!", "!"),
    "confirm_with":                      ("GET",   "0", "0", "0", "0", "0", "0", "0", "door"),
    "arrive_to_confirm":                 ("GET",   "!", "!", "!", "!", "!", "!", "!", "door"),
    "identity_providers":                ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "new_identity_provider":             ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "identity_provider":                 ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "describe_identity_provider":        ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "trust_identity_provider":           ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "test_identity_provider":            ("GET",   "-", "-", "-", "-", "0", "-", "-", "door"),
    "arrive_from_test":                  ("GET",   "-", "-", "-", "-", "!", "-", "-", "door"),
    "identity_provider_test":            ("GET",   "-", "-", "-", "-", "0", "-", "-", "door"),
    "activate_identity_provider":        ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "only_identity_provider":            ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "close_identity_provider":           ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "remove_identity_provider_certificate":("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "support_access":                    ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "support_accesses":                  ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "support_record":                    ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "grant_support":                     ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "revoke_support":                    ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "acknowledge_emergency":             ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "operator_console":                  ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "operator_companies":                ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "open_company":                      ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "leave_company":                     ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "ask_privilege":                     ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "approve_privilege":                 ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "refuse_privilege":                  ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "review_privilege":                  ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "maintenance":                      ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "maintenance_code":                 ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "maintenance_session":              ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "review_maintenance":               ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "registers":                       ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "register":                        ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "new_register_entry":              ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "register_export":                 ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "register_import":                 ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "my_duties":                       ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "register_entry":                  ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "edit_register_entry":             ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "submit_register_entry":           ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "approve_register_entry":          ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "return_register_entry":           ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "withdraw_register_entry":         ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "ask_to_withdraw_register_entry":  ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "confirm_register_withdrawal":     ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "attach_register_file":            ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "acknowledge_policy":              ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "register_file":                   ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "operator_devices":                 ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "register_device":                  ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "check_device":                     ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "remove_device":                    ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "compliance":                        ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "compliance_probes":                 ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "ask_probe":                         ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "compliance_gaps":                   ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "propose_gap":                       ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "accept_gap":                        ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "refuse_gap":                        ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "sheet_notices":                     ("GET",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "read_sheet_notices":                ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "watch_sheet":                       ("POST", "0", "0", "0", "0", "0", "0", "0", "0"),
    "questionnaires":                    ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "questionnaire":                     ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "questionnaire_columns":             ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "delete_questionnaire":              ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "accept_proposals":                  ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "buyer_question":                    ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "questionnaire_words":               ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "questionnaire_preview":             ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "export_questionnaire":              ("POST",  "0", "0", "0", "0", "0", "0", "0", "0"),
    "download_questionnaire":            ("GET",   "0", "0", "0", "0", "0", "0", "0", "0"),
    "search":                            ("GET",   "-", "A", "A", "A", "-", "-", "A", "door"),
    "accounts":                          ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "account":                           ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "new_account":                       ("GET",   "-", "-", "-", "-", "A", "-", "-", "door"),
    "print_slips":                       ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "account_files":                     ("GET",   "-", "-", "-", "-", "A", "-", "-", "door"),
    "account_file_example":              ("GET",   "-", "-", "-", "-", "A", "-", "-", "door"),
    "account_file":                      ("GET",   "-", "-", "-", "-", "0", "-", "-", "door"),
    "send_account_links":                ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "rejected_accounts":                 ("GET",   "-", "-", "-", "-", "0", "-", "-", "door"),
    "shared_accounts":                   ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "register_shared_account":           ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "hand_out_shared_account":           ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "take_back_shared_account":          ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "end_shared_account":                ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "reviews":                           ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "start_review":                      ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "review":                            ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "review_csv":                        ("GET",   "-", "-", "-", "0", "0", "0", "-", "door"),
    "decide_review":                     ("POST",  "-", "-", "-", "0", "0", "0", "-", "door"),
    "link_account":                      ("POST",  "-", "-", "-", "-", "A", "-", "-", "door"),
    "roles_account":                     ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "rename_account":                    ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "unlock_account":                    ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "sessions_account":                  ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "unlink_account":                    ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "factors_account":                   ("POST",  "-", "-", "-", "-", "A", "-", "-", "door"),
    "close_account":                     ("POST",  "-", "-", "-", "-", "r", "-", "-", "door"),
    "open_account":                      ("POST",  "-", "-", "-", "-", "A", "-", "-", "door"),
    "stay":                              ("POST",  "A", "A", "A", "A", "A", "A", "A", "door"),
    "company_security":                  ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "change_security_rules":             ("GET",   "-", "-", "-", "-", "A", "-", "-", "door"),
    "choose_second_person":              ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "decide_security_proposal":          ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "decide_rule_proposal":              ("POST",  "-", "-", "0", "-", "-", "-", "-", "door"),
    "confirm_reset":                     ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "acknowledge_reset":                 ("POST",  "0", "0", "0", "0", "0", "0", "0", "door"),
    "networks":                          ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "add_network":                       ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "remove_network":                    ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "transfer_employee":                 ("GET",   "-", "-", "-", "-", "A", "-", "A", "door"),
    "divisions":                         ("GET",   "-", "-", "A", "A", "A", "A", "-", "door"),
    "add_division":                      ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "division":                          ("GET",   "-", "-", "-", "-", "A", "-", "-", "door"),
    "close_division":                    ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "employee_types":                    ("GET",   "-", "-", "A", "A", "A", "A", "-", "door"),
    "rename_employee_type":              ("POST",  "-", "-", "-", "-", "!", "-", "-", "door"),
    "close_employee_type":               ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "access":                            ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "access_of":                         ("GET",   "-", "-", "-", "A", "A", "A", "-", "door"),
    "grant_access":                      ("GET",   "-", "-", "-", "-", "A", "-", "-", "door"),
    "revoke_access":                     ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
    "choose_duties":                     ("POST",  "-", "-", "-", "-", "0", "-", "-", "door"),
}  # fmt: skip
ACCOUNT_ROUTES = (
    "account",
    "link_account",
    "roles_account",
    "rename_account",
    "unlock_account",
    "sessions_account",
    "unlink_account",
    "factors_account",
    "close_account",
    "open_account",
)
MEMBERS = ("aiko", "ben", "chie", "eri", "fay", "gus", "hana")


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern.pattern), pattern.callback


# The doors of machines have tokens of their own, and their own tests.
MACHINES = {"api", "scim"}
SCREENS = list(routes([one for one in get_resolver().url_patterns if getattr(one, "namespace", None) not in MACHINES]))


def test_the_table_has_every_screen_and_no_other() -> None:
    assert {name for name, _ in SCREENS} == set(TABLE)


@pytest.mark.parametrize(("name", "view"), SCREENS, ids=[name for name, _ in SCREENS])
def test_every_screen_declares_its_right(name: str, view: Callable[..., Any]) -> None:
    assert isinstance(permission_of(view), Permission), name


def address(name: str, cast: Cast, correction: UUID) -> str:
    aiko = cast["aiko"].employee_id
    nothing = UUID(int=7)
    arguments: dict[str, list[object]] = {
        "first_sign_in": ["tkl_x"],
        "trust_row": [41],
        "own_sheet_row": [41],
        "ask_probe": ["clock.offset"],
        "accept_gap": [nothing],
        "refuse_gap": [nothing],
        "register": ["policies"],
        "new_register_entry": ["policies"],
        "register_export": ["policies"],
        "register_import": ["policies"],
        "register_entry": [nothing],
        "edit_register_entry": [nothing],
        "submit_register_entry": [nothing],
        "approve_register_entry": [nothing],
        "return_register_entry": [nothing],
        "withdraw_register_entry": [nothing],
        "ask_to_withdraw_register_entry": [nothing],
        "confirm_register_withdrawal": [nothing],
        "attach_register_file": [nothing],
        "acknowledge_policy": [nothing],
        "register_file": [nothing],
        "sheet_snapshot": [nothing],
        "shared_sheet": ["nothing"],
        "confirm_sheet_subscription": ["nothing"],
        "own_edition": [nothing],
        "own_edition_file": [nothing, "sheet.json"],
        **{key: [nothing] for key in ("test_own_webhook", "remove_own_webhook", "test_webhook", "remove_webhook")},
        "end_sheet_subscription": ["nothing"],
        "shared_sheet_file": ["nothing", "sheet.json"],
        "end_sheet_share": [nothing],
        "sheet_file": [nothing, "sheet.json"],
        "unlock": ["tku_x"],
        "my_day": [DAY],
        "my_month_of": [MONTH],
        "my_statement": [MONTH],
        "submit_month": [MONTH],
        "new_correction": [DAY],
        "withdraw_correction": [correction],
        "person_day": [aiko, DAY],
        "steps": [aiko, DAY],
        "person_present_month": [aiko],
        "person_month": [aiko, MONTH],
        "person_statement": [aiko, MONTH],
        "approve_correction": [correction],
        "return_correction": [correction],
        "approve_month": [aiko, MONTH, "0" * 64],
        "return_month": [aiko, MONTH],
        "closing_of": [MONTH],
        "seal_month": [MONTH],
        "reopen_month": [MONTH],
        "download_export": [nothing],
        "import": [nothing],
        "import_receipts": [nothing],
        "rejected_lines": [nothing],
        "employee": [aiko],
        "transfer_employee": [aiko],
        "division": [cast.places["west"]],
        "close_division": [cast.places["west"]],
        "rename_employee_type": [cast.places["regular"]],
        "close_employee_type": [nothing],
        "access_of": [cast["aiko"].account_id],
        "grant_access": [cast["aiko"].account_id],
        "revoke_access": [nothing],
        "choose_duties": ["nothing"],
        "rule_set": ["jp-fixed"],
        "end_session": [nothing],
        "renew_token": [nothing],
        "tie_group": [nothing],
        "end_token": [nothing],
        "remove_passkey": [nothing],
        "begin_company_sign_in": ["nobody", "office"],
        "our_saml_metadata": ["nobody", "office"],
        "saml_answer": ["nobody", "office"],
        "openid_answer": ["nobody", "office"],
        "confirm_with": ["office"],
        "identity_provider": [nothing],
        "describe_identity_provider": [nothing],
        "trust_identity_provider": [nothing],
        "test_identity_provider": [nothing],
        "identity_provider_test": [nothing, nothing],
        "activate_identity_provider": [nothing],
        "only_identity_provider": [nothing],
        "close_identity_provider": [nothing],
        "remove_identity_provider_certificate": [nothing, "0" * 64],
        "revoke_support": [nothing],
        "support_record": [nothing],
        "acknowledge_emergency": [nothing],
        "open_company": [nothing],
        "approve_privilege": [nothing],
        "refuse_privilege": [nothing],
        "review_privilege": [nothing],
        "try_rule_set": ["jp-fixed"],
        "publish_tried_rule_set": ["jp-fixed"],
        **{key: [cast.places["spare account"]] for key in ACCOUNT_ROUTES},
        **{
            key: [nothing]
            for key in ("account_file", "send_account_links", "rejected_accounts", "review", "review_csv")
        },
        **{key: [nothing] for key in ("hand_out_shared_account", "take_back_shared_account", "end_shared_account")},
        "decide_review": [nothing, nothing],
        "remove_network": [nothing],
        "ask_lifting": [nothing],
        "lift_hold": [nothing],
        **{
            key: [nothing]
            for key in (
                "maintenance_code",
                "maintenance_session",
                "review_maintenance",
                "register_device",
                "check_device",
                "remove_device",
            )
        },
        **{
            key: [nothing]
            for key in (
                "questionnaire",
                "questionnaire_columns",
                "delete_questionnaire",
                "accept_proposals",
                "questionnaire_words",
                "questionnaire_preview",
                "export_questionnaire",
                "download_questionnaire",
            )
        },
        "buyer_question": [nothing, 1],
        "choose_second_person": ["nothing"],
        "decide_security_proposal": [nothing],
        "decide_rule_proposal": ["jp-fixed", nothing],
        "confirm_reset": [nothing],
        "event_proof": [nothing],
        "ledger_checkpoint": ["0" * 32, 1],
        "ledger_key_changes": ["0" * 32, 1],
        "ledger_tile": ["0" * 32, 1, "0/000"],
        **{key: [nothing] for key in ("receipt", "receipt_file", "punch_proof")},
    }
    return reverse(name, args=arguments.get(name, []))


def outcome(response: Any) -> str:
    if response.status_code == 302:
        return "door" if response["Location"].startswith("/sign-in?") or response["Location"] == "/sign-in" else "r"
    return {200: "A", 204: "A", 403: "-", 404: "0"}.get(response.status_code, "!")


@pytest.fixture(scope="module")
def company() -> tuple[Cast, UUID]:
    cast = whole_cast()
    # What is done to accounts is done to one that nobody here signs in with.
    spare = NewAccount(
        login_id="spare", email=None, display_name="Spare", roles=frozenset({Role.EMPLOYEE}), language="en"
    )
    with tenant_transaction(cast.tenant):
        account = create_account(actor=cast.system, account=spare, now=FOUNDED)
    cast = replace(cast, places={**cast.places, "spare account": account})
    punch(cast, "aiko", FIRST_OF_MAY.date().replace(month=4, day=1), "in 09:00", now=FIRST_OF_MAY)
    return cast, ask(cast)


def ask(cast: Cast) -> UUID:
    day = FIRST_OF_MAY.date().replace(month=4, day=1)
    wish = CorrectionWish(
        effect=Effect.ADD,
        employee_id=cast["aiko"].employee_id,
        work_date=day,
        reason="x",
        kind=PunchKind.OUT,
        occurred_at=at(day, "18:00"),
    )
    with tenant_transaction(cast.tenant):
        return request_correction(actor=cast["aiko"].principal, wish=wish, now=FIRST_OF_MAY)


@pytest.mark.parametrize("name", TABLE, ids=str)
def test_each_role_gets_what_the_table_says(company: tuple[Cast, UUID], name: str) -> None:
    cast, _ = company
    method, *expected = TABLE[name]
    if name == "open_account":  # whichever test came before
        administrator = MEMBERS[expected.index("A")]
        signed_in(cast, administrator).post(address("close_account", cast, ask(cast)))

    got = []
    for member in (*MEMBERS, None):
        browser = signed_in(cast, member) if member else Client(SERVER_NAME="localhost")
        where = address(name, cast, ask(cast))
        got.append(outcome(browser.get(where) if method == "GET" else browser.post(where)))

    if name == "sign_out":
        expected[: len(MEMBERS)] = ["door"] * len(MEMBERS)  # signing out leads to the door as well
    assert got == expected


OWNED = (
    "person_day",
    "person_month",
    "person_present_month",
    "steps",
    "employee",
    "approve_month",
    "return_month",
    "withdraw_correction",
    "approve_correction",
    "return_correction",
    "transfer_employee",
    "division",
    "close_division",
    "rename_employee_type",
    "close_employee_type",
    "access_of",
    "grant_access",
    "revoke_access",
)


@pytest.mark.parametrize("name", OWNED)
def test_what_another_company_owns_is_not_found(company: tuple[Cast, UUID], dan: Cast, name: str) -> None:
    cast, correction = company
    browser = signed_in(dan, "dan")
    where = address(name, cast, correction)

    response = browser.get(where) if TABLE[name][0] == "GET" else browser.post(where)

    assert response.status_code == 404


def test_a_session_cookie_of_one_company_opens_no_other(cast: Cast, dan: Cast) -> None:
    browser = signed_in(cast, "aiko")
    name, cookie = next(iter(browser.cookies.items()))
    browser.cookies[name] = cookie.value.replace(cast.tenant.hex, dan.tenant.hex)

    assert outcome(browser.get("/recorder")) == "door"


def test_a_form_without_its_token_changes_nothing(cast: Cast) -> None:
    strict = signed_in(cast, "aiko")
    strict.handler.enforce_csrf_checks = True

    assert strict.post(reverse("record"), {"kind": "in"}).status_code == 403
