"""A changed rule is tried on a worked month before it holds."""

from datetime import date

from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, plan_office_days
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from support.punching import punch
from support.work import calculate
from tokimori.domains.closings.models import SealedTimesheet
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.rulesets.queries import rule_set
from tokimori.domains.timesheets.gathering import Trial
from tokimori.domains.timesheets.models import DayResult, DayRevision
from tokimori.domains.timesheets.trials import TrialResult, try_rules
from tokimori.engine import RuleSet
from tokimori.foundation.tenancy.context import tenant_transaction

NINTH = date(2026, 4, 9)


def tried(cast: Cast, **changes: object) -> TrialResult:
    with tenant_transaction(cast.tenant):
        latest = rule_set(tenant=cast.tenant, code="jp-fixed").versions[0].rules
        trial = Trial(rules=RuleSet.from_plain(latest.to_plain() | changes), valid_from=APRIL.first)
        return try_rules(actor=cast["chie"].principal, trial=trial, month=APRIL, now=FIRST_OF_MAY)


def come_early_once(cast: Cast) -> None:
    """Let Aiko work a single day, from half an hour before its plan."""
    plan_office_days(cast, "aiko", first=date(2026, 3, 29), count=35)
    punch(cast, "aiko", NINTH, "in 08:30, out 18:00", now=FIRST_OF_MAY)
    calculate(cast, now=FIRST_OF_MAY)


def test_the_same_rules_change_nothing(cast: Cast) -> None:
    work_april(cast)

    found = tried(cast)

    assert found.people == found.people_in_all == 3
    assert found.changed == ()
    assert found.before == found.after
    assert found.before.worked_minutes == 3 * 22 * 480


def test_each_changed_minute_has_its_steps(cast: Cast) -> None:
    come_early_once(cast)

    found = tried(cast, counts_before_schedule=False)

    (day,) = found.changed
    assert (day.employee_id, day.work_date) == (cast["aiko"].employee_id, NINTH)
    figures = {one.bucket: (one.before_minutes, one.after_minutes) for one in day.figures}
    assert figures == {"within_legal_overtime": (30, 0), "regular": (450, 480), "legal_overtime_daily": (30, 0)}
    (overtime,) = (one for one in day.figures if one.bucket == "legal_overtime_daily")
    assert overtime.steps_before[0]["rule"] == "daily_limit"
    for figure in day.figures:
        assert sum(step["minutes"] for step in figure.steps_after) == figure.after_minutes
        assert sum(step["minutes"] for step in figure.steps_before) == figure.before_minutes


def test_a_trial_leaves_no_trace(cast: Cast) -> None:
    work_april(cast)
    with tenant_transaction(cast.tenant):
        before = (DayRevision.objects.count(), list(DayResult.objects.order_by("id").values_list("input_digest")))

    tried(cast, system="flex_month")

    with tenant_transaction(cast.tenant):
        assert before == (
            DayRevision.objects.count(),
            list(DayResult.objects.order_by("id").values_list("input_digest")),
        )


def test_a_trial_on_a_sealed_month_shows_the_minutes_and_leaves_the_seal(cast: Cast) -> None:
    """April was worked, handed in, approved and sealed; the first week begins in March, and the last ends in May."""
    work_april(cast)
    hand_in_and_approve(cast)
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=FIRST_OF_MAY)
        sealed = list(SealedTimesheet.objects.order_by("id").values_list("content", flat=True))

    found = tried(cast, legal_daily_minutes=420)

    assert found.people == 3
    assert found.after.legal_overtime_daily_minutes == 3 * 22 * 60
    # Of forty hours the hours over seven are gone: no week is full any more.
    assert found.after.legal_overtime_weekly_minutes == found.before.legal_overtime_weekly_minutes == 0
    assert len(found.changed) == 3 * 22
    assert all(figure.steps_after or figure.steps_before for day in found.changed for figure in day.figures)
    with tenant_transaction(cast.tenant):
        assert list(SealedTimesheet.objects.order_by("id").values_list("content", flat=True)) == sealed


def test_a_trial_of_a_period_longer_than_the_month_looks_at_all_of_it(cast: Cast) -> None:
    """Flexible hours over three months: what April owes at once is beyond fifty hours a week, the rest waits for June."""
    work_april(cast)

    found = tried(cast, system="flex_quarter", period_months=3, period_start_month=4)

    assert found.after.legal_overtime_minutes == 0
    assert found.after.worked_minutes == found.before.worked_minutes
    assert found.before.legal_overtime_minutes == 0


def test_payroll_tries_reads_and_publishes(cast: Cast) -> None:
    come_early_once(cast)
    browser = signed_in(cast, "chie")
    chosen = {"counts_before_schedule": "false", "month": "2026-04"}

    page = browser.get(reverse("try_rule_set", args=["jp-fixed"]), chosen).content.decode()

    assert "1 day of 1 person would have come out otherwise." in page
    assert "\N{MINUS SIGN}0:30" in page

    done = browser.post(
        reverse("publish_tried_rule_set", args=["jp-fixed"]), {**chosen, "valid_from": "2026-06-01"}, follow=True
    )

    assert done.status_code == 200
    with tenant_transaction(cast.tenant):
        versions = rule_set(tenant=cast.tenant, code="jp-fixed").versions
    assert [one.version for one in versions] == [2, 1]
    assert versions[0].valid_from == date(2026, 6, 1)
    assert versions[0].rules.counts_before_schedule is False
    assert versions[1].rules.counts_before_schedule is True


def test_what_cannot_be_is_said_and_not_published(cast: Cast) -> None:
    browser = signed_in(cast, "chie")
    address = reverse("try_rule_set", args=["jp-fixed"])

    for choices in ({"rounding": "down"}, {"rounding_minutes": "0"}, {"period_months": "x"}, {"week_start": "someday"}):
        answer = browser.get(address, {**choices, "month": "2026-04"})
        assert answer.status_code == 400, choices
        assert 'role="alert"' in answer.content.decode()
        refused = browser.post(
            reverse("publish_tried_rule_set", args=["jp-fixed"]), {**choices, "valid_from": "2026-06-01"}
        )
        assert refused.status_code == 400, choices
    assert browser.get(address, {"month": "soon"}).status_code == 404
    with tenant_transaction(cast.tenant):
        assert len(rule_set(tenant=cast.tenant, code="jp-fixed").versions) == 1
