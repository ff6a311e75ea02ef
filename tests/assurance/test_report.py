"""``tokimori control N`` says what stands behind a row, with a database or without."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.queries import public_sheet
from tokimori.assurance.report import Present, as_record, describe, outcome_in
from tokimori.assurance.services.running import run_probe
from tokimori.foundation import clock
from tokimori.ops.installation import inherited_environment

NOTHING = Present(answer=None, cannot_say="no installation is named here")
THROTTLED = (
    "tests/foundation/test_sign_in_limits.py::test_after_ten_guesses_the_account_is_closed_whether_it_exists_or_not"
)


def report(row: int, *, present: Present = NOTHING, language: str = "en", record: str = "") -> str:
    return describe(row, present=present, record=as_record(record), now=clock.now(), language=language)


def test_without_an_installation_it_says_what_it_could_not_look_at() -> None:
    said = report(41)

    assert said.startswith("Row 41  Are repeated failures to sign in slowed down and then locked out?")
    assert "not known: no installation is named here" in said
    assert "src/tokimori/foundation/identity/limits.py:" in said
    assert f"{THROTTLED}  no run recorded" in said
    assert "sign_in.throttle  not looked at" in said
    assert "ASVS-5.0 V6.3.1" in said


def test_with_one_it_says_state_probe_and_age() -> None:
    run_probe(PROBES["clock.offset"])
    now = clock.now() + timedelta(minutes=12)

    answer = public_sheet(now=now).answers[85]
    said = describe(85, present=Present(answer=answer), record=None, now=now, language="en")

    assert "proven, mark △" in said
    assert "clock.offset  proven, 12 minutes ago" in said
    assert "lacks    The source of time is named by whoever installs" in said


def test_a_row_that_nothing_stands_behind_says_so() -> None:
    said = report(18, present=Present(answer=public_sheet(now=clock.now()).answers[18]))

    assert "no_evidence, mark ×" in said  # noqa: RUF001 -- the cross of check sheets
    assert "code     none" in said
    assert "none: nothing in the product observes this" in said
    assert "register appointments.officers  no entry" in said


@pytest.mark.parametrize("language", ["ja", "en", "th"])
def test_every_row_has_a_report_in_every_language(language: str) -> None:
    for row in ROWS:
        assert report(row, language=language).count("\n") >= 6, row


@pytest.mark.parametrize("row", [0, 136, -1])
def test_there_are_no_other_rows(row: int) -> None:
    with pytest.raises(LookupError, match="1 to 135"):
        report(row)


@pytest.mark.parametrize(
    ("ends", "word"),
    [
        ({"[a]": "passed", "[b]": "passed"}, "passed"),
        ({"[a]": "passed", "[b]": "failed"}, "failed"),
        ({"[a]": "passed", "[b]": "skipped"}, "skipped"),
        ({}, "not in the last run"),
    ],
)
def test_of_several_cases_of_a_test_the_worst_counts(ends: dict[str, str], word: str) -> None:
    record = {"tests": {f"{THROTTLED}{case}": end for case, end in ends.items()}}

    assert outcome_in(record, THROTTLED) == word


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_what_is_no_record_is_none(text: str) -> None:
    assert as_record(text) is None


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        pytest.param(["control", "41"], 0, "DATABASE_URL is not set", id="without an installation"),
        pytest.param(["control", "41", "--language", "ja"], 0, "サインインの失敗", id="in Japanese"),
        pytest.param(["control", "136"], 2, "1 to 135", id="no such row"),
        pytest.param(["probe"], 1, "DATABASE_URL is not set", id="probes need an installation"),
    ],
)
def test_the_command_works_without_a_database(arguments: list[str], status: int, word: str) -> None:
    ended = subprocess.run(  # noqa: S603 -- our own command
        [str(Path(sys.executable).parent / "tokimori"), *arguments],
        check=False, capture_output=True, text=True, env=inherited_environment(os.environ),
    )  # fmt: skip

    assert ended.returncode == status
    assert word in ended.stdout + ended.stderr
