"""What is written into a buyer's file for a question, from the rows that a human tied to it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext, override

from tokimori.assurance.catalogue.controls import Control, controls
from tokimori.assurance.evaluation.answers import Answer
from tokimori.assurance.evaluation.states import Good, Mark, State, worst
from tokimori.assurance.questionnaires.vocabularies import Verdict
from tokimori.assurance.sheet_words import STATES, WHYS

_WORST_FIRST: Final = (Verdict.BAD, Verdict.NONE, Verdict.CONDITIONAL, Verdict.GOOD)
LONGEST_REMARK: Final = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The verdict, the worst state behind it, the remark, when the evidence was seen and until when it counts."""

    verdict: Verdict
    state: State
    remark: str
    seen_at: datetime | None
    valid_until: datetime | None


def good_is_no(rows: Sequence[int]) -> bool:
    """Whether a question that is asked like these rows has no for its good answer; only where all of them have."""
    return bool(rows) and all(controls()[row].good is Good.NO for row in rows)


def verdict_of(answer: Answer, *, good: Good) -> Verdict:
    """Return what a row's mark says of how well things are. Of a fact, yes counts as what the question asks for."""
    if answer.mark is Mark.CONDITIONAL:
        return Verdict.CONDITIONAL
    if answer.mark is Mark.NONE:
        return Verdict.NONE
    is_yes = answer.mark is Mark.YES
    return Verdict.GOOD if is_yes == (good is not Good.NO) else Verdict.BAD


def reply(answers: Mapping[int, Answer], *, rows: Sequence[int], language: str) -> Reply:
    """Return the reply from one or several rows: the worst of them counts, and what does not apply leaves others be."""
    chosen = [answers[row] for row in rows]
    if not chosen:
        raise ValueError("A reply leans on at least one row.")
    counting = [one for one in chosen if one.state is not State.NOT_APPLICABLE] or chosen
    verdicts = {verdict_of(one, good=controls()[one.row].good) for one in counting}
    seen = [found.evidence.observed_at for one in counting for found in one.findings if found.evidence]
    ends = [one.valid_until for one in counting if one.valid_until]
    with override(language):
        remark = "\n".join(_sentence(controls()[one.row], one, language) for one in chosen)[:LONGEST_REMARK]
        seen_at, valid_until = min(seen, default=None), min(ends, default=None)
        if seen_at:
            remark += "\n" + gettext("Evidence of %(at)s UTC") % {"at": seen_at.strftime("%Y-%m-%d %H:%M")}
        if valid_until:
            remark += ", " + gettext("counts until %(ends)s UTC") % {"ends": valid_until.strftime("%Y-%m-%d %H:%M")}
    return Reply(
        verdict=next(one for one in _WORST_FIRST if one in verdicts),
        state=worst(frozenset(one.state for one in counting)),
        remark=remark,
        seen_at=seen_at,
        valid_until=valid_until,
    )


def _sentence(control: Control, answer: Answer, language: str) -> str:
    """Return a row's state with what holds, what is missing and why it is not green."""
    parts = [f"{control.row}: {STATES[answer.state]}."]
    if answer.is_good and control.holds:
        parts.append(control.holds.in_language(language))
    if control.lacks:
        parts.append(control.lacks.in_language(language))
    if answer.is_good and control.depends_on_settings:
        parts.append(gettext("Each company's own settings decide on this, hence the condition."))
    if why := str(WHYS[answer.why]):
        parts.append(why)
    return " ".join(parts)
