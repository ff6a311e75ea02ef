"""The sheet as its pages show it: to everybody, and to a company with its own values beside each row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from tokimori.assurance.catalogue.controls import ROWS, Control, Kind, Section, controls, sections
from tokimori.assurance.contradiction_words import contradiction_sentence
from tokimori.assurance.evaluation.answers import Answer, Finding, Why
from tokimori.assurance.evaluation.evidence import Method, Outcome
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.evidence_words import change_in_words, measures_in_words, probe_title, reasons_in_words
from tokimori.assurance.filtering import FOUNDED_GROUND, Wanted, is_wanted
from tokimori.assurance.own.values import OwnValue
from tokimori.assurance.own.words import kind_of, own_sentences, setting_in_words, step_in_words
from tokimori.assurance.probe_words import public_reason
from tokimori.assurance.queries import ChangeView, Sheet
from tokimori.assurance.record.days import SheetDay
from tokimori.assurance.record.looks import RunView
from tokimori.assurance.record.queries import PublicRecord
from tokimori.assurance.sheet_words import (
    FOUNDED_WORD,
    KINDS,
    MARKS,
    MEANINGS,
    OUTCOMES,
    STATES,
    WHYS,
    colour_of,
    unknown_counts_against,
)
from tokimori.interfaces.web.dates import age, moment, short_date

_UTC: Final = ZoneInfo("UTC")
STACKED: Final = (
    State.PROVEN,
    State.ATTESTED,
    State.DECLARED,
    State.INHERITED,
    State.NOT_APPLICABLE,
    State.NO_EVIDENCE,
    State.STALE,
    State.GAP,
)
"""The states from the best founded to the worst, as bars are stacked from below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a page is made: the addresses of its pages, and the reader's own values where he has some."""

    list_route: str = "trust"
    row_route: str = "trust_row"
    own: Mapping[int, OwnValue] = field(default_factory=dict)
    may_change: bool = False

    def row_url(self, row: int) -> str:
        """Return the address of one row."""
        return reverse(self.row_route, args=[row])


def list_context(record: PublicRecord, reader: Reader, wanted: Wanted, *, now: datetime) -> dict[str, Any]:
    """Return what the page of all rows shows. The board always shows every row; the list may be narrowed."""
    sheet = record.sheet
    chapters = [_chapter(section, record, reader, wanted) for section in sections()]
    counts = Counter(answer.state for answer in sheet.answers.values())
    return {
        "asked_at": moment(sheet.at, _UTC),
        "last_look": age(record.last_look, now) if record.last_look else "",
        "trust_url": reverse(reader.list_route),
        "wanted": wanted,
        "is_narrowed": wanted.is_narrowed,
        "founded": sum(1 for answer in sheet.answers.values() if answer.is_good),
        "bar": _bar(counts, reader),
        "states": _choices(sheet, wanted),
        "kinds": [{"value": one.value, "label": KINDS[one], "is_chosen": one.value == wanted.kind} for one in Kind],
        "sections": [
            {"value": one.code, "label": one.title.in_language(language()), "is_chosen": one.code == wanted.section}
            for one in sections()
        ],
        "meanings": [{"state": state_label(state), "meaning": meaning} for state, meaning in MEANINGS.items()],
        "board": [_square(row, sheet.answers[row], reader) for row in ROWS],
        "chapters": [chapter for chapter in chapters if chapter["lines"]],
        "shown": sum(len(chapter["lines"]) for chapter in chapters),
        "total": len(ROWS),
        "contradictions": _contradictions(sheet),
        "chart": chart(record.days),
        "own_rows": len(reader.own),
        "own_off": [
            {"row": row, "url": f"#row-{row}", "asks": controls()[row].asks.in_language(language())}
            for row, value in reader.own.items()
            if value.is_off
        ],
    }


