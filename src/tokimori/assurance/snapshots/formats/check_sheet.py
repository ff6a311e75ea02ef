"""The snapshot as a check sheet: number, question, mark, remarks; for tables, pages and papers alike."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tokimori.assurance.evaluation.states import Mark, State
from tokimori.assurance.own.values import OwnValue, Setting
from tokimori.assurance.own.words import own_sentences, setting_in_words
from tokimori.assurance.sheet_words import MARKS, MEANINGS, STATES
from tokimori.assurance.snapshots.content import DRAFT, PUBLIC, Snapshot, SnapshotRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row as people read it."""

    number: int
    question: str
    mark: str
    state: str
    state_word: str
    remarks: str
    valid_until: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One chapter with its lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSheet:
    """The whole sheet in one language, with the words around it."""

    language: str
    title: str
    as_of: str
    facts: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    """Number, question, mark, state, remarks, valid until, evidence."""
    marks: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    parts: tuple[Part, ...]


def check_sheet(snapshot: Snapshot, language: str) -> CheckSheet:
    """Return the sheet in the words of a language."""
    with translation.override(language):
        return CheckSheet(
            language=language,
            title=_("Security check sheet"),
            as_of=_("As of %(moment)s UTC") % {"moment": clock_text(snapshot.taken_at)},
            facts=_facts(snapshot),
            headings=(
                pgettext("column of the sheet", "No."),
                pgettext("column of the sheet", "Question"),
                pgettext("column of the sheet", "Answer"),
                pgettext("column of the sheet", "State"),
                pgettext("column of the sheet", "Remarks"),
                pgettext("column of the sheet", "Counts until (UTC)"),
                pgettext("column of the sheet", "Evidence"),
            ),
            marks=tuple((mark.value, str(MARKS[mark])) for mark in Mark),
            states=tuple((str(STATES[state]), str(MEANINGS[state])) for state in State),
            notes=(
                _("Nobody typed an answer: each follows from evidence of the running system at this moment."),
                _("All rows are here. What is missing, too old or in error counts against its row."),
                _(
                    "This file's SHA-256 stands in the provider's signed log. Check it without us: "
                    "python tokimori_verify.py sheet FILE --proof proof.tlog-proof --opening opening.json --vkey …"
                ),
            ),
            parts=tuple(
                Part(
                    title=chapter.title.in_language(language),
                    lines=tuple(_line(row, language) for row in snapshot.rows if row.section == chapter.code),
                )
                for chapter in snapshot.chapters
            ),
        )


def clock_text(instant: str) -> str:
    """Return a time of the snapshot as people read it, ``2026-11-27 00:05``; nothing for nothing."""
    return instant[:16].replace("T", " ")


def _facts(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    counted = [row.state for row in snapshot.rows]
    states = ", ".join(f"{STATES[one]} {counted.count(one.value)}" for one in State if one.value in counted)
    return (
        (_("Edition"), _edition(snapshot.edition)),
        (_("Snapshot"), snapshot.id),
        (_("Build"), snapshot.build),
        (_("Rows by state"), states),
    )


def _edition(edition: str) -> str:
    words = {PUBLIC: _("for everybody"), DRAFT: _("draft, not published")}
    return words.get(edition, edition)


def _line(row: SnapshotRow, language: str) -> Line:
    return Line(
        number=row.row,
        question=row.question.in_language(language),
        mark=row.mark,
        state=row.state,
        state_word=str(STATES[State(row.state)]),
        remarks="\n".join([row.remark.in_language(language), *_own(row)]),
        valid_until=clock_text(row.valid_until),
        evidence=tuple(
            " ".join(part for part in (one.name, clock_text(one.observed_at), one.digest[:16]) if part)
            for one in row.evidence
        ),
    )


def _own(row: SnapshotRow) -> list[str]:
    """Return a company's own value of a row in sentences, with the moment of which it is."""
    if not row.own:
        return []
    figures = {name: value for name, value in row.own.items() if isinstance(value, int)}
    value = OwnValue(row=row.row, setting=Setting(str(row.own["setting"])), figures=figures)
    head = _("%(setting)s (as of %(moment)s UTC):") % {
        "setting": setting_in_words(value),
        "moment": clock_text(str(row.own["as_of"])),
    }
    return [head, *own_sentences(value)]
