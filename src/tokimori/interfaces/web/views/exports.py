"""Files for payroll."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tokimori.domains.closings.queries import seals
from tokimori.domains.exports.layouts import FileFormat, Layout
from tokimori.domains.exports.queries import exports as made_exports
from tokimori.domains.exports.services import create_export, download_export
from tokimori.domains.people.queries import visible_employees
from tokimori.domains.timesheets.months import Month
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import InvalidInput
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.dates import month_name, read_month
from tokimori.interfaces.web.labels import LAYOUTS
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN = 50
_MEDIA_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LAYOUT_SENTENCES = {
    Layout.MONTH_TOTALS: gettext_lazy("One line for each person."),
    Layout.DAYS: gettext_lazy("One line for each person and day."),
}


@require_http_methods(["GET", "POST"])
@requires(Permission.EXPORT_READ)
def exports(request: TenantRequest) -> HttpResponse:
    """Show what can be exported and what was; make a file."""
    if request.method == "POST":
        return _create(request)
    months = sorted({seal.month for seal in seals(tenant=request.tenant) if seal.holds}, reverse=True)
    reach = visible_employees(actor=request.principal, on=request.today, function=Function.EXPORTS, level=Level.EDIT)
    files = made_exports(
        tenant=request.tenant, limit=_SHOWN, created_by_id=None if reach is None else request.account.id
    )
    names = account_names(tenant=request.tenant, account_ids={file.created_by_id for file in files})
    by_seal = {seal.id: seal for seal in seals(tenant=request.tenant)}
    context = {
        "page_title": _("Exports"),
        "state_sentence": _("%(month)s is the newest sealed month") % {"month": month_name(months[0])}
        if months
        else "",
        "export_url": reverse("exports"),
        "seals": [_month_choice(month, is_chosen=month == months[0]) for month in months]
        if request.principal.has(Permission.EXPORT_CREATE)
        else [],
        "may_create": request.principal.has(Permission.EXPORT_CREATE),
        "layouts": [
            {
                "value": layout.value,
                "label": LAYOUTS[layout],
                "sentence": _LAYOUT_SENTENCES[layout],
                "is_chosen": layout is Layout.MONTH_TOTALS,
            }
            for layout in Layout
        ],
        "closing_url": reverse("closing") if request.principal.has(Permission.PERIOD_READ) else "",
        "files": [
            {
                "file_name": file.file_name,
                "month": month_name(by_seal[file.seal_id].month),
                "layout": LAYOUTS[file.layout],
                "digest": file.digest,
                "created_by": names.get(file.created_by_id, ""),
                "created_at": file.created_at,
                "url": reverse("download_export", args=[file.id]),
            }
            for file in files
        ],
    }
    return render(request, "tokimori/exports.html", context)


@require_GET
@requires(Permission.EXPORT_READ)
def download(request: TenantRequest, export_id: UUID) -> HttpResponse:
    """Hand a file out again, as it was made."""
    file, content = download_export(actor=request.principal, export_id=export_id, now=request.now)
    response = HttpResponse(content, content_type=_MEDIA_TYPES[file.file_format])
    response["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
    response["X-Content-Digest"] = f"sha-256={file.digest}"
    return response


def _create(request: TenantRequest) -> HttpResponse:
    try:
        layout = Layout(request.POST.get("layout", ""))
        file_format = FileFormat(request.POST.get("file_format", ""))
    except ValueError as error:
        raise InvalidInput from error
    month = read_month(request.POST.get("seal", ""))
    file = create_export(actor=request.principal, month=month, layout=layout, file_format=file_format, now=request.now)
    messages.success(request, _("%(file)s is ready.") % {"file": file.file_name})
    return HttpResponseRedirect(reverse("download_export", args=[file.id]))


def _month_choice(month: Month, *, is_chosen: bool) -> dict[str, str | bool]:
    return {"value": str(month), "label": month_name(month), "is_chosen": is_chosen}
