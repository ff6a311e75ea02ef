from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ledgerevent",
            name="ledger_event_by_time",
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="address",
            field=models.CharField(blank=True, db_default="", max_length=45),
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="device",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="outcome",
            field=models.CharField(db_default="done", max_length=10),
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="session_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="ledgerevent",
            index=models.Index(
                condition=models.Q(("actor_id__isnull", False)),
                fields=["tenant_id", "actor_id", "id"],
                name="ledger_event_by_actor",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerevent",
            index=models.Index(
                condition=models.Q(("subject_id__isnull", False)),
                fields=["tenant_id", "subject_id", "id"],
                name="ledger_event_by_subject",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerevent",
            index=models.Index(
                condition=models.Q(("name", "punch:recorded"), _negated=True),
                fields=["tenant_id", "name", "id"],
                name="ledger_event_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerevent",
            index=models.Index(
                condition=models.Q(
                    models.Q(("address", ""), _negated=True), models.Q(("name", "punch:recorded"), _negated=True)
                ),
                fields=["tenant_id", "address", "id"],
                name="ledger_event_by_address",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerevent",
            index=models.Index(
                condition=models.Q(("outcome", "done"), _negated=True),
                fields=["tenant_id", "outcome", "id"],
                name="ledger_event_by_outcome",
            ),
        ),
    ]
