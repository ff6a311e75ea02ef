from django.db import migrations

from tokimori.foundation.sealed_fields import SealedJSONField, SealedTextField
from tokimori.foundation.sealing_columns import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0011_sealed_names_and_addresses"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        SealColumns(
            model_name="SharedAccountException",
            fields={"reason": SealedTextField(max_length=200, subject="account_id")},
        ),
        SealColumns(
            model_name="SharedAccountUse",
            fields={"purpose": SealedTextField(max_length=200, subject="user_id")},
        ),
        SealColumns(
            model_name="ReviewItem",
            fields={"reason": SealedTextField(blank=True, max_length=200, subject="account_id")},
        ),
        SealColumns(
            model_name="AccountFileLine",
            fields={"text": SealedTextField(blank=True, max_length=4000)},
        ),
        SealColumns(
            model_name="AddressRule",
            fields={"note": SealedTextField(max_length=120)},
        ),
        SealColumns(
            model_name="PendingSignIn",
            fields={"arrival": SealedJSONField(null=True), "outcome": SealedJSONField(null=True)},
        ),
    ]
