"""Attempts at a second factor, and at the passphrase of who is in already: counted, and the person told of too many.

Whoever tries digits at sign-in knows the passphrase already, and whoever is asked for the passphrase once more sits in the
person's session, so the letters say so. They carry no link that would end the waiting: a mailbox must not buy whoever holds
the one more guesses at the very thing that is left.
"""

from datetime import datetime, timedelta
from typing import Final

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.errors import SignInLimited
from tokimori.foundation.identity.limits import count_attempt_of_account, count_second_attempt
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.security_rules import SecurityRules
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
            _note(account, NoticeKind.SECOND_FACTOR_LOCKED, refusal, now=now)
        raise


def count_present_password(account: Account, *, rules: SecurityRules, now: datetime) -> None:
    """Count an attempt at the password of who is signed in, together with attempts to sign in; else as ``count_second``."""
    try:
        count_attempt_of_account(account_id=account.id, rules=rules, now=now)
    except SignInLimited as refusal:
        if refusal.closes_account:
            _note(account, NoticeKind.PRESENT_PASSWORD_LOCKED, refusal, now=now)
        raise


_WHAT: Final = {
    NoticeKind.SECOND_FACTOR_LOCKED: "second factor",
    NoticeKind.PRESENT_PASSWORD_LOCKED: "present passphrase",
}


def _note(account: Account, kind: NoticeKind, refusal: SignInLimited, *, now: datetime) -> None:
    seconds = int(refusal.facts["seconds"])
    with tenant_transaction(TenantId(account.tenant_id)):
        actor = principal_of(account, employee_id=None)
        record_event(
            EventName.ACCOUNT_LOCKED, actor=actor, subject_id=account.id, at=now, seconds=seconds, what=_WHAT[kind]
        )
        tell(account, kind, now=now, locked=(now + timedelta(seconds=seconds)).isoformat())
