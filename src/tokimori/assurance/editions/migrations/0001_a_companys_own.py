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
    ]

    operations = [
        migrations.CreateModel(
            name='OwnEditionFile',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('edition_id', models.UUIDField()),
                ('name', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('content', tokimori.foundation.sealed_fields.SealedBinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='OwnEdition',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('base_id', models.UUIDField()),
                ('base_digest', models.CharField(max_length=64)),
                ('base_taken_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.UUIDField()),
                ('event_id', models.UUIDField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'made_at'], name='own_edition_by_time')],
                'constraints': [tokimori.foundation.tenancy.constraints.TenantReference(column='made_by', name='own_edition_made_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='own_edition_wall', writing='append')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ownedition',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='79434d665488eb9d6f4b36b0a8d01a9439e57181', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_dc298', table='editions_ownedition', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='owneditionfile',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'edition_id', 'name'), name='own_edition_file_once'),
        ),
        migrations.AddConstraint(
            model_name='owneditionfile',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='edition_id', name='own_edition_file_of', table='editions_ownedition'),
        ),
        migrations.AddConstraint(
            model_name='owneditionfile',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='own_edition_file_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='owneditionfile',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='8d5a9e3e7e8978f4286f2415ee8dd688cda67083', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_7a386', table='editions_owneditionfile', when='BEFORE')),
        ),
    ]
