"""Places, reasons and raw files of old facts may go; the facts stay."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('timekeeping', '0002_sealed_places_reasons_and_payloads'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='correctionrequest',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='punchevent',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rawpayload',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rejectedline',
            name='append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correctionrequest',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='4abe7f8c5a75fa36e535b95c78345e6c60833c2a', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_272ec', table='timekeeping_correctionrequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correctionrequest',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.reason <> '' or coalesce(old.requested_at, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'reason' is distinct from to_jsonb(old) - 'reason' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='67e934c746a41bdd626e9f667ad9d6657c7a87a4', operation='UPDATE', pgid='pgtrigger_contents_alone_go_c75bc', table='timekeeping_correctionrequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='punchevent',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='1cf48236039a81f478a0e2903a4dc6f0fa7f8fb1', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_3386c', table='timekeeping_punchevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='punchevent',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.place <> '' or coalesce(old.occurred_at, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'place' is distinct from to_jsonb(old) - 'place' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='bb894fb07e3c47227e551d357140a4bb687accef', operation='UPDATE', pgid='pgtrigger_contents_alone_go_2c4b7', table='timekeeping_punchevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rawpayload',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='218a22417026885d7bb499d1ca0e7ef7b5e899b4', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_313b9', table='timekeeping_rawpayload', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rawpayload',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.content <> '' or coalesce(old.received_at, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'content' is distinct from to_jsonb(old) - 'content' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='a73c108afd89008ac626360d772d7df0eeeca2bf', operation='UPDATE', pgid='pgtrigger_contents_alone_go_64091', table='timekeeping_rawpayload', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rejectedline',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='f0d596e72b3ef47f75dc05a47784570569b9ece3', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_28552', table='timekeeping_rejectedline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rejectedline',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.text <> '' or coalesce((select run.imported_at from public.timekeeping_importrun as run where run.tenant_id = old.tenant_id and run.id = old.import_run_id), 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'text' is distinct from to_jsonb(old) - 'text' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='22eb273bbcdc72d378de333699b8f4730a709ec5', operation='UPDATE', pgid='pgtrigger_contents_alone_go_7e052', table='timekeeping_rejectedline', when='BEFORE')),
        ),
    ]
