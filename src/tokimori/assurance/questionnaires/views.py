"""Questionnaires of buyers: the list, one with its questions, and where a file keeps what."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tokimori.assurance.questionnaires.container import LARGEST_FILE
from tokimori.assurance.questionnaires.delimited_sheet import CODECS
from tokimori.assurance.questionnaires.errors import (
    ColumnsNotValid,
    QuestionnaireNotDescribed,
    QuestionnaireTooLarge,
)
from tokimori.assurance.questionnaires.grids import Grid, column_of, letters_of
from tokimori.assurance.questionnaires.layouts import SheetLayout
from tokimori.assurance.questionnaires.queries import (
    QuestionnaireView,
    QuestionView,
    grids_of,
    questionnaire,
    questionnaires,
    questions,
)
from tokimori.assurance.questionnaires.services.deleting import delete_questionnaire
from tokimori.assurance.questionnaires.services.taking import LONGEST_NAME, Sent, choose_columns, take_questionnaire
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import InvalidInput
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

LANGUAGES: Final = (("ja", "日本語"), ("en", "English"), ("th", "ไทย"))
LIKENESSES: Final = (90, 70, 50)
"""In percent, from which proposals are accepted together."""
_SHOWN_ROWS: Final = 12
_SHOWN_COLUMNS: Final = 12
_LONGEST_SHOWN: Final = 60


@require_http_methods(["GET", "POST"])
@requires(Permission.QUESTIONNAIRE_ANSWER)
def all_questionnaires(request: TenantRequest) -> HttpResponse:
    """Show all; take one in."""
    if request.method == "GET":
        return render(request, "tokimori/questionnaires.html", _list_context(request))
    try:
        taken = take_questionnaire(actor=request.principal, sent=_sent(request), now=request.now)
    except InvalidInput as refusal:
        context = {**_list_context(request), "error": _(refusal.sentence()), "typed": request.POST}
        return render(request, "tokimori/questionnaires.html", context, status=refusal.status)
    if not questions(actor=request.principal, questionnaire_id=taken):
        messages.warning(request, _("No heading names questions and answers. Choose their columns."))
        return HttpResponseRedirect(reverse("questionnaire_columns", args=[taken]))
    return HttpResponseRedirect(reverse("questionnaire", args=[taken]))


@require_GET
@requires(Permission.QUESTIONNAIRE_ANSWER)
def one(request: TenantRequest, questionnaire_id: UUID) -> HttpResponse:
    """Show one with its questions: what is proposed, and what was decided."""
    found = questionnaire(actor=request.principal, questionnaire_id=questionnaire_id)
    asked = questions(actor=request.principal, questionnaire_id=questionnaire_id)
    next_one = next((each for each in asked if not each.is_confirmed), None)
    context = {
        "page_title": found.buyer,
        "state_sentence": progress(found),
        "about": _about(request, found),
        "next_url": reverse("buyer_question", args=[found.id, next_one.sequence]) if next_one else "",
        "lines": lines_of(asked, questionnaire_id=found.id),
        "accept_url": reverse("accept_proposals", args=[found.id]) if next_one else "",
        "likenesses": [(percent, _acceptable(asked, percent)) for percent in LIKENESSES],
        "preview_url": reverse("questionnaire_preview", args=[found.id]),
        "columns_url": reverse("questionnaire_columns", args=[found.id]),
        "delete_url": reverse("delete_questionnaire", args=[found.id]),
        "list_url": reverse("questionnaires"),
    }
    return render(request, "tokimori/questionnaire.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.QUESTIONNAIRE_ANSWER)
def columns(request: TenantRequest, questionnaire_id: UUID) -> HttpResponse:
    """Show which columns hold what, with the beginning of each sheet; let a human choose others."""
    found = questionnaire(actor=request.principal, questionnaire_id=questionnaire_id)
    grids = grids_of(actor=request.principal, questionnaire_id=questionnaire_id)
    error = ""
    if request.method == "POST":
        try:
            chosen = _chosen_layouts(request, grids)
            count = choose_columns(
                actor=request.principal, questionnaire_id=questionnaire_id, layouts=chosen, now=request.now
            )
        except InvalidInput as refusal:
            error = _(refusal.sentence())
        else:
            said = ngettext("%(count)d question was found.", "%(count)d questions were found.", count)
            messages.success(request, said % {"count": count})
            return HttpResponseRedirect(reverse("questionnaire", args=[questionnaire_id]))
    by_sheet = {layout.sheet: layout for layout in found.layouts}
    context = {
        "page_title": _("Columns"),
        "state_sentence": found.file_name,
        "error": error,
        "sheets": [_sheet(number, grid, by_sheet.get(grid.name), request) for number, grid in enumerate(grids)],
        "back_url": reverse("questionnaire", args=[questionnaire_id]),
        "buyer": found.buyer,
    }
    return render(request, "tokimori/questionnaire_columns.html", context, status=422 if error else 200)


@require_POST
@requires(Permission.QUESTIONNAIRE_ANSWER)
@proved_lately
def delete(request: TenantRequest, questionnaire_id: UUID) -> HttpResponse:
    """Delete one, or all of its buyer's."""
    count = delete_questionnaire(
        actor=request.principal,
        questionnaire_id=questionnaire_id,
        whole_buyer="whole_buyer" in request.POST,
        now=request.now,
    )
    said = ngettext(
        "%(count)d questionnaire was deleted. The log says what is gone.",
        "%(count)d questionnaires were deleted. The log says what is gone.",
        count,
    )
    messages.success(request, said % {"count": count})
    return HttpResponseRedirect(reverse("questionnaires"))


