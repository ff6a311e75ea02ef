"""Records of sign-in go when their time is over, and not before; a hold keeps them, in the database too."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from support.browser import signed_in
from support.cast import Cast
from support.cluster import ADMINISTRATION
from support.logkeeping import log_keeping
from tokimori.foundation import clock
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identity.models import Session, SignInLink
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.queries.checking import check_log
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.ledger.services.log_ids import existing_log_of
from tokimori.foundation.retention.errors import (
    HoldReasonMissing,
    LiftingAsked,
    LiftingNotAsked,
    NoSuchHold,
    OwnLifting,
)
from tokimori.foundation.retention.models import RetentionCertificate
from tokimori.foundation.retention.periods import LEAST, PERIODS, RecordKind, kept_until
from tokimori.foundation.retention.queries import details_gone_before, holds
from tokimori.foundation.retention.services.holds import ask_lifting, lift_hold, place_hold
from tokimori.foundation.retention.services.run import Due, digest_of, preview, take_away
from tokimori.foundation.tenancy.context import tenant_transaction

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "retention.md"


def age_of_sessions(cast: Cast, **ages: int) -> None:
    """Let people have signed in so many days ago, and not since."""
    for name, days in ages.items():
        signed_in(cast, name)
        then = clock.now() - timedelta(days=days)
        with tenant_transaction(cast.tenant):
            Session.objects.filter(account_id=cast[name].account_id).update(last_used_at=then, ended_at=then)


def people_with_sessions(cast: Cast) -> set[str]:
    with tenant_transaction(cast.tenant):
        accounts = set(Session.objects.values_list("account_id", flat=True))
    return {name for name, member in cast.members.items() if member.account_id in accounts}


def run(cast: Cast, *countries: str, now: datetime | None = None) -> int:
    with tenant_transaction(cast.tenant):
        return len(take_away(actor=cast.system, countries=countries, now=now or clock.now()))


def previewed(cast: Cast, kind: RecordKind, *countries: str) -> Due:
    found = preview(actor=cast.system, countries=countries, now=clock.now())
    return next(one for one in found if one.kind is kind)


def able(cast: Cast, name: str) -> Principal:
    """Return somebody who may do everything."""
    return replace(cast.system, account_id=cast[name].account_id)


def lift_by_two(cast: Cast, hold: UUID) -> None:
    ask_lifting(actor=able(cast, "aiko"), hold_id=hold, now=clock.now())
    lift_hold(actor=able(cast, "ben"), hold_id=hold, now=clock.now())


def test_what_is_over_its_time_goes_with_a_certificate_and_the_rest_stays(cast: Cast, dan: Cast) -> None:
    age_of_sessions(cast, aiko=3 * 366 + 1, ben=3 * 366 - 1)
    age_of_sessions(dan, dan=3 * 366 + 1)
    with tenant_transaction(cast.tenant):
        due = previewed(cast, RecordKind.SIGN_IN, "JP")

    assert (due.counts["identity_session"], due.is_held) == (1, False)
    assert people_with_sessions(cast) == {"aiko", "ben"}, "a preview changes nothing"
    assert run(cast, "JP") == 1
    assert people_with_sessions(cast) == {"ben"}
    assert people_with_sessions(dan) == {"dan"}, "of another company nothing"
    assert run(cast, "JP") == 0, "nothing due makes no certificate"
    with tenant_transaction(cast.tenant):
        certificate = RetentionCertificate.objects.get()
        assert certificate.counts == {"identity_session": 1}
        assert LedgerEvent.objects.filter(name=EventName.RETENTION_RUN.value, subject_id=certificate.id).count() == 1


def test_of_several_countries_the_longest_time_holds(cast: Cast) -> None:
    age_of_sessions(cast, aiko=2 * 366 + 1)

    assert run(cast, "TH", "JP") == 0
    assert run(cast) == 0, "where nothing is known, the longest"
    assert run(cast, "TH") == 1


def test_a_hold_keeps_everything_until_it_is_lifted(cast: Cast) -> None:
    age_of_sessions(cast, aiko=2000)
    with tenant_transaction(cast.tenant):
        for reason in ("", "x" * 501):
            with pytest.raises(HoldReasonMissing):
                place_hold(actor=cast.system, kind=RecordKind.SIGN_IN, reason=reason, now=clock.now())
        hold = place_hold(actor=cast.system, kind=RecordKind.SIGN_IN, reason="an inquiry", now=clock.now())
        due = previewed(cast, RecordKind.SIGN_IN)
        assert due.is_held
        with connection.cursor() as cursor:
            cursor.execute("select * from tokimori.forget_sign_in_records(null, %s, null, null, true, 9)", [due.before])
            assert cursor.fetchall() == [], "the database asks it, too"

    assert run(cast) == 0
    assert people_with_sessions(cast) == {"aiko"}
    with tenant_transaction(cast.tenant):
        with pytest.raises(LiftingNotAsked):
            lift_hold(actor=able(cast, "ben"), hold_id=hold, now=clock.now())
        lift_by_two(cast, hold)
        for act in (ask_lifting, lift_hold):
            with pytest.raises(NoSuchHold):
                act(actor=able(cast, "ben"), hold_id=hold, now=clock.now())
    assert run(cast) == 1


@pytest.mark.control(94)
def test_who_asks_to_lift_a_hold_does_not_lift_it(cast: Cast) -> None:
    age_of_sessions(cast, aiko=2000)
    with tenant_transaction(cast.tenant):
        hold = place_hold(actor=cast.system, kind=RecordKind.SIGN_IN, reason="an inquiry", now=clock.now())
        with pytest.raises(OwnLifting):
            ask_lifting(actor=cast.system, hold_id=hold, now=clock.now())
        ask_lifting(actor=able(cast, "aiko"), hold_id=hold, now=clock.now())
        with pytest.raises(LiftingAsked):
            ask_lifting(actor=able(cast, "ben"), hold_id=hold, now=clock.now())
        for actor in (able(cast, "aiko"), cast.system):
            with pytest.raises(OwnLifting):
                lift_hold(actor=actor, hold_id=hold, now=clock.now())
        (shown,) = holds(actor=cast.system)
        assert shown.asked_by == cast["aiko"].account_id
        for alone in (
            "lifted_at = now(), lifted_by = lifting_asked_by",
            "lifted_at = now()",
            "lifted_at = now(), lifted_by = gen_random_uuid(), lifting_asked_at = null, lifting_asked_by = null",
        ):
            with (
                pytest.raises(DatabaseError, match="lifted_by_two"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"update retention_legalhold set {alone} where id = %s", [hold])  # noqa: S608 -- our own words
    assert run(cast) == 0, "asking alone lets nothing go"
    with tenant_transaction(cast.tenant):
        lift_hold(actor=able(cast, "ben"), hold_id=hold, now=clock.now())
        names = LedgerEvent.objects.filter(subject_id=hold).order_by("id").values_list("name", flat=True)
        assert sorted(names) == ["legal_hold:lifted", "legal_hold:lifting-asked", "legal_hold:placed"]
    assert run(cast) == 1


def test_the_database_lets_nothing_young_go_and_no_row_by_itself(cast: Cast) -> None:
    age_of_sessions(cast, aiko=100)
    with tenant_transaction(cast.tenant):
        for statement, value in (
            (
                "select * from tokimori.forget_sign_in_records(null, %s, null, null, true, 9)",
                clock.now() - timedelta(days=89),
            ),
            ("delete from identity_session where last_used_at < %s", clock.now()),
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [value])
    assert people_with_sessions(cast) == {"aiko"}


def test_links_that_were_never_used_go_as_well(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        then = clock.now() - timedelta(days=1200)
        SignInLink.objects.create(
            tenant_id=cast.tenant,
            account_id=cast["aiko"].account_id,
            secret_digest=b"0" * 32,
            issued_at=then,
            expires_at=then,
        )
    assert run(cast, "JP") == 1
    with tenant_transaction(cast.tenant):
        assert not SignInLink.objects.exists()


def test_not_everybody_may(cast: Cast) -> None:
    actor = cast["aiko"].principal
    with tenant_transaction(cast.tenant):
        for act in (
            lambda: preview(actor=actor, countries=(), now=clock.now()),
            lambda: take_away(actor=actor, countries=(), now=clock.now()),
            lambda: place_hold(actor=actor, kind=RecordKind.SIGN_IN, reason="x", now=clock.now()),
            lambda: ask_lifting(actor=actor, hold_id=cast.tenant, now=clock.now()),
            lambda: lift_hold(actor=actor, hold_id=cast.tenant, now=clock.now()),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_the_page_has_the_figures_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+) \|$", text, flags=re.MULTILINE))

    assert listed == {
        (
            kind.value,
            country or "elsewhere",
            f"{period.years} years" if period.years else f"{period.days} days",
            period.ground,
        )
        for kind, periods in PERIODS.items()
        for country, period in periods.items()
    }
    now = clock.now()
    assert kept_until(RecordKind.SIGN_IN, countries=["TH"], now=now) == now - timedelta(days=732)


# Details of events


def old_events(cast: Cast, *names: str, days: int) -> list[UUID]:
    """Record something about each person, so many days ago."""
    then = clock.now() - timedelta(days=days)
    with tenant_transaction(cast.tenant):
        before = set(LedgerEvent.objects.values_list("id", flat=True))
        for second, name in enumerate(names):
            account, at = cast[name].account_id, then + timedelta(seconds=second)
            record_event(EventName.PASSWORD_CHANGED, actor=cast.system, subject_id=account, at=at, mark="told")
        return [one.id for one in LedgerEvent.objects.exclude(id__in=before).order_by("id")]


def told(cast: Cast, keys: list[UUID]) -> list[bool]:
    with tenant_transaction(cast.tenant):
        rows = {row.id: row for row in LedgerEvent.objects.filter(id__in=keys)}
    return [rows[key].details.get("mark") == "told" for key in keys]


def faults(cast: Cast) -> list[str]:
    with tenant_transaction(cast.tenant):
        gone = details_gone_before(tenant=cast.tenant)
        return [one.why for one in check_log(tenant=cast.tenant, details_gone_before=gone) if one.what == "payload"]


@pytest.mark.control(94)
def test_details_of_old_events_go_and_their_leaves_stay(cast: Cast, dan: Cast) -> None:
    old, young = old_events(cast, "aiko", "ben", days=5 * 366 + 1), old_events(cast, "aiko", days=5 * 366 - 1)
    others = old_events(dan, "dan", days=5 * 366 + 1)
    with tenant_transaction(cast.tenant):
        leaves = {row.id: bytes(row.leaf_hash) for row in LedgerEvent.objects.filter(id__in=old)}
        due = previewed(cast, RecordKind.EVENTS, "JP")
    assert (due.kind, due.rows, due.held) == (RecordKind.EVENTS, 2, 0)

    assert run(cast, "JP") == 1
    assert told(cast, old) == [False, False]
    assert told(cast, young) == [True]
    assert told(dan, others) == [True], "of another company nothing"
    assert run(cast, "JP") == 0
    with tenant_transaction(cast.tenant):
        certificate = RetentionCertificate.objects.get(record_kind="event_details")
        assert certificate.counts == {"ledger_ledgerevent": 2}
        assert bytes(certificate.digest) == digest_of(sorted(old))
        log = existing_log_of(cast.tenant) or ""
        for row in LedgerEvent.objects.filter(id__in=old):
            assert row.leaf(log=log).hash() == leaves[row.id], "the leaf is what it was"
    assert faults(cast) == [], "what a certificate explains is no finding"


@pytest.mark.control(94)
def test_a_hold_about_a_person_keeps_everything_since_events_do_not_say_whose_they_are(cast: Cast) -> None:
    old = old_events(cast, "aiko", "ben", days=2000)
    with tenant_transaction(cast.tenant):
        hold = place_hold(
            actor=cast.system,
            kind=RecordKind.EVENTS,
            reason="a dispute",
            now=clock.now(),
            person_id=cast["aiko"].account_id,
        )
        due = previewed(cast, RecordKind.EVENTS, "JP")
    assert (due.rows, due.held, due.is_held) == (0, 2, True)
    assert run(cast, "JP") == 0
    assert told(cast, old) == [True, True], "nobody can tell which punches were hers"
    with tenant_transaction(cast.tenant):
        lift_by_two(cast, hold)
    assert run(cast, "JP") == 1
    assert told(cast, old) == [False, False]


def test_a_hold_on_the_kind_keeps_all_details(cast: Cast) -> None:
    old = old_events(cast, "aiko", days=2000)
    with tenant_transaction(cast.tenant):
        place_hold(actor=cast.system, kind=RecordKind.EVENTS, reason="an inquiry", now=clock.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "select * from tokimori.forget_event_details(null, %s, null, null, true, 9)", [clock.now() - LEAST]
            )
            assert cursor.fetchall() == [], "the database asks it, too"
    assert run(cast, "JP") == 0
    assert told(cast, old) == [True]


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ("sealed = ''", 89),
        ("sealed = 'x'", 2000),
        ("sealed = '', name = 'punch:withdrawn'", 2000),
        ("at = at + interval '1 day'", 2000),
        ("leaf_hash = commitment", 2000),
    ],
)
def test_not_even_the_owner_changes_anything_else_of_an_event(cast: Cast, change: str, days: int) -> None:
    (key,) = old_events(cast, "aiko", days=days)
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner, pytest.raises(psycopg.Error, match="appended"):
        owner.execute(f"update ledger_ledgerevent set {change} where id = %s", [key])  # type: ignore[arg-type] # noqa: S608


@pytest.mark.control(96)
def test_details_that_somebody_emptied_are_found(cast: Cast) -> None:
    (key,) = old_events(cast, "aiko", days=400)
    with log_keeping() as keeping:
        keeping.sequence(now=clock.now())
    assert faults(cast) == []
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner:
        owner.execute("update ledger_ledgerevent set sealed = '' where id = %s", [key])
    assert faults(cast) == ["it is empty, and no certificate says why"]


def test_a_run_of_many_goes_step_by_step_and_takes_nothing_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokimori.foundation.retention.services.run.STEP", 2)
    old = old_events(cast, "aiko", "ben", "chie", "eri", "aiko", days=2000)
    made = 0
    while step := run(cast, "JP"):
        made += step
    assert told(cast, old) == [False] * 5
    with tenant_transaction(cast.tenant):
        counts = [one.counts["ledger_ledgerevent"] for one in RetentionCertificate.objects.order_by("made_at", "id")]
    assert (made, sorted(counts)) == (3, [1, 2, 2])
