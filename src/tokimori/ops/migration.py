"""Bring the schema to this version, as the owner, and give the database the key by which it knows tenants."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection

_BLOCK_SIZE = 64  # bytes, of SHA-256


def migrate_database(*, verbosity: int = 0) -> None:
    """Apply the migrations and store the padded key of signed tenant contexts (RFC 2104: key XOR ipad, key XOR opad)."""
    call_command("migrate", interactive=False, verbosity=verbosity)
    key = settings.TENANT_CONTEXT_KEY
    if len(key) > _BLOCK_SIZE:
        raise ValueError(f"TOKIMORI_TENANT_CONTEXT_KEY is longer than {_BLOCK_SIZE} bytes.")
    padded = key.ljust(_BLOCK_SIZE, b"\0")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into tokimori_private.tenant_context_key (inner_pad, outer_pad) values (%s, %s)
            on conflict (only_row) do update set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad
            """,
            [bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)],
        )
