import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('people', '0001_initial'),
        ('identity', '0001_initial'),
        ('organisations', '0002_divisions'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdministratorGrant',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('division_id', models.UUIDField(null=True)),
                ('site_id', models.UUIDField(null=True)),
                ('is_for_every_type', models.BooleanField()),
                ('functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('level', models.CharField(max_length=10)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('reason', models.CharField(max_length=300)),
                ('granted_by_id', models.UUIDField(null=True)),
                ('granted_at', models.DateTimeField()),
                ('revoked_by_id', models.UUIDField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='DutyChoice',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('pair', models.CharField(max_length=40)),
                ('sequence', models.PositiveIntegerField()),
                ('is_refused', models.BooleanField()),
                ('chosen_by_id', models.UUIDField(null=True)),
                ('chosen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='EmployeeType',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('code', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=60)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='GrantedType',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('grant_id', models.UUIDField()),
                ('employee_type_id', models.UUIDField()),
            ],
        ),
        migrations.AddField(
            model_name='employment',
            name='division_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='employment',
            name='employee_type_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name='employment',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='division_id', name='employment_division', table='organisations_division'),
        ),
        migrations.AddConstraint(
            model_name='employment',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='employee_type_id', name='employment_employee_type', table='people_employeetype'),
        ),
        migrations.AddIndex(
            model_name='administratorgrant',
            index=models.Index(fields=['tenant_id', 'account_id'], name='administrator_grant_by_account'),
        ),
        migrations.AddConstraint(
            model_name='administratorgrant',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='administrator_grant_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='administratorgrant',
            constraint=models.CheckConstraint(condition=models.Q(('granted_by_id', None), models.Q(('granted_by_id', models.F('account_id')), _negated=True), _connector='OR'), name='administrator_grant_not_to_oneself'),
        ),
        migrations.AddConstraint(
            model_name='administratorgrant',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='administrator_grant_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='administratorgrant',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='division_id', name='administrator_grant_division', table='organisations_division'),
        ),
        migrations.AddConstraint(
            model_name='administratorgrant',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='site_id', name='administrator_grant_site', table='organisations_site'),
        ),
        migrations.AddConstraint(
            model_name='administratorgrant',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='administrator_grant_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='dutychoice',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'pair', 'sequence'), name='duty_choice_once'),
        ),
        migrations.AddConstraint(
            model_name='dutychoice',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='duty_choice_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dutychoice',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='24ef1dc9e38ee3560fe24956f428166b1f27d815', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_15fbc', table='people_dutychoice', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='employeetype',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'code'), name='employee_type_code_once'),
        ),
        migrations.AddConstraint(
            model_name='employeetype',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='employee_type_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='grantedtype',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'grant_id', 'employee_type_id'), name='granted_type_once'),
        ),
        migrations.AddConstraint(
            model_name='grantedtype',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='grant_id', name='granted_type_grant', table='people_administratorgrant'),
        ),
        migrations.AddConstraint(
            model_name='grantedtype',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='employee_type_id', name='granted_type_type', table='people_employeetype'),
        ),
        migrations.AddConstraint(
            model_name='grantedtype',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='granted_type_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='grantedtype',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='561cb3a855bad3c137fda574584f86bd49382bf6', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_45ad6', table='people_grantedtype', when='BEFORE')),
        ),
    ]
