import pgtrigger.migrations
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0008_links_by_letter'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='externalidentity',
            name='append_only',
        ),
        migrations.RemoveConstraint(
            model_name='externalidentity',
            name='external_identity_of_account_once',
        ),
        migrations.RemoveConstraint(
            model_name='externalidentity',
            name='external_identity_wall',
        ),
        migrations.AddField(
            model_name='externalidentity',
            name='ended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='externalidentity',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('tenant_id', 'provider_id', 'account_id'), name='external_identity_of_account_once'),
        ),
        migrations.AddConstraint(
            model_name='externalidentity',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='external_identity_may_end_wall', writing='edit'),
        ),
    ]
