"""Find words in templates that nobody can translate, because they stand there as text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from tools.rules.markup import as_markup

_SAME_EVERYWHERE: Final = re.compile(r"\b(Tokimori|English)\b|日本語|ไทย")
_READ_ATTRIBUTES: Final = frozenset({"alt", "aria-description", "aria-label", "placeholder", "title"})
_NOT_READ: Final = frozenset({"kbd", "script", "style"})  # keys bear the same letters everywhere


def literals(text: str) -> Iterator[tuple[int, str]]:
    """Return each text of a template that has letters and is not translated, with its line."""
    reader = _Reader()
    reader.feed(as_markup(text))
    reader.close()
    yield from reader.found


class _Reader(HTMLParser):
    """Reads what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._unread = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that are read to people."""
        if tag in _NOT_READ:
            self._unread = tag
        for name, value in attrs:
            if name in _READ_ATTRIBUTES:
                self._look(value or "", self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        """Go on reading after a script."""
        if tag == self._unread:
            self._unread = ""

    def handle_data(self, data: str) -> None:
        """Look at the text between tags, line by line."""
        if not self._unread:
            for offset, line in enumerate(data.split("\n")):
                self._look(line, self.getpos()[0] + offset)

    def _look(self, text: str, line: int) -> None:
        if any(character.isalpha() for character in _SAME_EVERYWHERE.sub("", text)):
            self.found.append((line, text.strip()))
