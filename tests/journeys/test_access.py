"""An administrator draws the tree, puts people in, and lets somebody look after a part of them, who then sees that part."""

import re

import pytest
from playwright.sync_api import Browser

from support.browser import signed_in
from support.cast import Cast, whole_cast
from support.months import work_april
from support.visitor import Visitor
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = pytest.mark.browser


def visitor(chromium: Browser, product: str, cast: Cast, name: str) -> Visitor:
    """Return one of the cast at a browser, signed in."""
    secret = signed_in(cast, name).cookies[cookie_name()].value
    found = Visitor(chromium, product)
    found.context.add_cookies([{"name": cookie_name(), "value": secret, "url": product}])
    return found


def look(person: Visitor, name: str) -> None:
    """Look at the page in each language."""
    for language in ("en", "ja", "th"):
        say(person, language)
        person.look(f"{name} in {language}")
    say(person, "en")


def say(person: Visitor, language: str) -> None:
    """Let the product speak a language, and come back to the page."""
    here = person.page.url
    person.page.locator("details.menu > summary").click()
    person.page.locator(f"button[name=language][value={language}]").click()
    person.page.wait_for_load_state()
    person.page.goto(here)


def test_from_the_tree_to_a_part_of_the_people(product: str, chromium: Browser) -> None:
    cast = whole_cast()
    work_april(cast, names=("aiko", "ben"))
    fay = visitor(chromium, product, cast, "fay")
    page = fay.page

    page.goto("/divisions")
    page.fill("[name=code]", "north")
    page.fill("[name=name]", "North")
    page.select_option("[name=parent]", label="West")
    page.get_by_role("button", name="Add").click()
    fay.sees("North is added.")
    look(fay, "divisions")
    page.get_by_role("link", name="North", exact=True).click()
    fay.look("division")
    page.select_option("[name=parent]", label="East / Team")
    page.get_by_role("button", name="Change").click()
    fay.sees("North is changed.")

    page.goto("/employee-types")
    page.fill("#field-code", "hourly")
    page.fill("#field-name", "Hourly")
    page.get_by_role("button", name="Add").click()
    fay.sees("Hourly is added.")
    page.get_by_label("Change Hourly").click()
    fay.look("employee types")

    page.goto(f"/people/{cast['chie'].employee_id}")
    fay.look("employee")
    page.get_by_role("link", name="Change division or type").click()
    page.select_option("[name=division]", label="East / Team / North")
    page.select_option("[name=employee_type]", label="Hourly")
    fay.look("transfer")
    page.select_option("[name=division]", label="East / Team / North")
    page.select_option("[name=employee_type]", label="Hourly")
    page.get_by_role("button", name="Change").click()
    fay.sees("changed from")
    page.goto("/people?division=east&type=hourly")
    fay.sees("山田 Chie")
    fay.look("people")

    page.goto("/access")
    look(fay, "access")
    page.get_by_role("link", name="Ben", exact=True).click()
    page.get_by_role("link", name="Grant access").click()
    fay.look("grant")
    page.get_by_label("Timesheets").check()
    page.get_by_label("People").check()
    page.locator("[name=level][value=approve]").check()
    page.select_option("[name=division]", label="East / Team / North")
    page.fill("[name=reason]", "Covers for the north")
    page.get_by_role("button", name="Grant access").click()
    fay.sees("Granted to Ben.")
    fay.sees("Covers for the north")
    page.fill("[name=code]", cast["chie"].employee_code)
    page.select_option("[name=function]", label="Timesheets")
    page.select_option("[name=level]", label="Approve")
    page.get_by_role("button", name="Ask").click()
    fay.sees("Yes: they lead this person.")
    look(fay, "access of one")

    ben = visitor(chromium, product, cast, "ben")
    ben.page.goto("/people")
    ben.sees("1 person")
    ben.sees("山田 Chie")
    fay.page.goto(f"/access/{cast['ben'].account_id}")
    fay.page.get_by_label(re.compile("Take back:")).click()
    fay.page.get_by_label("Reason").fill("Not needed any more")
    fay.page.get_by_role("button", name="Take back").click()
    fay.sees("Taken back.")
    assert ben.page.goto("/people").status == 403
