"""What explains old days may go; digests stay."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('timesheets', '0002_month_results'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='dayrevision',
            name='append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dayrevision',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='4a5462984271ebffab968a0ea82231ff54f74846', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_31e58', table='timesheets_dayrevision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dayrevision',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.content <> '' or coalesce(old.work_date, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'content' is distinct from to_jsonb(old) - 'content' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='83c652fa81652fc6c74b1f20c0c473dd37ec20c1', operation='UPDATE', pgid='pgtrigger_contents_alone_go_84783', table='timesheets_dayrevision', when='BEFORE')),
        ),
    ]
