"""Passwords: which are refused, how they are kept, who may change them; tried on a canary and counted over everybody."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from psycopg.conninfo import make_conninfo

from tokimori.assurance.probes.probe import Observation, judged, refusal_of
from tokimori.assurance.probes.sign_in import attempt
from tokimori.assurance.services.canaries import LOGIN, Canary, account_of, canaries, give_password, leaving_nothing
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import (
    PasswordChangedLately,
    PasswordNotRight,
    PasswordTooWeak,
    PasswordUsedBefore,
    SignInFailed,
)
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.passwords import change_password
from tokimori.foundation.identity.services.rules import change_rules, current_rules
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Stage, signed_in_by
from tokimori.foundation.identity.services.sign_in import sign_in
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_WEAK: Final = {
    "short": "kZ9!qv",
    "common": "password1234",
    "one_sign": "aaaaaaaaaaaaaaaa",
    "repeated": "abcabcabcabcabc",
    "own_name": f"{LOGIN}{LOGIN}{LOGIN}",
    "product": "my-tokimori-account",
}
DEFAULTS: Final = (
    ("admin", "admin"), ("admin", "password"), ("admin", "1234"), ("admin", ""), ("root", "root"), ("root", "toor"),
    ("administrator", "administrator"), ("user", "user"), ("guest", "guest"), ("test", "test"),
    (LOGIN, LOGIN), (LOGIN, "password"), (LOGIN, "changeme"),
)  # fmt: skip
"""What scanners try first."""
_DATABASE_DEFAULTS: Final = (("postgres", "postgres"), ("postgres", ""), ("postgres", "password"), ("root", "root"))
_EXAMPLES: Final = ("changeme", "change-me", "secret", "example", "insecure", "default", "password")
_SECRETS: Final = ("SECRET_KEY", "TENANT_CONTEXT_KEY", "SEALING_KEY")
_SHORTEST_SECRET: Final = 32


def observe_rules(now: datetime) -> Observation:
    """Let the canary choose weak passwords at the door at which people choose them, and then a long one."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        present = give_password(canary, now=now)
        refusals = {name: _refusal_of_choice(canary, present, weak, now=now) for name, weak in _WEAK.items()}
        long = f"{secrets.token_urlsafe(12)} by the lake 湖畔"
        taken = _refusal_of_choice(canary, present, long, now=now) is None
        rules = current_rules(tenant=canary.tenant)
    checks = {f"refused:{name}": isinstance(refusal, PasswordTooWeak) for name, refusal in refusals.items()}
    return judged({**checks, "taken_password:long": taken}, minimum_length=rules.minimum_length)


def observe_history(now: datetime) -> Observation:
    """Let the canary choose its present password, and the one before, once more; then a fresh one."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        before, present = give_password(canary, now=now), give_password(canary, now=now + timedelta(seconds=1))
        fresh = secrets.token_urlsafe(24)
        present_again, before_again, chosen = (
            _refusal_of_choice(canary, present, wanted, now=now + timedelta(seconds=2))
            for wanted in (present, before, fresh)
        )
        depth = current_rules(tenant=canary.tenant).history_depth
    checks = {
        "the_present_is_refused": isinstance(present_again, PasswordUsedBefore),
        "the_one_before_is_refused": isinstance(before_again, PasswordUsedBefore),
        "a_new_one_is_taken": chosen is None,
    }
    return judged(checks, history_depth=depth)


def observe_change(now: datetime) -> Observation:
    """Let the canary change its password: not without the present one, and then its other sessions end."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        present, wanted = give_password(canary, now=now), secrets.token_urlsafe(24)
        actor = principal_of(account_of(canary), employee_id=None)
        here, there = (_carried(canary, present, now=now) for _ in range(2))
        if here is None or there is None:
            raise AssertionError("A session's secret that was just made must be readable.")
        wrong = refusal_of(change_password, actor=actor, carried=here, current="not this", wanted=wanted, now=now)
        right = refusal_of(change_password, actor=actor, carried=here, current=present, wanted=wanted, now=now)
        checks = {
            "the_present_one_is_needed": isinstance(wrong, PasswordNotRight),
            "it_is_changed": right is None,
            "the_new_one_opens": refusal_of(sign_in, attempt=attempt(canary, wanted), now=now) is None,
            "the_old_one_does_not": refusal_of(sign_in, attempt=attempt(canary, present), now=now) is not None,
            "this_session_stays": signed_in_by(carried=here, now=now, is_use=False) is not None,
            "others_end": signed_in_by(carried=there, now=now, is_use=False) is None,
        }
    return judged(checks)


