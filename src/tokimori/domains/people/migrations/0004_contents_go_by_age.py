"""Who left long ago becomes a tombstone."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_sealed_names_and_reasons'),
    ]

    operations = [
        migrations.AddField(
            model_name='employee',
            name='forgotten_at',
            field=models.DateTimeField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='employee',
            trigger=pgtrigger.compiler.Trigger(name='tombstone_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="if old.forgotten_at is not null and to_jsonb(new) is distinct from to_jsonb(old) or old.forgotten_at is null and new.forgotten_at is not null and coalesce(old.left_on, 'infinity') > clock_timestamp() - interval '730 days' then raise exception 'Nobody is forgotten within two years, and who was stays so.' using errcode = 'insufficient_privilege'; end if; return new;", hash='dae617d65159029f2bda401f3e147c8bbcc298e2', operation='UPDATE', pgid='pgtrigger_tombstone_stays_60773', table='people_employee', when='BEFORE')),
        ),
    ]
