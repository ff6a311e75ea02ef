"""The tree of divisions stays a tree, and what is closed takes nobody in."""

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from hypothesis import given, settings
from hypothesis import strategies as st

from support.cast import FOUNDED, NOON, Cast, acting, stand, usual_cast, whole_cast, with_places
from tokimori.domains.organisations.models import Division
from tokimori.domains.organisations.queries import divisions, divisions_below
from tokimori.domains.organisations.services import (
    DEEPEST,
    DivisionBelowItself,
    DivisionClosed,
    DivisionCodeTaken,
    DivisionInUse,
    DivisionNotValid,
    DivisionTreeTooLarge,
    change_division,
    create_division,
)
from tokimori.domains.people.services import (
    ChangedThatDay,
    EmployeeTypeClosed,
    OwnEmployment,
    close_division,
    close_employee_type,
    transfer_employee,
)
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    return with_places(usual_cast(), {"a": None, "b": "a", "c": "b", "d": None})


def move(company: Cast, name: str, *, to: str | None) -> None:
    with tenant_transaction(company.tenant):
        change_division(
            actor=company.system,
            division_id=company.places[name],
            name=name,
            parent_id=company.places[to] if to else None,
            now=NOON,
        )


def paths(company: Cast) -> list[str]:
    with tenant_transaction(company.tenant):
        return ["/".join(view.path) for view in divisions(tenant=company.tenant)]


def test_the_tree_is_read_from_the_top(company: Cast) -> None:
    assert paths(company) == ["A", "A/B", "A/B/C", "D"]
    with tenant_transaction(company.tenant):
        below = divisions_below(tenant=company.tenant, division_ids=[company.places["a"], company.places["c"]])
    assert below == {
        company.places["a"]: frozenset(company.places[one] for one in "abc"),
        company.places["c"]: frozenset({company.places["c"]}),
    }


def test_a_division_moves_with_all_below_it(company: Cast) -> None:
    move(company, "b", to="d")

    assert paths(company) == ["A", "D", "D/b", "D/b/C"]


@pytest.mark.parametrize("to", ["a", "b", "c"])
def test_nothing_goes_below_itself(company: Cast, to: str) -> None:
    with pytest.raises(DivisionBelowItself):
        move(company, "a", to=to)

    with pytest.raises(IntegrityError), tenant_transaction(company.tenant):
        row = company.places["a"]
        Division.objects.filter(tenant_id=company.tenant, id=row).update(parent_id=row)


@settings(max_examples=25)
@given(moves=st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["a", "b", "c", "d", None])), max_size=8))
def test_after_any_moves_every_division_is_still_in_the_tree(moves: list[tuple[str, str | None]]) -> None:
    company = with_places(usual_cast(), {"a": None, "b": "a", "c": "b", "d": None})

    for name, to in moves:
        try:
            move(company, name, to=to)
        except DivisionBelowItself:
            continue

    assert len(paths(company)) == 4


def test_two_moves_at_once_never_make_a_circle(company: Cast) -> None:
    ready = threading.Barrier(2)
    refused: list[str] = []

    def try_to_move(name: str, to: str) -> None:
        ready.wait()
        try:
            move(company, name, to=to)
        except DivisionBelowItself:
            refused.append(name)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=try_to_move, args=("a", "d")),
        threading.Thread(target=try_to_move, args=("d", "a")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert len(paths(company)) == 4


def test_codes_are_the_companys_own_and_taken_once(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        for code, name, refusal in (
            ("a", "Again", DivisionCodeTaken),
            ("", "Name", DivisionNotValid),
            ("x y", "Name", DivisionNotValid),
            ("x" * 31, "Name", DivisionNotValid),
            ("ok", "  ", DivisionNotValid),
            ("ok", "n" * 61, DivisionNotValid),
        ):
            with pytest.raises(refusal):
                create_division(actor=company.system, code=code, name=name, parent_id=None, now=NOON)
        with pytest.raises(NotFound):
            create_division(actor=company.system, code="ok", name="ok", parent_id=UUID(int=1), now=NOON)
        with pytest.raises(NotAllowed):
            create_division(actor=company["chie"].principal, code="ok", name="ok", parent_id=None, now=NOON)


def test_the_tree_is_so_deep_and_no_deeper() -> None:
    company = with_places(
        usual_cast(), {f"n{number}": f"n{number - 1}" if number else None for number in range(DEEPEST)}
    )

    with tenant_transaction(company.tenant), pytest.raises(DivisionTreeTooLarge):
        below = company.places[f"n{DEEPEST - 1}"]
        create_division(actor=company.system, code="deeper", name="x", parent_id=below, now=NOON)


def test_a_division_closes_once_it_is_empty_and_takes_nobody_in(company: Cast) -> None:
    stand(company, "aiko", division="c")

    def close(name: str) -> None:
        with tenant_transaction(company.tenant):
            close_division(actor=company.system, division_id=company.places[name], now=NOON)

    for name in ("b", "c"):
        with pytest.raises(DivisionInUse):
            close(name)
    stand(company, "aiko", division="d", from_day=date(2026, 3, 20))
    close("c")

    with pytest.raises(DivisionClosed):
        stand(company, "aiko", division="c", from_day=date(2026, 3, 25))
    with pytest.raises(DivisionClosed):
        move(company, "c", to=None)
    assert paths(company) == ["A", "A/B", "A/B/C", "D"]


def test_a_division_to_which_somebody_goes_later_is_in_use(company: Cast) -> None:
    stand(company, "aiko", division="d", from_day=date(2026, 9, 1))

    with pytest.raises(DivisionInUse), tenant_transaction(company.tenant):
        close_division(actor=company.system, division_id=company.places["d"], now=NOON)


def test_an_administrator_transfers_others_and_a_scoped_one_within_his_reach() -> None:
    company = whole_cast()
    places = company.places

    def transfer(by: str, whom: str, to: str, day: date = date(2026, 4, 10)) -> None:
        actor = acting(company, by)
        with tenant_transaction(company.tenant):
            transfer_employee(
                actor=actor, employee_id=company[whom].employee_id, valid_from=day, division_id=places[to],
                employee_type_id=places["regular"], now=FOUNDED,
            )  # fmt: skip

    transfer("fay", "ben", "east")
    transfer("hana", "aiko", "east")
    with pytest.raises(ChangedThatDay):
        transfer("hana", "aiko", "team")
    with pytest.raises(NotAllowed):  # out of what Hana looks after
        transfer("hana", "aiko", "west", date(2026, 4, 11))
    with pytest.raises(NotFound):
        transfer("hana", "chie", "east")
    with pytest.raises(OwnEmployment):
        transfer("hana", "hana", "team")
    with pytest.raises(NotAllowed):
        transfer("chie", "aiko", "east", date(2026, 4, 12))


def test_a_type_that_is_closed_is_given_to_nobody(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        close_employee_type(actor=company.system, employee_type_id=company.places["regular"], now=NOON)

    with pytest.raises(EmployeeTypeClosed):
        stand(company, "aiko", employee_type="regular")
