"""Events stay; what they tell besides may be emptied once it is over its time."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0009_events_by_session_and_address'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='ledgerevent',
            name='append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerevent',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='ca9e0951b991a0f9fa6066d5ba534d39493aa708', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_f71b9', table='ledger_ledgerevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ledgerevent',
            trigger=pgtrigger.compiler.Trigger(name='details_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if octet_length(new.sealed) > 0 or old.at > clock_timestamp() - interval '90 days' or to_jsonb(new) - 'sealed' is distinct from to_jsonb(old) - 'sealed' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='a117d808601555d66185d1e5830fd0fc7e488292', operation='UPDATE', pgid='pgtrigger_details_alone_go_62e77', table='ledger_ledgerevent', when='BEFORE')),
        ),
    ]
