import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("identity", "0012_sealed_words"), ("tenancy", "0005_operator_grants")]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('entry_id', models.UUIDField()),
                ('name', tokimori.foundation.sealed_fields.SealedTextField(max_length=120)),
                ('kind', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('content', tokimori.foundation.sealed_fields.SealedBinaryField()),
                ('digest', models.CharField(max_length=64)),
                ('added_by', models.UUIDField()),
                ('added_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='EndingNotice',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('entry_id', models.UUIDField()),
                ('ends_on', models.DateField()),
                ('days', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('register', models.CharField(max_length=40)),
                ('opened_by', models.UUIDField()),
                ('opened_at', models.DateTimeField()),
                ('is_sample', models.GeneratedField(db_persist=True, expression=models.Q(('opened_by', django.db.models.functions.comparison.Cast(models.Value('00000000-0000-7000-8000-00000000005a'), models.UUIDField()))), output_field=models.BooleanField())),
            ],
        ),
        migrations.CreateModel(
            name='EntryVersion',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('entry_id', models.UUIDField()),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(max_length=10)),
                ('title', tokimori.foundation.sealed_fields.SealedTextField(max_length=160)),
                ('fields', tokimori.foundation.sealed_fields.SealedJSONField(null=True)),
                ('owner_id', models.UUIDField()),
                ('deputy_id', models.UUIDField(null=True)),
                ('author_id', models.UUIDField()),
                ('acted_by', models.UUIDField(null=True)),
                ('effective_on', models.DateField()),
                ('review_due_on', models.DateField()),
                ('expires_on', models.DateField(null=True)),
                ('supersedes_id', models.UUIDField(null=True)),
                ('note', tokimori.foundation.sealed_fields.SealedTextField(max_length=500)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Revocation',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('entry_id', models.UUIDField()),
                ('account_id', models.UUIDField()),
                ('what', models.CharField(max_length=20)),
                ('count', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('entry_id', models.UUIDField()),
                ('digest', models.CharField(max_length=64)),
                ('account_id', models.UUIDField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'entry_id', 'digest', 'account_id'), name='register_acknowledged_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='entry_id', name='register_acknowledgement_entry', table='registers_entry'), tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='register_acknowledgement_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='register_acknowledgement_wall', writing='append')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='f2ffbc9ccd257677b08033eed1ab5186ed71484f', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_89c3d', table='registers_acknowledgement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'entry_id', 'digest'), name='register_attachment_once'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1), ('size__lte', 5242880)), name='register_attachment_size'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['application/pdf', 'image/png', 'image/jpeg', 'text/plain'])), name='register_attachment_kind'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='entry_id', name='register_attachment_entry', table='registers_entry'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='added_by', name='register_attachment_added_by', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='register_attachment_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='e1fe28ea2149cbb01d2f5f9cd8241d4bcdd7ab06', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_2265e', table='registers_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='attached_while_drafted', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE present text;', func="\n        select held.state into present from registers_entryversion as held\n         where held.tenant_id = new.tenant_id and held.entry_id = new.entry_id order by held.number desc limit 1;\n        if present is distinct from 'draft' then\n            raise exception 'Files are attached to drafts.' using errcode = 'check_violation';\n        end if;\n        return null;\n    ", hash='64820106a8fc5cfe2f359da4bd71c60f0d3c406e', operation='INSERT', pgid='pgtrigger_attached_while_drafted_96e7c', table='registers_attachment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='endingnotice',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'entry_id', 'ends_on', 'days'), name='register_ending_told_once'),
        ),
        migrations.AddConstraint(
            model_name='endingnotice',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='entry_id', name='register_ending_entry', table='registers_entry'),
        ),
        migrations.AddConstraint(
            model_name='endingnotice',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='register_ending_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='endingnotice',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='89df95acdb79f1e5ba33c6266458c7bb7617e904', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_d1063', table='registers_endingnotice', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['tenant_id', 'register', 'id'], name='register_entry_by_register'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='opened_by', name='register_entry_opened_by', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='register_entry_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='b6bd87c25a9b9a93061e052b276b3f8928bc8a4c', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_b4142', table='registers_entry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'entry_id', 'number'), name='register_version_once'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'approved', 'superseded', 'withdrawn'])), name='register_version_state'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('acted_by__isnull', False), models.Q(('acted_by', models.F('author_id')), _negated=True), models.Q(('acted_by', models.F('owner_id')), _negated=True)), _connector='OR'), name='register_version_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(('deputy_id', None), models.Q(('deputy_id', models.F('owner_id')), _negated=True), _connector='OR'), name='register_version_deputy_is_another'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on', None), ('expires_on__gte', models.F('effective_on')), _connector='OR'), name='register_version_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='entry_id', name='register_version_entry', table='registers_entry'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='supersedes_id', name='register_version_supersedes', table='registers_entry'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='owner_id', name='register_version_owner', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='deputy_id', name='register_version_deputy', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='author_id', name='register_version_author', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='acted_by', name='register_version_acted_by', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='register_version_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryversion',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='480467c2a609ea23b074ec4b981e04d90786957e', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_a4382', table='registers_entryversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryversion',
            trigger=pgtrigger.compiler.Trigger(name='version_follows', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE before registers_entryversion%rowtype;', func="\n        select * into before from registers_entryversion as held\n         where held.tenant_id = new.tenant_id and held.entry_id = new.entry_id and held.id <> new.id\n         order by held.number desc limit 1;\n        if new.number <> coalesce(before.number, 0) + 1 then\n            raise exception 'A version follows the one before it.' using errcode = 'check_violation';\n        end if;\n        if before.state in ('superseded', 'withdrawn') then\n            raise exception 'This entry has ended.' using errcode = 'check_violation';\n        end if;\n        if new.state in ('approved', 'superseded', 'withdrawn')\n           and (before.digest, before.author_id, before.owner_id) is distinct from\n               (new.digest, new.author_id, new.owner_id) then\n            raise exception 'What is decided on is what was written.' using errcode = 'check_violation';\n        end if;\n        if new.state = 'approved' and before.state is distinct from 'submitted' then\n            raise exception 'Only what was submitted is approved.' using errcode = 'check_violation';\n        end if;\n        if new.state in ('draft', 'submitted') and before.state = 'approved' then\n            raise exception 'What was approved is superseded, not changed.' using errcode = 'check_violation';\n        end if;\n        return null;\n    ", hash='7af06f5a65dc21015ace91810ad136d52cc8bc81', operation='INSERT', pgid='pgtrigger_version_follows_a28aa', table='registers_entryversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='revocation',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'entry_id', 'what'), name='register_revoked_once'),
        ),
        migrations.AddConstraint(
            model_name='revocation',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='entry_id', name='register_revocation_entry', table='registers_entry'),
        ),
        migrations.AddConstraint(
            model_name='revocation',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='register_revocation_of', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='revocation',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='register_revocation_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revocation',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='09b4e746f3e17c0348697a2e537679e99ea1c46a', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_352b7', table='registers_revocation', when='BEFORE')),
        ),
    ]
