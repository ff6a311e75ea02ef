"""The browser comes back from its provider: to sign in, to confirm that it is still the same person, or from a test."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.errors import NameTaken
from tokimori.foundation.identity.limits import address_key, count_attempt_of_address, forgive
from tokimori.foundation.identity.models import Account, ExternalIdentity, IdentityProvider, PendingSignIn
from tokimori.foundation.identity.principals import account_id_of, principal_of
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.identity.services.sessions import Origin, SignedIn, must_be_passkey, raise_session
from tokimori.foundation.identity.services.sign_in import enter
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.single_sign_on.errors import SingleSignOnFailed
from tokimori.foundation.single_sign_on.services.answers import record_refusal
from tokimori.foundation.single_sign_on.services.outcomes import Outcome, What, Why, decide, vouched_address
from tokimori.foundation.single_sign_on.services.pending import TICKET_PREFIX, take_ticket
from tokimori.foundation.single_sign_on.values import Arrival, Purpose, State
from tokimori.foundation.tenancy.context import tenant_transaction

_CONFIRMED_WITHIN: Final = timedelta(minutes=5)
_SKEW: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A person who came in: the session's secret, and where he wanted to go."""

    secret: str
    wanted: str


def finish_sign_in(*, ticket: str, browser: str, origin: Origin, language: str, now: datetime) -> Entered:
    """Return a new session for whom a provider vouched for; raise ``SingleSignOnFailed`` alike for whatever was wrong.

    What is missing to the strength that the company asks for is asked for afterwards, as after a password.
    """
    address = address_key(origin.address)
    count_attempt_of_address(address=address, now=now)
    carried = read_carried_secret(ticket, prefix=TICKET_PREFIX)
    if carried is None:
        raise SingleSignOnFailed
    with tenant_transaction(carried.tenant_id):
        found = _signed_in(ticket, browser=browser, origin=origin, language=language, now=now)
    # The failure is raised outside, so that its event is kept.
    if found is None:
        raise SingleSignOnFailed
    forgive(address=address)
    return found


@transaction.atomic
def finish_confirmation(*, signed_in: SignedIn, ticket: str, browser: str, now: datetime) -> Entered:
    """Return the session's new secret, once the provider recognised the very same person anew."""
    account = signed_in.account
    if must_be_passkey(signed_in):
        raise SingleSignOnFailed
    row = take_ticket(ticket, purpose=Purpose.CONFIRM, browser=browser, account_id=account.id, now=now)
    if row is None or row.arrival is None:
        raise SingleSignOnFailed
    arrival, provider = Arrival.from_plain(row.arrival), _active(row)
    if provider is None:
        raise SingleSignOnFailed
    outcome = decide(provider, arrival)
    recognised = arrival.recognised_at
    is_fresh = recognised is not None and now - _CONFIRMED_WITHIN <= recognised <= now + _SKEW
    if outcome.what is not What.KNOWN or outcome.account_id != account.id or not is_fresh:
        raise SingleSignOnFailed
    actor = principal_of(account, employee_id=None)
    record_event(EventName.CONFIRMATION_SUCCEEDED, actor=actor, subject_id=account.id, at=now)
    return Entered(secret=raise_session(signed_in=signed_in, proof=Proof.SINGLE_SIGN_ON, now=now), wanted=row.wanted)


