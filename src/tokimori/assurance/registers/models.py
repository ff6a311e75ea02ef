"""Entries of the provider's registers, all their versions, their attachments, and what was noted about them; never deleted.

Everything here belongs to the provider's own tenant.
"""

from datetime import timedelta
from typing import ClassVar, Final
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models.functions import Cast

from tokimori.foundation.sealed_fields import SealedBinaryField, SealedJSONField, SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY

SAMPLE_AUTHOR: Final = UUID("00000000-0000-7000-8000-00000000005a")
"""Who opens the demo's entries. It cannot sign in; whatever it opens is a sample, and the database says so by itself."""
LONGEST_TITLE: Final = 160
LONGEST_NOTE: Final = 500
LONGEST_WAIT: Final = timedelta(days=14)
"""A wish that an entry ends is void when nobody agreed to it for so long."""
LARGEST_ATTACHMENT: Final = 5 * 1024 * 1024

_FOLLOWS: Final = pgtrigger.Trigger(
    name="version_follows",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    declare=[("before", "registers_entryversion%rowtype")],
    func="""
        select * into before from registers_entryversion as held
         where held.tenant_id = new.tenant_id and held.entry_id = new.entry_id and held.id <> new.id
         order by held.number desc limit 1;
        if new.number <> coalesce(before.number, 0) + 1 then
            raise exception 'A version follows the one before it.' using errcode = 'check_violation';
        end if;
        if before.state in ('superseded', 'withdrawn') then
            raise exception 'This entry has ended.' using errcode = 'check_violation';
        end if;
        if new.state in ('approved', 'superseded', 'withdrawn')
           and (before.digest, before.author_id, before.owner_id) is distinct from
               (new.digest, new.author_id, new.owner_id) then
            raise exception 'What is decided on is what was written.' using errcode = 'check_violation';
        end if;
        if new.state = 'approved' and before.state is distinct from 'submitted' then
            raise exception 'Only what was submitted is approved.' using errcode = 'check_violation';
        end if;
        if new.state = 'withdrawn' and before.state = 'approved' and not exists (
            select from registers_withdrawalwish as wish
             where wish.tenant_id = new.tenant_id and wish.entry_id = new.entry_id and wish.number = before.number
               and wish.asked_by <> new.acted_by
        ) then
            raise exception 'What two approved is ended by two.' using errcode = 'check_violation';
        end if;
        if new.state in ('draft', 'submitted') and before.state = 'approved' then
            raise exception 'What was approved is superseded, not changed.' using errcode = 'check_violation';
        end if;
        return null;
    """,
)
_WHILE_DRAFTED: Final = pgtrigger.Trigger(
    name="attached_while_drafted",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    declare=[("present", "text")],
    func="""
        select held.state into present from registers_entryversion as held
         where held.tenant_id = new.tenant_id and held.entry_id = new.entry_id order by held.number desc limit 1;
        if present is distinct from 'draft' then
            raise exception 'Files are attached to drafts.' using errcode = 'check_violation';
        end if;
        return null;
    """,
)


