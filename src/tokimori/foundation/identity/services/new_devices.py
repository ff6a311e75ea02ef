"""Browsers in which somebody has been in before, and the letter about the first time in another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.notices.services.outbox import mails


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """A browser: a name of its own, and the accounts whose persons have been in there, the last first, since when.

    ``accounts`` gives milliseconds since 1970.
    """

    id: UUID
    accounts: Mapping[UUID, int]

    def knows(self, account_id: UUID, *, changed_at: datetime | None) -> bool:
        """Whether the account's person has been in there since the password was changed.

        What was known before is a stranger: the change may have been made against whoever sat there.
        """
        since = self.accounts.get(account_id)
        return since is not None and (changed_at is None or since >= int(changed_at.timestamp() * 1000))


def tell_of_new_device(account: Account, *, session_id: UUID, origin: Origin, now: datetime) -> None:
    """Tell a person that he is in on a device that is new here, unless it is his first time at all."""
    if not account.email or not mails():
        return
    before = Session.objects.filter(tenant_id=account.tenant_id, account_id=account.id, is_half=False)
    if before.exclude(id=session_id).exists():
        tell(account, NoticeKind.NEW_DEVICE, now=now, origin=origin.address, device=origin.device)
