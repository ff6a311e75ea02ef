"""Tables of the logs and of the letters."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind
_OPEN: Final = "made to be shown: keys, sizes, roots and signatures"

TABLES: Final[tuple[Table, ...]] = (
    table(
        "ledger_ledgerlog", "the company's log", "–", Keeping.AUDIT,
        (K.REFERENCE, "log"), (K.TECHNICAL, "opened_at"),
    ),
    table(
        "ledger_logcheckpoint", "what the signer signed", "–", Keeping.AUDIT,
        (K.REFERENCE, "log"), (K.TECHNICAL, "epoch size signed_at"), (K.DIGEST, "root"), (K.FILE, "note", _OPEN),
    ),
    table(
        "ledger_logcosignature", "what witnesses signed", "–", Keeping.AUDIT,
        (K.REFERENCE, "checkpoint_id"), (K.FILE, "witness line", _OPEN), (K.TECHNICAL, "cosigned_at"),
    ),
    table(
        "ledger_logentry", "the place of each event in its log", "–", Keeping.AUDIT,
        (K.REFERENCE, "log"), (K.TECHNICAL, "epoch index sequenced_at"), (K.DIGEST, "leaf_hash"),
    ),
    table(
        "ledger_logepoch", "where a log began anew after a restore", "–", Keeping.AUDIT,
        (K.REFERENCE, "log event_id"), (K.TECHNICAL, "epoch opened_at"), (K.FILE, "statement", _OPEN),
    ),
    table(
        "ledger_logrefusal", "what the signer refused to sign, and why", "–", Keeping.AUDIT,
        (K.REFERENCE, "log"), (K.TECHNICAL, "epoch refused_at"), (K.FILE, "reason", _OPEN),
    ),
    table(
        "ledger_logstamp", "when an outside authority saw a checkpoint", "–", Keeping.AUDIT,
        (K.REFERENCE, "checkpoint_id"), (K.FILE, "authority token", _OPEN), (K.TECHNICAL, "stamped_at"),
    ),
    table(
        "ledger_logtile", "nodes of a log's tree", "–", Keeping.AUDIT,
        (K.REFERENCE, "log"), (K.TECHNICAL, "epoch level index"), (K.DIGEST, "root"),
    ),
    table(
        "ledger_pendingleaf", "events that wait for their place", "–", Keeping.SHORT,
        (K.DIGEST, "leaf_hash"), (K.TECHNICAL, "recorded_at"),
    ),
    table(
        "ledger_providerleaf", "leaves of the provider's own log", "–", Keeping.AUDIT,
        (K.FILE, "entry nonce payload", _OPEN), (K.TECHNICAL, "type origin size made_at"),
    ),
    table(
        "ledger_providerstatement", "what the provider's log is asked to say", "–", Keeping.AUDIT,
        (K.FILE, "details", _OPEN), (K.TECHNICAL, "type asked_at"),
    ),
    table(
        "notices_notice", "letters, until they are delivered", "account", Keeping.SHORT,
        (K.REFERENCE, "account_id receiver_id"), (K.FILE, "sealed_letter"),
        (K.TECHNICAL, "kind language made_at useless_from state attempts reason ended_at"),
    ),
)  # fmt: skip
