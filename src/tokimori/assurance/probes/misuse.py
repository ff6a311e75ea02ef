"""Misuse, planted in the sample company: guessing, an account in two places, a flood. Each must be noticed or borne."""

from datetime import datetime, timedelta
from ipaddress import ip_network

from django.conf import settings

from tokimori.assurance.probes.probe import Observation, judged, refusal_of
from tokimori.assurance.probes.sign_in import INSIDE, OUTSIDE, attempt
from tokimori.assurance.services.canaries import (
    EMPLOYEE_CODE,
    Canary,
    account_of,
    canaries,
    give_password,
    leaving_nothing,
)
from tokimori.domains.timekeeping.reports import Outcome, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.engine import PunchKind
from tokimori.foundation.identity.errors import SignInLimited
from tokimori.foundation.identity.limits import address_key, count_attempt_of_address
from tokimori.foundation.identity.networks import AddressAudience
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.address_rules import NewNetwork, add_network
from tokimori.foundation.identity.services.addresses import AddressRefused, note_refused_address
from tokimori.foundation.identity.services.concurrent_use import note_concurrent_uses
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.sessions import Origin, open_session
from tokimori.foundation.identity.services.sign_in import sign_in
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import subjects_of


def observe_detection(now: datetime) -> Observation:
    """Guess until the account is locked, use it in two places, come from a forbidden network: each leaves its event."""
    canary, _ = canaries(now=now)
    since = now - timedelta(seconds=1)
    with leaving_nothing(canary.tenant):
        password = give_password(canary, now=now)
        _use_in_two_places(canary, now=now)
        for _ in range(current_rules(tenant=canary.tenant).attempts + 1):
            refusal_of(sign_in, attempt=attempt(canary, "a guess"), now=now)
        network = NewNetwork(audiences=(AddressAudience.EMPLOYEE,), network=ip_network(f"{INSIDE}/32"))
        add_network(actor=canary.system, new=network, address=INSIDE, now=now)
        later = now + timedelta(hours=9)
        refusal = refusal_of(sign_in, attempt=attempt(canary, password, address=OUTSIDE), now=later)
        if isinstance(refusal, AddressRefused):
            note_refused_address(refusal, now=later)  # as the door does
        note_concurrent_uses(actor=canary.system, now=now)
        noticed = {
            name: canary.account_id in subjects_of(tenant=canary.tenant, name=name, since=since)
            for name in (
                EventName.SIGN_IN_FAILED,
                EventName.ACCOUNT_LOCKED,
                EventName.ACCOUNT_USED_AT_ONCE,
                EventName.ADDRESS_REFUSED,
            )
        }
    return judged({f"is_recorded:{name.value}": is_there for name, is_there in noticed.items()}, planted=len(noticed))


def observe_flood(now: datetime) -> Observation:
    """Try to sign in from one address until that is refused; meanwhile others come in, and the sample punches as ever."""
    canary, _ = canaries(now=now)
    most = settings.SIGN_IN_LIMITS.attempts_by_address
    key = address_key(OUTSIDE)
    report = PunchReport(
        key="flood", employee_code=EMPLOYEE_CODE, occurred_at=now, kind=PunchKind.IN, source=PunchSource.API
    )
    with leaving_nothing(canary.tenant):
        password = give_password(canary, now=now)
        flood = [refusal_of(count_attempt_of_address, address=key, now=now) for _ in range(most + 1)]
        flooded = refusal_of(sign_in, attempt=attempt(canary, password, address=OUTSIDE), now=now)
        elsewhere = refusal_of(sign_in, attempt=attempt(canary, password), now=now)
        (punch,) = record_punches(actor=canary.system, reports=[report], now=now)
    checks = {
        "a_flood_is_refused": isinstance(flood[-1], SignInLimited) and isinstance(flooded, SignInLimited),
        "it_begins_to_be_refused_late_enough": flood[0] is None,
        "others_come_in_meanwhile": elsewhere is None,
        "punching_goes_on": punch.outcome is Outcome.RECORDED,
    }
    return judged(checks, attempts_by_address=most)


def _use_in_two_places(canary: Canary, *, now: datetime) -> None:
    for address, device in ((INSIDE, "one"), (OUTSIDE, "two")):
        origin = Origin(address=address, device=device)
        open_session(account=account_of(canary), proofs={Proof.PASSWORD}, is_half=False, origin=origin, now=now)
