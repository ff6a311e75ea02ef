"""The log and the keys, looked at by probes: a changed event, a log that nobody keeps, an old key, a grant by hand."""

from datetime import timedelta

import pytest

from support.cast import Cast, whole_cast
from support.probing import as_superuser, is_red, outcome, switches_off
from tokimori.assurance.probes import keeping
from tokimori.assurance.probes.retention import observe_retention
from tokimori.foundation import clock
from tokimori.foundation.ledger.backlog import Backlog
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.retention import periods
from tokimori.foundation.retention.periods import STATUTORY, Period, RecordKind
from tokimori.foundation.retention.services.run import take_away
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.mark.control(32)
@switches_off("access.policy")
def test_whatever_somebody_allows_by_hand_is_noticed() -> None:
    before = keeping.observe_policy(clock.now()).measured["differences"]

    with as_superuser(
        "grant delete on identity_account to public",
        "revoke delete on identity_account from public",
    ):
        assert is_red("access.policy")
        assert keeping.observe_policy(clock.now()).measured["differences"] > before


@pytest.mark.control(56)
@switches_off("keys.age")
def test_a_key_that_nobody_replaced_is_noticed(cast: Cast) -> None:
    assert outcome("keys.age") == ("passed", "")

    tenant = str(cast.tenant)
    with as_superuser(
        f"update keys_tenantkey set made_at = made_at - interval '500 days' where tenant_id = '{tenant}'",  # noqa: S608 -- our own id
        f"update keys_tenantkey set made_at = made_at + interval '500 days' where tenant_id = '{tenant}'",  # noqa: S608 -- as above
        past_triggers=True,
    ):
        assert is_red("keys.age")


@pytest.mark.parametrize(
    ("waiting", "unsigned", "ended"),
    [
        (timedelta(seconds=10), timedelta(seconds=60), "passed"),
        (timedelta(seconds=11), timedelta(0), "failed"),
        (timedelta(0), timedelta(seconds=61), "failed"),
    ],
)
def test_a_log_that_falls_behind_is_noticed(
    monkeypatch: pytest.MonkeyPatch, waiting: timedelta, unsigned: timedelta, ended: str
) -> None:
    behind = Backlog(waiting=1, oldest_waiting=waiting, oldest_unsigned=unsigned, unsigned_logs=())
    monkeypatch.setattr(keeping, "ledger_backlog", lambda **_named: behind)

    assert outcome("ledger.backlog")[0] == ended


def test_without_anybody_who_keeps_the_log_the_backlog_is_seen() -> None:
    whole_cast()  # whose events wait for their place
    later = clock.now() + timedelta(minutes=5)

    assert keeping.observe_backlog(later).reason == "every_event_is_in_time"


def test_the_logs_of_this_run_are_read_through_without_an_error() -> None:
    assert outcome("ledger.verify")[0] != "errored"


@pytest.mark.control(94)
@switches_off("retention.run")
def test_details_that_nobody_took_away_in_time_are_noticed(cast: Cast) -> None:
    before = observe_retention(clock.now()).measured["overdue"]
    with tenant_transaction(cast.tenant):
        then = clock.now() - timedelta(days=6 * 366)
        record_event(
            EventName.PASSWORD_CHANGED, actor=cast.system, subject_id=cast["aiko"].account_id, at=then, mark="old"
        )
    assert is_red("retention.run")
    with tenant_transaction(cast.tenant):
        take_away(actor=cast.system, countries={"JP"}, now=clock.now())
    assert observe_retention(clock.now()).measured["overdue"] == before


@pytest.mark.control(94)
@switches_off("retention.run")
def test_what_went_before_its_time_is_noticed(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        then = clock.now() - timedelta(days=400)
        record_event(
            EventName.PASSWORD_CHANGED, actor=cast.system, subject_id=cast["aiko"].account_id, at=then, mark="young"
        )
    short = {**periods.PERIODS, RecordKind.EVENTS: {"": Period(years=1, ground="nobody's")}}
    with pytest.MonkeyPatch.context() as shortened, tenant_transaction(cast.tenant):
        shortened.setattr(periods, "PERIODS", short)
        assert take_away(actor=cast.system, countries={"JP"}, now=clock.now())
    assert is_red("retention.run")


@pytest.mark.control(94)
@pytest.mark.parametrize(("country", "years"), [("JP", 2), ("TH", 1), ("", 2)])
def test_a_period_below_the_law_is_noticed(country: str, years: int) -> None:
    assert observe_retention(clock.now()).measured["periods_below_the_law"] == 0

    short = {
        kind: {**known, country: Period(years=years, ground="nobody's")} for kind, known in periods.PERIODS.items()
    }
    with pytest.MonkeyPatch.context() as shortened:
        shortened.setattr(periods, "PERIODS", short)
        assert observe_retention(clock.now()).measured["periods_below_the_law"] == len(STATUTORY)
        assert is_red("retention.run")


@pytest.mark.control(94)
def test_a_company_that_came_to_another_country_later_took_nothing_away_too_early(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        then = clock.now() - timedelta(days=3 * 366)
        record_event(
            EventName.PASSWORD_CHANGED, actor=cast.system, subject_id=cast["aiko"].account_id, at=then, mark="old"
        )
    before = observe_retention(clock.now()).measured["early"]
    with tenant_transaction(cast.tenant):  # in the days when it had sites in Thailand alone
        assert take_away(actor=cast.system, countries={"TH"}, now=clock.now())

    assert observe_retention(clock.now()).measured["early"] == before
