"""The outbox of letters: one row for each, written in the transaction of what it tells."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class Notice(TenantModel):
    """A letter to the person of an account, or to somebody who asked for letters and has none.

    Where it goes and what it says are sealed, and wiped once it has ended.

    Rows go by age once they ended (``RecordKind.LETTERS``).
    """

    account_id = models.UUIDField(null=True)
    receiver_id = models.UUIDField(null=True)  # rule: tenant-reference -- rows of rooms above, and gone with the wish
    """Of who has no account: the random key of his wish for letters."""
    kind = models.CharField(max_length=30)
    """A word of ``NoticeKind``."""
    language = models.CharField(max_length=5)
    sealed_letter = models.BinaryField()
    """Address, name, and what the words need, a link's secret included."""
    made_at = models.DateTimeField()
    useless_from = models.DateTimeField(null=True)
    """When its link has run out: later it is not sent any more."""
    state = models.CharField(max_length=10)
    """A word of ``NoticeState``."""
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True, default="")
    """Why the last attempt failed: a word of ``NotSent``."""
    ended_at = models.DateTimeField(null=True)
    """When it was sent, or given up."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(account_id__isnull=False, receiver_id=None)
                | models.Q(account_id=None, receiver_id__isnull=False),
                name="notice_to_one",
            ),
            TenantReference(name="notice_account", column="account_id", table="identity_account"),
            TenantWall(name="notice_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "account_id", "made_at"], name="notice_by_account"),
            models.Index(fields=["tenant_id", "made_at"], name="notice_by_age"),
            models.Index(
                fields=["tenant_id", "receiver_id"],
                name="notice_by_receiver",
                condition=models.Q(receiver_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
