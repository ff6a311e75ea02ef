from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_commit_to_what_was_recorded")]

    operations = [
        migrations.RemoveField(model_name="ledgerevent", name="details"),
        migrations.RemoveField(model_name="ledgerevent", name="device"),
        *[
            migrations.AlterField(model_name="ledgerevent", name=name, field=models.BinaryField())
            for name in ("build", "commitment", "leaf_hash", "sealed")
        ],
    ]
