from django.db import migrations, models


# Stands here, and not with its like in tenancy, because only the administration of accounts asks it.
SIGN_IN_COUNTS = """
create function tokimori.sign_in_counts(wanted bytea[])
returns table (key bytea, attempts integer, began_at timestamptz, locked_until timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
    select held.key, held.attempts, held.began_at, held.locked_until
      from tokimori_private.sign_in_limit as held where held.key = any (wanted)
$$;
revoke all on function tokimori.sign_in_counts(bytea[]) from public;
grant execute on function tokimori.sign_in_counts(bytea[]) to tokimori_runtime;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0004_seen_addresses_and_rising_locks'),
        ('tenancy', '0003_challenges_and_shared_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='must_enrol',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='account',
            name='closed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='closing_reason',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
        migrations.RunSQL(sql=SIGN_IN_COUNTS, reverse_sql="drop function tokimori.sign_in_counts(bytea[])"),
    ]