class Entry(TenantModel):
    """One entry of a register. ``is_sample`` follows from who opened it; nobody can say otherwise."""

    register = models.CharField(max_length=40)
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    is_sample = models.GeneratedField(
        expression=models.Q(  # type: ignore[arg-type]  # a condition is an expression; the stubs say less
            opened_by=Cast(models.Value(str(SAMPLE_AUTHOR)), models.UUIDField())
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="register_entry_opened_by", column="opened_by", table="identity_account"),
            TenantWall(name="register_entry_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "register", "id"], name="register_entry_by_register")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.register} {self.id}"


class EntryVersion(TenantModel):
    """An entry as it stands from a moment on; the newest version counts. An approval names the digest that was submitted.

    ``author_id`` wrote the content, ``acted_by`` made this version of it: wrote, submitted, approved, withdrew.
    """

    entry_id = models.UUIDField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    title = SealedTextField(max_length=LONGEST_TITLE)
    fields = SealedJSONField(null=True)
    owner_id = models.UUIDField()
    deputy_id = models.UUIDField(null=True)
    author_id = models.UUIDField()
    acted_by = models.UUIDField(null=True)
    """Nobody's where the service itself did it: what a newer entry superseded."""
    effective_on = models.DateField()
    review_due_on = models.DateField()
    expires_on = models.DateField(null=True)
    supersedes_id = models.UUIDField(null=True)
    note = SealedTextField(max_length=LONGEST_NOTE)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "entry_id", "number"], name="register_version_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "submitted", "approved", "superseded", "withdrawn"]),
                name="register_version_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | (
                    models.Q(acted_by__isnull=False)
                    & ~models.Q(acted_by=models.F("author_id"))
                    & ~models.Q(acted_by=models.F("owner_id"))
                ),
                name="register_version_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(deputy_id=None) | ~models.Q(deputy_id=models.F("owner_id")),
                name="register_version_deputy_is_another",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on=None) | models.Q(expires_on__gte=models.F("effective_on")),
                name="register_version_ends_after_it_begins",
            ),
            TenantReference(name="register_version_entry", column="entry_id", table="registers_entry"),
            TenantReference(name="register_version_supersedes", column="supersedes_id", table="registers_entry"),
            TenantReference(name="register_version_owner", column="owner_id", table="identity_account"),
            TenantReference(name="register_version_deputy", column="deputy_id", table="identity_account"),
            TenantReference(name="register_version_author", column="author_id", table="identity_account"),
            TenantReference(name="register_version_acted_by", column="acted_by", table="identity_account"),
            TenantWall(name="register_version_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY, _FOLLOWS]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number}"


class WithdrawalWish(TenantModel):
    """That somebody asks that an approved entry ends, and why; another one lets it end."""

    entry_id = models.UUIDField()
    number = models.PositiveIntegerField()
    """The version that he asks to end."""
    note = SealedTextField(max_length=LONGEST_NOTE)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="register_withdrawal_entry", column="entry_id", table="registers_entry"),
            TenantReference(name="register_withdrawal_asked_by", column="asked_by", table="identity_account"),
            TenantWall(name="register_withdrawal_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "entry_id", "id"], name="register_withdrawal_by_entry")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number}"


class Attachment(TenantModel):
    """A file of an entry, sealed as it lies here; its digest is part of what is approved."""

    entry_id = models.UUIDField()
    name = SealedTextField(max_length=120)
    kind = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    content = SealedBinaryField()
    digest = models.CharField(max_length=64)
    added_by = models.UUIDField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "entry_id", "digest"], name="register_attachment_once"),
            models.CheckConstraint(
                condition=models.Q(size__gte=1, size__lte=LARGEST_ATTACHMENT), name="register_attachment_size"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["application/pdf", "image/png", "image/jpeg", "text/plain"]),
                name="register_attachment_kind",
            ),
            TenantReference(name="register_attachment_entry", column="entry_id", table="registers_entry"),
            TenantReference(name="register_attachment_added_by", column="added_by", table="identity_account"),
            TenantWall(name="register_attachment_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY, _WHILE_DRAFTED]

    def __str__(self) -> str:
        return str(self.id)


class Acknowledgement(TenantModel):
    """That somebody read an approved entry, as it stood, and says that he will keep to it."""

    entry_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    account_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "entry_id", "digest", "account_id"], name="register_acknowledged_once"
            ),
            TenantReference(name="register_acknowledgement_entry", column="entry_id", table="registers_entry"),
            TenantReference(name="register_acknowledgement_by", column="account_id", table="identity_account"),
            TenantWall(name="register_acknowledgement_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class EndingNotice(TenantModel):
    """That owner and deputy were told that an entry ends in so many days."""

    entry_id = models.UUIDField()
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "entry_id", "ends_on", "days"], name="register_ending_told_once"
            ),
            TenantReference(name="register_ending_entry", column="entry_id", table="registers_entry"),
            TenantWall(name="register_ending_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class Revocation(TenantModel):
    """What was taken from somebody who left, when, and how many there were."""

    entry_id = models.UUIDField()
    account_id = models.UUIDField()
    what = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "entry_id", "what"], name="register_revoked_once"),
            TenantReference(name="register_revocation_entry", column="entry_id", table="registers_entry"),
            TenantReference(name="register_revocation_of", column="account_id", table="identity_account"),
            TenantWall(name="register_revocation_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)
