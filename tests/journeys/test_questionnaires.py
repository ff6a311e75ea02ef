"""A buyer's workbook is taken in, answered by keyboard alone, and handed back in its own layout."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.provider import HOST, Worker, at_console, new_worker
from support.questionnaires import japanese_workbook
from support.visitor import Visitor
from tokimori.assurance.questionnaires.files import read_grids
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def worker() -> Worker:
    return new_worker("Chiyo Compliance")


@pytest.fixture
def desk(chromium: Browser, product: str, worker: Worker) -> Iterator[Visitor]:
    address = product.replace("127.0.0.1", HOST)
    visitor = Visitor(chromium, address)
    secret = at_console(worker).cookies[cookie_name()].value
    visitor.context.add_cookies([{"name": cookie_name(), "value": secret, "url": address}])
    yield visitor
    visitor.context.close()


def test_a_workbook_is_answered_by_keyboard_and_goes_back_as_it_came(desk: Visitor, tmp_path: Path) -> None:
    page = desk.page
    sheet = tmp_path / "チェックシート.xlsx"
    sheet.write_bytes(japanese_workbook())
    page.goto(reverse("questionnaires"))
    desk.look("questionnaires, none")
    page.get_by_label("Buyer").fill("株式会社とてもながいなまえのおきゃくさまホールディングス")
    page.get_by_label("Questionnaire as Excel or CSV").set_input_files(sheet)
    page.get_by_role("button", name="Take it in").click()
    desk.sees("0 of 3 questions are confirmed.")
    desk.look("questionnaire")
    page.get_by_role("link", name="Columns", exact=True).click()
    desk.look("columns")
    page.go_back()

    page.get_by_role("link", name="Go on with the open questions").click()
    page.wait_for_url("**/questions/1")
    desk.look("question")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/3")
    page.get_by_label("No row fits").check()
    page.get_by_label("Answer by hand", exact=True).fill("対象外")
    page.keyboard.press("Enter")
    page.wait_for_url("**/preview")
    desk.sees("All 3 questions are confirmed.")
    page.get_by_role("button", name="Write the answers into the file").click()
    desk.sees("No answer has changed.")
    desk.look("answers")
    with page.expect_download() as waiting:
        page.locator("#exports-title ~ ul a").first.click()
    handed = Path(waiting.value.path()).read_bytes()

    before, after = (read_grids(content)[2] for content in (japanese_workbook(), handed))
    assert [grid.name for grid in after] == [*(grid.name for grid in before), "Tokimori"]
    assert after[0].text((7, 3)) == "対象外"
    assert after[0].text((5, 3)) in {"○", "△", "×"}  # noqa: RUF001 -- marks
    page.goto(reverse("questionnaires"))
    desk.look("questionnaires")
