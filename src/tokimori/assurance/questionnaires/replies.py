"""What each question of a questionnaire is answered at a moment, and what of that is another answer than last time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, override

from tokimori.assurance.evaluation.states import State
from tokimori.assurance.queries import Sheet
from tokimori.assurance.questionnaires.answers import reply
from tokimori.assurance.questionnaires.models import BuyerQuestion
from tokimori.assurance.questionnaires.vocabularies import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReply:
    """What stands in the file for a question; ``state`` is nothing for an answer by hand."""

    sequence: int
    number: str
    text: str
    word: str
    remark: str
    rows: tuple[int, ...]
    state: State | None
    seen_at: datetime | None
    valid_until: datetime | None
    place: Mapping[str, Any]

    def kept(self) -> dict[str, Any]:
        """Return what is kept of it, to see later what has changed."""
        state = self.state.value if self.state else ""
        return {"sequence": self.sequence, "word": self.word, "rows": list(self.rows), "state": state}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A question whose answer is another one than in the last export; ``before`` is empty where there was none."""

    sequence: int
    before: str
    after: str


def written_replies(
    questions: Sequence[BuyerQuestion],
    *,
    sheet: Sheet,
    words: Vocabulary,
    language: str,
    names: Mapping[UUID | None, str],
) -> tuple[WrittenReply, ...]:
    """Return the replies to every confirmed question; what only the machine proposed is none."""
    return tuple(
        _from_rows(one, sheet=sheet, words=words, language=language) if one.rows else _by_hand(one, language, names)
        for one in questions
        if one.is_confirmed
    )


def differences(replies: Sequence[WrittenReply], *, before: Sequence[Mapping[str, Any]]) -> tuple[Difference, ...]:
    """Return what is said otherwise than before."""
    said = {int(one["sequence"]): str(one["word"]) for one in before}
    now = {one.sequence: one.word for one in replies}
    return tuple(
        Difference(sequence=sequence, before=said.get(sequence, ""), after=now.get(sequence, ""))
        for sequence in sorted({*said, *now})
        if said.get(sequence, "") != now.get(sequence, "")
    )


def _from_rows(one: BuyerQuestion, *, sheet: Sheet, words: Vocabulary, language: str) -> WrittenReply:
    found = reply(sheet.answers, rows=one.rows, language=language)
    return WrittenReply(
        sequence=one.sequence,
        number=one.number,
        text=one.text,
        word=words.word(found.verdict, good_is_no=one.good_is_no),
        remark=found.remark,
        rows=tuple(one.rows),
        state=found.state,
        seen_at=found.seen_at,
        valid_until=found.valid_until,
        place=one.place,
    )


def _by_hand(one: BuyerQuestion, language: str, names: Mapping[UUID | None, str]) -> WrittenReply:
    on = one.decided_at.date().isoformat() if one.decided_at else ""
    with override(language):
        said = gettext("Written by hand by %(person)s on %(on)s; no evidence stands behind it.") % {
            "person": names.get(one.decided_by, "–"),
            "on": on,
        }
    return WrittenReply(
        sequence=one.sequence,
        number=one.number,
        text=one.text,
        word=one.free_word,
        remark=f"{one.free_text}\n{said}".strip(),
        rows=(),
        state=None,
        seen_at=one.decided_at,
        valid_until=None,
        place=one.place,
    )
