"""Accounts of employees: from a file, joined once, closed the day after the last."""

from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import cluster
from support.cast import FOUNDED, NOON, Cast, new_company
from tokimori.domains.people.accounts.account_file import (
    COLUMNS,
    LARGEST_FILE,
    AccountLine,
    read_account_file,
)
from tokimori.domains.people.accounts.errors import (
    AccountColumnsMissing,
    AccountFileTooLong,
    EmployeeHasAccount,
    EmployeeUnknown,
)
from tokimori.domains.people.accounts.services import (
    close_accounts_of_leavers,
    invite_from_file,
    invite_person,
    leavers_with_open_accounts,
)
from tokimori.domains.people.models import Employee
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, hire_employee
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.delimited import FileTooLarge, RefusedLine, WrongEncoding
from tokimori.foundation.errors import NotAllowed, NotFound, Refusal
from tokimori.foundation.identity.models import Account, SignInLink
from tokimori.foundation.identity.services.account_files import (
    account_file,
    accounts_of_file,
    rejected_lines_of,
)
from tokimori.foundation.identity.services.accounts import NewAccount, choose_password
from tokimori.foundation.identity.services.slips import MOST_SLIPS, make_slips
from tokimori.foundation.tenancy.context import tenant_transaction

HEADING = "login_id,name,email,roles,language,employee_code\n"


@pytest.fixture
def firm() -> Cast:
    """Ada administers; Aiko works."""
    cast = new_company(
        people={
            "ada": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )
    with tenant_transaction(cast.tenant):
        for code in ("0101", "0102"):
            hire_employee(
                actor=cast.system,
                employee=NewEmployee(
                    code=code,
                    family_name="岡田",
                    given_name="真理",
                    phonetic_name="",
                    account_id=None,
                    hired_on=date(2026, 1, 1),
                ),
                terms=EmploymentTerms(
                    valid_from=date(2026, 1, 1), site_id=cast.site_id, rule_set_code="jp-fixed", leader_id=None
                ),
                now=FOUNDED,
            )
    return cast


def test_each_line_becomes_an_account_or_is_handed_back_with_its_reason(firm: Cast) -> None:
    content = (
        HEADING
        + ",岡田 真理,,,,0101\n"
        + "mari2,Okada Mari,mari@example.jp,manager employee,en,0102\n"
        + "aiko,Another Aiko,,,,\n"
        + "third,Third,,,,0101\n"
        + "fourth,Fourth,,,,9999\n"
        + "fifth,Fifth,,king,,\n"
        + "sixth,Sixth,,administrator;payroll,,\n"
        + "seventh,,,,,\n"
        + 'eighth,"unbalanced,,,,\n'
        + "ninth,Ninth,nobody,,,\n"
        + "tenth,Tenth,,,fr,\n"
    )
    with tenant_transaction(firm.tenant):
        outcome = invite_from_file(
            actor=firm["ada"].principal, file_name="a.csv", content=content.encode(), language="ja", now=NOON
        )

        assert [(line.number, line.refusal.code, line.refusal.facts.get("field")) for line in outcome.rejected] == [
            (4, "account.name_taken", None),
            (5, "account.employee_has_one", None),
            (6, "account.employee_unknown", None),
            (7, "account.not_valid", "roles"),
            (8, "account.roles_conflict", None),
            (9, "account.not_valid", "display_name"),
            (10, "import.broken_line", None),
            (11, "account.not_valid", "email"),
            (12, "account.not_valid", "language"),
        ]
        made = [Account.objects.get(id=one) for one in outcome.invited]
        assert [(one.login_id, one.email, one.language, one.roles) for one in made] == [
            ("0101", None, "ja", ["employee"]),
            ("mari2", "mari@example.jp", "en", ["employee", "manager"]),
        ]
        assert Employee.objects.get(code="0101").account_id == outcome.invited[0]
        assert not SignInLink.objects.exists(), "links are made when they are handed over"
        assert not any(one.has_usable_password() for one in made)
        view = account_file(actor=firm["ada"].principal, file_id=outcome.file_id)
        assert (view.invited_count, view.rejected_count, view.encoding) == (2, 9, "UTF-8")
        kept = rejected_lines_of(actor=firm["ada"].principal, file_id=outcome.file_id)
        assert kept[0].text == "aiko,Another Aiko,,,,"
        assert accounts_of_file(actor=firm["ada"].principal, file_id=outcome.file_id) == outcome.invited


def test_shift_jis_and_japanese_headings_are_read(firm: Cast) -> None:
    content = "従業員コード,氏名,役割,言語\r\n0101,岡田 真理,従業員、上長,日本語\r\n".encode("cp932")

    file = read_account_file(content, language="en")

    assert file.encoding == "Shift_JIS"
    (line,) = file.lines
    assert isinstance(line, AccountLine)
    assert (line.employee_code, line.account.login_id, line.account.language) == ("0101", "0101", "ja")
    assert line.account.roles == {Role.EMPLOYEE, Role.MANAGER}


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(b"x" * (LARGEST_FILE + 1), FileTooLarge, id="too large"),
        pytest.param(b"\xff\xfe\x00\x81", WrongEncoding, id="neither encoding"),
        pytest.param(b"name,email\n", AccountColumnsMissing, id="nothing to sign in with"),
        pytest.param(b"login_id\n", AccountColumnsMissing, id="no name"),
        pytest.param(b"name,name,login_id\n", AccountColumnsMissing, id="a column twice"),
        pytest.param(b"", AccountColumnsMissing, id="empty"),
        pytest.param(b"login_id,name\n" + b"a,A\n" * 2001, AccountFileTooLong, id="too long"),
    ],
)
def test_what_is_no_such_file_is_refused_whole(firm: Cast, content: bytes, refusal: type[Refusal]) -> None:
    with tenant_transaction(firm.tenant), pytest.raises(refusal):
        invite_from_file(actor=firm["ada"].principal, file_name="a.csv", content=content, language="ja", now=NOON)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: (HEADING + text).encode("utf-8", "replace")))
