"""Which rows of the catalogue may answer a buyer's question."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from tokimori.assurance.catalogue.controls import LANGUAGES, controls
from tokimori.assurance.questionnaires.similarity import Index, Suggestion
from tokimori.assurance.questionnaires.topics import TOPICS

MOST_SUGGESTIONS: Final = 3
_ID: Final = re.compile(r"\b(?:A\.\d+\.\d+|[A-Z&]{2,4}-\d{1,2}(?:\(\d+\))?|V\d+\.\d+\.\d+|#\d{1,2})(?!\d)")


def suggested_rows(text: str) -> tuple[Suggestion, ...]:
    """Return at most three rows, the most alike first. Rows whose framework ids the text names come nearer."""
    named = frozenset(_ID.findall(text))
    preferred = frozenset(row for row, ids in _ids().items() if named & ids) if named else frozenset()
    return _index().suggestions(text, most=MOST_SUGGESTIONS, preferred=preferred)


@cache
def _index() -> Index:
    return Index(_texts())


@cache
def _ids() -> dict[int, frozenset[str]]:
    return {row: frozenset(one.split()[-1] for one in control.frameworks) for row, control in controls().items()}


def _texts() -> Iterator[tuple[int, str]]:
    """Return, for each row and language, its question, the topic's words of that script, and both together."""
    for row, control in controls().items():
        words = TOPICS.get(row, "").split()
        for language in LANGUAGES:
            asks = control.asks.in_language(language)
            topic = " ".join(word for word in words if _script(word) == language or word.isupper())
            yield row, asks
            if topic:
                yield row, topic
                yield row, f"{asks} {topic}"


def _script(word: str) -> str:
    if word.isascii():
        return "en"
    return "th" if "\u0e00" <= word[0] <= "\u0e7f" else "ja"
