from django.db import migrations

from tokimori.foundation.sealed_fields import SealedBinaryField, SealedTextField
from tokimori.foundation.sealing_columns import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("timekeeping", "0001_initial"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        SealColumns(
            model_name="RawPayload",
            fields={"content": SealedBinaryField()},
        ),
        SealColumns(
            model_name="PunchEvent",
            fields={"place": SealedTextField(blank=True, max_length=100, subject="employee_id")},
        ),
        SealColumns(
            model_name="RejectedLine",
            fields={"text": SealedTextField()},
        ),
        SealColumns(
            model_name="CorrectionRequest",
            fields={"reason": SealedTextField(max_length=500, subject="employee_id")},
        ),
    ]
