"""The running build is the one that two people released; any other turns the row red."""

from uuid import UUID

import pytest

from support.probing import is_red, outcome, switches_off
from support.provider import new_worker
from support.registers import Desk, approved, content, drafted, ended, new_desk
from tokimori.assurance.probes import releases
from tokimori.assurance.probes.releases import locks_digest
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.foundation.build import build_digest
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

LOCKED = {
    "version": "1.0", "released_on": "2026-04-01", "tests_run": 3000, "tests_failed": 0, "static_findings": 0,
    "vulnerabilities": 0, "is_reviewed": True, "is_like_production": True, "impact": "None",
}  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    """Two people, in registers that name no release."""
    third, fourth = new_worker(), new_worker()
    with tenant_transaction(PROVIDER):
        for one in entries_of({"releases"}):
            if one.state.value not in {"withdrawn", "superseded"}:
                ended(one.id, asked=third, agreed=fourth)
    return new_desk()


def released(desk: Desk, **changed: str | int) -> UUID:
    return approved(desk, "releases", {**LOCKED, "build": build_digest(), "locks": locks_digest(), **changed})


@pytest.mark.control(54)
def test_a_build_that_two_released_is_proven(desk: Desk) -> None:
    released(desk)

    assert outcome("build.released") == ("passed", "")


@pytest.mark.control(54)
@switches_off("build.released")
def test_a_build_that_nobody_released_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    released(desk)
    monkeypatch.setattr(releases, "build_digest", lambda: "f" * 64)

    assert is_red("build.released")
    assert "the_build_was_released" in outcome("build.released")[1]


@switches_off("build.released")
def test_a_release_that_one_person_alone_wrote_down_or_that_two_took_back_counts_for_nothing(desk: Desk) -> None:
    drafted(desk, "releases", content(desk.writer, "releases", {**LOCKED, "build": build_digest()}))
    assert is_red("build.released")
    entry_id = released(desk)
    assert outcome("build.released") == ("passed", "")

    with tenant_transaction(PROVIDER):
        ended(entry_id, asked=desk.writer, agreed=desk.other)

    assert is_red("build.released")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"locks": "0" * 64}, "its_locks_were_released"),
        ({"tests_failed": 1}, "no_test_of_it_failed"),
        ({"build": "0" * 64}, "the_build_was_released"),
    ],
)
@switches_off("build.released")
def test_a_release_of_something_else_is_noticed(desk: Desk, changed: dict[str, str | int], reason: str) -> None:
    released(desk, **changed)

    assert is_red("build.released")
    assert reason in outcome("build.released")[1]


@switches_off("build.released")
def test_an_approval_that_the_record_does_not_hold_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    released(desk)
    monkeypatch.setattr(releases, "is_approval_recorded", lambda _: False)

    assert is_red("build.released")
