"""The view from outside, floods and planted misuse: real servers, real punches, and what happens when a part is off."""

import time
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from assurance.test_listeners import Authority, Page, listening, serving
from support.probing import is_red, off, outcome, switches_off
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes import outside
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.meeting import ask
from tokimori.assurance.probes.probe import CannotObserve, Observation
from tokimori.assurance.services.running import keep_observation
from tokimori.foundation import clock
from tokimori.foundation.identity import limits
from tokimori.foundation.identity.services import concurrent_use
from tokimori.foundation.identity.services import sign_in as sign_in_services
from tokimori.foundation.listeners import read_listener


def nothing(*values: object, **named: object) -> None:
    """Do nothing, in the place of a control."""


@pytest.mark.control(81, 105)
@pytest.mark.parametrize(
    ("name", "module", "control", "instead"),
    [
        off("punch.flood", limits, "_count_at_most", nothing, id="nobody counts a flood"),
        off("misuse.noticed", concurrent_use, "record_events", nothing, id="use in two places leaves no event"),
        off("misuse.noticed", sign_in_services, "_closes", lambda *_, **__: False, id="guesses lock nothing"),
    ],
)
def test_misuse_that_nobody_minds_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, module: Any, control: str, instead: Any
) -> None:
    assert outcome(name) == ("passed", "")

    monkeypatch.setattr(module, control, instead)

    assert is_red(name)


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_tokens", {})


@pytest.fixture
def authority(settings: Settings, tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    settings.LISTENER_AUTHORITY = made.file
    return made


@pytest.mark.control(16, 103, 104)
def test_a_punch_from_outside_is_taken_once_a_day_and_known_after(settings: Settings, tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        settings.LISTENERS = (read_listener(address),)
        settings.LISTENER_AUTHORITY = tmp_path / "authority.pem"

        assert outcome("punch.outside") == ("passed", "")
        assert outcome("punch.outside") == ("passed", "")
        assert outcome("service.answers") == ("passed", "")


@switches_off("punch.outside")
def test_a_service_that_does_not_take_punches_is_noticed(settings: Settings, authority: Authority) -> None:
    with listening(authority) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("punch.outside")


@pytest.mark.control(42)
def test_the_prober_gives_its_token_to_no_stranger_in_the_place_of_the_service(
    settings: Settings, authority: Authority, tmp_path: Path
) -> None:
    Page.tokens.clear()
    with listening(authority) as address:
        settings.LISTENERS = (read_listener(address),)
        assert is_red("punch.outside")
        assert [one[:7] for one in Page.tokens] == ["Bearer "]
        settings.LISTENER_AUTHORITY = another_authority(tmp_path)

        assert is_red("punch.outside")

    assert len(Page.tokens) == 1
    with pytest.raises(CannotObserve):
        ask(read_listener("http://localhost:1 loopback"), "GET", "/", headers={"authorization": "Bearer x"})


def another_authority(directory: Path) -> Path:
    """Return the certificate of an authority that signed nothing that listens here."""
    (directory / "other").mkdir()
    return Authority(directory / "other").file


@switches_off("service.answers")
def test_a_service_that_is_down_is_noticed(settings: Settings) -> None:
    settings.LISTENERS = (read_listener("https://localhost:1"),)

    assert is_red("service.answers")
    assert outcome("punch.outside") == ("failed", "punch_is_taken:localhost:1")


@switches_off("service.answers")
def test_a_service_that_is_slow_is_noticed(
    settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(dict[str, str]):
        def items(self) -> Any:
            time.sleep(0.3)
            return super().items()

    monkeypatch.setattr(outside, "_MOST_MILLISECONDS", 250)
    with listening(authority, headers=Slow()) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("service.answers")


def test_a_service_that_was_down_too_often_stays_red(settings: Settings, tmp_path: Path) -> None:
    now = clock.now()
    for _ in range(30):
        seen = Observation(outcome=Outcome.FAILED, reason="punch_is_taken:localhost:1")
        keep_observation(probe=PROBES["punch.outside"], seen=seen, observed_from=now, observed_to=now)
    with serving(tmp_path) as address:
        settings.LISTENERS = (read_listener(address),)
        settings.LISTENER_AUTHORITY = tmp_path / "authority.pem"

        assert outcome("punch.outside") == ("failed", "often_enough")
