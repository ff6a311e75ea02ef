"""Tables of what takes two persons, and of the provider's people at work."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind
_HASHED: Final = "only its SHA-256 is kept: 256 random bits"
_PUBLIC: Final = "public by its nature"
_REVIEWED: Final = "read by whoever reviews the session, and chained by digest as it stands"
_COMPARED: Final = "compared with the version that is published once it is approved"

TABLES: Final[tuple[Table, ...]] = (
    table(
        "operators_deviceposture", "in what state a device was", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "device_id checked_by"), (K.NETWORK, "system"),
        (K.TECHNICAL, "checked_at ends_at is_encrypted is_updated locks_screen"),
    ),
    table(
        "operators_maintenanceentry", "what was typed by hand", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "session_id"), (K.WORDS, "text", _REVIEWED), (K.DIGEST, "digest"),
        (K.TECHNICAL, "sequence is_typed tool row_count is_done at"),
    ),
    table(
        "operators_maintenancesession", "who worked by hand, and what for", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "operator_id privilege_id reviewed_by"), (K.CREDENTIAL, "code_digest", _HASHED),
        (K.IDENTIFIER, "company_code"), (K.NETWORK, "machine"), (K.WORDS, "purpose ticket review", _REVIEWED),
        (K.DIGEST, "last_digest"), (K.TECHNICAL, "may_write issued_at opened_at ended_at ends_at entries reviewed_at"),
    ),
    table(
        "operators_operatordevice", "devices that may be worked on", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "operator_id passkey_id registered_by"), (K.NETWORK, "name"),
        (K.CREDENTIAL, "certificate", _PUBLIC), (K.TECHNICAL, "registered_at removed_at"),
    ),
    table(
        "operators_operatorhold", "who is kept out for what a register says", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "account_id"), (K.TECHNICAL, "reason since ended_at"),
    ),
    table(
        "vouching_factorreset", "resets that wait for a second person", "account", Keeping.AUDIT,
        (K.REFERENCE, "account_id asked_by confirmed_by"), (K.TECHNICAL, "asked_at needs_second confirmed_at seen_at"),
    ),
    table(
        "vouching_proposal", "changes that wait for a second person", "account", Keeping.AUDIT,
        (K.REFERENCE, "proposed_by decided_by"), (K.SETTING, "subject target"), (K.FILE, "content", _COMPARED),
        (K.DIGEST, "digest"), (K.TECHNICAL, "proposed_at decided_at is_approved"),
    ),
    table(
        "vouching_secondpersonchoice", "what takes two persons", "account", Keeping.AUDIT,
        (K.REFERENCE, "chosen_by"), (K.SETTING, "subject is_asked"), (K.TECHNICAL, "chosen_at sequence"),
    ),
    table(
        "vouching_tokenissuer", "who answers for a machine's token", "account", Keeping.AUDIT,
        (K.REFERENCE, "account_id token_id"), (K.TECHNICAL, "issued_at"),
    ),
)  # fmt: skip
