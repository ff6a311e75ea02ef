from django.db import migrations

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.sealing_columns import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_divisions_types_and_administrator_grants"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        SealColumns(
            model_name="Employee",
            fields={
                "family_name": SealedTextField(max_length=60, subject="id"),
                "given_name": SealedTextField(max_length=60, subject="id"),
                "phonetic_name": SealedTextField(blank=True, max_length=120, subject="id"),
            },
        ),
        SealColumns(
            model_name="AdministratorGrant",
            fields={
                "reason": SealedTextField(max_length=300, subject="account_id"),
                "revoked_reason": SealedTextField(blank=True, max_length=300, subject="account_id"),
            },
        ),
    ]
