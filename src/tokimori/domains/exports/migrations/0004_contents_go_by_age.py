"""Old files may be emptied; that they were made, and their digests, stay."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('exports', '0003_sealed_files'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='exportfile',
            name='append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportfile',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='d8fde37864d72e6a8070c957392df788eedb6b51', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_6fa10', table='exports_exportfile', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportfile',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.content <> '' or coalesce(old.created_at, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'content' is distinct from to_jsonb(old) - 'content' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='29c79185d5aca0ebb6002630e0aa576f8301c10a', operation='UPDATE', pgid='pgtrigger_contents_alone_go_3cb79', table='exports_exportfile', when='BEFORE')),
        ),
    ]