def row_context(row: int, record: PublicRecord, reader: Reader) -> dict[str, Any]:
    """Return what the page of one row shows."""
    control, answer = controls()[row], record.sheet.answers[row]
    line = _line(control, answer, record, reader)
    return {
        **line,
        "care": {name: line[name] for name in ("owner", "since", "due")},
        "asked_at": moment(record.sheet.at, _UTC),
        "trust_url": reverse(reader.list_route),
        "section": _title_of(control.section),
        "kind": KINDS[control.kind],
        "is_against": unknown_counts_against(answer),
        "exception": answer.exception,
        "exception_ends": moment(answer.exception.expires_at, _UTC) if answer.exception else "",
        "findings": [_finding(one) for one in answer.findings],
        "frameworks": control.frameworks,
        "changes": [_change(one) for one in record.changes],
        "runs": [run_line(one) for one in record.runs],
        "contradictions": _contradictions(record.sheet, row=row),
        "before_url": reader.row_url(row - 1) if row - 1 in ROWS else "",
        "after_url": reader.row_url(row + 1) if row + 1 in ROWS else "",
    }


def row_line(row: int, record: PublicRecord, reader: Reader) -> dict[str, Any]:
    """Return one row as a line of a list."""
    return _line(controls()[row], record.sheet.answers[row], record, reader)


def chart(days: Sequence[SheetDay]) -> dict[str, Any]:
    """Return the days as bars from below, and as a table of those on which something changed."""
    shown = [_day(one) for one in days]
    told = [one for number, one in enumerate(days) if one.is_changed or number in {0, len(days) - 1}]
    return {
        "height": len(ROWS),
        "days": shown,
        "width": len(shown),
        "first": short_date(days[0].day) if days else "",
        "last": short_date(days[-1].day) if days else "",
        "states": [{"value": one.value, "label": STATES[one]} for one in STACKED],
        "table": [
            {"day": one.day, "counts": [one.counts.get(state, 0) for state in STACKED]} for one in reversed(told)
        ],
    }


def run_line(run: RunView) -> dict[str, Any]:
    """Return one look of a probe as a line."""
    return {
        "probe": run.probe,
        "what": probe_title(run.probe),
        "outcome": OUTCOMES[Outcome(run.outcome)],
        "kind": {"passed": "ok", "failed": "act"}.get(run.outcome, "wait"),
        "seen_at": _utc(run.observed_to),
        "seconds": f"{run.seconds:.1f}",
        "reasons": reasons_in_words(public_reason(run.reason), run.measured),
        "numbers": measures_in_words(run.measured),
    }


def state_label(state: State) -> dict[str, Any]:
    """Return a state as `_state.html` shows it."""
    return {"kind": colour_of(state), "label": STATES[state]}


def language() -> str:
    """Return the reader's language."""
    return get_language() or "en"


def _chapter(section: Section, record: PublicRecord, reader: Reader, wanted: Wanted) -> dict[str, Any]:
    answers = record.sheet.answers
    return {
        "title": section.title.in_language(language()),
        "founded": sum(1 for control in section.controls if answers[control.row].is_good),
        "total": len(section.controls),
        "lines": [
            _line(control, answers[control.row], record, reader)
            for control in section.controls
            if is_wanted(control, answers[control.row], wanted=wanted, language=language())
            and (control.row in reader.own or not wanted.own)
        ],
    }


def _line(control: Control, answer: Answer, record: PublicRecord, reader: Reader) -> dict[str, Any]:
    seen = [
        one.evidence
        for one in answer.findings
        if one.evidence and not one.evidence.is_sample and one.source.method is not Method.FACT
    ]
    ends = [one.expires_at for one in seen if one.expires_at]
    since = record.since.get(control.row)
    return {
        "row": control.row,
        "url": reader.row_url(control.row),
        "asks": control.asks.in_language(language()),
        "mark": answer.mark.value,
        "mark_word": MARKS[answer.mark],
        "state": state_label(answer.state),
        "is_good": answer.is_good,
        "holds": control.holds.in_language(language()) if control.holds else "",
        "lacks": control.lacks.in_language(language()) if control.lacks else "",
        "depends_on_settings": control.depends_on_settings,
        "why": WHYS[answer.why],
        "reasons": _reasons(answer),
        "numbers": [one for each in seen for one in measures_in_words(each.measured)],
        "seen_at": _utc(max(one.observed_at for one in seen)) if seen else "",
        "ends_at": _utc(min(ends)) if ends else "",
        "since": _utc(since) if since else "",
        "owner": record.owners.get(control.row, ""),
        "due": _utc(answer.exception.expires_at) if answer.exception else "",
        "own": _own(reader, control.row),
        "has_sample": answer.has_sample,
    }


