"""See what would be handed back, in which words, and hand it back."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.assurance.questionnaires.errors import (
    AnswerNotWritable,
    NothingToExport,
    SheetContradictsItself,
    WordsNotValid,
)
from tokimori.assurance.questionnaires.queries import ExportView, Preview, exports, preview, questionnaire
from tokimori.assurance.questionnaires.replies import Difference, WrittenReply
from tokimori.assurance.questionnaires.services.exporting import download_questionnaire, export_questionnaire
from tokimori.assurance.questionnaires.services.taking import choose_words
from tokimori.assurance.questionnaires.views import progress
from tokimori.assurance.questionnaires.vocabularies import LONGEST_WORD, Vocabulary
from tokimori.assurance.sheet_words import STATES, colour_of
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.drafts import keeps_draft
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@requires(Permission.QUESTIONNAIRE_ANSWER)
def before_handing(request: TenantRequest, questionnaire_id: UUID) -> HttpResponse:
    """Show every answer as it would stand in the file now, what has changed, and what was handed back before."""
    return render(request, "tokimori/questionnaire_preview.html", _context(request, questionnaire_id))


@require_POST
@requires(Permission.QUESTIONNAIRE_ANSWER)
@keeps_draft("yes", "partly", "no", "none")
def words(request: TenantRequest, questionnaire_id: UUID) -> HttpResponse:
    """Choose the words of the answers."""
    typed = {name: request.POST.get(name, "").strip() for name in ("yes", "partly", "no", "none")}
    try:
        chosen = Vocabulary(**typed)
    except ValueError:
        return _refused(request, questionnaire_id, WordsNotValid())
    try:
        choose_words(actor=request.principal, questionnaire_id=questionnaire_id, words=chosen, now=request.now)
    except WordsNotValid as refusal:
        return _refused(request, questionnaire_id, refusal)
    return HttpResponseRedirect(reverse("questionnaire_preview", args=[questionnaire_id]))


@require_POST
@requires(Permission.QUESTIONNAIRE_ANSWER)
def export(request: TenantRequest, questionnaire_id: UUID) -> HttpResponse:
    """Write the answers into the buyer's file."""
    try:
        export_questionnaire(actor=request.principal, questionnaire_id=questionnaire_id, now=request.now)
    except (NothingToExport, SheetContradictsItself, AnswerNotWritable) as refusal:
        return _refused(request, questionnaire_id, refusal)
    messages.success(request, _("The file is ready below."))
    return HttpResponseRedirect(reverse("questionnaire_preview", args=[questionnaire_id]))


@require_GET
@requires(Permission.QUESTIONNAIRE_ANSWER)
def download(request: TenantRequest, export_id: UUID) -> HttpResponse:
    """Hand a file out as it was made."""
    name, digest, content = download_questionnaire(actor=request.principal, export_id=export_id, now=request.now)
    response = HttpResponse(content, content_type=_MEDIA_TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Digest"] = f"sha-256={digest}"
    return response


def _refused(request: TenantRequest, questionnaire_id: UUID, refusal: Refusal) -> HttpResponse:
    context = {**_context(request, questionnaire_id), "error": _(refusal.sentence())}
    return render(request, "tokimori/questionnaire_preview.html", context, status=refusal.status)


def _context(request: TenantRequest, questionnaire_id: UUID) -> dict[str, Any]:
    found = questionnaire(actor=request.principal, questionnaire_id=questionnaire_id)
    seen = preview(actor=request.principal, questionnaire_id=questionnaire_id, now=request.now)
    made = exports(actor=request.principal, questionnaire_id=questionnaire_id)
    names = account_names(tenant=request.tenant, account_ids={each.created_by for each in made})
    return {
        "page_title": _("Answers"),
        "state_sentence": progress(found),
        "buyer": found.buyer,
        "back_url": reverse("questionnaire", args=[questionnaire_id]),
        "words_url": reverse("questionnaire_words", args=[questionnaire_id]),
        "export_url": reverse("export_questionnaire", args=[questionnaire_id]) if seen.replies else "",
        "open_count": found.asked - found.confirmed,
        "contradicted": ", ".join(map(str, seen.contradicted)),
        "words": [
            {"name": name, "label": label, "value": getattr(found.words, name)}
            for name, label in (
                ("yes", _("Yes")),
                ("partly", _("Under a condition")),
                ("no", _("No")),
                ("none", _("Does not apply")),
            )
        ],
        "listed": seen.listed,
        "longest_word": LONGEST_WORD,
        "changes": _changes(seen),
        "was_exported": seen.was_exported,
        "asked_at": f"{moment(seen.sheet.at, request.zone)}",
        "replies": [_reply(request, each, questionnaire_id) for each in seen.replies],
        "exports": [_export(request, each, names.get(each.created_by, "")) for each in made],
    }


def _changes(seen: Preview) -> list[dict[str, Any]]:
    numbers = {each.sequence: each.number or str(each.sequence) for each in seen.replies}
    return [_change(each, numbers.get(each.sequence, str(each.sequence))) for each in seen.changes]


def _change(each: Difference, number: str) -> dict[str, Any]:
    return {"number": number, "before": each.before, "after": each.after}


def _reply(request: TenantRequest, each: WrittenReply, questionnaire_id: UUID) -> dict[str, Any]:
    return {
        "number": each.number or str(each.sequence),
        "text": each.text,
        "word": each.word,
        "remark": each.remark,
        "rows": each.rows,
        "state": {"kind": colour_of(each.state), "label": STATES[each.state]}
        if each.state
        else {"kind": "quiet", "label": _("By hand")},
        "seen": moment(each.seen_at, request.zone) if each.seen_at else "",
        "ends": moment(each.valid_until, request.zone) if each.valid_until else "",
        "url": reverse("buyer_question", args=[questionnaire_id, each.sequence]),
    }


def _export(request: TenantRequest, each: ExportView, name: str) -> dict[str, Any]:
    changed = len(each.changes)
    return {
        "at": moment(each.created_at, request.zone),
        "person": name,
        "digest": each.digest,
        "answered": f"{each.answered} / {each.asked}",
        "changed": ngettext("%(count)d answer changed", "%(count)d answers changed", changed) % {"count": changed}
        if changed
        else "",
        "url": reverse("download_questionnaire", args=[each.id]),
    }
