"""The steps of an approval, appended. The latest step is the state."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import NEVER_DELETED, contents_alone_go


class ApprovalStep(TenantModel):
    """One step of one subject: submitted, returned, approved or withdrawn, by whom, with which words.

    ``content_digest`` is of what the person had before him, where the subject can change under his eyes.

    The sequence is unique, so of two people who decide at once, one is told that the other was first.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    note = SealedTextField(max_length=500, blank=True)
    content_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "subject_id", "sequence"], name="approval_step_once"),
            TenantWall(name="approval_step_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("note", since="old.at")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.state}"
