"""What the signer refuses to sign, and why, where the company's own page can say it."""

import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0011_key_changes_are_readable'),
    ]

    operations = [
        migrations.CreateModel(
            name='LogRefusal',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('log', models.CharField(max_length=32)),
                ('epoch', models.PositiveIntegerField()),
                ('reason', models.TextField()),
                ('refused_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'log', 'epoch', 'refused_at'], name='log_refusal_newest')],
                'constraints': [tokimori.foundation.tenancy.constraints.TenantWall(name='log_refusal_wall', writing='read'), tokimori.foundation.tenancy.constraints.SequencerPolicy(commands=['select', 'insert'], name='log_refusal_sequencer')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='logrefusal',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='e60e8297ffa3513d3076ddc612a02a88eb1093bf', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_dcbe3', table='ledger_logrefusal', when='BEFORE')),
        ),
    ]
