"""Slips for the first sign-in, eight on a page (A4), each in its person's language.

Whoever has the paper has the link: it works once and for a week, and leads to choosing a passphrase. No password is on it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import fontpkg_noto_sans_thai
import noto_cjk_sans_jp_regular
import segno
import typst
from babel.dates import format_datetime
from django.utils import translation
from django.utils.translation import gettext as _

_TEMPLATE: Final = Path(__file__).with_name("slips.typ")
_FONTS: Final = (
    Path(str(noto_cjk_sans_jp_regular.FONT_PATH)).parent,
    fontpkg_noto_sans_thai.ROOT / "files",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSlip:
    """What stands on one slip; ``door`` is where the person signs in later, ``ends_at`` on the clock it is read by."""

    company_name: str
    company_code: str
    person: str
    login_id: str
    language: str
    link: str
    door: str
    ends_at: datetime


def slips_as_pdf(*, slips: Sequence[PrintedSlip], printed_at: datetime) -> bytes:
    """Return the slips as PDF/A-2b. What stands on them is data for the template, never part of its markup."""
    data = json.dumps([_words(slip) for slip in slips], ensure_ascii=False)
    paper = typst.compile(
        str(_TEMPLATE),
        format="pdf",
        font_paths=[str(path) for path in _FONTS],
        ignore_system_fonts=True,
        sys_inputs={"slips": data},
        pdf_standards="a-2b",
        timestamp=int(printed_at.timestamp()),
    )
    if not isinstance(paper, bytes):
        raise TypeError("One document makes one file.")
    return paper


def _words(slip: PrintedSlip) -> dict[str, str]:
    with translation.override(slip.language):
        pattern = {"ja": "y年M月d日 HH:mm"}.get(slip.language, "d MMM y HH:mm")
        return {
            "language": slip.language,
            "company": slip.company_name,
            "person": slip.person,
            "title": _("Your first sign-in"),
            "sentence": _("Point the camera of your telephone here, or type the address, and choose a passphrase."),
            "company_label": _("Company code"),
            "company_code": slip.company_code,
            "login_label": _("Login ID"),
            "login_id": slip.login_id,
            "ends": _("Works once, until %(moment)s.")
            % {"moment": format_datetime(slip.ends_at, pattern, locale=slip.language)},
            "door": _("Afterwards you sign in at %(address)s.") % {"address": slip.door},
            "link": slip.link,
            "picture": segno.make(slip.link, error="m").svg_inline(border=0, omitsize=True),
        }
