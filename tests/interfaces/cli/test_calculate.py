import json
import subprocess
import sys
from pathlib import Path

CASE = {
    "id": "late",
    "country": "JP",
    "system": "rounding",
    "kind": "deduction",
    "inputs": {"late_min": 12, "rounding_unit_min": 15},
}


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a person would: without a database and without settings."""
    started = "from tokimori.settings.command_line import main; main()"
    return subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-c", started, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).resolve().parents[3] / "src")},
    )


def test_a_file_is_answered(tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([CASE]), encoding="utf-8")

    done = run("calculate", str(file))

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"id": "late", "result": {"max_deduct_min": 12, "excess_illegal_min": 3}}]


def test_explain_gives_the_steps_and_reads_the_pipe() -> None:
    done = run("explain", "-", given=json.dumps(CASE))

    (answered,) = json.loads(done.stdout)
    assert answered["steps"][0]["rule"] == "lateness_deducted"
    assert answered["steps"][0]["law"].startswith("JP.LSA")


def test_refusals_are_printed_and_told_by_the_status(tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([{**CASE, "inputs": {"late_min": -1, "rounding_unit_min": 15}}, CASE]), encoding="utf-8")

    done = run("calculate", str(file))

    refused, answered = json.loads(done.stdout)
    assert done.returncode == 1
    assert refused["refused"][0]["path"] == "inputs.late_min"
    assert "result" in answered


def test_a_file_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "cases.json"
    broken.write_text("{", encoding="utf-8")

    for done in (run("calculate", str(broken)), run("calculate", str(tmp_path / "missing.json")), run("calculate")):
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_the_kinds_describe_themselves() -> None:
    done = run("calculate", "--kinds")

    assert done.returncode == 0
    assert "## `leave_grant`" in done.stdout
