"""Tables of subscriptions to changes of the sheet, of webhooks, and of companies' own editions."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind

TABLES: Final[tuple[Table, ...]] = (
    table(
        "editions_ownedition", "a company's own editions of the sheet", "administrator", Keeping.AUDIT,
        (K.REFERENCE, "base_id made_by event_id"), (K.DIGEST, "base_digest"), (K.TECHNICAL, "base_taken_at made_at"),
    ),
    table(
        "editions_owneditionfile", "files of a company's own editions", "–", Keeping.AUDIT,
        (K.REFERENCE, "edition_id"), (K.TECHNICAL, "name kind size"), (K.DIGEST, "digest"), (K.FILE, "content"),
    ),
    table(
        "subscriptions_sheetsubscription", "who is told of changes of the sheet", "whoever subscribed",
        Keeping.SUBSCRIPTION,
        (K.CONTACT, "address"), (K.BLIND, "address_index"),
        (K.SETTING, "language chapters rows is_daily"),
        (K.CREDENTIAL, "secret"),
        (K.CREDENTIAL, "secret_digest confirmation_digest", "SHA-256 of a random secret"),
        (K.TECHNICAL, "asked_at confirmed_at told_until mailed_at"),
    ),
    table(
        "webhooks_sheetwebhook", "where changes of the sheet are posted to", "the company", Keeping.SETTINGS,
        (K.CONTACT, "address"), (K.CREDENTIAL, "secret"), (K.SETTING, "rows"), (K.REFERENCE, "made_by"),
        (K.TECHNICAL, "made_at"),
    ),
    table(
        "webhooks_webhookdelivery", "messages to webhooks", "–", Keeping.SHORT,
        (K.REFERENCE, "webhook_id notice_id"), (K.FILE, "body", "it holds what stands on the public sheet"),
        (K.TECHNICAL, "made_at state attempts status ended_at"),
    ),
    table(
        "webhooks_webhookround", "of which changes webhooks were told", "–", Keeping.AUDIT,
        (K.REFERENCE, "notice_id"), (K.TECHNICAL, "at"),
    ),
)  # fmt: skip
