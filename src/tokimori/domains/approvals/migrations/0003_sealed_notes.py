from django.db import migrations

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.sealing_columns import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0001_initial"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        SealColumns(
            model_name="ApprovalStep",
            fields={"note": SealedTextField(blank=True, max_length=500)},
        ),
    ]
