"""People who left long ago: nothing names them any more, their keys are gone, and every proof stands."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from support.attacked import standing
from support.browser import signed_in
from support.cast import NOON, Cast
from support.cluster import ADMINISTRATION
from support.long_ago import close_long_ago, work_long_ago
from support.punching import punch
from support.rules import tokyo_rules
from tokimori.domains.organisations.services import create_site
from tokimori.domains.people.models import Employee, Employment
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, hire_employee
from tokimori.domains.rulesets.services import publish_rule_set
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.foundation import clock
from tokimori.foundation.identity.models import Account, LoginName
from tokimori.foundation.keys.models import SubjectKey
from tokimori.foundation.keys.services import ring
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.retention.models import RetentionCertificate
from tokimori.foundation.retention.periods import RecordKind
from tokimori.foundation.retention.services.holds import place_hold
from tokimori.foundation.retention.services.run import digest_of, preview, take_away
from tokimori.foundation.tenancy.context import tenant_transaction

JAPAN = frozenset({"JP"})
THAI = replace(tokyo_rules(), code="th-fixed", country="TH")
LEFT = date(2021, 4, 30)


def leave(cast: Cast, name: str, *, on: date = LEFT, is_active: bool = False) -> None:
    with tenant_transaction(cast.tenant):
        Employee.objects.filter(id=cast[name].employee_id).update(hired_on=date(2020, 1, 1), left_on=on)
        Account.objects.filter(id=cast[name].account_id).update(is_active=is_active)


def due(cast: Cast, countries: frozenset[str] = JAPAN) -> tuple[int, int]:
    with tenant_transaction(cast.tenant):
        found = preview(actor=cast.system, countries=countries, now=clock.now())
    return next((one.rows, one.held) for one in found if one.kind is RecordKind.PEOPLE)


def take_everything(cast: Cast, countries: frozenset[str] = JAPAN) -> None:
    step: tuple[UUID, ...] | None = None
    while step != ():
        with tenant_transaction(cast.tenant):
            step = take_away(actor=cast.system, countries=countries, now=clock.now())


@pytest.fixture
def gone(cast: Cast) -> Cast:
    leave(cast, "aiko")
    take_everything(cast)
    return cast


@pytest.mark.control(94)
def test_nothing_names_who_left_more_than_five_years_ago(cast: Cast) -> None:
    aiko = cast["aiko"]
    leave(cast, "aiko")
    leave(cast, "chie", on=clock.now().date() - timedelta(days=5 * 366 - 2))
    assert due(cast) == (1, 0)

    take_everything(cast)

    with tenant_transaction(cast.tenant):
        person, account = Employee.objects.get(id=aiko.employee_id), Account.objects.get(id=aiko.account_id)
        assert {person.family_name, person.given_name, account.email, account.display_name} == {"(erased)"}
        assert (person.code, account.login_id) == (
            f"gone-{str(aiko.employee_id)[-12:]}", f"gone-{str(aiko.account_id)[-12:]}",
        )  # fmt: skip
        assert (person.hired_on, person.left_on, account.email_index) == (LEFT, LEFT, None)
        assert person.forgotten_at is not None
        keys = SubjectKey.objects.filter(subject_id__in=[aiko.employee_id, aiko.account_id])
        assert {key.wrapped for key in keys} == {None}
        assert Employee.objects.get(id=cast["chie"].employee_id).given_name == "Chie"
        certificate = RetentionCertificate.objects.get(record_kind="people_who_left")
        assert certificate.counts == {"people_employee": 1, "identity_account": 1}
        assert bytes(certificate.digest) == digest_of(sorted([aiko.employee_id, aiko.account_id]))
        assert LedgerEvent.objects.filter(name=EventName.KEY_DESTROYED.value).count() == 2
        assert LoginName.objects.filter(account_id=aiko.account_id).exists(), "nobody else ever gets the name"
    assert due(cast) == (0, 0)


@pytest.mark.control(94, 96)
def test_the_log_the_seals_and_the_customers_verifier_find_nothing_wrong(cast: Cast, tmp_path: Path) -> None:
    work_long_ago(cast)
    close_long_ago(cast)
    with standing(cast, tmp_path) as site:
        leave(cast, "aiko")
        take_everything(cast)
        site.write()
        status, said = site.verified()

        assert site.found() == ""
        assert status in {0, 2}, said
        assert "are erased or withheld" in said
    with tenant_transaction(cast.tenant):
        assert {one.place for one in PunchEvent.objects.all()} == {""}


@pytest.mark.control(94, 96)
def test_a_key_that_vanished_without_an_event_is_found(cast: Cast, tmp_path: Path) -> None:
    punch(cast, "aiko", date(2026, 4, 1), "in 09:00", now=NOON)
    with standing(cast, tmp_path) as site:
        site.attack(
            "update keys_subjectkey set wrapped = null, destroyed_at = now() where tenant_id = %s and subject_id = %s",
            cast.tenant,
            cast["aiko"].employee_id,
        )
        ring.forget_everything()

        assert "its key destroyed" in site.found()


@pytest.mark.parametrize(
    ("on", "is_active", "expected"),
    [
        (LEFT, True, (0, 0)),
        (None, False, (0, 0)),
        (date(2022, 6, 1), False, (0, 0)),
        (LEFT, False, (1, 0)),
    ],
)
@pytest.mark.control(94)
def test_who_is_here_who_left_lately_and_whose_account_is_open_stay(
    cast: Cast,
    on: date | None,
    is_active: bool,  # noqa: FBT001 -- a column of the table
    expected: tuple[int, int],
) -> None:
    leave(cast, "aiko", on=on, is_active=is_active)  # type: ignore[arg-type]

    assert due(cast) == expected


@pytest.mark.control(94)
def test_a_late_entry_begins_the_time_anew(cast: Cast) -> None:
    """Japan counts from the last entry, not from the last day."""
    leave(cast, "aiko")
    with tenant_transaction(cast.tenant), connection.cursor() as cursor:
        cursor.execute(
            "insert into timekeeping_punchevent (tenant_id, id, key, content_digest, effect, employee_id, occurred_at,"
            " zone, offset_minutes, received_at, source, place, actor_kind) values (%s, gen_random_uuid(), 'late', '',"
            " 'add', %s, '2021-04-29', 'Asia/Tokyo', 540, '2023-02-01', 'api', '', 'system')",
            [cast.tenant, cast["aiko"].employee_id],
        )

    assert due(cast) == (0, 0)


@pytest.mark.control(94)
def test_of_who_worked_in_thailand_alone_nothing_is_left_after_two_years(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        now, first = clock.now(), date(2022, 1, 1)
        site = create_site(actor=cast.system, code="bkk", name="Bangkok", zone="Asia/Bangkok", country="TH", now=now)

        publish_rule_set(actor=cast.system, name="BKK", rules=THAI, valid_from=first, now=now)
        made = {}
        for code, where in (("T-1", site), ("T-2", cast.site_id)):
            somebody = NewEmployee(
                code=code, family_name="S", given_name=code, phonetic_name="", account_id=None, hired_on=first
            )
            terms = EmploymentTerms(valid_from=first, site_id=where, rule_set_code=THAI.code, leader_id=None)
            made[code] = hire_employee(actor=cast.system, employee=somebody, terms=terms, now=now)
        Employee.objects.filter(code__in=made).update(left_on=date(2024, 1, 1))
    assert due(cast, frozenset({"JP", "TH"})) == (1, 0)

    take_everything(cast, frozenset({"JP", "TH"}))

    with tenant_transaction(cast.tenant):
        assert Employee.objects.get(id=made["T-1"]).given_name == "(erased)"
        assert Employee.objects.get(id=made["T-2"]).given_name == "T-2"
        assert RetentionCertificate.objects.get(record_kind="people_who_left").countries == ["TH"]
        assert Employment.objects.filter(employee_id=made["T-1"]).exists()


@pytest.mark.control(94)
@pytest.mark.parametrize(
    ("kind", "whose", "days", "is_held"),
    [
        (RecordKind.PEOPLE, None, None, True),
        (RecordKind.PEOPLE, "aiko", None, True),
        (RecordKind.PEOPLE, "ben", None, False),
        (RecordKind.WORKING_TIME, "aiko", None, True),
        (RecordKind.EVENTS, "ben", None, True),
        (RecordKind.LETTERS, None, None, False),
        (RecordKind.PEOPLE, "aiko", (date(2020, 6, 1), date(2020, 6, 2)), True),
        (RecordKind.PEOPLE, "aiko", (date(2022, 6, 1), date(2022, 6, 2)), False),
    ],
)
def test_whatever_is_held_about_him_holds_his_keys(
    cast: Cast,
    kind: RecordKind,
    whose: str | None,
    days: tuple[date, date] | None,
    is_held: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    leave(cast, "aiko")
    with tenant_transaction(cast.tenant):
        place_hold(
            actor=cast.system, kind=kind, reason="a dispute", now=clock.now(),
            person_id=cast[whose].account_id if whose else None,
            covers_from=days[0] if days else None, covers_until=days[1] if days else None,
        )  # fmt: skip
    assert due(cast) == ((0, 1) if is_held else (1, 0))
    take_everything(cast)
    with tenant_transaction(cast.tenant):
        person = Employee.objects.get(id=cast["aiko"].employee_id)
        assert (person.forgotten_at is None, person.given_name == "Aiko") == (is_held, is_held)


@pytest.mark.control(93, 94)
def test_not_even_the_owner_forgets_anybody_early_or_brings_somebody_back(gone: Cast) -> None:
    leave(gone, "ben", on=clock.now().date() - timedelta(days=729))
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner:
        for name, change in (
            ("ben", "forgotten_at = now()"),
            ("chie", "forgotten_at = now()"),
            ("aiko", "forgotten_at = null"),
            ("aiko", "code = '0002'"),
            ("aiko", "left_on = null"),
        ):
            with pytest.raises(psycopg.Error, match="forgotten"), owner.transaction():
                owner.execute(f"update people_employee set {change} where id = %s", [gone[name].employee_id])  # type: ignore[arg-type] # noqa: S608 -- our own words


def test_the_runtime_role_forgets_nobody_past_the_door(cast: Cast) -> None:
    leave(cast, "aiko")
    with tenant_transaction(cast.tenant), connection.cursor() as cursor:
        for statement in ("delete from people_employee", "delete from identity_account"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement)


def test_the_pages_of_everybody_else_go_on(gone: Cast) -> None:
    for name, pages in {"ben": ("/team",), "chie": ("/people", "/closing"), "eri": ("/log", "/log/retention")}.items():
        browser = signed_in(gone, name)
        for page in pages:
            answer = browser.get(page, follow=True)
            assert answer.status_code in {200, 403}, (name, page, answer.status_code)
            assert b"Aiko" not in answer.content, page
