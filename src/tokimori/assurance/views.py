"""The public sheet: every row with its mark, its state and its evidence, red included; and one row with its history."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from tokimori.assurance.catalogue.controls import ROWS, Control, Section, controls, sections
from tokimori.assurance.evaluation.answers import Answer, Finding
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.queries import Sheet, changes_of, public_sheet
from tokimori.assurance.sheet_words import (
    GROUNDS,
    MARKS,
    MEANINGS,
    OUTCOMES,
    STATES,
    WHYS,
    colour_of,
    ground_of,
    unknown_counts_against,
)
from tokimori.foundation import clock
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.permissions import public

_UTC: Final = ZoneInfo("UTC")
_LONGEST_WORDS: Final = 60
_CHANGES_SHOWN: Final = 20


@require_safe
@public
def trust(request: HttpRequest) -> HttpResponse:
    """Show the whole sheet. The list may be narrowed by a ground or by words; the board always shows every row."""
    sheet = public_sheet(now=clock.now())
    ground = request.GET.get("state", "")
    words = request.GET.get("words", "")[:_LONGEST_WORDS].strip()
    chapters = [_chapter(section, sheet, ground=ground, words=words) for section in sections()]
    context = {
        "page_title": gettext("Security sheet"),
        "asked_at": moment(sheet.at, _UTC),
        "trust_url": reverse("trust"),
        "words": words,
        "ground": ground if ground in GROUNDS else "",
        "grounds": _grounds(sheet),
        "meanings": [{"state": _state(state), "meaning": meaning} for state, meaning in MEANINGS.items()],
        "board": [_square(row, sheet.answers[row]) for row in ROWS],
        "chapters": [chapter for chapter in chapters if chapter["lines"]],
        "shown": sum(len(chapter["lines"]) for chapter in chapters),
        "total": len(ROWS),
        "contradictions": [", ".join(map(str, one.rows)) for one in sheet.contradictions],
    }
    return render(request, "tokimori/trust.html", context)


@require_safe
@public
def trust_row(request: HttpRequest, row: int) -> HttpResponse:
    """Show one row: what it asks, what holds, what is missing, what was seen, and how its state changed."""
    if row not in ROWS:
        raise NotFound
    sheet = public_sheet(now=clock.now())
    control, answer = controls()[row], sheet.answers[row]
    context = {
        **_line(control, answer),
        "page_title": gettext("Row %(row)s of the security sheet") % {"row": row},
        "asked_at": moment(sheet.at, _UTC),
        "trust_url": reverse("trust"),
        "why": WHYS[answer.why],
        "is_against": unknown_counts_against(answer),
        "exception": answer.exception,
        "exception_ends": moment(answer.exception.expires_at, _UTC) if answer.exception else "",
        "findings": [_finding(one) for one in answer.findings],
        "frameworks": control.frameworks,
        "changes": [
            {"at": f"{moment(one.at, _UTC)} UTC", "state": _state(State(one.after)), "reason": one.reason}
            for one in changes_of(row, limit=_CHANGES_SHOWN)
        ],
        "before_url": reverse("trust_row", args=[row - 1]) if row - 1 in ROWS else "",
        "after_url": reverse("trust_row", args=[row + 1]) if row + 1 in ROWS else "",
    }
    return render(request, "tokimori/trust_row.html", context)


def _chapter(section: Section, sheet: Sheet, *, ground: str, words: str) -> dict[str, Any]:
    wanted = [
        control
        for control in section.controls
        if _is_wanted(control, sheet.answers[control.row], ground=ground, words=words)
    ]
    founded = sum(1 for control in section.controls if sheet.answers[control.row].is_good)
    return {
        "title": section.title.in_language(_language()),
        "founded": founded,
        "total": len(section.controls),
        "lines": [_line(control, sheet.answers[control.row]) for control in wanted],
    }


def _is_wanted(control: Control, answer: Answer, *, ground: str, words: str) -> bool:
    if ground in GROUNDS and ground_of(answer.state) != ground:
        return False
    said = [control.asks, *(one for one in (control.holds, control.lacks) if one)]
    text = " ".join([str(control.row), *(one.in_language(_language()) for one in said), *control.frameworks]).casefold()
    return all(word in text for word in words.casefold().split())


def _line(control: Control, answer: Answer) -> dict[str, Any]:
    language = _language()
    seen = [one.evidence for one in answer.findings if one.evidence and not one.evidence.is_sample]
    newest = max((one.observed_at for one in seen), default=None)
    return {
        "row": control.row,
        "url": reverse("trust_row", args=[control.row]),
        "asks": control.asks.in_language(language),
        "mark": answer.mark.value,
        "mark_word": MARKS[answer.mark],
        "state": _state(answer.state),
        "holds": control.holds.in_language(language) if control.holds else "",
        "lacks": control.lacks.in_language(language) if control.lacks else "",
        "depends_on_settings": control.depends_on_settings,
        "why": WHYS[answer.why],
        "has_sample": answer.has_sample,
        "seen_at": f"{moment(newest, _UTC)} UTC" if newest and control.probes else "",
    }


def _square(row: int, answer: Answer) -> dict[str, Any]:
    return {
        "row": row,
        "url": reverse("trust_row", args=[row]),
        "kind": colour_of(answer.state),
        "mark": answer.mark.value,
        "label": f"{row}: {MARKS[answer.mark]}, {STATES[answer.state]}",
    }


def _grounds(sheet: Sheet) -> Sequence[Mapping[str, Any]]:
    counted = [ground_of(answer.state) for answer in sheet.answers.values()]
    return [{"value": value, "label": label, "count": counted.count(value)} for value, label in GROUNDS.items()]


def _finding(finding: Finding) -> dict[str, Any]:
    seen = finding.evidence
    return {
        "name": finding.source.name,
        "state": _state(finding.state),
        "is_sample": bool(seen and seen.is_sample),
        "outcome": OUTCOMES[seen.outcome] if seen else "",
        "seen_at": moment(seen.observed_at, _UTC) if seen else "",
        "ends_at": moment(seen.expires_at, _UTC) if seen and seen.expires_at else "",
        "reason": seen.reason if seen else "",
        "measured": sorted(seen.measured.items()) if seen else [],
    }


def _state(state: State) -> dict[str, Any]:
    return {"kind": colour_of(state), "label": STATES[state]}


def _language() -> str:
    return get_language() or "en"
