"""Many accounts at once: from a file, and as printed slips."""

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tokimori.domains.exports.writers import harmless
from tokimori.domains.organisations.queries import company
from tokimori.domains.people.accounts.account_file import COLUMNS, LARGEST_FILE
from tokimori.domains.people.accounts.errors import AccountColumnsMissing, AccountFileTooLong
from tokimori.domains.people.accounts.services import invite_from_file
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.delimited import FileTooLarge, WrongEncoding
from tokimori.foundation.errors import InvalidInput, Refusal, all_refusals
from tokimori.foundation.identity.services.account_files import (
    AccountFileView,
    RejectedLineView,
    account_file,
    account_files,
    accounts_of_file,
    rejected_lines_of,
)
from tokimori.foundation.identity.services.mailed_links import mail_invitations, mails_links
from tokimori.foundation.identity.services.slips import MOST_SLIPS, make_slips
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.entrance import place_of
from tokimori.interfaces.web.papers.slips import PrintedSlip, slips_as_pdf
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN_FILES = 20
_SHOWN_LINES = 200


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def files(request: TenantRequest) -> HttpResponse:
    """Show earlier files; read one."""
    if request.method == "GET":
        return render(request, "tokimori/account_files.html", _context(request))
    try:
        file_name, content = _uploaded(request)
        outcome = invite_from_file(
            actor=request.principal,
            file_name=file_name,
            content=content,
            language=company(tenant=request.tenant).language,
            now=request.now,
        )
    except (FileTooLarge, WrongEncoding, AccountColumnsMissing, AccountFileTooLong) as refusal:
        context = {**_context(request), "error": _(refusal.sentence())}
        return render(request, "tokimori/account_files.html", context, status=refusal.status)
    return render(request, "tokimori/account_files.html", _context(request, file_id=outcome.file_id))


@require_GET
@requires(Permission.ACCOUNT_WRITE)
def one_file(request: TenantRequest, file_id: UUID) -> HttpResponse:
    """Show what became of one file."""
    return render(request, "tokimori/account_files.html", _context(request, file_id=file_id))


@require_GET
@requires(Permission.ACCOUNT_WRITE)
def rejected(request: TenantRequest, file_id: UUID) -> HttpResponse:
    """Hand back the lines that became no account, with their numbers and the reasons."""
    file = account_file(actor=request.principal, file_id=file_id)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["line", "code", "field", "reason", "text"])
    for line in rejected_lines_of(actor=request.principal, file_id=file_id):
        writer.writerow([line.line_number, line.code, line.field, _reason(line), harmless(line.text)])
    response = HttpResponse(buffer.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-accounts-{file.id}.csv"'
    return response


@require_GET
@requires(Permission.ACCOUNT_WRITE)
def example(request: TenantRequest) -> HttpResponse:
    """Hand out a file of the right form."""
    del request  # the same for everybody
    rows = [
        ",".join(COLUMNS),
        "1001,山田 太郎,taro@example.jp,employee,ja,1001",
        "p-17,岡田 真理,,employee,ja,4001",
        "somchai,สมชาย ใจดี,somchai@example.jp,employee;manager,th,",
    ]
    response = HttpResponse("\r\n".join(rows).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="accounts-example.csv"'
    return response


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def slips(request: TenantRequest) -> HttpResponse:
    """Answer with slips to print, each with a fresh link; links that were made before stop working."""
    wanted = _wanted(request)
    made = make_slips(actor=request.principal, account_ids=wanted, now=request.now)
    ours = company(tenant=request.tenant)
    origin = place_of(request).origin
    paper = slips_as_pdf(
        slips=[
            PrintedSlip(
                company_name=ours.name,
                company_code=ours.code,
                person=one.display_name,
                login_id=one.login_id,
                language=one.language,
                link=origin + reverse("first_sign_in", args=[one.secret]),
                door=origin + reverse("sign_in"),
                ends_at=one.ends_at.astimezone(request.zone),
            )
            for one in made
        ],
        printed_at=request.now,
    )
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="first-sign-in.pdf"'
    return response


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def send_links(request: TenantRequest, file_id: UUID) -> HttpResponse:
    """Send the one-time links of a file's accounts to those who have an address and have not been in."""
    file = account_file(actor=request.principal, file_id=file_id)
    wanted = accounts_of_file(actor=request.principal, file_id=file.id)
    count = mail_invitations(actor=request.principal, account_ids=wanted, now=request.now)
    messages.success(
        request,
        ngettext("%(count)d link is on its way.", "%(count)d links are on their way.", count) % {"count": count},
    )
    return HttpResponseRedirect(reverse("account_file", args=[file_id]))


def _uploaded(request: TenantRequest) -> tuple[str, bytes]:
    upload = request.FILES.get("file")
    if upload is None:
        raise AccountColumnsMissing
    if (upload.size or 0) > LARGEST_FILE:
        raise FileTooLarge
    return upload.name or "", upload.read()


def _wanted(request: TenantRequest) -> list[UUID]:
    """Return the accounts that were ticked, or those of a file; raise ``InvalidInput`` for what is no id."""
    try:
        file_id = request.POST.get("file", "")
        if file_id:
            return list(accounts_of_file(actor=request.principal, file_id=UUID(file_id)))[:MOST_SLIPS]
        return [UUID(text) for text in request.POST.getlist("accounts")]
    except ValueError as error:
        raise InvalidInput from error


def _context(request: TenantRequest, *, file_id: UUID | None = None) -> dict[str, Any]:
    result = _result(request, account_file(actor=request.principal, file_id=file_id)) if file_id else None
    return {
        "page_title": _("Invite from a file"),
        "state_sentence": _("Each line becomes an account. Links are made when you hand them over."),
        "files_url": reverse("account_files"),
        "accounts_url": reverse("accounts"),
        "slips_url": reverse("print_slips"),
        "columns": COLUMNS,
        "example_url": reverse("account_file_example"),
        "most": _("1 megabyte, 2,000 lines"),
        "most_slips": MOST_SLIPS,
        "send_url": reverse("send_account_links", args=[file_id])
        if file_id and mails_links(tenant=request.tenant)
        else "",
        "result": result,
        "files": [
            {**_file(request, one), "url": reverse("account_file", args=[one.id])}
            for one in account_files(actor=request.principal, limit=_SHOWN_FILES)
        ],
    }


def _file(request: TenantRequest, file: AccountFileView) -> dict[str, Any]:
    return {
        "id": file.id,
        "file_name": file.file_name,
        "encoding": file.encoding,
        "read": moment(file.read_at, request.zone),
        "invited_count": file.invited_count,
        "rejected_count": file.rejected_count,
    }


def _result(request: TenantRequest, file: AccountFileView) -> dict[str, Any]:
    lines = rejected_lines_of(actor=request.principal, file_id=file.id)
    return {
        **_file(request, file),
        "rejected_url": reverse("rejected_accounts", args=[file.id]) if lines else "",
        "rejected": [
            {"line_number": line.line_number, "text": line.text, "reason": _reason(line), "field": line.field}
            for line in lines[:_SHOWN_LINES]
        ],
    }


def _reason(line: RejectedLineView) -> str:
    known = next((refusal for refusal in all_refusals() if refusal.code == line.code), Refusal)
    return _(known.sentence())
