"""What the list of rows is narrowed to: read from an address that anybody may write, and asked of each row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tokimori.assurance.catalogue.controls import Control, Kind, sections
from tokimori.assurance.evaluation.answers import Answer
from tokimori.assurance.evaluation.states import State

FOUNDED_GROUND: Final = "founded"
"""What stands for all states in which something is behind the good answer."""
LONGEST_WORDS: Final = 60
_NOISE: Final = re.compile(r"[\s:_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for; an empty text asks for nothing. ``framework`` is an id, or the name of a framework."""

    words: str = ""
    state: str = ""
    section: str = ""
    kind: str = ""
    framework: str = ""
    own: bool = False
    """Only rows that show a value of the reader's own company, where he has one."""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return any((self.words, self.state, self.section, self.kind, self.framework, self.own))


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """Return what an address asks for; what is not known there asks for nothing."""

    def one_of(name: str, known: frozenset[str]) -> str:
        value = query.get(name, "")
        return value if value in known else ""

    return Wanted(
        words=query.get("words", "")[:LONGEST_WORDS].strip(),
        state=one_of("state", frozenset({FOUNDED_GROUND, *(one.value for one in State)})),
        section=one_of("section", frozenset(one.code for one in sections())),
        kind=one_of("kind", frozenset(one.value for one in Kind)),
        framework=query.get("framework", "")[:LONGEST_WORDS].strip(),
        own=query.get("own", "") == "1",
    )


def is_wanted(control: Control, answer: Answer, *, wanted: Wanted, language: str) -> bool:
    """Whether a row is among what somebody looks for."""
    return (
        _is_in_state(answer, wanted.state)
        and wanted.section in {"", control.section}
        and wanted.kind in {"", control.kind.value}
        and (not wanted.framework or any(answers_to(one, wanted.framework) for one in control.frameworks))
        and _has_words(control, wanted.words, language)
    )


def answers_to(framework: str, asked: str) -> bool:
    """Whether an id of a requirement is the one that is asked for, wholly, by its last part, or as one of its kind.

    ``A.8.5`` is ``ISO27001:2022 A.8.5`` and not ``A.8.51``; ``ISO 27001`` is every one of them.
    """
    wanted = _plain(asked)
    name, _, number = framework.partition(" ")
    numbers = {_plain(number), _plain(number.removeprefix("V"))}
    if wanted in {_plain(framework), *numbers}:
        return True
    before, _, last = asked.rpartition(" ")
    if _plain(before) and _plain(name).startswith(_plain(before)) and _plain(last) in numbers:
        return True
    return len(wanted) > 1 and wanted[0].isalpha() and _plain(name).startswith(wanted)


def _is_in_state(answer: Answer, state: str) -> bool:
    if state == FOUNDED_GROUND:
        return answer.is_good
    return state in {"", answer.state.value}


def _has_words(control: Control, words: str, language: str) -> bool:
    said = [control.asks, *(one for one in (control.holds, control.lacks) if one)]
    text = " ".join([str(control.row), *(one.in_language(language) for one in said), *control.frameworks]).casefold()
    return all(word in text for word in words.casefold().split())


def _plain(text: str) -> str:
    return _NOISE.sub("", text).casefold()
