"""Tables of subscriptions to changes of the sheet."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind

TABLES: Final[tuple[Table, ...]] = (
    table(
        "subscriptions_sheetsubscription", "who is told of changes of the sheet", "whoever subscribed",
        Keeping.SUBSCRIPTION,
        (K.CONTACT, "address"), (K.BLIND, "address_index"),
        (K.SETTING, "language chapters rows is_daily"),
        (K.CREDENTIAL, "secret"),
        (K.CREDENTIAL, "secret_digest confirmation_digest", "SHA-256 of a random secret"),
        (K.TECHNICAL, "asked_at confirmed_at told_until mailed_at"),
    ),
)  # fmt: skip
