from django.db import migrations

from tokimori.foundation.sealed_fields import SealedBinaryField
from tokimori.foundation.sealing_columns import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_initial"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        SealColumns(
            model_name="ExportFile",
            fields={"content": SealedBinaryField()},
        ),
    ]
