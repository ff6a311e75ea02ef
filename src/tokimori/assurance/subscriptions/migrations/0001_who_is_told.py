import django.contrib.postgres.fields
import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetSubscription',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('address', tokimori.foundation.sealed_fields.SealedTextField(max_length=254)),
                ('address_index', tokimori.foundation.sealed_fields.BlindIndexField(max_length=34, source='address')),
                ('language', models.CharField(max_length=5)),
                ('chapters', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None)),
                ('rows', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('is_daily', models.BooleanField()),
                ('secret', tokimori.foundation.sealed_fields.SealedTextField(max_length=43)),
                ('secret_digest', models.BinaryField(max_length=32)),
                ('confirmation_digest', models.BinaryField(max_length=32, null=True)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('told_until', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'address_index'], name='sheet_subscription_of')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'secret_digest'), name='sheet_subscription_secret'), models.UniqueConstraint(fields=('tenant_id', 'confirmation_digest'), name='sheet_subscription_link'), models.CheckConstraint(condition=models.Q(models.Q(('confirmation_digest__isnull', False), ('confirmed_at', None), ('told_until', None)), models.Q(('confirmation_digest', None), ('confirmed_at__isnull', False), ('told_until__isnull', False)), _connector='OR'), name='sheet_subscription_confirmed'), tokimori.foundation.tenancy.constraints.TenantWall(name='sheet_subscription_wall', writing='take')],
            },
        ),
    ]
