"""Passwords: which may be chosen, how they are changed, and what happens then."""

import string
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.carried_secrets import CarriedSecret
from tokimori.foundation.identity.errors import (
    PasswordChangedLately,
    PasswordNotRight,
    PasswordTooWeak,
    PasswordUsedBefore,
)
from tokimori.foundation.identity.known_passwords import is_known
from tokimori.foundation.identity.limits import account_key, forgive
from tokimori.foundation.identity.models import Account, PasswordBefore
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.second_locks import count_present_password
from tokimori.foundation.identity.services.sessions import end_sessions_of, needs_new_password
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind

LONGEST_PASSWORD: Final = 1024
PRODUCT_WORDS: Final = ("tokimori", "timecard", "timesheet", "attendance", "kintai", "勤怠", "タイムカード", "ลงเวลา")
"""What everybody who guesses at this door tries first."""
SHORTEST_WORD: Final = 4
"""Shorter names of companies occur in too many sentences."""
_VALIDATORS: Final = (UserAttributeSimilarityValidator(user_attributes=("login_id", "email", "display_name")),)
_CLASSES: Final = (
    frozenset(string.ascii_lowercase),
    frozenset(string.ascii_uppercase),
    frozenset(string.digits),
)


def change_password(
    *,
    actor: Principal,
    carried: CarriedSecret,
    current: str,
    wanted: str,
    now: datetime,
    words: Collection[str] = (),
) -> None:
    """Change the person's own password, which takes the present one, and end his other sessions.

    ``words`` are the company's names, which the door knows. Guesses at the present password are counted like attempts to
    sign in, and its person is told by letter when there were too many.
    """
    account = Account.objects.get(tenant_id=actor.tenant_id, id=account_id_of(actor))
    rules = current_rules(tenant=actor.tenant_id)
    count_present_password(account, rules=rules, now=now)
    if not check_password(current, account.password):
        record_event(EventName.CONFIRMATION_FAILED, actor=actor, subject_id=account.id, at=now)
        raise PasswordNotRight
    forgive(account=account_key(account.id))
    youngest = timedelta(days=rules.minimum_age_days)
    is_forced = needs_new_password(account, rules=rules, now=now)
    if youngest and account.password_set_at and now - account.password_set_at < youngest and not is_forced:
        raise PasswordChangedLately(days=rules.minimum_age_days)
    with transaction.atomic():
        set_password(account=account, password=wanted, rules=rules, actor=actor, now=now, words=words)
        end_sessions_of(account_id=account.id, actor=actor, now=now, but=carried)


def set_password(
    *,
    account: Account,
    password: str,
    rules: SecurityRules,
    actor: Principal,
    now: datetime,
    words: Collection[str] = (),
) -> None:
    """Set a password that its person chose, if the rules let him; the one before goes into the history."""
    refuse_weak_password(password, account=account, rules=rules, words=words)
    refuse_used_password(password, account=account, depth=rules.history_depth)
    is_change = account.password_set_at is not None
    account.password = make_password(password)
    account.password_set_at = now
    account.must_change_password = False
    account.save(update_fields=["password", "password_set_at", "must_change_password"])
    PasswordBefore.objects.create(
        tenant_id=account.tenant_id, id=new_id(at=now), account_id=account.id, password=account.password, set_at=now
    )
    record_event(EventName.PASSWORD_CHANGED, actor=actor, subject_id=account.id, at=now)
    if is_change:
        tell(account, NoticeKind.PASSWORD_CHANGED, now=now)


def refuse_weak_password(password: str, *, account: Account, rules: SecurityRules, words: Collection[str] = ()) -> None:
    """Raise ``PasswordTooWeak`` unless the password is long, uncommon and unlike the names of the person and the company.

    NIST SP 800-63B-4 section 3.1.1.2. Length counts characters, not bytes. Words of the product, and ``words``, which are
    the company's code and name, are found whatever stands between their letters.
    """
    if not rules.minimum_length <= len(password) <= LONGEST_PASSWORD:
        raise PasswordTooWeak(reason="length", least=rules.minimum_length)
    if character_classes(password) < rules.character_classes:
        raise PasswordTooWeak(reason="classes", least=rules.character_classes)
    plain = password.casefold()
    if any(word in plain for word in rules.blocked_words):
        raise PasswordTooWeak(reason="word")
    bare = _bare(password)
    if any(word in bare for word in (*PRODUCT_WORDS, *company_words(words))):
        raise PasswordTooWeak(reason="word")
    if _is_monotonous(plain) or is_known(password):
        raise PasswordTooWeak(reason="common")
    try:
        validate_password(password, user=account, password_validators=_VALIDATORS)
    except ValidationError as error:
        raise PasswordTooWeak(reason="common") from error


def company_words(names: Collection[str]) -> tuple[str, ...]:
    """Return a company's names as they are looked for in passwords: letters and digits alone, and not the shortest."""
    return tuple(bare for name in names if len(bare := _bare(name)) >= SHORTEST_WORD)


def _bare(text: str) -> str:
    """Return letters, marks and digits alone, without the difference of capitals and of widths."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if unicodedata.category(one)[0] in "LMN")


def character_classes(password: str) -> int:
    """Return how many of the four classes occur: small letters, capitals, digits, everything else."""
    characters = set(password)
    known = frozenset().union(*_CLASSES)
    return sum(1 for one in _CLASSES if characters & one) + (1 if characters - known else 0)


def refuse_used_password(password: str, *, account: Account, depth: int) -> None:
    """Raise ``PasswordUsedBefore`` when it is the present password or one of the last ``depth`` before it."""
    if any(check_password(password, encoded) for encoded in _hashes(account, depth=depth)):
        raise PasswordUsedBefore(depth=depth)


def _hashes(account: Account, *, depth: int) -> Sequence[str]:
    """Return the hash of the present password and of so many before it, without those that were never usable."""
    if not depth:
        return []
    before = PasswordBefore.objects.filter(tenant_id=account.tenant_id, account_id=account.id).order_by(
        "-set_at", "-id"
    )
    hashes = [account.password, *before.values_list("password", flat=True)[: depth + 1]]
    return list(dict.fromkeys(one for one in hashes if not one.startswith("!")))


def _is_monotonous(password: str) -> bool:
    """Whether it is made of very few characters, or of one piece again and again."""
    length = len(password)
    if len(set(password)) < 5:  # noqa: PLR2004 -- aaaaaaaaaaaa, 121212121212, abcabcabcabc
        return True
    return any(password == (password[:size] * (length // size + 1))[:length] for size in range(1, length // 2 + 1))
