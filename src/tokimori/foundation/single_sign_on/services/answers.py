"""Ask a provider, and take its answer: verified, and once."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import IdentityProvider, PendingSignIn
from tokimori.foundation.ledger import refusals
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.sealing import seal, unseal
from tokimori.foundation.single_sign_on.discovery import read_keys
from tokimori.foundation.single_sign_on.errors import (
    AddressNotReachable,
    AnswerNotTaken,
    DiscoveryNotReadable,
    Reason,
    SingleSignOnFailed,
)
from tokimori.foundation.single_sign_on.fetching import fetch_json
from tokimori.foundation.single_sign_on.openid_connect import (
    Proof,
    ask_openid,
    exchange_code,
    key_name_of,
    new_proof,
    read_id_token,
    refuse_other_issuer,
)
from tokimori.foundation.single_sign_on.ours import entity_id, openid_answer_url, saml_answer_url
from tokimori.foundation.single_sign_on.saml import OurSide, ask_saml, read_saml_answer
from tokimori.foundation.single_sign_on.services.pending import (
    Asker,
    Ticket,
    give_ticket,
    is_first_time,
    new_state,
    remember,
    take_question,
)
from tokimori.foundation.single_sign_on.services.providers import SECRET
from tokimori.foundation.single_sign_on.values import (
    Arrival,
    Kind,
    OpenIdSettings,
    Purpose,
    SamlSettings,
    State,
)
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code

_PROOF: Final = "pending sign-in"
_KEYS_ARE_FETCHED_EVERY: Final = timedelta(minutes=1)


def provider_of(*, company_code: str, slug: str, kind: Kind | None = None) -> IdentityProvider:
    """Return a provider that people may come in by, or that is being tested; raise ``NotFound`` for any other.

    To be called without a tenant: the company's code leads to it, and the answer comes from behind its wall.
    """
    tenant = tenant_of_company_code(company_code.strip().lower())
    if tenant is None:
        raise NotFound
    with tenant_transaction(tenant):
        rows = IdentityProvider.objects.filter(tenant_id=tenant, slug=slug).exclude(state=State.CLOSED.value)
        row = rows.exclude(configuration={}).first()
    if row is None or (kind is not None and row.kind != kind.value):
        raise NotFound
    return row


@transaction.atomic
def ask(*, provider: IdentityProvider, company_code: str, asker: Asker, now: datetime) -> str:
    """Return where to send the browser; inside the tenant. Raise ``NotFound`` for a provider that is not switched on.

    A test may go to one that is not. A confirmation wants the person to be recognised anew.
    """
    if asker.purpose is not Purpose.TEST and provider.state != State.ACTIVE.value:
        raise NotFound
    tenant = TenantId(provider.tenant_id)
    row_id, state = new_id(at=now), new_state(tenant)
    is_anew = asker.purpose is Purpose.CONFIRM
    if provider.kind == Kind.SAML.value:
        settings = SamlSettings.from_plain(provider.configuration)
        question = ask_saml(provider=settings, ours=_our_side(provider, company_code), state=state, is_anew=is_anew)
        remember(
            provider, asker, row_id=row_id, state=state, request_id=question.request_id, sealed_proof=None, now=now
        )
        return question.address
    proof = new_proof()
    sealed = seal(proof.to_bytes(), tenant=tenant, purpose=_PROOF, row=row_id)
    remember(provider, asker, row_id=row_id, state=state, request_id="", sealed_proof=sealed, now=now)
    return ask_openid(
        provider=OpenIdSettings.from_plain(provider.configuration),
        answer_url=openid_answer_url(provider, company_code),
        state=state,
        proof=proof,
        is_anew=is_anew,
    )


def take_saml_answer(*, company_code: str, slug: str, answer: str, state: str, now: datetime) -> Ticket:
    """Return the browser's ticket; raise ``SingleSignOnFailed`` alike for whatever was wrong, and record what it was."""
    provider = provider_of(company_code=company_code, slug=slug, kind=Kind.SAML)
    question = _question(provider, state, now=now)
    try:
        assertion = read_saml_answer(
            answer,
            provider=SamlSettings.from_plain(provider.configuration),
            ours=_our_side(provider, company_code),
            request_id=question.request_id,
            now=now,
        )
    except AnswerNotTaken as refusal:
        return _not_taken(provider, question, refusal.reason, now=now)
    with tenant_transaction(TenantId(provider.tenant_id)):
        if is_first_time(provider, assertion.digest, expires_at=assertion.expires_at, now=now):
            return _taken(question, assertion.arrival, now=now)
    return _not_taken(provider, question, Reason.REPLAYED, now=now)


