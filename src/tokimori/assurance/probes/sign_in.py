"""Signing in, tried on a canary: how failures are slowed, how sessions end, what is asked besides a password."""

from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Final

import pyotp

from tokimori.assurance.probes.probe import Observation, judged, refusal_of
from tokimori.assurance.services.canaries import LOGIN, Canary, account_of, canaries, give_password, leaving_nothing
from tokimori.foundation.drafts.queries import kept_drafts
from tokimori.foundation.drafts.services import keep_draft
from tokimori.foundation.drafts.values import DraftContent, FormPlace
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import NameTaken, SignInFailed, SignInLimited
from tokimori.foundation.identity.networks import AddressAudience
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.identity.services.address_rules import NewNetwork, add_network
from tokimori.foundation.identity.services.addresses import AddressRefused, probe_addresses
from tokimori.foundation.identity.services.factors import begin_authenticator, confirm_authenticator
from tokimori.foundation.identity.services.lifecycle import Names, rename_account
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.sessions import (
    SESSION_PREFIX,
    Origin,
    SignedIn,
    Stage,
    end_session,
    signed_in_by,
)
from tokimori.foundation.identity.services.sign_in import SignInAttempt, second_by_code, sign_in, sign_out
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import subjects_of

INSIDE: Final = "192.0.2.10"
OUTSIDE: Final = "203.0.113.10"
"""Addresses for documentation, from which nobody can come (RFC 5737)."""
_A_DAY: Final = timedelta(days=1)


def attempt(canary: Canary, password: str, *, address: str = INSIDE, name: str = LOGIN) -> SignInAttempt:
    """Return an attempt to sign in to the canary's company."""
    origin = Origin(address=address, device="probe")
    return SignInAttempt(company_code=canary.company_code, name=name, password=password, origin=origin)


def observe_throttle(now: datetime) -> Observation:
    """Fail as often as the rules allow; then even the right password must wait, and be told for how long."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        password = give_password(canary, now=now)
        rules = current_rules(tenant=canary.tenant)
        failures = [
            refusal_of(sign_in, attempt=attempt(canary, "not this one"), now=now) for _ in range(rules.attempts)
        ]
        locked = refusal_of(sign_in, attempt=attempt(canary, password), now=now)
        later = now + timedelta(minutes=rules.lock_minutes, seconds=1)
        reopened = refusal_of(sign_in, attempt=attempt(canary, password), now=later)
    seconds = int(str(locked.facts.get("seconds", 0))) if isinstance(locked, SignInLimited) else 0
    checks = {
        "wrong_passwords_fail": all(isinstance(one, SignInFailed | SignInLimited) for one in failures),
        "the_account_is_locked": isinstance(locked, SignInLimited),
        "the_lock_lasts": seconds >= rules.lock_minutes * 60,
        "the_lock_ends": reopened is None,
    }
    return judged(checks, attempts=rules.attempts, lock_minutes=rules.lock_minutes)


def observe_session_end(now: datetime) -> Observation:
    """Open a session: it holds, and ends after idling, after its longest time, by hand and by signing out.

    What was typed in it is there once it has ended, and gone a day later.
    """
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        rules = current_rules(tenant=canary.tenant)
        password = give_password(canary, now=now)
        actor = principal_of(account_of(canary), employee_id=None)
        first, second = (_carried(sign_in(attempt=attempt(canary, password), now=now)) for _ in range(2))
        idle, whole = timedelta(minutes=rules.idle_minutes), timedelta(hours=rules.absolute_hours)
        held = signed_in_by(carried=first, now=now, is_use=False)
        checks = {
            "a_session_holds": held is not None,
            "it_ends_when_idle": signed_in_by(carried=first, now=now + idle, is_use=False) is None,
            "it_ends_in_any_case": signed_in_by(carried=first, now=now + whole, is_use=False) is None,
        }
        if held is not None:
            end_session(actor=actor, session_id=held.session_id, now=now)
        sign_out(actor=actor, carried=second, now=now)
        checks["it_ends_by_hand"] = signed_in_by(carried=first, now=now, is_use=False) is None
        checks["it_ends_by_signing_out"] = signed_in_by(carried=second, now=now, is_use=False) is None
        typed = FormPlace(route="new_correction", subject=str(canary.account_id))
        keep_draft(actor=actor, place=typed, content=DraftContent(fields={"reason": ("probe",)}), now=now)
        checks["what_was_typed_outlives_it"] = typed in kept_drafts(actor=actor, now=now + idle)
        checks["what_was_typed_goes_after_a_day"] = typed not in kept_drafts(actor=actor, now=now + _A_DAY)
    return judged(checks, idle_minutes=rules.idle_minutes, absolute_hours=rules.absolute_hours)


def observe_second_factor(now: datetime) -> Observation:
    """Give the canary an authenticator: the password alone is half a session, wrong and used digits open nothing."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        password = give_password(canary, now=now)
        account = account_of(canary)
        actor = principal_of(account, employee_id=None)
        digits = pyotp.TOTP(begin_authenticator(actor=actor, account=account, now=now).secret)
        confirm_authenticator(actor=actor, account=account, code=digits.at(now), now=now)
        later = now + timedelta(seconds=30)
        half = _signed_in(sign_in(attempt=attempt(canary, password), now=later), now=later)
        again = _signed_in(sign_in(attempt=attempt(canary, password), now=later), now=later)
        wrong = refusal_of(second_by_code, signed_in=half, typed="000000", now=later)
        code = digits.at(later)
        whole = _signed_in(second_by_code(signed_in=half, typed=code, now=later), now=later)
        used = refusal_of(second_by_code, signed_in=again, typed=code, now=later)
    checks = {
        "the_password_is_half": half.stage is Stage.SECOND_FACTOR,
        "wrong_digits_are_refused": wrong is not None or code == "000000",
        "right_digits_open": whole.stage is Stage.IN,
        "digits_work_once": used is not None,
    }
    return judged(checks)


