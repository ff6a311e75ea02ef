"""Tables of the security sheet; about people they hold who accepts a gap, and who is told."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind
_PUBLIC: Final = "it stands on the public sheet"

TABLES: Final[tuple[Table, ...]] = (
    table(
        "assurance_acceptedgap", "gaps of the sheet that were accepted for a time", "the provider's people", Keeping.AUDIT,
        (K.TECHNICAL, "row approved_at expires_at"), (K.WORDS, "reason", _PUBLIC),
        (K.REFERENCE, "requested_by approved_by"),
    ),
    table(
        "assurance_answerchange", "rows of the sheet that changed their state", "–", Keeping.AUDIT,
        (K.TECHNICAL, "row before after mark why reason at"),
    ),
    table(
        "assurance_sheetnotice", "that rows of the sheet changed in one run", "–", Keeping.AUDIT,
        (K.TECHNICAL, "worse better at mailed_at"),
    ),
    table(
        "assurance_sheetreading", "up to when notices of changes were read", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "account_id"), (K.TECHNICAL, "read_until"),
    ),
    table(
        "assurance_sheetwatcher", "who wants letters about changes of the sheet", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "account_id"), (K.TECHNICAL, "is_told at"),
    ),
    table(
        "assurance_proberun", "what probes saw", "–", Keeping.AUDIT,
        (K.TECHNICAL, "probe scope subject observed_from observed_to expires_at outcome reason measured"),
        (K.DIGEST, "digest code_digest build_digest"), (K.REFERENCE, "event_id"),
    ),
    table(
        "assurance_sheetfile", "the files of published snapshots", "–", Keeping.AUDIT,
        (K.REFERENCE, "snapshot_id"), (K.TECHNICAL, "name kind size"), (K.DIGEST, "digest"),
        (K.FILE, "content", _PUBLIC),
    ),
    table(
        "assurance_sheetsnapshot", "published snapshots of the sheet", "–", Keeping.AUDIT,
        (K.TECHNICAL, "edition is_listed taken_at"), (K.REFERENCE, "published_by statement_id"),
        (K.DIGEST, "build_digest fingerprint"),
    ),
)  # fmt: skip
