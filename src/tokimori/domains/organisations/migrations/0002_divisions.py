import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Division',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('code', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=60)),
                ('parent_id', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'parent_id'], name='division_by_parent')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'code'), name='division_code_once'), models.CheckConstraint(condition=models.Q(('parent_id', models.F('id')), _negated=True), name='division_not_below_itself'), tokimori.foundation.tenancy.constraints.TenantReference(column='parent_id', name='division_parent', table='organisations_division'), tokimori.foundation.tenancy.constraints.TenantWall(name='division_wall', writing='edit')],
            },
        ),
    ]