@transaction.atomic
def finish_test(*, actor: Principal, ticket: str, browser: str, now: datetime) -> tuple[UUID, UUID]:
    """Write down what came of a test; return provider and test. The administrator's own session is not touched.

    Passed is a test whose answer was verified from end to end. What would have happened to its person stands beside it.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    row = take_ticket(ticket, purpose=Purpose.TEST, browser=browser, account_id=account_id_of(actor), now=now)
    if row is None:
        raise SingleSignOnFailed
    if row.arrival is not None:
        _pass_test(row, actor=actor, now=now)
    return row.provider_id, row.id


@transaction.atomic
def _pass_test(row: PendingSignIn, *, actor: Principal, now: datetime) -> None:
    provider = IdentityProvider.objects.select_for_update(no_key=True).get(tenant_id=row.tenant_id, id=row.provider_id)
    outcome = decide(provider, Arrival.from_plain(row.arrival or {}))
    row.outcome = _as_plain(outcome)
    row.save(update_fields=["outcome"])
    described = provider.described_at
    if provider.state == State.DRAFT.value and described is not None and row.started_at > described:
        IdentityProvider.objects.filter(tenant_id=row.tenant_id, id=provider.id).update(state=State.TESTED.value)
    IdentityProvider.objects.filter(tenant_id=row.tenant_id, id=provider.id).update(tested_at=now)
    record_event(EventName.IDENTITY_PROVIDER_TESTED, actor=actor, subject_id=provider.id, at=now)


def _as_plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "what": outcome.what.value,
        "why": outcome.why.value,
        "account_id": str(outcome.account_id) if outcome.account_id else None,
        "login_id": outcome.login_id,
        "proofs": sorted(outcome.proofs),
    }


def _signed_in(ticket: str, *, browser: str, origin: Origin, language: str, now: datetime) -> Entered | None:
    row = take_ticket(ticket, purpose=Purpose.SIGN_IN, browser=browser, now=now)
    provider = _active(row) if row is not None else None
    if row is None or row.arrival is None or provider is None:
        return None
    arrival = Arrival.from_plain(row.arrival)
    outcome = decide(provider, arrival)
    if outcome.what in {What.LINKED, What.CREATED}:
        outcome = _joined(provider, arrival, language=language, now=now)
    if outcome.what is What.REFUSED or outcome.account_id is None:
        record_refusal(provider, outcome.why, now=now)
        return None
    account = Account.objects.get(tenant_id=provider.tenant_id, id=outcome.account_id)
    secret = enter(account=account, proofs=outcome.proofs, is_half=False, origin=origin, now=now)
    return Entered(secret=secret, wanted=row.wanted)


def _joined(provider: IdentityProvider, arrival: Arrival, *, language: str, now: datetime) -> Outcome:
    """Link somebody who comes for the first time, or make his account. Of two at once, the second finds the first's."""
    IdentityProvider.objects.select_for_update(no_key=True).get(tenant_id=provider.tenant_id, id=provider.id)
    outcome = decide(provider, arrival)
    account_id = outcome.account_id
    actor = system_principal(TenantId(provider.tenant_id))
    if outcome.what is What.CREATED:
        new = NewAccount(
            login_id=outcome.login_id,
            email=vouched_address(provider, arrival),
            display_name=arrival.display_name or outcome.login_id,
            roles=frozenset({Role.EMPLOYEE}),
            language=language,
        )
        try:
            with transaction.atomic():
                account_id = create_account(actor=actor, account=new, now=now)
        except NameTaken:
            return Outcome(what=What.REFUSED, why=Why.NAME_TAKEN)
    if outcome.what not in {What.LINKED, What.CREATED} or account_id is None:
        return outcome
    row_id = _link(provider, arrival.subject, account_id, now=now)
    record_event(
        EventName.EXTERNAL_IDENTITY_LINKED, actor=actor, subject_id=account_id, at=now, external_identity=str(row_id)
    )
    return Outcome(what=outcome.what, account_id=account_id, proofs=outcome.proofs)


def _link(provider: IdentityProvider, subject: str, account_id: UUID, *, now: datetime) -> UUID:
    """Let a subject open an account; one that did before and was ended begins again. Return the link's id."""
    where = {"tenant_id": provider.tenant_id, "provider_id": provider.id, "subject": subject, "account_id": account_id}
    ended = ExternalIdentity.objects.filter(**where)
    if ended.update(ended_at=None, linked_at=now):
        return ended.values_list("id", flat=True)[0]
    return ExternalIdentity.objects.create(**where, id=new_id(at=now), linked_at=now).id


def _active(row: PendingSignIn) -> IdentityProvider | None:
    rows = IdentityProvider.objects.filter(tenant_id=row.tenant_id, id=row.provider_id, state=State.ACTIVE.value)
    return rows.first()
