"""Tie a buyer's questions to rows: one after the other by keyboard, or the sure ones together."""

import re
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.evaluation.states import Good
from tokimori.assurance.queries import present_sheet
from tokimori.assurance.questionnaires.answers import good_is_no
from tokimori.assurance.questionnaires.errors import DecisionNotValid
from tokimori.assurance.questionnaires.queries import QuestionView, questionnaire, questions
from tokimori.assurance.questionnaires.services.deciding import (
    LONGEST_FREE_TEXT,
    LONGEST_FREE_WORD,
    Decision,
    accept_above,
    decide,
)
from tokimori.assurance.questionnaires.views import progress, state_of
from tokimori.assurance.sheet_words import MARKS, STATES, colour_of
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.drafts import keeps_draft
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_NUMBERS: Final = re.compile(r"[0-9]{1,3}")
_LONGEST_ROWS: Final = 60


@require_http_methods(["GET", "POST"])
@requires(Permission.QUESTIONNAIRE_ANSWER)
@keeps_draft("choice", "further", "good", "free_word", "free_text")
def question(request: TenantRequest, questionnaire_id: UUID, sequence: int) -> HttpResponse:
    """Show one question with what is proposed. Enter takes what is chosen and goes on to the next open one."""
    found = questionnaire(actor=request.principal, questionnaire_id=questionnaire_id)
    asked = questions(actor=request.principal, questionnaire_id=questionnaire_id)
    this = next((each for each in asked if each.sequence == sequence), None)
    if this is None:
        raise NotFound
    error = ""
    if request.method == "POST":
        try:
            decide(
                actor=request.principal,
                questionnaire_id=questionnaire_id,
                sequence=sequence,
                decision=_decision(request),
                now=request.now,
            )
        except DecisionNotValid as refusal:
            error = _(refusal.sentence())
        else:
            return HttpResponseRedirect(_next(asked, after=sequence, questionnaire_id=questionnaire_id))
    names = account_names(tenant=request.tenant, account_ids={this.decided_by})
    context = {
        "page_title": _("Question %(number)s") % {"number": this.number or this.sequence},
        "state_sentence": progress(found),
        "buyer": found.buyer,
        "question": this,
        "state": state_of(this),
        "decided": moment(this.decided_at, request.zone) if this.decided_at else "",
        "decider": names.get(this.decided_by, ""),
        "error": error,
        "choices": _choices(request, this),
        "usual_words": [word for word in found.words.plain().values() if word],
        "longest_word": LONGEST_FREE_WORD,
        "longest_text": LONGEST_FREE_TEXT,
        **_chosen(request, this),
        "back_url": reverse("questionnaire", args=[questionnaire_id]),
        "before_url": _beside(questionnaire_id, sequence - 1, len(asked)),
        "after_url": _beside(questionnaire_id, sequence + 1, len(asked)),
    }
    return render(request, "tokimori/questionnaire_question.html", context, status=422 if error else 200)


@require_POST
@requires(Permission.QUESTIONNAIRE_ANSWER)
def accept(request: TenantRequest, questionnaire_id: UUID) -> HttpResponse:
    """Confirm every proposal that is alike enough."""
    percent = request.POST.get("likeness", "")
    if not _NUMBERS.fullmatch(percent):
        raise DecisionNotValid
    count = accept_above(
        actor=request.principal, questionnaire_id=questionnaire_id, likeness=int(percent) * 10, now=request.now
    )
    said = ngettext("%(count)d proposal was accepted.", "%(count)d proposals were accepted.", count)
    messages.success(request, said % {"count": count})
    return HttpResponseRedirect(reverse("questionnaire", args=[questionnaire_id]))


def _decision(request: TenantRequest) -> Decision:
    choice = request.POST.get("choice", "")
    if choice == "none":
        return Decision(
            rows=(), free_word=request.POST.get("free_word", ""), free_text=request.POST.get("free_text", "")
        )
    further = request.POST.get("further", "")[:_LONGEST_ROWS]
    if further.strip() and not re.fullmatch(r"[\s,、;0-9]*", further):
        raise DecisionNotValid
    numbers = [*([choice] if _NUMBERS.fullmatch(choice) else []), *re.findall(r"[0-9]+", further)]
    rows = tuple(dict.fromkeys(int(number) for number in numbers))
    good = request.POST.get("good", "auto")
    if not all(row in controls() for row in rows):
        raise DecisionNotValid
    return Decision(rows=rows, good_is_no=good_is_no(rows) if good == "auto" else good == "no")


def _choices(request: TenantRequest, this: QuestionView) -> list[dict[str, Any]]:
    """Return the rows to choose from: what was decided or remembered first, then what is alike."""
    sheet = present_sheet(now=request.now)
    rows = list(dict.fromkeys([*this.rows[:1], *this.suggested_rows]))[:3]
    language = get_language() or "en"
    choices = []
    for row in rows:
        control, answer = controls()[row], sheet.answers[row]
        choices.append(
            {
                "row": row,
                "asks": control.asks.in_language(language),
                "mark": answer.mark.value,
                "mark_word": MARKS[answer.mark],
                "state": {"kind": colour_of(answer.state), "label": STATES[answer.state]},
                "is_no_good": control.good is Good.NO,
                "url": reverse("trust_row", args=[row]),
            }
        )
    return choices


def _chosen(request: TenantRequest, this: QuestionView) -> dict[str, Any]:
    """Return what stands in the form: what was typed, what was decided, or the first proposal."""
    if request.method == "POST":
        names = ("choice", "further", "good", "free_word", "free_text")
        return {f"chosen_{name}": request.POST.get(name, "")[:LONGEST_FREE_TEXT] for name in names}
    choice = str(this.rows[0]) if this.rows else "none"
    is_usual = this.good_is_no == good_is_no(this.rows)
    return {
        "chosen_choice": choice,
        "chosen_further": ", ".join(map(str, this.rows[1:])),
        "chosen_good": "auto" if is_usual else ("no" if this.good_is_no else "yes"),
        "chosen_free_word": this.free_word,
        "chosen_free_text": this.free_text,
    }


def _next(asked: tuple[QuestionView, ...], *, after: int, questionnaire_id: UUID) -> str:
    """Return the address of the next open question, from the beginning again; where none is open, of the preview."""
    still = [each.sequence for each in asked if not each.is_confirmed and each.sequence != after]
    later = [sequence for sequence in still if sequence > after]
    if not still:
        return reverse("questionnaire_preview", args=[questionnaire_id])
    return reverse("buyer_question", args=[questionnaire_id, (later or still)[0]])


def _beside(questionnaire_id: UUID, sequence: int, count: int) -> str:
    return reverse("buyer_question", args=[questionnaire_id, sequence]) if 1 <= sequence <= count else ""
