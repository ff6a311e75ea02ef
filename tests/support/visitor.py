"""A person at a browser, who notices what is wrong with a page."""

import re
from typing import Any

import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

PASSPHRASE = "four quiet words here"
WIDTHS = ((1440, 900, "light"), (360, 760, "dark"))


class Visitor:
    """Signs in, walks, and looks at each page in both widths and both lights."""

    def __init__(self, browser: Browser, address: str) -> None:
        # The checker's script is not ours and is let in beside the page's policy. Nothing moves for this visitor: colours
        # measured in the middle of a fade are neither those of before nor those that stay.
        self.context = browser.new_context(bypass_csp=True, locale="en-GB", base_url=address, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(15_000)

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def enter_first(self, link: str) -> None:
        """Use a first-sign-in link."""
        self.page.goto(link)
        self.page.fill("[name=passphrase]", PASSPHRASE)
        self.page.fill("[name=passphrase_again]", PASSPHRASE)
        self.look("first sign-in")
        self.page.get_by_role("button", name="Save and sign in").click()
        self.page.wait_for_url(re.compile(r"/(recorder|closing|team|security)"))

    def set_up_authenticator(self) -> pyotp.TOTP:
        """Add an authenticator on the page of one's own security, and return what it computes with."""
        self.page.goto("/security")
        self.look("my security")
        self.page.get_by_role("link", name="Set up an authenticator").click()
        self.page.locator("summary", has_text="Type it instead").click()
        self.look("authenticator")
        generator = pyotp.TOTP(self.page.locator("code.secret").inner_text().replace(" ", ""))
        self.page.fill("[name=code]", generator.now())
        self.page.get_by_role("button", name="Add it").click()
        self.sees("they are not shown again")
        self.look("recovery codes")
        return generator

    def look(self, name: str) -> None:
        """Check the page as it stands: nothing wider than the screen, nothing that axe objects to, no complaint."""
        for width, height, light in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme="dark" if light == "dark" else "light")
            assert not self.page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name} at {width}"
            found = Axe().run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")
        assert self.complaints == [], name

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page says something."""
        expect(self.page.locator("main")).to_contain_text(text)
