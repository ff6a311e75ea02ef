"""Tell a person by letter what happened to his account: in the same transaction, where the company mails at all."""

from datetime import datetime

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account
from tokimori.foundation.notices.kinds import NoticeKind, Posting
from tokimori.foundation.notices.services.outbox import Receiver, post_notice


def tell(
    account: Account,
    kind: NoticeKind,
    *,
    now: datetime,
    address: str | None = None,
    useless_from: datetime | None = None,
    **facts: str,
) -> Posting:
    """Put a letter to a person into the outbox; say whether it will be tried.

    It goes to the account's address, or to another one that was his. What cannot be sent hinders nothing.
    """
    receiver = Receiver(
        account_id=account.id,
        address=(account.email if address is None else address) or "",
        name=account.display_name,
        language=account.language,
    )
    return post_notice(
        tenant=TenantId(account.tenant_id),
        receiver=receiver,
        kind=kind,
        facts={"at": now.isoformat(), **facts},
        now=now,
        useless_from=useless_from,
    )
