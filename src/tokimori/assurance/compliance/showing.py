"""Lines of the pages on compliance, made from what was read."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.compliance.queries import NoticeView
from tokimori.assurance.compliance.values import WINDOWS, Ending, Expiry, GapView, ProbeLine, Tasks, Trouble, by_window
from tokimori.assurance.compliance.words import ENDINGS, SCOPES, TROUBLE_KINDS, TROUBLES
from tokimori.assurance.contradiction_words import contradiction_sentence
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.evidence_words import probe_title
from tokimori.assurance.queries import Sheet
from tokimori.assurance.record.queries import PublicRecord
from tokimori.assurance.trust_page import Reader, language, row_line, run_line, state_label
from tokimori.interfaces.web.dates import age, moment

_UNFOUNDED: Final = (State.GAP, State.STALE, State.NO_EVIDENCE)


def task_lines(tasks: Tasks, *, sheet: Sheet) -> list[dict[str, Any]]:
    """Return what is to be done, the gravest first: ``kind``, ``text``, and ``url`` where it is done."""
    lines = [
        {
            "kind": "act",
            "text": contradiction_sentence(one, measured=sheet.answers[one.rule.row].measured),
            "url": reverse("trust_row", args=[one.rows[0]]),
        }
        for one in tasks.contradictions
    ]
    order = list(TROUBLES)
    silent = [one for one in tasks.probes if one.trouble is Trouble.NEVER_RAN]
    heard = [one for one in tasks.probes if one.trouble is not Trouble.NEVER_RAN]
    for probe in sorted(heard, key=lambda one: (order.index(_trouble(one)), one.name)):
        trouble = _trouble(probe)
        words = _("%(what)s: %(trouble)s (%(rows)s)")
        rows = ", ".join(map(str, probe.rows))
        lines.append(
            {
                "kind": TROUBLE_KINDS[trouble],
                "text": words % {"what": probe_title(probe.name), "trouble": TROUBLES[trouble], "rows": rows},
                "url": f"{reverse('compliance_probes')}#{probe.name}",
            }
        )
    if silent:
        words = ngettext("%(count)d probe has never looked.", "%(count)d probes have never looked.", len(silent))
        url = reverse("compliance_probes")
        lines.append({"kind": "quiet", "text": words % {"count": len(silent)}, "url": url})
    for gap in tasks.proposals:
        text = _("Row %(row)d: somebody asks you to accept its gap.") % {"row": gap.row}
        lines.append({"kind": "wait", "text": text, "url": reverse("compliance_gaps")})
    for gap in tasks.ending_gaps:
        text = _("Row %(row)d: its accepted gap ends soon; mend it, or propose it anew.") % {"row": gap.row}
        lines.append({"kind": "wait", "text": text, "url": f"{reverse('compliance_gaps')}?row={gap.row}"})
    if tasks.is_nobody_told:
        text = _("Nobody gets letters about changes of the sheet.")
        lines.append({"kind": "wait", "text": text, "url": reverse("sheet_notices")})
    if tasks.rows_without_owner:
        words = ngettext(
            "%(count)d row that is not founded has no owner: nobody named.",
            "%(count)d rows that are not founded have no owner: nobody named.",
            tasks.rows_without_owner,
        )
        lines.append({"kind": "quiet", "text": words % {"count": tasks.rows_without_owner}, "url": ""})
    return lines


def ending_groups(endings: Iterable[Expiry], *, now: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return what ends within 7, 30 and 90 days; a group without anything says so."""
    found = by_window(endings, now=now)
    return [
        {
            "label": ngettext("within %(days)d day", "within %(days)d days", days) % {"days": days},
            "lines": [
                {
                    "what": ENDINGS[one.kind],
                    "about": _about(one),
                    "at": moment(one.at, zone),
                    "url": one.url or (reverse("trust_row", args=[one.row]) if one.row else ""),
                    "is_over": one.at <= now,
                }
                for one in found[days]
            ],
        }
        for days in WINDOWS
    ]


