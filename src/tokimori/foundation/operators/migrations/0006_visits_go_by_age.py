"""Visits may go by age, and none within ninety days."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('operators', '0005_ended_grants_are_followed'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='operatorsession',
            trigger=pgtrigger.compiler.Trigger(name='young_ones_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="if old.last_used_at > clock_timestamp() - interval '90 days' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return old;", hash='930613bb34b39085c04d8e76307b2069f6f43c5f', operation='DELETE', pgid='pgtrigger_young_ones_stay_a9719', table='operators_operatorsession', when='BEFORE')),
        ),
    ]