def take_openid_answer(
    *, company_code: str, slug: str, code: str, issuer: str | None, state: str, now: datetime
) -> Ticket:
    """Return the browser's ticket, once its code was exchanged; raise ``SingleSignOnFailed`` alike for whatever was wrong.

    No transaction is open while the provider is asked.
    """
    provider = provider_of(company_code=company_code, slug=slug, kind=Kind.OPENID_CONNECT)
    question = _question(provider, state, now=now)
    settings = OpenIdSettings.from_plain(provider.configuration)
    tenant = TenantId(provider.tenant_id)
    proof = Proof.from_bytes(
        unseal(bytes(question.sealed_proof or b""), tenant=tenant, purpose=_PROOF, row=question.id)
    )
    secret = unseal(bytes(provider.sealed_secret or b""), tenant=tenant, purpose=SECRET, row=provider.id).decode()
    try:
        refuse_other_issuer(provider=settings, stated=issuer)
        token = exchange_code(
            provider=settings,
            secret=secret,
            code=code,
            verifier=proof.verifier,
            answer_url=openid_answer_url(provider, company_code),
        )
        provider = _with_keys(provider, settings, key_name_of(token), now=now)
        arrival = read_id_token(token, provider=settings, keys=provider.keys, nonce=proof.nonce, now=now)
    except AnswerNotTaken as refusal:
        return _not_taken(provider, question, refusal.reason, now=now)
    with tenant_transaction(tenant):
        return _taken(question, arrival, now=now)


def record_refusal(provider: IdentityProvider, reason: str, *, now: datetime) -> None:
    """Write down why somebody was not let in, not without end: whoever knocks here needs no account."""
    actor = system_principal(TenantId(provider.tenant_id))
    refusals.record_refusal(
        EventName.SINGLE_SIGN_ON_REFUSED, actor=actor, subject_id=provider.id, at=now, reason=reason
    )


def _question(provider: IdentityProvider, state: str, *, now: datetime) -> PendingSignIn:
    """Return the question; its being answered is kept, whatever is wrong with the answer."""
    with tenant_transaction(TenantId(provider.tenant_id)):
        question = take_question(provider, state, now=now)
        if question is None:
            record_refusal(provider, Reason.UNSOLICITED, now=now)
    if question is None:
        raise SingleSignOnFailed
    return question


def _taken(question: PendingSignIn, arrival: Arrival, *, now: datetime) -> Ticket:
    return give_ticket(question, now=now, arrival=arrival.to_plain())


def _not_taken(provider: IdentityProvider, question: PendingSignIn, reason: Reason, *, now: datetime) -> Ticket:
    """Record it. Of a test the administrator learns the reason; everybody else hears the one sentence."""
    with tenant_transaction(TenantId(provider.tenant_id)):
        record_refusal(provider, reason, now=now)
        if question.purpose == Purpose.TEST.value:
            return give_ticket(question, now=now, outcome={"reason": reason.value})
    raise SingleSignOnFailed


def _with_keys(
    provider: IdentityProvider, settings: OpenIdSettings, name: str | None, *, now: datetime
) -> IdentityProvider:
    """Return the provider with the key of this name, fetched again where it is new; at most once a minute."""
    is_known = name is None or any(key.get("kid") == name for key in provider.keys)
    fetched = provider.keys_fetched_at
    if is_known or (fetched is not None and now - fetched < _KEYS_ARE_FETCHED_EVERY):
        return provider
    try:
        keys = list(read_keys(fetch_json(settings.keys_address)))
    except (AddressNotReachable, DiscoveryNotReadable) as error:
        raise AnswerNotTaken(Reason.NOT_REACHABLE) from error
    with tenant_transaction(TenantId(provider.tenant_id)):
        rows = IdentityProvider.objects.filter(tenant_id=provider.tenant_id, id=provider.id)
        rows.update(keys=keys, keys_fetched_at=now)
        return rows.get()


def _our_side(provider: IdentityProvider, company_code: str) -> OurSide:
    tenant = TenantId(provider.tenant_id)
    return OurSide(
        entity_id=entity_id(provider, company_code),
        answer_url=saml_answer_url(provider, company_code),
        certificate=provider.certificate,
        private_key=unseal(bytes(provider.sealed_secret or b""), tenant=tenant, purpose=SECRET, row=provider.id),
    )
