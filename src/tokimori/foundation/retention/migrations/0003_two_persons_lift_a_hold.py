"""It takes two persons to lift a hold; a certificate says for which countries its time was counted."""

from django.db import migrations, models

# Holds that one person lifted before stay as they are; no other is lifted like that from now on.
UP = """
alter table retention_legalhold add constraint legal_hold_lifted_by_two check (
    lifted_at is null
    or (lifting_asked_at <= lifted_at and lifting_asked_by <> lifted_by) is true
) not valid;
"""

DOWN = "alter table retention_legalhold drop constraint legal_hold_lifted_by_two;"


class Migration(migrations.Migration):

    dependencies = [
        ("retention", "0002_details_of_events"),
    ]

    operations = [
        migrations.AddField(
            model_name='legalhold',
            name='lifting_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='legalhold',
            name='lifting_asked_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='retentioncertificate',
            name='countries',
            field=models.JSONField(null=True),
        ),
        migrations.RunSQL(sql=UP, reverse_sql=DOWN),
    ]
