"""Tables of the domains."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind
_SEALED_MONTH: Final = "what a seal's digest is made of; holds figures and keys, no names"

TABLES: Final[tuple[Table, ...]] = (
    table(
        "approvals_approvalstep", "who handed in, approved, returned what", "employee", Keeping.LABOUR,
        (K.REFERENCE, "subject_id actor_id"), (K.TECHNICAL, "subject_kind sequence state at"), (K.WORDS, "note"),
        (K.DIGEST, "content_digest"),
    ),
    table(
        "closings_adjustment", "differences found after a seal", "employee", Keeping.LABOUR,
        (K.REFERENCE, "seal_id employee_id"), (K.WORK, "work_date revision settled_in difference found_at"),
        (K.DIGEST, "result_digest"),
    ),
    table(
        "closings_period", "months and whether they are open", "–", Keeping.LABOUR,
        (K.REFERENCE, "seal_id"), (K.TECHNICAL, "month opened_at"),
    ),
    table(
        "closings_reopening", "seals that were lifted, and why", "employee", Keeping.LABOUR,
        (K.REFERENCE, "period_id seal_id reopened_by_id"), (K.WORDS, "reason"), (K.TECHNICAL, "reopened_at"),
    ),
    table(
        "closings_seal", "sealed months", "–", Keeping.LABOUR,
        (K.REFERENCE, "period_id sealed_by_id"), (K.TECHNICAL, "month sequence sealed_at"),
        (K.DIGEST, "previous_digest digest"), (K.WORK, "content", _SEALED_MONTH),
    ),
    table(
        "closings_sealedtimesheet", "sealed months of a person", "employee", Keeping.LABOUR,
        (K.REFERENCE, "seal_id employee_id"), (K.DIGEST, "digest"), (K.WORK, "content", _SEALED_MONTH),
    ),
    table(
        "exports_exportfile", "files for payroll", "employee", Keeping.LABOUR,
        (K.REFERENCE, "seal_id created_by_id"), (K.TECHNICAL, "layout file_format file_name created_at"),
        (K.FILE, "content"), (K.DIGEST, "digest"),
    ),
    table(
        "organisations_company", "the company", "–", Keeping.SETTINGS,
        (K.IDENTIFIER, "code"), (K.SETTING, "name language created_at"),
    ),
    table(
        "organisations_division", "parts of the company", "–", Keeping.SETTINGS,
        (K.IDENTIFIER, "code"), (K.REFERENCE, "parent_id"), (K.SETTING, "name created_at closed_at"),
    ),
    table(
        "organisations_formercountry", "countries in which a site was said to be before", "–", Keeping.SETTINGS,
        (K.REFERENCE, "site_id"), (K.SETTING, "country until"),
    ),
    table(
        "organisations_site", "places of work", "–", Keeping.SETTINGS,
        (K.IDENTIFIER, "code"), (K.SETTING, "name zone country created_at"),
    ),
    table(
        "people_administratorgrant", "who looks after whom", "account", Keeping.SECURITY,
        (K.REFERENCE, "account_id division_id site_id granted_by_id revoked_by_id"),
        (K.SETTING, "is_for_every_type functions level valid_from valid_until granted_at revoked_at"),
        (K.WORDS, "reason revoked_reason"),
    ),
    table(
        "people_dutychoice", "duties that are kept apart", "–", Keeping.SETTINGS,
        (K.SETTING, "pair sequence is_refused chosen_at"), (K.REFERENCE, "chosen_by_id"),
    ),
    table(
        "people_employee", "who works here", "employee", Keeping.LABOUR,
        (K.IDENTIFIER, "code"), (K.NAME, "family_name given_name phonetic_name"), (K.REFERENCE, "account_id"),
        (K.PERSONAL, "hired_on left_on"), (K.TECHNICAL, "created_at forgotten_at"),
    ),
    table(
        "people_employeetype", "kinds of employment", "–", Keeping.SETTINGS,
        (K.IDENTIFIER, "code"), (K.SETTING, "name created_at closed_at"),
    ),
    table(
        "people_employment", "where and under which rules somebody works", "employee", Keeping.LABOUR,
        (K.REFERENCE, "employee_id site_id division_id employee_type_id leader_id"),
        (K.PERSONAL, "valid_from rule_set_code"), (K.TECHNICAL, "created_at"),
    ),
    table(
        "people_grantedtype", "types that a grant is limited to", "–", Keeping.SECURITY,
        (K.REFERENCE, "grant_id employee_type_id"),
    ),
    table(
        "rulesets_ruleset", "rules of working time", "–", Keeping.LABOUR,
        (K.IDENTIFIER, "code"), (K.SETTING, "name created_at"),
    ),
    table(
        "rulesets_rulesetversion", "versions of rules", "–", Keeping.LABOUR,
        (K.REFERENCE, "rule_set_id"), (K.SETTING, "version valid_from definition published_at"), (K.DIGEST, "digest"),
    ),
    table(
        "schedules_plannedday", "plans", "employee", Keeping.LABOUR,
        (K.REFERENCE, "employee_id"), (K.WORK, "work_date revision day_type shifts planned_at"),
        (K.SETTING, "pattern_name"),
    ),
    table(
        "timekeeping_correctionrequest", "corrections that were asked for", "employee", Keeping.LABOUR,
        (K.REFERENCE, "employee_id requested_by_id refers_to_id"),
        (K.WORK, "effect kind occurred_at zone work_date requested_at"), (K.WORDS, "reason"),
    ),
    table(
        "timekeeping_importrun", "files of punches that were read", "–", Keeping.LABOUR,
        (K.REFERENCE, "payload_id"), (K.TECHNICAL, "encoding recorded_count repeated_count rejected_count imported_at"),
        (K.WORDS, "file_name", "a file's name, as the company calls it; listed and compared"),
    ),
    table(
        "timekeeping_punchevent", "punches", "employee", Keeping.LABOUR,
        (K.IDENTIFIER, "key", "the sender's own key of a punch, by which it is not stored twice"),
        (K.DIGEST, "content_digest"), (K.REFERENCE, "refers_to_id employee_id payload_id actor_id"),
        (K.WORK, "effect kind occurred_at zone offset_minutes received_at"), (K.TECHNICAL, "source actor_kind"),
        (K.PLACE, "place"),
    ),
    table(
        "timekeeping_rawpayload", "what came through a door", "employee", Keeping.LABOUR,
        (K.TECHNICAL, "source received_at"), (K.FILE, "content"), (K.DIGEST, "digest"),
    ),
    table(
        "timekeeping_rejectedline", "lines that were not understood", "employee", Keeping.LABOUR,
        (K.REFERENCE, "import_run_id"), (K.TECHNICAL, "line_number code"), (K.WORDS, "text"),
    ),
    table(
        "timekeeping_staleday", "days to calculate", "employee", Keeping.SHORT,
        (K.REFERENCE, "employee_id"), (K.TECHNICAL, "work_date marked_at"),
    ),
    table(
        "timesheets_dayresult", "figures of a day", "employee", Keeping.LABOUR,
        (K.REFERENCE, "employee_id"), (K.DIGEST, "input_digest result_digest"),
        (K.WORK, "work_date revision day_type figures worked_minutes legal_overtime_minutes legal_holiday_minutes"),
        (K.TECHNICAL, "blocking_count warning_count calculated_at"),
    ),
    table(
        "timesheets_dayrevision", "results of a day with their steps", "employee", Keeping.LABOUR,
        (K.REFERENCE, "employee_id"), (K.DIGEST, "input_digest result_digest"), (K.WORK, "work_date revision content"),
        (K.TECHNICAL, "rule_set_code rule_set_version engine_version calculated_at"),
    ),
    table(
        "timesheets_monthresult", "figures of a month", "employee", Keeping.LABOUR,
        (K.REFERENCE, "employee_id"), (K.DIGEST, "digest"), (K.WORK, "month figures"),
        (K.TECHNICAL, "blocking_count added_up_at"),
    ),
    table(
        "timesheets_monthtimesheet", "months that are handed in", "employee", Keeping.LABOUR,
        (K.REFERENCE, "employee_id"), (K.TECHNICAL, "month opened_at"),
    ),
)  # fmt: skip
