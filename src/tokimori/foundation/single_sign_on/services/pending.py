"""Questions under way: each belongs to one browser, is answered once, and its ticket is used once, all within minutes."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_secrets import new_carried_secret, read_carried_secret, secret_digest
from tokimori.foundation.identity.models import IdentityProvider, PendingSignIn, SeenAssertion
from tokimori.foundation.single_sign_on.values import Purpose

STATE_PREFIX: Final = "tko"
TICKET_PREFIX: Final = "tka"
QUESTION_LASTS: Final = timedelta(minutes=10)
TICKET_LASTS: Final = timedelta(minutes=2)
TEST_IS_KEPT: Final = timedelta(days=1)
_BROWSER: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """For what, for whom, from which browser, and where to go afterwards. ``browser`` is the secret of its cookie."""

    purpose: Purpose
    browser: str
    account_id: UUID | None = None
    wanted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What the browser carries from the provider's answer to its arrival; alone, without its cookie, it opens nothing."""

    purpose: Purpose
    secret: str


def browser_secret(carried: str) -> str:
    """Return the secret of a browser's cookie: the one that it carries, if it has the form of one, else a new one."""
    return carried if _BROWSER.fullmatch(carried) else secrets.token_urlsafe(32)


def new_state(tenant: TenantId) -> str:
    """Return what the provider must send back with its answer; it leads to the tenant and to one question."""
    return new_carried_secret(prefix=STATE_PREFIX, tenant_id=tenant)


def remember(
    provider: IdentityProvider,
    asker: Asker,
    *,
    row_id: UUID,
    state: str,
    request_id: str,
    sealed_proof: bytes | None,
    now: datetime,
) -> None:
    """Write down that a question goes out."""
    PendingSignIn.objects.create(
        tenant_id=provider.tenant_id,
        id=row_id,
        provider_id=provider.id,
        purpose=asker.purpose.value,
        account_id=asker.account_id,
        state_digest=secret_digest(state),
        browser_digest=secret_digest(asker.browser),
        request_id=request_id,
        sealed_proof=sealed_proof,
        wanted=asker.wanted[:500],
        started_at=now,
        expires_at=now + QUESTION_LASTS,
    )


def take_question(provider: IdentityProvider, state: str, *, now: datetime) -> PendingSignIn | None:
    """Return the question that an answer belongs to, and let no other answer have it; nothing when there is none."""
    carried = read_carried_secret(state, prefix=STATE_PREFIX)
    if carried is None or carried.tenant_id != provider.tenant_id:
        return None
    rows = PendingSignIn.objects.filter(
        tenant_id=provider.tenant_id, provider_id=provider.id, state_digest=carried.digest
    )
    if not rows.filter(answered_at=None, expires_at__gt=now).update(answered_at=now):
        return None
    return rows.get()


def give_ticket(
    question: PendingSignIn,
    *,
    now: datetime,
    arrival: Mapping[str, object] | None = None,
    outcome: Mapping[str, object] | None = None,
) -> Ticket:
    """Write down what came of an answer, and return the ticket with which the browser fetches it."""
    secret = new_carried_secret(prefix=TICKET_PREFIX, tenant_id=TenantId(question.tenant_id))
    question.ticket_digest, question.expires_at = secret_digest(secret), now + TICKET_LASTS
    question.arrival, question.outcome = arrival, outcome
    question.save(update_fields=["ticket_digest", "expires_at", "arrival", "outcome"])
    return Ticket(purpose=Purpose(question.purpose), secret=secret)


def take_ticket(
    secret: str, *, purpose: Purpose, browser: str, account_id: UUID | None = None, now: datetime
) -> PendingSignIn | None:
    """Return what a browser's ticket stands for, once; nothing for another browser, purpose or person.

    What the provider said is forgotten with it, except of a test, whose administrator looks at it.
    """
    carried = read_carried_secret(secret, prefix=TICKET_PREFIX)
    if carried is None:
        return None
    rows = PendingSignIn.objects.filter(
        tenant_id=carried.tenant_id,
        ticket_digest=carried.digest,
        browser_digest=secret_digest(browser),
        purpose=purpose.value,
        account_id=account_id,
        finished_at=None,
        expires_at__gt=now,
    )
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        return None
    kept = {} if purpose is Purpose.TEST else {"arrival": None}
    PendingSignIn.objects.filter(tenant_id=row.tenant_id, id=row.id).update(finished_at=now, **kept)
    return row


def is_first_time(provider: IdentityProvider, assertion: bytes, *, expires_at: datetime, now: datetime) -> bool:
    """Note an assertion; say whether it was not taken before. Of two at once, one is the first."""
    row = SeenAssertion(
        tenant_id=provider.tenant_id,
        id=new_id(at=now),
        provider_id=provider.id,
        assertion_digest=assertion,
        expires_at=expires_at,
    )
    SeenAssertion.objects.bulk_create([row], ignore_conflicts=True)
    return SeenAssertion.objects.filter(tenant_id=provider.tenant_id, id=row.id).exists()


def forget_single_sign_on(*, tenant: TenantId, now: datetime) -> int:
    """Remove what is over: questions, results of tests after a day, and assertions that could not be sent again anyway."""
    over = PendingSignIn.objects.filter(tenant_id=tenant, expires_at__lt=now)
    questions = over.exclude(purpose=Purpose.TEST.value, expires_at__gte=now - TEST_IS_KEPT)
    assertions = SeenAssertion.objects.filter(tenant_id=tenant, expires_at__lt=now)
    return sum(rows.delete()[0] for rows in (questions, assertions))
