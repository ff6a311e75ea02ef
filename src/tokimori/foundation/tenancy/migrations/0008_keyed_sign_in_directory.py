"""Digests of addresses get a key: whoever has the rows alone cannot try addresses on them any more."""

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import migrations


def give_them_a_key(apps, schema_editor):
    """Exchange each SHA-256 for its HMAC under the key that ``tenancy.directory`` derives; addresses are not needed for it."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tokimori sign-in directory")
    key = derivation.derive(settings.SEALING_KEY)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select distinct address_digest from tokimori_private.sign_in_directory")
        for (digest,) in cursor.fetchall():
            cursor.execute(
                "update tokimori_private.sign_in_directory set address_digest = %s where address_digest = %s",
                [hmac.digest(key, bytes(digest), "sha256"), bytes(digest)],
            )


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0007_confirmed_addresses_and_bounded_questions")]
    operations = [migrations.RunPython(give_them_a_key, migrations.RunPython.noop)]
