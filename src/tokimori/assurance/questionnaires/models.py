"""Buyers' questionnaires, their questions, what was remembered of them, and what was handed back."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.sealed_fields import SealedBinaryField, SealedJSONField, SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class Questionnaire(TenantModel):
    """One file of one buyer: as it came, where it keeps what, and in which words it is answered."""

    buyer = SealedTextField(max_length=120)
    file_name = SealedTextField(max_length=120)
    content = SealedBinaryField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=4)
    encoding = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=2)
    due_on = models.DateField(null=True)
    layouts = SealedJSONField()
    words = SealedJSONField()
    uploaded_by = models.UUIDField()
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="questionnaire_uploaded_by", column="uploaded_by", table="identity_account"),
            TenantWall(name="questionnaire_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "uploaded_at"], name="questionnaire_by_time")]

    def __str__(self) -> str:
        return str(self.id)


class BuyerQuestion(TenantModel):
    """One question: what the machine proposes, and what a human decided."""

    questionnaire_id = models.UUIDField()
    sequence = models.PositiveSmallIntegerField()
    place = SealedJSONField()
    """Sheet, row, and the cells of answer and remark."""
    section = SealedTextField(max_length=200, blank=True)
    number = SealedTextField(max_length=30, blank=True)
    text = SealedTextField(max_length=4000)
    suggested_rows = ArrayField(models.PositiveSmallIntegerField())
    likeness = models.PositiveSmallIntegerField()
    """Of the first suggestion, in thousandths."""
    is_remembered = models.BooleanField()
    rows = ArrayField(models.PositiveSmallIntegerField())
    good_is_no = models.BooleanField()
    is_confirmed = models.BooleanField(default=False)
    free_word = SealedTextField(max_length=60, blank=True)
    free_text = SealedTextField(max_length=2000, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "questionnaire_id", "sequence"], name="buyer_question_once"),
            models.CheckConstraint(
                condition=models.Q(is_confirmed=False) | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="buyer_question_confirmed_by_somebody",
            ),
            TenantReference(
                name="buyer_question_questionnaire", column="questionnaire_id", table="questionnaires_questionnaire"
            ),
            TenantReference(name="buyer_question_decided_by", column="decided_by", table="identity_account"),
            TenantWall(name="buyer_question_wall", writing=Writing.TAKE),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RememberedQuestion(TenantModel):
    """That a question of these very words was tied to these rows: proposed again, and never without a human's yes."""

    text_digest = models.BinaryField(max_length=34)
    """Under a key of the provider's own: the same words are known again, and nobody reads them out of it."""
    rows = ArrayField(models.PositiveSmallIntegerField())
    good_is_no = models.BooleanField()
    confirmed_by = models.UUIDField()
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "text_digest"], name="remembered_question_once"),
            TenantReference(name="remembered_question_by", column="confirmed_by", table="identity_account"),
            TenantWall(name="remembered_question_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class QuestionnaireExport(TenantModel):
    """What was handed back: the file, its digest, and what it said to each question."""

    questionnaire_id = models.UUIDField()
    content = SealedBinaryField()
    digest = models.CharField(max_length=64)
    answers = SealedJSONField()
    """For each question that was answered: its sequence, word, rows and state."""
    answered = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    sheet_digest = models.CharField(max_length=64)
    """Of all answers of the sheet at that moment."""
    created_by = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(
                name="questionnaire_export_of", column="questionnaire_id", table="questionnaires_questionnaire"
            ),
            TenantReference(name="questionnaire_export_by", column="created_by", table="identity_account"),
            TenantWall(name="questionnaire_export_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "questionnaire_id", "created_at"], name="questionnaire_exports")
        ]

    def __str__(self) -> str:
        return str(self.id)
