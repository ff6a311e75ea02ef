import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0007_token_refusals'),
        ('tenancy', '0001_wall_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('kind', models.CharField(max_length=30)),
                ('language', models.CharField(max_length=5)),
                ('sealed_letter', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('useless_from', models.DateTimeField(null=True)),
                ('state', models.CharField(max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, default='', max_length=20)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'account_id', 'made_at'], name='notice_by_account'), models.Index(fields=['tenant_id', 'made_at'], name='notice_by_age')],
                'constraints': [tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='notice_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='notice_wall', writing='take')],
            },
        ),
    ]
