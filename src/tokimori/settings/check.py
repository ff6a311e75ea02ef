"""``tokimori check``: every step by which the repository is held, the fast ones first."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokimori.ops.installation import inherited_environment

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its name and the module or program that does it."""

    name: str
    command: tuple[str, ...]


def run_check(*, only: Sequence[str], is_fast: bool) -> int:
    """Run the steps in order and stop at the first that fails; return its status."""
    steps = _steps(is_fast=is_fast)
    unknown = set(only) - {step.name for step in steps}
    if unknown:
        print(f"No such step: {', '.join(sorted(unknown))}. There are: {', '.join(step.name for step in steps)}.")
        return 2
    for step in steps:
        if only and step.name not in only:
            continue
        began = time.monotonic()
        status = subprocess.run(step.command, check=False, cwd=ROOT, env=_environment()).returncode  # noqa: S603 -- fixed
        print(f"{'ok' if status == 0 else 'FAILED':6} {step.name} ({time.monotonic() - began:.1f} s)", flush=True)
        if status != 0:
            return status
    return 0


def run_bench(*, arguments: Sequence[str]) -> int:
    """Run the benches, each a script of ``bench/``."""
    return subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, "bench/run.py", *arguments], check=False, cwd=ROOT, env=_environment()
    ).returncode


def _steps(*, is_fast: bool) -> tuple[Step, ...]:
    python = sys.executable
    programs = Path(python).parent
    tests = (python, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup")
    coverage = ("--cov", "--cov-report=term:skip-covered")
    chosen = ("-m", "not browser") if is_fast else ()
    return (
        Step(name="format", command=(str(programs / "ruff"), "format", "--check", "--quiet", ".")),
        Step(name="lint", command=(str(programs / "ruff"), "check", "--quiet", ".")),
        Step(name="rules", command=(python, "tools/rules/run.py")),
        Step(name="contracts", command=(str(programs / "lint-imports"), "--no-logo")),
        Step(name="types", command=(python, "-m", "mypy")),
        Step(name="templates", command=(str(programs / "djlint"), "--check", "--lint", "--quiet", "src")),
        Step(name="tests", command=(*tests, *chosen, *coverage)),
        Step(name="compiled", command=(python, "tools/compiled/check.py")),
    )


def _environment() -> dict[str, str]:
    return {**inherited_environment(os.environ), **_database_choice(), "PYTHONDONTWRITEBYTECODE": "1"}


def _database_choice() -> dict[str, str]:
    """Let tests use another server when one is named."""
    url = os.environ.get("DATABASE_URL")
    return {"DATABASE_URL": url} if url else {}
