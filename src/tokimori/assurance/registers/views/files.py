"""A register as a file: out of it, and into it as drafts."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.assurance.registers.entries import Content
from tokimori.assurance.registers.queries.reading import known_names
from tokimori.assurance.registers.services.exchange import (
    LARGEST_FILE,
    FileNotTaken,
    import_entries,
    lines_in,
    register_as_csv,
)
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.assurance.registers.views.forms import read_form
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.delimited import FileTooLarge, WrongEncoding
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest


@require_GET
@requires(Permission.COMPLIANCE_READ)
def export(request: TenantRequest, code: str) -> HttpResponse:
    """Hand out every entry of a register."""
    content = register_as_csv(actor=request.principal, register=code)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{request.today.isoformat()}.csv"'
    return response


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def read_in(request: TenantRequest, code: str) -> HttpResponse:
    """Keep every line of a file as a draft, or nothing of it."""
    if code not in REGISTERS:
        raise NotFound
    upload = request.FILES.get("file")
    content = upload.read(LARGEST_FILE + 1) if upload else b""
    try:
        contents = _contents(content, code)
        made = import_entries(actor=request.principal, register=code, contents=contents, now=request.now)
    except FileNotTaken as refusal:
        facts = {"line": refusal.facts["line"], "field": refusal.facts["field"]}
        messages.error(request, _("Line %(line)s cannot be taken: %(field)s. Nothing of the file was kept.") % facts)
    except (FileTooLarge, WrongEncoding) as refusal:
        messages.error(request, _(refusal.sentence()))
    else:
        sentence = ngettext("%(count)d draft was made.", "%(count)d drafts were made.", len(made))
        messages.success(request, sentence % {"count": len(made)})
    return HttpResponseRedirect(f"{reverse('register', args=[code])}?state=draft")


def _contents(content: bytes, code: str) -> list[tuple[int, Content]]:
    known = known_names(REGISTERS[code].named_registers)
    contents = []
    for line in lines_in(content, register=code):
        typed = read_form(REGISTERS[code], line.values, known=known, supersedes_id=None)
        if typed.content is None:
            raise FileNotTaken(line=line.number, field=next(iter(typed.errors)))
        contents.append((line.number, typed.content))
    return contents