def _reasons(answer: Answer) -> list[str]:
    """Return what the deciding evidence found, in sentences; nothing for a row that is as it should be."""
    if answer.is_good:
        return []
    said = [
        reasons_in_words(public_reason(one.evidence.reason), one.evidence.measured)
        for one in answer.findings
        if one.state is answer.state and one.evidence is not None and not one.evidence.is_sample
    ]
    return [sentence for each in said for sentence in each]


def _own(reader: Reader, row: int) -> dict[str, Any] | None:
    value = reader.own.get(row)
    if value is None:
        return None
    is_open = bool(value.switch) and (reader.may_change or value.switch != "change_security_rules")
    anchor = f"#{value.anchor}" if value.anchor else ""
    return {
        "state": {"kind": kind_of(value), "label": setting_in_words(value)},
        "sentences": own_sentences(value),
        "step": step_in_words(value),
        "url": f"{reverse(value.switch)}{anchor}" if is_open else "",
        "is_off": value.is_off,
    }


def _square(row: int, answer: Answer, reader: Reader) -> dict[str, Any]:
    return {
        "row": row,
        "url": reader.row_url(row),
        "kind": colour_of(answer.state),
        "mark": answer.mark.value,
        "label": f"{row}: {MARKS[answer.mark]}, {STATES[answer.state]}",
    }


def _bar(counts: Mapping[State, int], reader: Reader) -> list[dict[str, Any]]:
    """Return the parts of one bar of all rows, with where each begins, in rows."""
    parts, begin = [], 0
    for state in STACKED:
        count = counts.get(state, 0)
        url = f"{reverse(reader.list_route)}?state={state.value}#rows"
        parts.append({"value": state.value, "state": state_label(state), "count": count, "begin": begin, "url": url})
        begin += count
    return parts


def _choices(sheet: Sheet, wanted: Wanted) -> list[dict[str, Any]]:
    counted = Counter(answer.state.value for answer in sheet.answers.values())
    founded = sum(1 for answer in sheet.answers.values() if answer.is_good)
    lines: list[tuple[str, Promise, int]] = [(FOUNDED_GROUND, FOUNDED_WORD, founded)]
    lines += [(state.value, STATES[state], counted[state.value]) for state in STACKED]
    return [
        {"value": value, "label": label, "count": count, "is_chosen": value == wanted.state}
        for value, label, count in lines
    ]


def _day(one: SheetDay) -> dict[str, Any]:
    parts, begin = [], 0
    for state in STACKED:
        count = one.counts.get(state, 0)
        if count:
            parts.append({"value": state.value, "begin": begin, "count": count})
            begin += count
    return {"day": one.day, "parts": parts}


def _finding(finding: Finding) -> dict[str, Any]:
    seen = finding.evidence
    return {
        "name": finding.source.name,
        "what": probe_title(finding.source.name),
        "state": state_label(finding.state),
        "is_sample": bool(seen and seen.is_sample),
        "outcome": OUTCOMES[seen.outcome] if seen else "",
        "seen_at": moment(seen.observed_at, _UTC) if seen else "",
        "ends_at": moment(seen.expires_at, _UTC) if seen and seen.expires_at else "",
        "reasons": reasons_in_words(public_reason(seen.reason), seen.measured) if seen else [],
        "numbers": measures_in_words(seen.measured) if seen else [],
    }


def _change(one: ChangeView) -> dict[str, Any]:
    return {
        "at": _utc(one.at),
        "state": state_label(State(one.after)),
        "before": STATES[State(one.before)] if one.before else "",
        "why": WHYS[Why(one.why)],
        "reason": change_in_words(public_reason(one.reason)),
    }


def _contradictions(sheet: Sheet, *, row: int | None = None) -> list[str]:
    """Return what contradicts itself in sentences: of all rows, or of one."""
    return [
        contradiction_sentence(one, measured=sheet.answers[one.rule.row].measured)
        for one in sheet.contradictions
        if row is None or row in one.rows
    ]


def _utc(instant: datetime) -> str:
    return f"{moment(instant, _UTC)} UTC"


def _title_of(code: str) -> str:
    return next(one.title.in_language(language()) for one in sections() if one.code == code)
