"""What a scoped administrator gets: inside and outside of his division, of his employee types, of his site, by level."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, grant_to, new_company, stand, whole_cast, with_places
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from support.punching import at
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.exports.layouts import FileFormat, Layout
from tokimori.domains.exports.services import create_export
from tokimori.domains.people.models import AdministratorGrant
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.services.corrections import request_correction
from tokimori.domains.timesheets.services.approval import submit_month
from tokimori.engine import PunchKind
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.tenancy.context import tenant_transaction

DAY, MONTH = "2026-04-01", "2026-04"
READ, APPROVE, EDIT, FULL = Level.READ, Level.APPROVE, Level.EDIT, Level.FULL

# Hana's grant is over the east division, the Tokyo site and regular people.
#   inside   stands in the east           below    in the team below the east
#   type     in the east, part-time       site     in the east, at Osaka
#   outside  in the west                  oneself  Hana, who stands in the east
SUBJECTS = ("inside", "below", "type", "site", "outside", "hana")

# A answered, r done, - not allowed, 0 not found, ! reached, and refused for the state it is in.
#                          function              level     inside below type site outside oneself
TABLE: tuple[tuple[str, Function, Level | None, str], ...] = (
    ("person_month",       Function.TIMESHEETS,  None,     "-      -     -    -    -       -"),
    ("person_month",       Function.TIMESHEETS,  READ,     "A      A     0    0    0       A"),
    ("person_month",       Function.TIMESHEETS,  APPROVE,  "A      A     0    0    0       A"),
    ("person_month",       Function.TIMESHEETS,  EDIT,     "A      A     0    0    0       A"),
    ("person_month",       Function.CORRECTIONS, READ,     "A      A     0    0    0       A"),
    ("person_month",       Function.PEOPLE,      FULL,     "-      -     -    -    -       -"),
    ("person_month",       Function.SCHEDULES,   EDIT,     "0      0     0    0    0       A"),
    ("person_day",         Function.TIMESHEETS,  READ,     "A      A     0    0    0       A"),
    ("person_day",         Function.CORRECTIONS, APPROVE,  "A      A     0    0    0       A"),
    ("person_day",         Function.CLOSING,     READ,     "-      -     -    -    -       -"),
    ("approve_month",      Function.TIMESHEETS,  READ,     "-      -     -    -    -       -"),
    ("approve_month",      Function.TIMESHEETS,  EDIT,     "-      -     -    -    -       -"),
    ("approve_month",      Function.TIMESHEETS,  APPROVE,  "!      !     0    0    0       -"),
    ("approve_month",      Function.TIMESHEETS,  FULL,     "!      !     0    0    0       -"),
    ("approve_month",      Function.CORRECTIONS, FULL,     "-      -     -    -    -       -"),
    ("approve_correction", Function.CORRECTIONS, READ,     "-      -     -    -    -       -"),
    ("approve_correction", Function.CORRECTIONS, EDIT,     "-      -     -    -    -       -"),
    ("approve_correction", Function.CORRECTIONS, APPROVE,  "r      r     0    0    0       -"),
    ("approve_correction", Function.TIMESHEETS,  FULL,     "-      -     -    -    -       -"),
    ("return_correction",  Function.CORRECTIONS, FULL,     "!      !     0    0    0       -"),
    ("employee",           Function.PEOPLE,      READ,     "A      A     0    0    0       A"),
    ("employee",           Function.TIMESHEETS,  FULL,     "-      -     -    -    -       -"),
    ("transfer_employee",  Function.PEOPLE,      READ,     "-      -     -    -    -       -"),
    ("transfer_employee",  Function.PEOPLE,      APPROVE,  "-      -     -    -    -       -"),
    ("transfer_employee",  Function.PEOPLE,      EDIT,     "!      !     0    0    0       -"),
    ("transfer_employee",  Function.PEOPLE,      FULL,     "!      !     0    0    0       -"),
)  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Cast:
    """A company with one of each: who is inside of the grant, and who misses it by one thing."""
    employee = frozenset({Role.EMPLOYEE})
    cast = new_company(people=dict.fromkeys(SUBJECTS, (employee, None)))
    cast = with_places(cast, {"east": None, "team": "east", "west": None})
    stand(cast, "inside", division="east", employee_type="regular")
    stand(cast, "below", division="team", employee_type="regular")
    stand(cast, "type", division="east", employee_type="part-time")
    stand(cast, "site", division="east", employee_type="regular", site="osaka")
    stand(cast, "outside", division="west", employee_type="regular")
    stand(cast, "hana", division="east", employee_type="regular")
    return cast


def ask(cast: Cast, name: str) -> UUID:
    day = FIRST_OF_MAY.date().replace(month=4, day=1)
    wish = CorrectionWish(
        effect=Effect.ADD, employee_id=cast[name].employee_id, work_date=day, reason="x", kind=PunchKind.OUT,
        occurred_at=at(day, "18:00"),
    )  # fmt: skip
    with tenant_transaction(cast.tenant):
        return request_correction(actor=cast[name].principal, wish=wish, now=FIRST_OF_MAY)


def visit(browser: Client, cast: Cast, route: str, name: str) -> Any:
    employee = cast[name].employee_id
    match route:
        case "person_month":
            return browser.get(reverse(route, args=[employee, MONTH]))
        case "person_day":
            return browser.get(reverse(route, args=[employee, DAY]))
        case "employee":
            return browser.get(reverse(route, args=[employee]))
        case "approve_month":
            return browser.post(reverse(route, args=[employee, MONTH, "0" * 64]))
        case "transfer_employee":
            # On this day his employment changed already, so that nobody moves: whoever is told so was let through.
            asked = {"valid_from": "2026-03-01", "division": cast.places["team"], "employee_type": ""}
            return browser.post(reverse(route, args=[employee]), asked)
        case _:
            return browser.post(reverse(route, args=[ask(cast, name)]))


@pytest.mark.parametrize(("route", "function", "level", "expected"), TABLE)
def test_a_grant_opens_what_the_table_says(
    company: Cast, route: str, function: Function, level: Level | None, expected: str
) -> None:
    with tenant_transaction(company.tenant):
        AdministratorGrant.objects.filter(tenant_id=company.tenant).update(revoked_at=FIRST_OF_MAY)
    if level is not None:
        tokyo = replace(company, places={**company.places, "tokyo": company.site_id})
        grant_to(tokyo, "hana", functions={function}, level=level, division="east", site="tokyo", types=["regular"])
    browser = signed_in(company, "hana")

    got = [outcome(visit(browser, company, route, name)) for name in SUBJECTS]

    assert got == expected.split()


def outcome(response: Any) -> str:
    return {200: "A", 302: "r", 403: "-", 404: "0"}.get(response.status_code, "!")


@pytest.fixture(scope="module")
def worked() -> Cast:
    """The whole cast after April: everybody handed in, and it waits."""
    cast = whole_cast()
    work_april(cast, names=("ben", "aiko", "chie", "hana"))
    for name in ("ben", "aiko", "chie", "hana"):
        person = cast[name]
        with tenant_transaction(cast.tenant):
            submit_month(actor=person.principal, employee_id=person.employee_id, month=APRIL, now=FIRST_OF_MAY)
    return cast


# Who of Aiko, Ben, Chie and Hana is named on a page, by who looks at it. Nobody else works here.
#                     ben      chie                      hana
LISTS: dict[str, tuple[str, str, str]] = {
    "team":          ("aiko chie", "aiko ben chie hana", "aiko"),
    "employees":     ("-", "aiko ben chie hana", "aiko hana"),
    "approvals":     ("aiko chie", "aiko ben hana", "aiko"),
    "closing":       ("-", "4 people", "2 people"),
}  # fmt: skip


@pytest.mark.parametrize("route", LISTS)
def test_a_list_holds_those_within_reach_and_no_others(worked: Cast, route: str) -> None:
    for viewer, expected in zip(("ben", "chie", "hana"), LISTS[route], strict=True):
        address = reverse("closing_of", args=[MONTH]) if route == "closing" else reverse(route)
        response = signed_in(worked, viewer).get(address)
        if expected == "-":
            assert response.status_code == 403
            continue
        page = response.content.decode()
        main = page[page.index("<h1") : page.index("</main>")]
        if route == "closing":
            assert expected in main
        else:
            named = [name for name in ("aiko", "ben", "chie", "hana") if f"山田 {name.title()}" in main]
            assert " ".join(named) == expected, viewer


def test_the_number_beside_approvals_counts_those_within_reach(worked: Cast) -> None:
    for viewer, count in (("ben", 2), ("chie", 3), ("hana", 1)):
        page = signed_in(worked, viewer).get(reverse("approvals")).content.decode()
        assert f'<span class="count">{count}<span' in page, viewer


def test_a_file_for_payroll_holds_those_within_reach_and_opens_to_who_reaches_them_all() -> None:
    cast = whole_cast()
    work_april(cast, names=("ben", "aiko", "chie", "hana"))
    hand_in_and_approve(cast, names=("ben", "aiko", "chie", "hana"))
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=FIRST_OF_MAY)
        of_everybody = create_export(
            actor=cast["chie"].principal, month=APRIL, layout=Layout.MONTH_TOTALS, file_format=FileFormat.CSV,
            now=FIRST_OF_MAY,
        )  # fmt: skip
    hana, chie = signed_in(cast, "hana"), signed_in(cast, "chie")

    made = hana.post(reverse("exports"), {"seal": MONTH, "layout": "month_totals", "file_format": "csv"})
    own = hana.get(made["Location"]).content.decode()

    assert [line.split(",")[0] for line in own.splitlines()[1:]] == [
        cast[name].employee_code for name in ("aiko", "hana")
    ]
    assert hana.get(reverse("download_export", args=[of_everybody.id])).status_code == 404
    assert of_everybody.digest not in hana.get(reverse("exports")).content.decode()
    assert chie.get(made["Location"]).status_code == 200
    # Aiko goes to the west: what was a file of Hana's people is one no longer.
    stand(cast, "aiko", division="west", employee_type="regular", from_day=FIRST_OF_MAY.date())
    assert hana.get(made["Location"]).status_code == 404


def test_a_file_of_punches_goes_in_for_those_within_reach_and_is_seen_by_who_read_it() -> None:
    cast = whole_cast()
    today = signed_in(cast, "hana").get(reverse("imports")).wsgi_request.today.isoformat()
    lines = ["employee_code,date,time,kind,place"]
    lines += [f"{cast[name].employee_code},{today},00:01,in," for name in ("aiko", "ben", "hana")]
    hana, chie = signed_in(cast, "hana"), signed_in(cast, "chie")

    page = hana.post(reverse("imports"), {"file": upload("\n".join(lines))}).content.decode()
    chie.post(reverse("imports"), {"file": upload("\n".join(lines[:1]), name="of-payroll.csv")})
    listed = hana.get(reverse("imports")).content.decode()

    # Ben is outside, and nobody reads in his own punches.
    assert page.count("There is no employee with this code here.") == 1
    assert page.count("You do not have the right to do this.") == 1
    assert "of-hana.csv" in listed
    assert "of-payroll.csv" not in listed
    assert "of-payroll.csv" in chie.get(reverse("imports")).content.decode()


def upload(text: str, name: str = "of-hana.csv") -> Any:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def test_grants_of_one_company_open_nothing_of_another(company: Cast) -> None:
    other = new_company(people={"dan": (frozenset({Role.EMPLOYEE}), None)})
    grant_to(other, "dan", functions=set(Function), level=FULL)
    browser = signed_in(other, "dan")

    for route in ("person_month", "person_day", "employee", "approve_month", "transfer_employee", "approve_correction"):
        assert visit(browser, company, route, "inside").status_code == 404, route
