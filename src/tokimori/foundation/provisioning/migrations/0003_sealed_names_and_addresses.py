from django.db import migrations

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.sealing_columns import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("provisioning", "0001_initial"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        SealColumns(
            model_name="DirectoryAccount",
            fields={
                "formatted_name": SealedTextField(blank=True, max_length=200, subject="account_id"),
                "family_name": SealedTextField(blank=True, max_length=100, subject="account_id"),
                "given_name": SealedTextField(blank=True, max_length=100, subject="account_id"),
            },
        ),
        SealColumns(
            model_name="DirectoryEmail",
            fields={"value": SealedTextField(max_length=254, subject="account_id")},
        ),
    ]
