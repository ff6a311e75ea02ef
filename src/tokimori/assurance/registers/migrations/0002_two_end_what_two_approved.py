"""What two approved is ended by two: who asks for it is kept, and the database itself asks for another one."""

import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0001_registers'),
    ]

    operations = [
        migrations.CreateModel(
            name='WithdrawalWish',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('entry_id', models.UUIDField()),
                ('number', models.PositiveIntegerField()),
                ('note', tokimori.foundation.sealed_fields.SealedTextField(max_length=500)),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entryversion',
            name='version_follows',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryversion',
            trigger=pgtrigger.compiler.Trigger(name='version_follows', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE before registers_entryversion%rowtype;', func="\n        select * into before from registers_entryversion as held\n         where held.tenant_id = new.tenant_id and held.entry_id = new.entry_id and held.id <> new.id\n         order by held.number desc limit 1;\n        if new.number <> coalesce(before.number, 0) + 1 then\n            raise exception 'A version follows the one before it.' using errcode = 'check_violation';\n        end if;\n        if before.state in ('superseded', 'withdrawn') then\n            raise exception 'This entry has ended.' using errcode = 'check_violation';\n        end if;\n        if new.state in ('approved', 'superseded', 'withdrawn')\n           and (before.digest, before.author_id, before.owner_id) is distinct from\n               (new.digest, new.author_id, new.owner_id) then\n            raise exception 'What is decided on is what was written.' using errcode = 'check_violation';\n        end if;\n        if new.state = 'approved' and before.state is distinct from 'submitted' then\n            raise exception 'Only what was submitted is approved.' using errcode = 'check_violation';\n        end if;\n        if new.state = 'withdrawn' and before.state = 'approved' and not exists (\n            select from registers_withdrawalwish as wish\n             where wish.tenant_id = new.tenant_id and wish.entry_id = new.entry_id and wish.number = before.number\n               and wish.asked_by <> new.acted_by\n        ) then\n            raise exception 'What two approved is ended by two.' using errcode = 'check_violation';\n        end if;\n        if new.state in ('draft', 'submitted') and before.state = 'approved' then\n            raise exception 'What was approved is superseded, not changed.' using errcode = 'check_violation';\n        end if;\n        return null;\n    ", hash='16151a18ad327857822d4a7d015248f5d2d5d359', operation='INSERT', pgid='pgtrigger_version_follows_a28aa', table='registers_entryversion', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='withdrawalwish',
            index=models.Index(fields=['tenant_id', 'entry_id', 'id'], name='register_withdrawal_by_entry'),
        ),
        migrations.AddConstraint(
            model_name='withdrawalwish',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='entry_id', name='register_withdrawal_entry', table='registers_entry'),
        ),
        migrations.AddConstraint(
            model_name='withdrawalwish',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='asked_by', name='register_withdrawal_asked_by', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='withdrawalwish',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='register_withdrawal_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='withdrawalwish',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='42fca7c640ce888fa7bad9479f5ccd2c242ea7da', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_e66fc', table='registers_withdrawalwish', when='BEFORE')),
        ),
    ]
