"""Let the runtime role use the queue's tables. They hold ids of tenants and subjects, nothing else."""

from django.db import migrations

UP = """
grant select, insert, update, delete on
    procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers
    to tokimori_runtime;
grant usage on all sequences in schema public to tokimori_runtime;
"""
DOWN = """
revoke all on procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers
    from tokimori_runtime;
revoke usage on all sequences in schema public from tokimori_runtime;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
