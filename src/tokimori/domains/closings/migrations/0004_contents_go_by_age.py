"""Figures and reasons of old months may go; seals and digests stay."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('closings', '0003_sealed_reasons'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='adjustment',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reopening',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='sealedtimesheet',
            name='append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjustment',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='f4e6f4f8cf904fdb7e1d61c76bf79bb11d29e015', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_af1dc', table='closings_adjustment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjustment',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.difference <> '{}'::jsonb or coalesce(old.found_at, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'difference' is distinct from to_jsonb(old) - 'difference' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='bbf0c4ee331ed3acfe77fc2d275ceb29db94ee77', operation='UPDATE', pgid='pgtrigger_contents_alone_go_a0b1d', table='closings_adjustment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='a9bb7d4fdfde422c1c7fddcfda1d899f5aa0f845', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_fc406', table='closings_reopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.reason <> '' or coalesce(old.reopened_at, 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'reason' is distinct from to_jsonb(old) - 'reason' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='5fd8406d9ffa93871e652e8637f0431fb80d8833', operation='UPDATE', pgid='pgtrigger_contents_alone_go_70292', table='closings_reopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealedtimesheet',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='f21b6bf2a0fdce1aef6cc7add631d3d2c6106553', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_deleted_088e8', table='closings_sealedtimesheet', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sealedtimesheet',
            trigger=pgtrigger.compiler.Trigger(name='contents_alone_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="if new.content <> '' or coalesce((select seal.month from public.closings_seal as seal where seal.tenant_id = old.tenant_id and seal.id = old.seal_id), 'infinity') > clock_timestamp() - interval '730 days' or to_jsonb(new) - 'content' is distinct from to_jsonb(old) - 'content' then raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege'; end if; return new;", hash='bd4b26c672c3e91a92ab948dfbb1ecb5cd6bef26', operation='UPDATE', pgid='pgtrigger_contents_alone_go_3f656', table='closings_sealedtimesheet', when='BEFORE')),
        ),
    ]
