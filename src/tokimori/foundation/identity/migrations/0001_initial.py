import django.contrib.postgres.fields
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
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(default=tokimori.foundation.identifiers.new_id, primary_key=True, serialize=False),
                ),
                ("tenant_id", models.UUIDField()),
                ("login_id", models.CharField(max_length=64)),
                ("email", models.CharField(max_length=254, null=True)),
                ("display_name", models.CharField(max_length=120)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("language", models.CharField(max_length=5)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "id"), name="account_key"),
                    models.UniqueConstraint(fields=("tenant_id", "login_id"), name="account_login_id_once"),
                    models.UniqueConstraint(fields=("tenant_id", "email"), name="account_email_once"),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="account_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("name", models.CharField(max_length=80)),
                ("secret_digest", models.BinaryField(max_length=32)),
                (
                    "rights",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "secret_digest"), name="access_token_once"),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="access_token_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("account_id", models.UUIDField()),
                ("secret_digest", models.BinaryField(max_length=32)),
                ("started_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "secret_digest"), name="session_once"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="account_id", name="session_account", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="session_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInLink",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("account_id", models.UUIDField()),
                ("secret_digest", models.BinaryField(max_length=32)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "secret_digest"), name="sign_in_link_once"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="account_id", name="sign_in_link_account", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="sign_in_link_wall", writing="edit"),
                ],
            },
        ),
    ]
