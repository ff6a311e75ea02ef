import django.contrib.postgres.fields
import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
        ("identity", "0007_token_refusals"),
    ]

    operations = [
        migrations.CreateModel(
            name="BuyerQuestion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("questionnaire_id", models.UUIDField()),
                ("sequence", models.PositiveSmallIntegerField()),
                ("place", tokimori.foundation.sealed_fields.SealedJSONField()),
                ("section", tokimori.foundation.sealed_fields.SealedTextField(blank=True, max_length=200)),
                ("number", tokimori.foundation.sealed_fields.SealedTextField(blank=True, max_length=30)),
                ("text", tokimori.foundation.sealed_fields.SealedTextField(max_length=4000)),
                (
                    "suggested_rows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                ("likeness", models.PositiveSmallIntegerField()),
                ("is_remembered", models.BooleanField()),
                (
                    "rows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                ("good_is_no", models.BooleanField()),
                ("is_confirmed", models.BooleanField(default=False)),
                ("free_word", tokimori.foundation.sealed_fields.SealedTextField(blank=True, max_length=60)),
                ("free_text", tokimori.foundation.sealed_fields.SealedTextField(blank=True, max_length=2000)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "questionnaire_id", "sequence"), name="buyer_question_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_confirmed", False),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="buyer_question_confirmed_by_somebody",
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="questionnaire_id",
                        name="buyer_question_questionnaire",
                        table="questionnaires_questionnaire",
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="decided_by", name="buyer_question_decided_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="buyer_question_wall", writing="take"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("buyer", tokimori.foundation.sealed_fields.SealedTextField(max_length=120)),
                ("file_name", tokimori.foundation.sealed_fields.SealedTextField(max_length=120)),
                ("content", tokimori.foundation.sealed_fields.SealedBinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=4)),
                ("encoding", models.CharField(blank=True, max_length=10)),
                ("language", models.CharField(max_length=2)),
                ("due_on", models.DateField(null=True)),
                ("layouts", tokimori.foundation.sealed_fields.SealedJSONField()),
                ("words", tokimori.foundation.sealed_fields.SealedJSONField()),
                ("uploaded_by", models.UUIDField()),
                ("uploaded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "uploaded_at"], name="questionnaire_by_time")],
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="uploaded_by", name="questionnaire_uploaded_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="questionnaire_wall", writing="take"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionnaireExport",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("questionnaire_id", models.UUIDField()),
                ("content", tokimori.foundation.sealed_fields.SealedBinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("answers", tokimori.foundation.sealed_fields.SealedJSONField()),
                ("answered", models.PositiveSmallIntegerField()),
                ("asked", models.PositiveSmallIntegerField()),
                ("sheet_digest", models.CharField(max_length=64)),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "questionnaire_id", "created_at"], name="questionnaire_exports")
                ],
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="questionnaire_id", name="questionnaire_export_of", table="questionnaires_questionnaire"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="created_by", name="questionnaire_export_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(
                        name="questionnaire_export_wall", writing="take"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RememberedQuestion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("text_digest", models.BinaryField(max_length=34)),
                (
                    "rows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                ("good_is_no", models.BooleanField()),
                ("confirmed_by", models.UUIDField()),
                ("confirmed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "text_digest"), name="remembered_question_once"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="confirmed_by", name="remembered_question_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="remembered_question_wall", writing="edit"),
                ],
            },
        ),
    ]