def progress(found: QuestionnaireView) -> str:
    """Return how far a questionnaire is."""
    if not found.asked:
        return _("No question was found yet.")
    if found.confirmed == found.asked:
        return _("All %(asked)d questions are confirmed.") % {"asked": found.asked}
    return _("%(confirmed)d of %(asked)d questions are confirmed.") % {
        "confirmed": found.confirmed,
        "asked": found.asked,
    }


def lines_of(asked: Sequence[QuestionView], *, questionnaire_id: UUID) -> list[dict[str, Any]]:
    """Return the questions as lines, with the section where a new one begins."""
    lines = []
    section = ""
    for each in asked:
        lines.append(
            {
                "number": each.number or str(each.sequence),
                "section": each.section if each.section != section else "",
                "text": each.text,
                "rows": each.rows,
                "by_hand": each.free_word if each.is_confirmed and not each.rows else "",
                "likeness": "" if each.is_confirmed else _likeness(each),
                "state": state_of(each),
                "url": reverse("buyer_question", args=[questionnaire_id, each.sequence]),
            }
        )
        section = each.section
    return lines


def state_of(each: QuestionView) -> dict[str, str]:
    """Return whether a human confirmed a question, in words and shape."""
    if each.is_confirmed and not each.rows:
        return {"kind": "quiet", "label": _("By hand")}
    if each.is_confirmed:
        return {"kind": "ok", "label": _("Confirmed")}
    return {"kind": "wait", "label": _("Proposed by the machine") if each.rows else _("No proposal")}


def _likeness(each: QuestionView) -> str:
    return _("confirmed before") if each.is_remembered else f"{each.likeness // 10} %"


def _acceptable(asked: Sequence[QuestionView], percent: int) -> int:
    return sum(
        1
        for each in asked
        if not each.is_confirmed and each.rows and (each.is_remembered or each.likeness >= percent * 10)
    )


def _list_context(request: TenantRequest) -> dict[str, Any]:
    found = questionnaires(actor=request.principal)
    waiting = sum(1 for each in found if each.exported_at is None)
    return {
        "page_title": _("Questionnaires"),
        "state_sentence": ngettext("%(count)d was not handed back yet.", "%(count)d were not handed back yet.", waiting)
        % {"count": waiting}
        if waiting
        else "",
        "list_url": reverse("questionnaires"),
        "lines": [_about(request, each) for each in found],
        "languages": LANGUAGES,
        "encodings": tuple(CODECS),
        "longest_name": LONGEST_NAME,
        "most": f"{LARGEST_FILE // 1024 // 1024} MB",
    }


def _about(request: TenantRequest, found: QuestionnaireView) -> dict[str, Any]:
    is_late = found.due_on is not None and found.due_on < request.today and found.exported_at is None
    return {
        "buyer": found.buyer,
        "file_name": found.file_name,
        "encoding": found.encoding,
        "language": dict(LANGUAGES).get(found.language, found.language),
        "due_on": found.due_on,
        "is_late": is_late,
        "progress": progress(found),
        "uploaded": moment(found.uploaded_at, request.zone),
        "exported": moment(found.exported_at, request.zone) if found.exported_at else "",
        "url": reverse("questionnaire", args=[found.id]),
    }


def _sent(request: TenantRequest) -> Sent:
    file = request.FILES.get("file")
    due = request.POST.get("due_on", "")
    try:
        due_on = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise QuestionnaireNotDescribed from error
    if file is None:
        raise QuestionnaireNotDescribed
    if file.size is None or file.size > LARGEST_FILE:
        raise QuestionnaireTooLarge
    return Sent(
        buyer=request.POST.get("buyer", ""),
        due_on=due_on,
        language=request.POST.get("language", ""),
        file_name=file.name or "questionnaire",
        content=file.read(),
        encoding=request.POST.get("encoding", ""),
    )


def _chosen_layouts(request: TenantRequest, grids: Sequence[Grid]) -> list[SheetLayout]:
    chosen = []
    for number, grid in enumerate(grids):
        if f"sheet-{number}" not in request.POST:
            continue
        try:
            uses = {
                use: column_of(letters) if letters else 0
                for use in ("question", "answer", "number", "remark")
                for letters in [request.POST.get(f"{use}-{number}", "").strip()]
            }
            heading = int(request.POST.get(f"heading-{number}", "") or 0)
            chosen.append(SheetLayout(sheet=grid.name, heading_row=heading, **uses))
        except ValueError as error:
            raise ColumnsNotValid from error
    return chosen


def _sheet(number: int, grid: Grid, layout: SheetLayout | None, request: TenantRequest) -> dict[str, Any]:
    width = min(max((column for row in grid.cells.values() for column in row), default=1) + 2, _SHOWN_COLUMNS)
    rows = sorted(grid.cells)[:_SHOWN_ROWS]
    uses: Mapping[str, int] = layout.plain() if layout else {}  # type: ignore[assignment]  # what is asked for are columns
    typed = request.POST if request.method == "POST" else None
    return {
        "number": number,
        "name": grid.name or _("the file"),
        "is_chosen": f"sheet-{number}" in typed if typed else layout is not None,
        "heading": typed.get(f"heading-{number}", "") if typed else (uses.get("heading_row") or ""),
        "uses": [
            {
                "name": f"{use}-{number}",
                "label": label,
                "value": typed.get(f"{use}-{number}", "") if typed else letters_of(uses.get(use, 0)),
            }
            for use, label in (
                ("question", _("Questions")),
                ("answer", _("Answers")),
                ("number", _("Numbers")),
                ("remark", _("Remarks")),
            )
        ],
        "letters": [letters_of(column) for column in range(1, width + 1)],
        "rows": [(row, [grid.text((row, column))[:_LONGEST_SHOWN] for column in range(1, width + 1)]) for row in rows],
    }