def observe_address_limits(now: datetime) -> Observation:
    """Limit the canary to one network: from there it comes in, from elsewhere it does not, though its password is right."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        password = give_password(canary, now=now)
        free = refusal_of(sign_in, attempt=attempt(canary, password, address=OUTSIDE), now=now)
        network = NewNetwork(audiences=(AddressAudience.EMPLOYEE,), network=ip_network(f"{INSIDE}/32"))
        add_network(actor=canary.system, new=network, address=INSIDE, now=now)
        answers = probe_addresses(
            tenant=canary.tenant, audience=AddressAudience.EMPLOYEE, inside=INSIDE, outside=OUTSIDE, now=now
        )
        inside = refusal_of(sign_in, attempt=attempt(canary, password), now=now)
        outside = refusal_of(sign_in, attempt=attempt(canary, password, address=OUTSIDE), now=now)
    checks = {
        "without_a_rule_anywhere": free is None,
        "the_rules_decide": answers.is_as_it_should_be,
        "inside_is_let_in": inside is None,
        "outside_is_refused": isinstance(outside, AddressRefused),
    }
    return judged(checks)


def observe_reuse_of_names(now: datetime) -> Observation:
    """Rename the canary, and try to give its former name to somebody else."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        held = refusal_of(create_account, actor=canary.system, account=_another(LOGIN), now=now)
        names = Names(login_id="canary-renamed", email=None, display_name="Canary")
        rename_account(actor=canary.system, account_id=canary.account_id, names=names, now=now)
        former = refusal_of(create_account, actor=canary.system, account=_another(LOGIN), now=now)
        fresh = refusal_of(create_account, actor=canary.system, account=_another("canary-fresh"), now=now)
    checks = {
        "a_name_in_use_is_refused": isinstance(held, NameTaken),
        "a_former_name_is_refused": isinstance(former, NameTaken),
        "a_fresh_name_is_taken": fresh is None,
    }
    return judged(checks)


def observe_record_of_sign_in(now: datetime) -> Observation:
    """Fail, sign in and sign out: each of the three must stand in the company's log."""
    canary, _ = canaries(now=now)
    since = now - timedelta(seconds=1)
    with leaving_nothing(canary.tenant):
        password = give_password(canary, now=now)
        refusal_of(sign_in, attempt=attempt(canary, "not this one"), now=now)
        carried = _carried(sign_in(attempt=attempt(canary, password), now=now))
        sign_out(actor=principal_of(account_of(canary), employee_id=None), carried=carried, now=now)
        checks = {
            f"is_recorded:{name.value}": canary.account_id in subjects_of(tenant=canary.tenant, name=name, since=since)
            for name in (EventName.SIGN_IN_FAILED, EventName.SIGN_IN_SUCCEEDED, EventName.SIGN_OUT)
        }
    return judged(checks)


def _another(login_id: str) -> NewAccount:
    return NewAccount(login_id=login_id, email=None, display_name="Another", roles=frozenset(), language="en")


def _carried(secret: str) -> CarriedSecret:
    carried = read_carried_secret(secret, prefix=SESSION_PREFIX)
    if carried is None:
        raise AssertionError("A session's secret that was just made must be readable.")
    return carried


def _signed_in(secret: str, *, now: datetime) -> SignedIn:
    found = signed_in_by(carried=_carried(secret), now=now, is_use=False)
    if found is None:
        raise AssertionError("A session that was just opened must hold.")
    return found
