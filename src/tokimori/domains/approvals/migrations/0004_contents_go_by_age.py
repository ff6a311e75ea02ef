"""Notes on old decisions may go; the decisions stay."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0003_sealed_notes'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='approvalstep',
            name='append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='approvalstep',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='3c34a3ba12a20fa4a853c9813a258be10ebf88cb', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_ebdfe', table='approvals_approvalstep', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='approvalstep',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.note <> '' or coalesce(old.at, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'note' is distinct from to_jsonb(old) - 'note' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='562048090d6af48465a96b3ae114eda812d71217', operation='UPDATE', pgid='pgtrigger_contents_alone_go_0b47e', table='approvals_approvalstep', when='BEFORE')),
        ),
    ]