def red_groups(record: PublicRecord, *, proposed: Collection[int]) -> list[dict[str, Any]]:
    """Return the rows that are not founded, by state, the gravest first."""
    groups = []
    for state in _UNFOUNDED:
        rows = [row for row, answer in record.sheet.answers.items() if answer.state is state]
        lines = [_red_line(row, record, is_proposed=row in proposed) for row in rows]
        if lines:
            is_open = state is not State.NO_EVIDENCE
            groups.append({"state": state_label(state), "count": len(lines), "lines": lines, "is_open": is_open})
    return groups


def probe_line(one: ProbeLine, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return a probe as its page shows it."""
    last = run_line(one.last) if one.last else {}
    return {
        "name": one.name,
        "what": probe_title(one.name),
        "scope": SCOPES[one.scope],
        "every": ngettext("every minute", "every %(count)d minutes", one.every_minutes) % {"count": one.every_minutes},
        "rows": [{"row": row, "url": reverse("trust_row", args=[row])} for row in one.rows],
        "last": last,
        "ago": age(one.last.observed_to, now) if one.last else "",
        "seen_at": moment(one.last.observed_to, zone) if one.last else "",
        "ends_at": moment(one.last.expires_at, zone) if one.last else "",
        "next_at": moment(one.next_at, zone) if one.next_at else "",
        "trouble": TROUBLES[one.trouble] if one.trouble else "",
        "kind": TROUBLE_KINDS[one.trouble] if one.trouble else "ok",
        "ask_url": reverse("ask_probe", args=[one.name]),
    }


def gap_line(one: GapView, *, names: Mapping[UUID | None, str], zone: ZoneInfo) -> dict[str, Any]:
    """Return a gap as its page shows it; what waits has addresses to decide."""
    is_waiting = one.approved_by is None
    return {
        "row": one.row,
        "asks": controls()[one.row].asks.in_language(language()),
        "url": reverse("trust_row", args=[one.row]),
        "reason": one.reason,
        "asked_by": names.get(one.requested_by, ""),
        "accepted_by": names.get(one.approved_by, "") if one.approved_by else "",
        "at": moment(one.at, zone),
        "ends_at": moment(one.ends_at, zone),
        "is_own": one.is_readers,
        "is_over": one.is_over,
        "accept_url": reverse("accept_gap", args=[one.id]) if is_waiting and not one.is_readers else "",
        "refuse_url": reverse("refuse_gap", args=[one.id]) if is_waiting else "",
    }


def notice_line(one: NoticeView, *, zone: ZoneInfo) -> dict[str, Any]:
    """Return what changed in one run."""
    return {
        "at": moment(one.at, zone),
        "is_unread": one.is_unread,
        "worse": [_row_link(row) for row in one.worse],
        "better": [_row_link(row) for row in one.better],
    }


def _red_line(row: int, record: PublicRecord, *, is_proposed: bool) -> dict[str, Any]:
    answer = record.sheet.answers[row]
    return {
        **row_line(row, record, Reader()),
        "exception": answer.exception.reason if answer.exception else "",
        "is_proposed": is_proposed,
        "propose_url": f"{reverse('compliance_gaps')}?row={row}#propose-title",
    }


def _row_link(row: int) -> dict[str, Any]:
    return {
        "row": row,
        "url": reverse("trust_row", args=[row]),
        "asks": controls()[row].asks.in_language(language()),
    }


def _about(one: Expiry) -> str:
    if one.row is not None:
        return f"{one.row} · {controls()[one.row].asks.in_language(language())}"
    return probe_title(one.name) if one.kind is Ending.CERTIFICATE else one.name


def _trouble(one: ProbeLine) -> Trouble:
    """Return a probe's trouble; tasks hold probes in trouble alone."""
    return one.trouble or Trouble.NEVER_RAN
