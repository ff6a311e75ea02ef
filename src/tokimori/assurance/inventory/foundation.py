"""Tables of the foundation."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind
_HASHED: Final = "only its SHA-256 is kept: 256 random bits"
_LOGIN: Final = (
    "the company's own name for somebody, typed at sign-in and listed; where a directory makes it of an address, "
    "that address stands here"
)
_PUBLIC: Final = "public by its nature"
_GRANT: Final = "shown to the company on its pages, and compared by the wall"

TABLES: Final[tuple[Table, ...]] = (
    table(
        "drafts_draft", "what somebody typed into a form and has not sent", "account", Keeping.SHORT,
        (K.REFERENCE, "account_id"), (K.WORDS, "content"),
        (K.TECHNICAL, "route changed_at expires_at"),
        (K.REFERENCE, "subject", "a random key, or a day; it names nobody"),
    ),
    table(
        "identity_accesstoken", "rights of machines", "–", Keeping.ACCOUNT,
        (K.IDENTIFIER, "name", "a machine's name"), (K.CREDENTIAL, "secret_digest", _HASHED),
        (K.SETTING, "rights networks issued_at expires_at revoked_at"), (K.REFERENCE, "replaces_id"),
        (K.TECHNICAL, "last_used_at last_refused_at"), (K.NETWORK, "last_used_from last_refused_from"),
    ),
    table(
        "identity_account", "who may sign in", "account", Keeping.ACCOUNT,
        (K.CREDENTIAL, "password", "Argon2id, which cannot be turned back"),
        (K.IDENTIFIER, "login_id", _LOGIN),
        (K.CONTACT, "email"), (K.BLIND, "email_index"), (K.NAME, "display_name"), (K.SETTING, "roles language"),
        (K.TECHNICAL, "is_active created_at password_set_at must_change_password last_signed_in_at must_enrol"),
        (K.TECHNICAL, "opened_again_at warned_of_dormancy_at closed_at closing_reason last_login"),
    ),
    table(
        "identity_accountfile", "files of people to invite", "–", Keeping.SECURITY,
        (K.WORDS, "file_name", "a file's name, as the company calls it"), (K.REFERENCE, "read_by"),
        (K.TECHNICAL, "encoding invited_count rejected_count read_at"),
    ),
    table(
        "identity_accountfileline", "their lines", "account", Keeping.SECURITY,
        (K.REFERENCE, "file_id account_id"), (K.TECHNICAL, "line_number code field"), (K.WORDS, "text"),
    ),
    table(
        "identity_addressrule", "networks from which one may come", "–", Keeping.SECURITY,
        (K.SETTING, "audience network added_at expires_at removed_at"), (K.WORDS, "note"), (K.REFERENCE, "added_by"),
    ),
    table(
        "identity_authenticator", "applications that show digits", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "account_id"), (K.CREDENTIAL, "sealed_secret"),
        (K.TECHNICAL, "added_at confirmed_at removed_at last_step"),
    ),
    table(
        "identity_externalidentity", "whose account a provider's subject is", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "provider_id account_id"),
        (K.IDENTIFIER, "subject", "the provider's own key of somebody, by which he is found at each sign-in"),
        (K.TECHNICAL, "linked_at ended_at"),
    ),
    table(
        "identity_identityprovider", "the company's identity providers", "–", Keeping.SETTINGS,
        (K.IDENTIFIER, "slug"), (K.CREDENTIAL, "sealed_secret"), (K.CREDENTIAL, "certificate keys", _PUBLIC),
        (K.SETTING, "kind name state base configuration links_by domains creates_accounts second_factor"),
        (K.SETTING, "strong_contexts only_for"),
        (K.TECHNICAL, "keys_fetched_at created_at described_at tested_at"),
    ),
    table(
        "identity_loginname", "names that were given for good", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "account_id"), (K.CONTACT, "name"), (K.BLIND, "name_index"), (K.TECHNICAL, "given_at"),
    ),
    table(
        "identity_passkey", "passkeys", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "account_id"), (K.CREDENTIAL, "credential_id public_key", _PUBLIC),
        (K.WORDS, "name", "what somebody calls his device; shown to him and to nobody else"),
        (K.TECHNICAL, "use_count transports is_synchronised added_at last_used_at removed_at"),
    ),
    table(
        "identity_passwordbefore", "passwords that are not chosen again", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "account_id"), (K.CREDENTIAL, "password", "Argon2id, which cannot be turned back"),
        (K.TECHNICAL, "set_at"),
    ),
    table(
        "identity_pendingsignin", "what is under way with a provider", "account", Keeping.SHORT,
        (K.REFERENCE, "provider_id account_id"), (K.CREDENTIAL, "sealed_proof"),
        (K.CREDENTIAL, "state_digest browser_digest ticket_digest", _HASHED), (K.FILE, "arrival outcome"),
        (K.TECHNICAL, "purpose request_id wanted started_at expires_at answered_at finished_at"),
    ),
    table(
        "identity_recoverycode", "codes that open an account once", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "account_id"), (K.CREDENTIAL, "code_digest", "SHA-256 of a random code"),
        (K.TECHNICAL, "made_at used_at replaced_at"),
    ),
    table(
        "identity_reviewcampaign", "reviews of accounts", "–", Keeping.SECURITY,
        (K.SETTING, "name started_at due_at consequence concluded_at"), (K.REFERENCE, "started_by"),
    ),
    table(
        "identity_reviewitem", "what was decided in them", "account", Keeping.SECURITY,
        (K.REFERENCE, "campaign_id account_id reviewer_id"), (K.SETTING, "roles decision roles_after decided_at"),
        (K.WORDS, "reason"),
    ),
    table(
        "identity_securityrulesversion", "the company's security rules", "–", Keeping.SETTINGS,
        (K.SETTING, "version rules changed_at"), (K.REFERENCE, "changed_by"),
    ),
    table(
        "identity_seenaddress", "from where somebody came", "account", Keeping.SHORT,
        (K.TECHNICAL, "day audience last_at refused_at"), (K.REFERENCE, "actor_id"), (K.NETWORK, "address"),
    ),
    table(
        "identity_seenassertion", "assertions that were taken", "–", Keeping.SHORT,
        (K.REFERENCE, "provider_id"), (K.DIGEST, "assertion_digest"), (K.TECHNICAL, "expires_at"),
    ),
    table(
        "identity_session", "where somebody is signed in", "account", Keeping.SECURITY,
        (K.REFERENCE, "account_id passkey_id"), (K.CREDENTIAL, "secret_digest", _HASHED), (K.NETWORK, "address device"),
        (K.TECHNICAL, "started_at last_used_at proved_at proofs is_half is_shared_screen ended_at"),
    ),
    table(
        "identity_sharedaccountexception", "accounts of several people, and why", "account", Keeping.SECURITY,
        (K.REFERENCE, "account_id custodian_id registered_by"), (K.WORDS, "reason"),
        (K.TECHNICAL, "registered_at expires_at ended_at"),
    ),
    table(
        "identity_sharedaccountuse", "who used them, for what", "account", Keeping.SECURITY,
        (K.REFERENCE, "exception_id user_id handed_out_by"), (K.WORDS, "purpose"),
        (K.TECHNICAL, "handed_out_at returned_at"),
    ),
    table(
        "identity_signinlink", "links that let somebody in once", "account", Keeping.SECURITY,
        (K.REFERENCE, "account_id"), (K.CREDENTIAL, "secret_digest", _HASHED),
        (K.TECHNICAL, "issued_at expires_at used_at purpose"), (K.DIGEST, "mailed_to"),
    ),
    table(
        "identity_trusteddevice", "browsers that are trusted", "account", Keeping.SECURITY,
        (K.REFERENCE, "account_id"), (K.CREDENTIAL, "secret_digest", _HASHED), (K.NETWORK, "device"),
        (K.TECHNICAL, "trusted_at expires_at ended_at"),
    ),
    table(
        "keys_sealingrun", "what is sealed anew", "–", Keeping.AUDIT,
        (K.TECHNICAL, "kind column seen_count sealed_count total_count started_at finished_at"),
        (K.REFERENCE, "last_id"),
    ),
    table(
        "keys_subjectkey", "keys of persons", "person", Keeping.KEYS,
        (K.REFERENCE, "subject_id tenant_key_id"), (K.CREDENTIAL, "wrapped", "wrapped by the company's key"),
        (K.TECHNICAL, "version made_at retired_at destroyed_at"),
    ),
    table(
        "keys_tenantkey", "keys of the company", "–", Keeping.KEYS,
        (K.CREDENTIAL, "wrapped", "wrapped by the root key, which is not in the database"),
        (K.TECHNICAL, "use version root_name made_at retired_at destroyed_at"),
    ),
    table(
        "ledger_ledgerevent", "who did what", "account", Keeping.AUDIT,
        (K.TECHNICAL, "name at claimed_at actor_kind correlation outcome"),
        (K.REFERENCE, "actor_id subject_id session_id"), (K.FILE, "sealed"), (K.NETWORK, "address"),
        (K.DIGEST, "build commitment leaf_hash"),
    ),
    table(
        "operators_operatorgrant", "who of the provider may come in", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "operator_id granted_by approver_id acknowledged_by"),
        (K.NAME, "operator_name approver_name", _GRANT), (K.WORDS, "purpose ticket", _GRANT),
        (K.SETTING, "kind functions may_write granted_at ends_at revoked_at acknowledged_at"),
    ),
    table(
        "operators_operatorsession", "visits of the provider's people", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "grant_id operator_id"), (K.NETWORK, "address device"),
        (K.TECHNICAL, "opened_at last_used_at ended_at requests"),
    ),
    table(
        "operators_privilegerequest", "rights that they ask for", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "operator_id subject_id decided_by reviewed_by"), (K.IDENTIFIER, "company_code"),
        (K.WORDS, "reason ticket review", _GRANT),
        (K.SETTING, "kind may_write hours requested_at decided_at is_approved ends_at reviewed_at"),
    ),
    table(
        "retention_legalhold", "records that are held back, and why", "–", Keeping.AUDIT,
        (K.SETTING, "record_kind covers_from covers_until placed_at lifting_asked_at lifted_at"), (K.WORDS, "reason"),
        (K.REFERENCE, "person_id placed_by lifting_asked_by lifted_by"),
    ),
    table(
        "retention_retentioncertificate", "what was taken away when its time was over", "–", Keeping.AUDIT,
        (K.TECHNICAL, "record_kind before counts made_at first_at last_at digest countries"),
    ),
    table(
        "provisioning_directoryaccount", "what a directory said of an account", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "account_id"), (K.NAME, "formatted_name family_name given_name"),
        (K.IDENTIFIER, "external_id", "the directory's own key, by which it finds the account"),
        (K.SETTING, "has_display_name preferred_language email_type is_email_primary given_roles"),
        (K.TECHNICAL, "changed_at removed_at"),
    ),
    table(
        "provisioning_directoryemail", "further addresses", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "account_id"), (K.CONTACT, "value"), (K.SETTING, "position type is_primary"),
    ),
    table(
        "provisioning_directorygroup", "groups of a directory", "–", Keeping.ACCOUNT,
        (K.SETTING, "display_name role"), (K.IDENTIFIER, "external_id"), (K.TECHNICAL, "added_at changed_at"),
    ),
    table(
        "provisioning_directorymember", "who is in them", "account", Keeping.ACCOUNT,
        (K.REFERENCE, "group_id account_id"), (K.TECHNICAL, "added_at"),
    ),
    table(
        "provisioning_directoryrules", "how far a directory may go", "–", Keeping.SETTINGS,
        (K.SETTING, "manages_administrators changed_at"), (K.REFERENCE, "changed_by"),
    ),
)  # fmt: skip
