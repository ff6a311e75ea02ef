"""Whom a grant reaches: what the database chooses is what a plain model says, for any tree and any grants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from support.cast import FOUNDED, Cast, acting, grant_to, new_company, stand, whole_cast
from tokimori.domains.organisations.models import Division, Site
from tokimori.domains.people.models import AdministratorGrant, Employee, EmployeeType, Employment, GrantedType
from tokimori.domains.people.queries import visible_employees
from tokimori.domains.people.queries.grants import with_grants
from tokimori.domains.people.queries.reach import decide_on, place_of, reach_of
from tokimori.foundation.access.authorise import DutiesConflict, authorise, authorise_everywhere, decide
from tokimori.foundation.access.decisions import Reason
from tokimori.foundation.access.functions import RIGHTS_OF_LEVELS, Function, Level, rights_at
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.tenancy.context import tenant_transaction

TODAY = date(2026, 4, 1)
PEOPLE = 6
DIVISIONS = 6


@dataclass(frozen=True, kw_only=True)
class PlainGrant:
    """A grant by numbers: the place of a division, a site, types in the lists of the world; days from today."""

    division: int | None
    site: int | None
    types: frozenset[int] | None
    functions: frozenset[Function]
    level: Level
    first: int
    last: int | None
    is_revoked: bool


@dataclass(frozen=True, kw_only=True)
class PlainTerms:
    """Where somebody stands from a day on, counted from today."""

    person: int
    day: int
    division: int | None
    site: int
    type: int | None


@dataclass(frozen=True, kw_only=True)
class World:
    """A company by numbers. ``above[n]`` is the division above the n-th, always an earlier one, so that it is a tree."""

    above: tuple[int | None, ...]
    terms: tuple[PlainTerms, ...]
    grants: tuple[PlainGrant, ...]


def numbers(most: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, most - 1)


GRANTS = st.builds(
    PlainGrant,
    division=numbers(DIVISIONS),
    site=numbers(2),
    types=st.none() | st.frozensets(st.integers(0, 1), min_size=1),
    functions=st.frozensets(st.sampled_from(Function), min_size=1, max_size=3),
    level=st.sampled_from(Level),
    first=st.integers(-2, 1),
    last=st.none() | st.integers(1, 3),
    is_revoked=st.sampled_from([False, False, False, True]),
)
TERMS = st.builds(
    PlainTerms,
    person=st.integers(0, PEOPLE - 1),
    day=st.integers(-3, 1),
    division=numbers(DIVISIONS),
    site=st.integers(0, 1),
    type=numbers(2),
)
WORLDS = st.builds(
    World,
    above=st.tuples(*(st.none() | st.integers(0, n - 1) if n else st.none() for n in range(DIVISIONS))),
    terms=st.lists(TERMS, min_size=4, max_size=14, unique_by=lambda one: (one.person, one.day)).map(tuple),
    grants=st.lists(GRANTS, min_size=1, max_size=4).map(tuple),
)


def covered(world: World, function: Function, level: Level) -> set[int]:
    """Return the people whom the grants cover, said as plainly as can be."""
    found = set()
    for person in range(PEOPLE):
        terms = [one for one in world.terms if one.person == person and one.day <= 0]
        holding = max(terms, key=lambda one: one.day, default=None)
        if any(reaches(world, grant, holding, function, level) for grant in world.grants):
            found.add(person)
    return found


def reaches(world: World, grant: PlainGrant, terms: PlainTerms | None, function: Function, level: Level) -> bool:
    if grant.is_revoked or grant.first > 0 or (grant.last is not None and grant.last < 0):
        return False
    if level is not grant.level and grant.level is not Level.FULL and level is not Level.READ:
        return False
    wanted = {function}
    if level is Level.READ and function is Function.TIMESHEETS:
        wanted = {Function.TIMESHEETS, Function.CORRECTIONS}
    if level is Level.READ and function is Function.SCHEDULES:
        wanted = {Function.SCHEDULES, Function.TIMESHEETS, Function.CORRECTIONS}
    if not wanted & grant.functions:
        return False
    if terms is None:
        return grant.division is None and grant.site is None and grant.types is None
    way = []
    at = terms.division
    while at is not None:
        way.append(at)
        at = world.above[at]
    return (
        (grant.division is None or grant.division in way)
        and (grant.site is None or grant.site == terms.site)
        and (grant.types is None or terms.type in grant.types)
    )


def build(cast: Cast, world: World) -> tuple[Principal, Sequence[UUID]]:
    """Write a world into the database and return who was granted something, and the people in their order."""
    tenant, now = cast.tenant, FOUNDED

    def row(model: type, **columns: object) -> UUID:
        return model.objects.create(tenant_id=tenant, id=new_id(), **columns).id

    divisions: list[UUID] = []
    for number, above in enumerate(world.above):
        parent = None if above is None else divisions[above]
        divisions.append(row(Division, code=f"d{number}", name="x", parent_id=parent, created_at=now))
    types = [row(EmployeeType, code=f"t{number}", name="x", created_at=now) for number in range(2)]
    other = row(Site, code="other", name="x", zone="Asia/Tokyo", country="JP", created_at=now)
    sites = [cast.site_id, other]
    people = [row(Employee, code=f"p{n}", hired_on=TODAY, created_at=now) for n in range(PEOPLE)]
    for terms in world.terms:
        row(
            Employment, employee_id=people[terms.person], valid_from=TODAY + timedelta(days=terms.day),
            site_id=sites[terms.site], division_id=None if terms.division is None else divisions[terms.division],
            employee_type_id=None if terms.type is None else types[terms.type], rule_set_code="jp-fixed",
            created_at=now,
        )  # fmt: skip
    account = cast["gus"].account_id
    for grant in world.grants:
        grant_id = row(
            AdministratorGrant, account_id=account,
            division_id=None if grant.division is None else divisions[grant.division],
            site_id=None if grant.site is None else sites[grant.site], is_for_every_type=grant.types is None,
            functions=sorted(grant.functions), level=grant.level, valid_from=TODAY + timedelta(days=grant.first),
            valid_until=None if grant.last is None else TODAY + timedelta(days=grant.last), reason="x",
            granted_at=now, revoked_at=now if grant.is_revoked else None,
        )  # fmt: skip
        for one in grant.types or ():
            row(GrantedType, grant_id=grant_id, employee_type_id=types[one])
    person = Principal(
        tenant_id=tenant, kind=PrincipalKind.PERSON, account_id=account, employee_id=None, rights=frozenset()
    )
    return with_grants(actor=person, on=TODAY), people


@pytest.fixture(scope="module")
def company() -> Cast:
    return new_company(people={"gus": (frozenset({Role.SECURITY}), None)})


@settings(max_examples=60)
@given(world=WORLDS)
def test_the_database_reaches_whom_the_model_reaches(company: Cast, world: World) -> None:
    with tenant_transaction(company.tenant):
        actor, people = build(company, world)
        for function in Function:
            for level in Level:
                expected = {people[number] for number in covered(world, function, level)}
                reach = reach_of(actor=actor, function=function, level=level, on=TODAY)
                if reach is None:
                    assert expected == set(people)
                    continue
                assert set(reach) == expected
                assert len(reach) == len(expected)
                rows = Employee.objects.filter(tenant_id=company.tenant, id__in=reach)
                assert set(rows.values_list("id", flat=True)) == expected
                for person in people:
                    decision = decide_on(actor=actor, function=function, level=level, employee_id=person, on=TODAY)
                    assert decision.is_allowed == (person in expected)
                    assert (decision.grant_id is not None) == decision.is_allowed
        transaction.set_rollback(True)


def reached(cast: Cast, name: str, function: Function, level: Level) -> set[str]:
    actor = acting(cast, name)
    with tenant_transaction(cast.tenant):
        reach = visible_employees(actor=actor, on=TODAY, function=function, level=level)
        everyone = {one for one in cast.members if cast[one].principal.employee_id}
        return everyone if reach is None else {one for one in everyone if cast[one].employee_id in reach}


def test_leading_and_grants_add_up_and_neither_lends_to_the_other() -> None:
    cast = whole_cast()
    grant_to(cast, "ben", functions={Function.TIMESHEETS}, level=Level.READ, division="east")

    assert reached(cast, "ben", Function.TIMESHEETS, Level.APPROVE) == {"aiko", "chie"}
    assert reached(cast, "ben", Function.TIMESHEETS, Level.READ) == {"aiko", "ben", "chie", "hana"}
    assert reached(cast, "ben", Function.PEOPLE, Level.READ) == set()


def test_whom_an_employee_leads_is_not_reached_by_what_he_was_granted_elsewhere() -> None:
    cast = whole_cast()
    stand(cast, "ben", division="west", employee_type="regular", leader="hana", from_day=date(2026, 3, 2))

    assert reached(cast, "hana", Function.TIMESHEETS, Level.APPROVE) == {"aiko"}


def test_nobody_reaches_himself_to_decide_or_write() -> None:
    cast = whole_cast()

    assert reached(cast, "hana", Function.TIMESHEETS, Level.READ) == {"aiko", "hana"}
    assert reached(cast, "hana", Function.TIMESHEETS, Level.APPROVE) == {"aiko"}
    assert reached(cast, "hana", Function.PEOPLE, Level.EDIT) == {"aiko"}
    with tenant_transaction(cast.tenant):
        own = cast["hana"].employee_id
        actor = acting_now(cast, "hana")
        decision = decide_on(actor=actor, function=Function.CORRECTIONS, level=Level.APPROVE, employee_id=own, on=TODAY)
    assert (decision.is_allowed, decision.reason) == (False, Reason.ONES_OWN)


def acting_now(cast: Cast, name: str) -> Principal:
    return with_grants(actor=cast[name].principal, on=TODAY)


def test_a_grant_counts_from_its_first_day_to_its_last() -> None:
    cast = whole_cast()
    grant_to(
        cast, "aiko", functions={Function.PEOPLE}, level=Level.READ, division="west",
        valid_from=date(2026, 3, 10), valid_until=date(2026, 3, 20),
    )  # fmt: skip

    counts = {day: len(acting(cast, "aiko", on=date(2026, 3, day)).scopes) for day in (9, 10, 20, 21)}

    assert counts == {9: 0, 10: 1, 20: 1, 21: 0}


def test_a_transfer_takes_somebody_out_of_reach_from_its_day_on() -> None:
    cast = whole_cast()
    stand(cast, "aiko", division="west", employee_type="regular", from_day=date(2026, 3, 15))
    actor = acting(cast, "hana")

    with tenant_transaction(cast.tenant):
        before, after = (
            decide_on(
                actor=actor, function=Function.TIMESHEETS, level=Level.READ,
                employee_id=cast["aiko"].employee_id, on=day,
            )
            for day in (date(2026, 3, 14), date(2026, 3, 15))
        )  # fmt: skip
        place = place_of(tenant=cast.tenant, employee_id=cast["aiko"].employee_id, on=date(2026, 3, 15))

    assert before.reason is Reason.GRANT
    assert after.reason is Reason.OUT_OF_REACH
    assert place is not None
    assert place.division_id == cast.places["west"]


def test_what_concerns_the_whole_company_needs_a_grant_without_limits() -> None:
    cast = whole_cast()
    actor = acting(cast, "hana")
    limited = next(scope for scope in actor.scopes if Function.CLOSING in scope.functions)
    forged = actor.with_scopes((type(limited)(
        grant_id=limited.grant_id, functions=limited.functions, level=Level.FULL,
        division_ids=limited.division_ids, site_id=None, employee_type_ids=None,
    ),))  # fmt: skip

    with tenant_transaction(cast.tenant), pytest.raises(NotAllowed) as refusal:
        authorise_everywhere(forged, Permission.PERIOD_SEAL, Function.CLOSING, Level.APPROVE)
    assert refusal.value.facts["reason"] == "needs_whole_company"

    grant_to(cast, "hana", functions={Function.CLOSING}, level=Level.APPROVE)
    whole = acting(cast, "hana")
    with tenant_transaction(cast.tenant):
        authorise_everywhere(whole, Permission.PERIOD_SEAL, Function.CLOSING, Level.APPROVE)


def test_a_decision_says_through_what() -> None:
    cast = whole_cast()
    hana, chie = acting(cast, "hana"), acting(cast, "chie")

    with tenant_transaction(cast.tenant):
        assert decide(chie, Permission.PERIOD_SEAL).reason is Reason.ROLE
        assert decide(hana, Permission.TEAM_READ).reason is Reason.GRANT
        assert decide(hana, Permission.PERIOD_SEAL).reason is Reason.NO_RIGHT
        decision = decide(chie.with_duties_apart(frozenset({"rules_and_seal"})), Permission.PERIOD_SEAL)
        assert decision.reason is Reason.CONFLICTING_DUTIES
        with pytest.raises(DutiesConflict):
            authorise(chie.with_duties_apart(frozenset({"rules_and_seal"})), Permission.PERIOD_SEAL)


def test_approving_and_editing_include_reading_but_not_each_other() -> None:
    by_level: Mapping[Level, frozenset[Permission]] = RIGHTS_OF_LEVELS[Function.TIMESHEETS]
    for function in Function:
        assert rights_at(function, Level.READ) <= rights_at(function, Level.APPROVE) & rights_at(function, Level.EDIT)
        assert rights_at(function, Level.FULL) == rights_at(function, Level.APPROVE) | rights_at(function, Level.EDIT)
    assert rights_at(Function.TIMESHEETS, Level.APPROVE).isdisjoint(by_level[Level.EDIT])
