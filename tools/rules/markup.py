"""Templates as a browser will see them: template code blanked out, every character still in its place."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final

_COMMENTS: Final = (
    re.compile(r"\{#.*?#\}"),
    re.compile(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL),
)
_TRANSLATED: Final = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
_TAG: Final = re.compile(r"\{%.*?%\}", re.DOTALL)
_VARIABLE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def without_comments(text: str) -> str:
    """Return the template with its comments blanked out."""
    for comment in _COMMENTS:
        text = _blanked(comment, text, " ")
    return text


def as_markup(text: str) -> str:
    """Return the HTML alone: tags of the template are spaces, variables are zeros, translated blocks are spaces."""
    text = _blanked(_TRANSLATED, without_comments(text), " ")
    return _blanked(_VARIABLE, _blanked(_TAG, text, " "), "0")


class Elements(HTMLParser):
    """Hands each start tag to a function, with its line and its attributes."""

    def __init__(self, take: Callable[[int, str, dict[str, str]], None]) -> None:
        super().__init__()
        self._take = take

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hand the tag over."""
        self._take(self.getpos()[0], tag, {name: value or "" for name, value in attrs})


def line_of(text: str, position: int) -> int:
    """Return the line of a position, from 1."""
    return text.count("\n", 0, position) + 1


def _blanked(pattern: re.Pattern[str], text: str, filler: str) -> str:
    return pattern.sub(lambda match: re.sub(r"[^\n]", filler, match.group()), text)
