import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("identity", "0007_token_refusals"),
    ]

    operations = [
        migrations.CreateModel(
            name='TokenIssuer',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('token_id', models.UUIDField()),
                ('account_id', models.UUIDField()),
                ('issued_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FactorReset',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('asked_by', models.UUIDField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('needs_second', models.BooleanField()),
                ('confirmed_by', models.UUIDField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'account_id'], name='factor_reset_by_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(models.Q(('confirmed_by', models.F('asked_by')), _negated=True), models.Q(('confirmed_by', models.F('account_id')), _negated=True)), _connector='OR'), name='factor_reset_confirmed_by_another'), tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='factor_reset_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantReference(column='asked_by', name='factor_reset_asked_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantReference(column='confirmed_by', name='factor_reset_confirmed_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='factor_reset_wall', writing='edit')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('subject', models.CharField(max_length=20)),
                ('target', models.CharField(max_length=60)),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('proposed_by', models.UUIDField()),
                ('proposed_at', models.DateTimeField()),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('is_approved', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'subject', 'proposed_at'], name='proposal_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), ('is_approved', True), _negated=True), _connector='OR'), name='proposal_approved_by_another'), models.CheckConstraint(condition=models.Q(('is_approved', False), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='proposal_approved_by_somebody'), tokimori.foundation.tenancy.constraints.TenantReference(column='decided_by', name='proposal_decided_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='proposal_wall', writing='edit')],
            },
        ),
        migrations.CreateModel(
            name='SecondPersonChoice',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('subject', models.CharField(max_length=20)),
                ('sequence', models.PositiveIntegerField()),
                ('is_asked', models.BooleanField()),
                ('chosen_by', models.UUIDField(null=True)),
                ('chosen_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'subject', 'sequence'), name='second_person_choice_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='chosen_by', name='second_person_chosen_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='second_person_choice_wall', writing='append')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='secondpersonchoice',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='efa8e79af46fa873b4f020af7de5beb226c826ad', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_46301', table='vouching_secondpersonchoice', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='tokenissuer',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'token_id'), name='token_issuer_once'),
        ),
        migrations.AddConstraint(
            model_name='tokenissuer',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='token_id', name='token_issuer_token', table='identity_accesstoken'),
        ),
        migrations.AddConstraint(
            model_name='tokenissuer',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='token_issuer_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='tokenissuer',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='token_issuer_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tokenissuer',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='09fb44283faf81ad40123b904675333e73e947ea', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_854e0', table='vouching_tokenissuer', when='BEFORE')),
        ),
    ]
