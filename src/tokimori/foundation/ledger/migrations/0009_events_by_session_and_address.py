"""What came from a session or an address is found by an index, punches included."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_the_providers_log_is_readable")]
    operations = [
        migrations.RemoveIndex(model_name="ledgerevent", name="ledger_event_by_address"),
        migrations.AddIndex(
            model_name="ledgerevent",
            index=models.Index(
                fields=["tenant_id", "address", "id"],
                condition=~models.Q(address=""),
                name="ledger_event_by_any_address",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerevent",
            index=models.Index(
                fields=["tenant_id", "session_id", "id"],
                condition=models.Q(session_id__isnull=False),
                name="ledger_event_by_session",
            ),
        ),
    ]
