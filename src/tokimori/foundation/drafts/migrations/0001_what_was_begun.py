"""What somebody typed into a form and has not sent: sealed, for a day."""

import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("identity", "0013_passkeys_of_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('route', models.CharField(max_length=60)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('content', tokimori.foundation.sealed_fields.SealedJSONField(subject='account_id')),
                ('changed_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'expires_at'], name='draft_by_end')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'account_id', 'route', 'subject'), name='draft_once'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('changed_at'))), name='draft_ends_after_its_change'), tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='draft_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='draft_wall', writing='take')],
            },
        ),
    ]
