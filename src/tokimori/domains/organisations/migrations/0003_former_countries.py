"""A site that is said to be in another country leaves behind in which it was."""

import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_divisions'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerCountry',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('site_id', models.UUIDField()),
                ('country', models.CharField(max_length=2)),
                ('until', models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='site',
            trigger=pgtrigger.compiler.Trigger(name='former_country_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."country" IS DISTINCT FROM (NEW."country"))', func='insert into public.organisations_formercountry (tenant_id, id, site_id, country, until) values (old.tenant_id, gen_random_uuid(), old.id, old.country, clock_timestamp()); return null;', hash='27c5844f35fa1b06b35dc91ec5da6d5082fabbcc', operation='UPDATE', pgid='pgtrigger_former_country_stays_5c8de', table='organisations_site', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='formercountry',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='site_id', name='former_country_site', table='organisations_site'),
        ),
        migrations.AddConstraint(
            model_name='formercountry',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='former_country_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formercountry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='caa1f1b52147ed5a83d366a37ddbedf6386cf86b', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_76dea', table='organisations_formercountry', when='BEFORE')),
        ),
    ]
