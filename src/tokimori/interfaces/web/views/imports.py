"""Punches from a file."""

import csv
import io
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tokimori.domains.exports.writers import harmless
from tokimori.domains.people.queries import visible_employees
from tokimori.domains.timekeeping.errors import MissingColumns
from tokimori.domains.timekeeping.punch_file import LARGEST_FILE
from tokimori.domains.timekeeping.queries import ImportRunView, ids_read_from, import_run, import_runs, rejected_lines
from tokimori.domains.timekeeping.services.imports import import_punches
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.delimited import FileTooLarge, WrongEncoding
from tokimori.foundation.errors import NotFound, Refusal, all_refusals
from tokimori.foundation.ledger.bundles import receipts_pieces
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import own_subjects_of
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.receipts import streamed_zip

_SHOWN_RUNS = 20
_SHOWN_LINES = 200
_MOST_OWN = 1000
_COLUMNS = ("employee_code", "date", "time", "kind", "place")


@require_http_methods(["GET", "POST"])
@requires(Permission.PUNCH_IMPORT)
def imports(request: TenantRequest) -> HttpResponse:
    """Show earlier files; read one."""
    if request.method == "GET":
        return render(request, "tokimori/imports.html", _context(request))
    try:
        file_name, content = _uploaded(request)
        outcome = import_punches(actor=request.principal, file_name=file_name, content=content, now=request.now)
    except (FileTooLarge, WrongEncoding, MissingColumns) as refusal:
        context = {**_context(request), "error": _(refusal.sentence())}
        return render(request, "tokimori/imports.html", context, status=refusal.status)
    return render(request, "tokimori/imports.html", _context(request, run_id=outcome.run_id))


@require_GET
@requires(Permission.PUNCH_IMPORT)
def one_import(request: TenantRequest, run_id: UUID) -> HttpResponse:
    """Show what became of one file."""
    return render(request, "tokimori/imports.html", _context(request, run_id=run_id))


@require_GET
@requires(Permission.PUNCH_IMPORT)
def rejected(request: TenantRequest, run_id: UUID) -> HttpResponse:
    """Hand back the lines that did not go in, with their numbers and the reasons."""
    run = _seen_run(request, run_id)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["line", "code", "reason", "text"])
    for line in rejected_lines(tenant=request.tenant, run_id=run_id):
        writer.writerow([line.line_number, line.code, _reason(line.code), harmless(line.text)])
    response = HttpResponse(buffer.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{run.id}.csv"'
    return response


@require_GET
@requires(Permission.PUNCH_IMPORT)
def import_receipts(request: TenantRequest, run_id: UUID) -> HttpResponseBase:
    """Hand out the receipt of each punch that a file brought, as a zip."""
    run = _seen_run(request, run_id)
    punch_ids = ids_read_from(tenant=request.tenant, run_id=run.id)
    return streamed_zip(receipts_pieces(tenant=request.tenant, punch_ids=punch_ids), name=f"receipts-{run.id}.zip")


@require_GET
@requires(Permission.PUNCH_IMPORT)
def example(request: TenantRequest) -> HttpResponse:
    """Hand out a file of the right form."""
    rows = [
        ",".join(_COLUMNS),
        f"1001,{request.today.isoformat()},08:58,in,",
        f"1001,{request.today.isoformat()},18:10,out,",
    ]
    response = HttpResponse("\r\n".join(rows).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="punches-example.csv"'
    return response


def _uploaded(request: TenantRequest) -> tuple[str, bytes]:
    upload = request.FILES.get("file")
    if upload is None:
        raise MissingColumns
    if (upload.size or 0) > LARGEST_FILE:
        raise FileTooLarge
    return upload.name or "", upload.read()


def _context(request: TenantRequest, *, run_id: UUID | None = None) -> dict[str, Any]:
    return {
        "page_title": _("Imports"),
        "state_sentence": _("Each line counts once, however often it is sent."),
        "import_url": reverse("imports"),
        "columns": _COLUMNS,
        "example_url": reverse("import_example"),
        "most": _("10 megabytes"),
        "result": _result(request, _seen_run(request, run_id)) if run_id else None,
        "runs": [
            {**_run(run), "url": reverse("import", args=[run.id])}
            for run in import_runs(tenant=request.tenant, limit=_SHOWN_RUNS, only=_own_runs(request))
        ],
    }


def _own_runs(request: TenantRequest) -> tuple[UUID, ...] | None:
    """Return the files that the person read in himself, where he does so for some of the people; else nothing."""
    reach = visible_employees(actor=request.principal, on=request.today, function=Function.IMPORTS, level=Level.EDIT)
    return (
        None
        if reach is None
        else own_subjects_of(name=EventName.PUNCH_IMPORTED, actor=request.principal, limit=_MOST_OWN)
    )


def _seen_run(request: TenantRequest, run_id: UUID) -> ImportRunView:
    own = _own_runs(request)
    if own is not None and run_id not in own:
        raise NotFound
    return import_run(tenant=request.tenant, run_id=run_id)


def _run(run: ImportRunView) -> dict[str, Any]:
    return {
        "file_name": run.file_name,
        "encoding": run.encoding,
        "imported_at": run.imported_at,
        "imported_by": "",
        "recorded_count": run.recorded_count,
        "repeated_count": run.repeated_count,
        "rejected_count": run.rejected_count,
    }


def _result(request: TenantRequest, run: ImportRunView) -> dict[str, Any]:
    lines = rejected_lines(tenant=request.tenant, run_id=run.id)
    return {
        **_run(run),
        "receipts_url": reverse("import_receipts", args=[run.id]) if run.recorded_count else "",
        "rejected_url": reverse("rejected_lines", args=[run.id]) if lines else "",
        "rejected": [
            {"line_number": line.line_number, "text": line.text, "reason": _reason(line.code)}
            for line in lines[:_SHOWN_LINES]
        ],
    }


def _reason(code: str) -> str:
    known = next((refusal for refusal in all_refusals() if refusal.code == code), Refusal)
    return _(known.sentence())
