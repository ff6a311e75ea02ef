"""Change a rule set: try the change on a worked month, read what would have come out otherwise, then publish it."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.people.queries import employees_by_id
from tokimori.domains.rulesets.queries import RuleSetView, rule_set
from tokimori.domains.rulesets.services import propose_rule_set, publish_rule_set
from tokimori.domains.timesheets.gathering import Trial
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.trials import PEOPLE_AT_ONCE, ChangedFigure, TrialResult, try_rules
from tokimori.engine import Figures, RuleSet, RuleSetInvalid
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.vouching.services.proposals import asks_second_person
from tokimori.foundation.vouching.subjects import Subject
from tokimori.interfaces.web.dates import long_date, month_name, read_date, read_month, short_date
from tokimori.interfaces.web.drafts import keeps_draft, sent
from tokimori.interfaces.web.explanations import BUCKETS, step_sentence
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.rule_choices import CHOICES, choice_fields, rules_from

_MOST_TEXT: Final = 40
_SHOWN_DAYS: Final = 200
_COMPARED: Final = ("worked", *BUCKETS)


@never_cache
@require_GET
@requires(Permission.RULE_SET_PUBLISH)
@keeps_draft(*(choice.key for choice in CHOICES), "month")
def try_rule_set(request: TenantRequest, code: str) -> HttpResponse:
    """Show the choices of a rule set; once some were made, what a month would have come to under them."""
    view = rule_set(tenant=request.tenant, code=code)
    return _page(request, view, _given(request.GET), wants_result="month" in request.GET)


@require_POST
@requires(Permission.RULE_SET_PUBLISH)
def publish_tried_rule_set(request: TenantRequest, code: str) -> HttpResponse:
    """Publish the choices as the next version, from a date on."""
    view = rule_set(tenant=request.tenant, code=code)
    given = _given(request.POST)
    try:
        valid_from = read_date(request.POST.get("valid_from", "")[:_MOST_TEXT])
        rules = rules_from(_latest(view), given)
    except NotFound:
        return _page(request, view, given, wants_result=False, error=_("Say from which date the rules hold."))
    except RuleSetInvalid:
        return _page(request, view, given, wants_result=False)
    sent(request, reverse("try_rule_set", args=[code]))
    if _takes_two(request):
        propose_rule_set(actor=request.principal, name=view.name, rules=rules, valid_from=valid_from, now=request.now)
        messages.success(request, _("Proposed. Another person who may publish has to approve it."))
        return HttpResponseRedirect(reverse("rule_set", args=[code]))
    publish_rule_set(actor=request.principal, name=view.name, rules=rules, valid_from=valid_from, now=request.now)
    messages.success(
        request,
        _("%(name)s: the new version holds from %(date)s on.") % {"name": view.name, "date": long_date(valid_from)},
    )
    return HttpResponseRedirect(reverse("rule_set", args=[code]))


def _takes_two(request: TenantRequest) -> bool:
    return asks_second_person(tenant=request.tenant, subject=Subject.RULE_SETS)


def _page(
    request: TenantRequest, view: RuleSetView, given: Mapping[str, str], *, wants_result: bool, error: str = ""
) -> HttpResponse:
    latest = _latest(view)
    month = _month(request)
    rules: RuleSet | None = None
    try:
        rules = rules_from(latest, given)
    except RuleSetInvalid as refusal:
        error = error or _refused(refusal)
    context: dict[str, Any] = {
        "page_title": _("Change: %(name)s") % {"name": view.name},
        "state_sentence": _("Try it on a month that was worked; nothing changes until it is published."),
        "rule_set_url": reverse("rule_set", args=[view.code]),
        "try_url": reverse("try_rule_set", args=[view.code]),
        "publish_url": reverse("publish_tried_rule_set", args=[view.code]),
        "fields": choice_fields(latest, given),
        "month_value": str(month),
        "month_label": month_name(month),
        "valid_from": given.get("valid_from", Month.of(request.today).following.first.isoformat()),
        "error": error,
        "result": None,
        "takes_two": _takes_two(request),
    }
    if rules is not None and wants_result and not error:
        offset = offset_of(request)
        found = try_rules(
            actor=request.principal,
            trial=Trial(rules=rules, valid_from=month.first),
            month=month,
            now=request.now,
            offset=offset,
        )
        address = reverse("try_rule_set", args=[view.code])
        filters = {**given, "month": str(month)}
        context["result"] = _result(request, found, month)
        context["given"] = [{"name": name, "value": value} for name, value in given.items() if name != "valid_from"]
        context["pager"] = pager(
            address=address,
            filters=filters,
            offset=offset,
            shown=found.people,
            total=found.people_in_all,
            size=PEOPLE_AT_ONCE,
        )
    return render(request, "tokimori/rule_trial.html", context, status=400 if error else 200)


def _given(data: Mapping[str, str]) -> dict[str, str]:
    """Return what was chosen, for the keys that may be; the rest of the address is not looked at."""
    names = [*(choice.key for choice in CHOICES), "valid_from"]
    return {name: data[name][:_MOST_TEXT] for name in names if name in data}


def _latest(view: RuleSetView) -> RuleSet:
    return view.versions[0].rules


def _month(request: TenantRequest) -> Month:
    text = request.GET.get("month", "")
    return read_month(text[:_MOST_TEXT]) if text else Month.of(request.today).previous


def _refused(refusal: RuleSetInvalid) -> str:
    key = str(refusal).partition(":")[0]
    label = next((str(choice.label) for choice in CHOICES if choice.key == key), "")
    if label:
        return _("%(label)s: this is not possible.") % {"label": label}
    return _("These choices cannot be made together.")


def _result(request: TenantRequest, found: TrialResult, month: Month) -> dict[str, Any]:
    people = employees_by_id(
        tenant=request.tenant, employee_ids={day.employee_id for day in found.changed}, on=month.last
    )
    return {
        "sentence": _sentence(found),
        "totals": _totals(found.before, found.after),
        "days": [
            {
                "person": people[day.employee_id].name,
                "date": short_date(day.work_date),
                "url": reverse("person_day", args=[day.employee_id, day.work_date.isoformat()]),
                "figures": [_figure(request, figure) for figure in day.figures],
            }
            for day in found.changed[:_SHOWN_DAYS]
        ],
        "left_out": max(0, len(found.changed) - _SHOWN_DAYS),
    }


def _sentence(found: TrialResult) -> str:
    if not found.changed:
        return _("No day would have come out otherwise.")
    people = len({day.employee_id for day in found.changed})
    days = ngettext("%(count)d day", "%(count)d days", len(found.changed)) % {"count": len(found.changed)}
    who = ngettext("%(count)d person", "%(count)d people", people) % {"count": people}
    return _("%(days)s of %(people)s would have come out otherwise.") % {"days": days, "people": who}


def _totals(before: Figures, after: Figures) -> list[dict[str, Any]]:
    old, new = before.to_plain(), after.to_plain()
    return [
        {
            "label": BUCKETS.get(name, _("Worked")),
            "before_minutes": old[f"{name}_minutes"],
            "now_minutes": new[f"{name}_minutes"],
            "difference_minutes": new[f"{name}_minutes"] - old[f"{name}_minutes"],
        }
        for name in _COMPARED
        if old[f"{name}_minutes"] != new[f"{name}_minutes"]
    ]


def _figure(request: TenantRequest, figure: ChangedFigure) -> dict[str, Any]:
    return {
        "label": BUCKETS[figure.bucket],
        "before_minutes": figure.before_minutes,
        "after_minutes": figure.after_minutes,
        "difference_minutes": figure.after_minutes - figure.before_minutes,
        "steps": [step_sentence(step, request.zone) for step in (figure.steps_after or figure.steps_before)],
        "is_gone": not figure.steps_after,
    }
