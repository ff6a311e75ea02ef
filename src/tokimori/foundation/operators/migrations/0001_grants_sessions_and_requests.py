import django.contrib.postgres.fields
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0007_token_refusals"),
        ("tenancy", "0005_operator_grants"),
    ]

    operations = [
        migrations.CreateModel(
            name="OperatorGrant",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("kind", models.CharField(max_length=20)),
                ("operator_id", models.UUIDField()),
                ("operator_name", models.CharField(max_length=120)),
                (
                    "functions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("may_write", models.BooleanField()),
                ("purpose", models.CharField(max_length=500)),
                ("ticket", models.CharField(blank=True, max_length=60)),
                ("granted_at", models.DateTimeField()),
                ("granted_by", models.UUIDField(null=True)),
                ("approver_id", models.UUIDField(null=True)),
                ("approver_name", models.CharField(blank=True, max_length=120)),
                ("ends_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("acknowledged_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "ends_at"], name="operator_grant_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approver_id", None), ("granted_by__isnull", False), ("kind", "support")),
                            models.Q(
                                ("approver_id__isnull", False),
                                ("granted_by", None),
                                ("kind", "break_glass"),
                                models.Q(("approver_id", models.F("operator_id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="operator_grant_approved",
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="granted_by", name="operator_grant_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="acknowledged_by", name="operator_grant_acknowledged", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="operator_grant_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperatorSession",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("grant_id", models.UUIDField()),
                ("operator_id", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("address", models.CharField(max_length=45)),
                ("device", models.CharField(max_length=200)),
                ("requests", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="grant_id", name="operator_session_grant", table="operators_operatorgrant"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="operator_session_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivilegeRequest",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("kind", models.CharField(max_length=20)),
                ("operator_id", models.UUIDField()),
                ("subject_id", models.UUIDField(null=True)),
                ("company_code", models.CharField(blank=True, max_length=30)),
                ("may_write", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=500)),
                ("ticket", models.CharField(max_length=60)),
                ("hours", models.PositiveSmallIntegerField()),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("is_approved", models.BooleanField(default=False)),
                ("ends_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.UUIDField(null=True)),
                ("review", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("operator_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="privilege_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            models.Q(("reviewed_by", models.F("operator_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="privilege_reviewed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_approved", False),
                            models.Q(
                                ("decided_at__isnull", False), ("decided_by__isnull", False), ("ends_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="privilege_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gte", 1), ("hours__lte", 8)), name="privilege_at_most_eight_hours"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="operator_id", name="privilege_operator", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="decided_by", name="privilege_decided_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="reviewed_by", name="privilege_reviewed_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="privilege_request_wall", writing="edit"),
                ],
            },
        ),
    ]
