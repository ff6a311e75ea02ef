"""A session says by which passkey it was last proved; those from before say nothing, and their devices are asked for anew."""

from django.db import migrations, models

import tokimori.foundation.tenancy.constraints


class Migration(migrations.Migration):
    dependencies = [("identity", "0012_sealed_words")]
    operations = [
        migrations.AddField("session", "passkey_id", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "session",
            tokimori.foundation.tenancy.constraints.TenantReference(
                name="session_passkey", column="passkey_id", table="identity_passkey"
            ),
        ),
    ]