def observe_age(now: datetime) -> Observation:
    """Sign in with an old password: by default it opens; under a rule on its age a new one is asked for first."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        password, young, old = give_password(canary, now=now), now + timedelta(days=89), now + timedelta(days=91)
        free = _stage_of_sign_in(canary, password, now=old)
        rules = SecurityRules(maximum_age_days=90, minimum_age_days=1)
        change_rules(actor=canary.system, rules=rules, now=now)
        before = _stage_of_sign_in(canary, password, now=young)
        after = _stage_of_sign_in(canary, password, now=old)
        too_soon = _refusal_of_choice(canary, password, secrets.token_urlsafe(24), now=now + timedelta(hours=1))
    checks = {
        "by_default_it_stays": free is Stage.IN,
        "under_a_rule_it_holds_before": before is Stage.IN,
        "under_a_rule_it_ends": after is Stage.NEW_PASSWORD,
        "under_a_rule_it_is_not_changed_at_once": isinstance(too_soon, PasswordChangedLately),
    }
    return judged(checks)


def observe_hashes(now: datetime) -> Observation:
    """Look at every stored password of every company: Argon2id with the present parameters, or none at all."""
    del now  # what is stored is stored
    hasher = get_hasher("default")
    counted = {"accounts": 0, "hashed": 0, "outdated": 0, "other": 0}
    for tenant in all_tenants():
        with tenant_transaction(tenant), connection.cursor() as cursor:
            cursor.execute(
                "select password from identity_account where tenant_id = %s "
                "union all select password from identity_passwordbefore where tenant_id = %s",
                [tenant, tenant],
            )
            for (stored,) in cursor.fetchall():
                counted[_sort(stored, is_outdated=hasher.must_update)] += 1
                counted["accounts"] += 1
    checks = {"all_are_argon2id": counted["other"] == 0, "all_are_up_to_date": counted["outdated"] == 0}
    return judged(checks, accounts=counted["accounts"], outdated=counted["outdated"], other=counted["other"])


def observe_default_credentials(now: datetime) -> Observation:
    """Try what scanners try first, at the door and at the database, and compare our own secrets with examples."""
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        give_password(canary, now=now)
        refused = [
            refusal_of(sign_in, attempt=attempt(canary, password, name=name), now=now) for name, password in DEFAULTS
        ]
    keys = [str(getattr(settings, name, "")) for name in _SECRETS]
    found = [key for key in keys if key]
    plain = [key for key in found if any(word in key.lower() for word in _EXAMPLES) or len(key) < _SHORTEST_SECRET]
    entered = sum(1 for user, password in _DATABASE_DEFAULTS if _opens_database(user, password))
    checks = {
        "no_account_opens": all(one is not None for one in refused),
        "no_secret_is_an_example": bool(found) and not plain,
        "secrets_differ": len(set(found)) == len(found),
        "the_database_stays_shut": entered == 0,
    }
    return judged(checks, default_secrets_tried=len(DEFAULTS) + len(_DATABASE_DEFAULTS))


def observe_fields(now: datetime) -> Observation:
    """Read every form of the running build: passwords are masked, named for managers, and may be pasted."""
    del now  # templates do not change while a build runs
    templates = {file.name: file.read_text(encoding="utf-8") for file in _PACKAGE.rglob("*.html")}
    scripts = [file.read_text(encoding="utf-8") for file in _PACKAGE.rglob("static/**/*.js")]
    fields = [
        tag
        for text in templates.values()
        for tag in re.findall(r"<input\b[^>]*>", text)
        if re.search(r'name="[^"]*passw', tag) or 'type="password"' in tag
    ]
    checks = {
        "there_are_fields": bool(fields),
        "all_are_masked": all('type="password"' in tag for tag in fields),
        "all_are_named": all("autocomplete=" in tag for tag in fields),
        "pasting_is_free": not any(
            re.search(r"onpaste|[\"']paste[\"']", text) for text in (*templates.values(), *scripts)
        ),
    }
    return judged(checks, fields=len(fields))


def _refusal_of_choice(canary: Canary, present: str, wanted: str, *, now: datetime) -> Refusal | None:
    """Return the refusal that the canary meets who wants another password, as from its own settings."""
    carried = _carried(canary, present, now=now)
    if carried is None:
        return None
    actor = principal_of(account_of(canary), employee_id=None)
    return refusal_of(change_password, actor=actor, carried=carried, current=present, wanted=wanted, now=now)


def _stage_of_sign_in(canary: Canary, password: str, *, now: datetime) -> Stage | None:
    carried = _carried(canary, password, now=now)
    found = signed_in_by(carried=carried, now=now, is_use=False) if carried else None
    return found.stage if found else None


def _carried(canary: Canary, password: str, *, now: datetime) -> CarriedSecret | None:
    """Return what a browser carries after the canary signed in; nothing when this password opens nothing."""
    try:
        return read_carried_secret(sign_in(attempt=attempt(canary, password), now=now), prefix=SESSION_PREFIX)
    except SignInFailed:
        return None


def _sort(stored: str, *, is_outdated: Callable[[str], bool]) -> str:
    if stored.startswith("!"):
        return "hashed"  # unusable: nothing can be turned back, nothing opens
    if not stored.startswith("argon2$argon2id$"):
        return "other"
    return "outdated" if is_outdated(stored) else "hashed"


def _opens_database(user: str, password: str) -> bool:
    place = {name: str(settings.DATABASES["default"][name]) for name in ("HOST", "PORT", "NAME")}
    address = make_conninfo(
        host=place["HOST"], port=place["PORT"], dbname=place["NAME"], user=user, password=password, connect_timeout=3
    )
    try:
        with psycopg.connect(address):
            return True
    except psycopg.OperationalError:
        return False