def test_any_bytes_become_lines_or_a_refusal(content: bytes) -> None:
    try:
        file = read_account_file(content, language="ja")
    except Refusal:
        return
    for line in file.lines:
        assert isinstance(line, AccountLine | RefusedLine)
        if isinstance(line, AccountLine):
            assert line.account.login_id.strip()


cells = st.text(
    st.characters(codec="utf-8", exclude_characters='\n\r,"\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029'), max_size=20
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cells)), max_size=5), st.permutations(COLUMNS))
def test_columns_may_stand_in_any_order(rows: list[dict[str, str]], order: list[str]) -> None:
    def file(columns: list[str] | tuple[str, ...]) -> bytes:
        lines = [",".join(columns), *(",".join(row[name] for name in columns) for row in rows)]
        return "\n".join(lines).encode()

    def read(content: bytes) -> list[object]:
        return [getattr(line, "account", None) for line in read_account_file(content, language="ja").lines]

    assert read(file(COLUMNS)) == read(file(order))


def test_only_who_may_write_accounts_reads_a_file(firm: Cast) -> None:
    with tenant_transaction(firm.tenant), pytest.raises(NotAllowed):
        invite_from_file(
            actor=firm["aiko"].principal, file_name="a.csv", content=HEADING.encode(), language="ja", now=NOON
        )


def test_an_employee_has_one_account_and_an_account_one_employee(firm: Cast) -> None:
    def wish(login_id: str) -> NewAccount:
        return NewAccount(
            login_id=login_id, email=None, display_name="X", roles=frozenset({Role.EMPLOYEE}), language="ja"
        )

    ada = firm["ada"].principal
    with tenant_transaction(firm.tenant):
        first = invite_person(actor=ada, account=wish("one"), employee_code="0101", now=NOON)
        for code, refusal in (("0101", EmployeeHasAccount), ("9999", EmployeeUnknown)):
            with pytest.raises(refusal):
                invite_person(actor=ada, account=wish(f"two-{code}"), employee_code=code, now=NOON)
    with (
        psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as owner,
        pytest.raises(psycopg.errors.UniqueViolation),
    ):
        owner.execute(
            "update people_employee set account_id = %s where tenant_id = %s and code = '0102'",
            [first.account_id, firm.tenant],
        )


def test_an_employee_code_is_nobody_elses_for_all_time(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        Employee.objects.filter(code="0101").update(left_on=date(2026, 2, 1))
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as owner:
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute(
                "insert into people_employee (tenant_id, id, code, family_name, given_name, phonetic_name, hired_on,"
                " created_at) values (%s, gen_random_uuid(), '0101', 'a', 'b', '', '2026-03-01', now())",
                [firm.tenant],
            )
        owner.rollback()


def leaves(cast: Cast, on: date | None) -> None:
    Employee.objects.filter(id=cast["aiko"].employee_id).update(left_on=on)


@pytest.mark.control(26)
def test_the_account_of_who_left_is_closed_the_day_after_on_the_clock_of_his_site(firm: Cast) -> None:
    midnight_in_tokyo = datetime(2026, 4, 10, 15, 0, tzinfo=UTC)
    with tenant_transaction(firm.tenant):
        leaves(firm, date(2026, 4, 10))
        before = datetime(2026, 4, 10, 14, 59, tzinfo=UTC)
        assert close_accounts_of_leavers(actor=firm.system, now=before) == 0
        assert leavers_with_open_accounts(tenant=firm.tenant, now=midnight_in_tokyo) == (firm["aiko"].account_id,)
        assert close_accounts_of_leavers(actor=firm.system, now=midnight_in_tokyo) == 1
        assert close_accounts_of_leavers(actor=firm.system, now=midnight_in_tokyo) == 0
        assert Account.objects.get(id=firm["aiko"].account_id).closing_reason == "left"


def test_slips_carry_a_fresh_link_each_and_leave_out_who_is_closed_or_elsewhere(firm: Cast, dan: Cast) -> None:
    ada = firm["ada"].principal
    content = HEADING + "a,A,,,th,\nb,B,,,,\n"
    with tenant_transaction(firm.tenant):
        made = invite_from_file(actor=ada, file_name="", content=content.encode(), language="ja", now=NOON).invited
        Account.objects.filter(id=made[1]).update(is_active=False)
        wanted: list[UUID] = [*made, firm["ada"].account_id, dan["dan"].account_id, made[0]]
        slips = make_slips(actor=ada, account_ids=wanted, now=NOON)
        again = make_slips(actor=ada, account_ids=[made[0]], now=NOON)

        assert [(slip.login_id, slip.language) for slip in slips] == [("a", "th")]
        with pytest.raises(Refusal):
            choose_password(secret=slips[0].secret, password="a quiet sentence by the sea", now=NOON)
        choose_password(secret=again[0].secret, password="a quiet sentence by the sea", now=NOON)
        with pytest.raises(NotFound):
            make_slips(actor=ada, account_ids=[dan["dan"].account_id], now=NOON)
        with pytest.raises(Refusal):
            make_slips(actor=ada, account_ids=[made[0]] * (MOST_SLIPS + 1), now=NOON)
        with pytest.raises(NotAllowed):
            make_slips(actor=firm["aiko"].principal, account_ids=[made[0]], now=NOON)
