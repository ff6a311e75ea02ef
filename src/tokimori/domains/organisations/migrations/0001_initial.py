import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=120)),
                ("language", models.CharField(max_length=5)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "code"), name="company_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(("id", models.F("tenant_id"))), name="company_is_the_tenant"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="company_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=120)),
                ("zone", models.CharField(max_length=60)),
                ("country", models.CharField(max_length=2)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "code"), name="site_code_once"),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="site_wall", writing="edit"),
                ],
            },
        ),
    ]
