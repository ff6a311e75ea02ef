from django.db import migrations, models

from tokimori.foundation.sealed_fields import BlindIndexField, SealedTextField
from tokimori.foundation.sealing_columns import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0010_shared_screens"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="account", name="account_email_once"),
        migrations.RemoveConstraint(model_name="loginname", name="login_name_once"),
        migrations.AddField(
            model_name="account",
            name="email_index",
            field=BlindIndexField(max_length=34, null=True, source="email"),
        ),
        migrations.AddField(
            model_name="loginname",
            name="name_index",
            field=BlindIndexField(max_length=34, null=True, source="name"),
        ),
        SealColumns(
            model_name="Account",
            fields={
                "email": SealedTextField(max_length=254, null=True, subject="id"),
                "display_name": SealedTextField(max_length=120, subject="id"),
            },
        ),
        SealColumns(
            model_name="LoginName",
            fields={"name": SealedTextField(max_length=254, subject="account_id")},
        ),
        migrations.AlterField(
            model_name="loginname",
            name="name_index",
            field=BlindIndexField(max_length=34, source="name"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("tenant_id", "email_index"), name="account_email_once"),
        ),
        migrations.AddConstraint(
            model_name="loginname",
            constraint=models.UniqueConstraint(fields=("tenant_id", "name_index"), name="login_name_once"),
        ),
    ]
