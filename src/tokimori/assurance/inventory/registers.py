"""Tables of the provider's registers: what is written there about its own people is sealed."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind
_US: Final = "the provider's people"

TABLES: Final[tuple[Table, ...]] = (
    table(
        "registers_acknowledgement", "who read which policy", _US, Keeping.AUDIT,
        (K.REFERENCE, "entry_id account_id"), (K.DIGEST, "digest"), (K.TECHNICAL, "at"),
    ),
    table(
        "registers_attachment", "documents of register entries", _US, Keeping.AUDIT,
        (K.REFERENCE, "entry_id added_by"), (K.FILE, "name content"), (K.TECHNICAL, "kind size added_at"),
        (K.DIGEST, "digest"),
    ),
    table(
        "registers_endingnotice", "reminders of entries that end", _US, Keeping.AUDIT,
        (K.REFERENCE, "entry_id"), (K.TECHNICAL, "ends_on days at"),
    ),
    table(
        "registers_entry", "entries of the provider's registers", _US, Keeping.AUDIT,
        (K.TECHNICAL, "register opened_at is_sample"), (K.REFERENCE, "opened_by"),
    ),
    table(
        "registers_entryversion", "every version of a register entry", _US, Keeping.AUDIT,
        (K.REFERENCE, "entry_id owner_id deputy_id author_id acted_by supersedes_id"), (K.WORDS, "title fields note"),
        (K.TECHNICAL, "number state effective_on review_due_on expires_on at"), (K.DIGEST, "digest"),
    ),
    table(
        "registers_revocation", "what was taken from who left", _US, Keeping.AUDIT,
        (K.REFERENCE, "entry_id account_id"), (K.TECHNICAL, "what count at"),
    ),
    table(
        "registers_withdrawalwish", "who asks that a register entry ends", _US, Keeping.AUDIT,
        (K.REFERENCE, "entry_id asked_by"), (K.WORDS, "note"), (K.TECHNICAL, "number asked_at"),
    ),
)  # fmt: skip
