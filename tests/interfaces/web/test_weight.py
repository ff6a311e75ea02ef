"""What a page makes a browser load: little script, none of it inline, all of it compressed."""

import re
from typing import Final

import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast

MOST_SCRIPT_BYTES: Final = 60_000
PAGES: Final = (
    "recorder", "my_month", "corrections", "team", "approvals", "closing", "exports", "imports", "employees", "sites",
    "rule_sets", "my_security",
)  # fmt: skip


def body(browser: Client, address: str) -> tuple[bytes, dict[str, str]]:
    answer = browser.get(address, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # the client's answers stream where the server's do
    return content, dict(answer.headers)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_less_than_sixty_kilobytes_of_script_and_has_none_of_its_own(cast: Cast, page: str) -> None:
    browser = signed_in(cast, "ben" if page in {"team", "approvals"} else "chie")
    text, headers = body(browser, reverse(page))
    html = text.decode()

    scripts = re.findall(r"<script[^>]*\bsrc=\"([^\"]+)\"", html)
    assert len(scripts) >= 4
    assert len(re.findall(r"<script\b", html)) == len(scripts), "a script stands in the page itself"
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style\b|javascript:", html)
    assert sum(len(body(browser, script)[0]) for script in scripts) < MOST_SCRIPT_BYTES
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_scripts_and_styles_are_compressed_and_pages_are_not(cast: Cast) -> None:
    browser = signed_in(cast, "chie")

    for file in ("/static/tokimori/tokimori.css", "/static/django_htmx/htmx-2.min.js", "/static/tokimori/icons.svg"):
        assert body(browser, file)[1]["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in body(browser, reverse("closing"))[1]
