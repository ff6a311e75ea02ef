"""Attempts at a second factor: counted, and the person told when there were too many.

Whoever tries digits at sign-in knows the passphrase already, so the letter says so. It carries no link that would end the
waiting: a mailbox must not buy whoever holds the passphrase more guesses at the very factor that is left.
"""

from datetime import datetime, timedelta

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.errors import SignInLimited
from tokimori.foundation.identity.limits import count_second_attempt
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.tenancy.context import tenant_transaction


def count_second(account: Account, *, now: datetime) -> None:
    """Count an attempt at an account's second factor; raise ``SignInLimited``, with its letter, when there were too many.

    It must be called where a refusal is kept, like the count itself.
    """
    try:
        count_second_attempt(account_id=account.id, now=now)
    except SignInLimited as refusal:
        if refusal.closes_account:
            _note(account, seconds=int(refusal.facts["seconds"]), now=now)
        raise


def _note(account: Account, *, seconds: int, now: datetime) -> None:
    with tenant_transaction(TenantId(account.tenant_id)):
        actor = principal_of(account, employee_id=None)
        record_event(
            EventName.ACCOUNT_LOCKED, actor=actor, subject_id=account.id, at=now, seconds=seconds, what="second factor"
        )
        locked_until = (now + timedelta(seconds=seconds)).isoformat()
        tell(account, NoticeKind.SECOND_FACTOR_LOCKED, now=now, locked=locked_until)
