import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
        ("identity", "0007_token_refusals"),
        ("assurance", "0003_shared_links"),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetWebhook',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('address', tokimori.foundation.sealed_fields.SealedTextField(max_length=1000)),
                ('secret', tokimori.foundation.sealed_fields.SealedTextField(max_length=60)),
                ('rows', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('made_by', models.UUIDField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [tokimori.foundation.tenancy.constraints.TenantReference(column='made_by', name='sheet_webhook_made_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='sheet_webhook_wall', writing='take')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('webhook_id', models.UUIDField()),
                ('notice_id', models.UUIDField(null=True)),
                ('body', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('state', models.CharField(max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'webhook_id', 'made_at'], name='webhook_deliveries'), models.Index(fields=['tenant_id', 'made_at'], name='webhook_deliveries_by_age')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'webhook_id', 'notice_id'), name='webhook_delivery_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='webhook_id', name='webhook_delivery_of', table='webhooks_sheetwebhook'), tokimori.foundation.tenancy.constraints.TenantWall(name='webhook_delivery_wall', writing='take')],
            },
        ),
        migrations.CreateModel(
            name='WebhookRound',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('notice_id', models.UUIDField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'notice_id'), name='webhook_round_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='notice_id', name='webhook_round_of', table='assurance_sheetnotice'), tokimori.foundation.tenancy.constraints.TenantWall(name='webhook_round_wall', writing='append')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='webhookround',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='f8f4e6199720eac92fe1b53c4a3ebdf7c5334c4b', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_dea22', table='webhooks_webhookround', when='BEFORE')),
        ),
    ]
