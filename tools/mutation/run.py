"""Put small wrongs into the engine, one at a time, and tell which of them no test notices.

    .venv/bin/python tools/mutation/run.py [--sample 8] [--seed 1] [file ...]

Of each module so many mutants are drawn, always the same ones for a seed. Each is tried in a process of its own on the
tests of its part of the engine; the first test that fails has killed it. The table and every survivor are written to
``docs/mutation.md``, with the explanation that ``explained.json`` has for it.
"""

import argparse
import importlib.abc
import importlib.machinery
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "tests")]

from tools.mutation.mutants import Mutant, mutants_of  # noqa: E402 -- the path comes first

ENGINE: Final = ROOT / "src" / "tokimori" / "engine"
PAGE: Final = ROOT / "docs" / "mutation.md"
EXPLAINED: Final = Path(__file__).with_name("explained.json")
KEPT: Final = ROOT / ".tokimori" / "mutation.json"
LONGEST_PROCESSOR_SECONDS: Final = 60
LONGEST_SECONDS: Final = 900

_FIGURES: Final = "tests/engine/test_figures_of_the_law.py"
_CASES: Final = (
    "tests/cases/test_variations.py::test_a_case_comes_out_as_worked_out_by_hand",
    "tests/cases/test_answers.py",
    "tests/cases/test_japanese_cases.py",
    "tests/cases/test_thailand_and_elsewhere_cases.py",
)
_OF_DAYS: Final = (
    "tests/engine/test_days_as_they_were.py",
    *(
        f"tests/engine/test_{name}.py"
        for name in (
            "intervals",
            "pairing",
            "assignment",
            "attendance",
            "breaks",
            "counting",
            "day",
            "periods",
            "rules",
            "vectors_of_peers",
            "summaries",
            "monthly",
            "lawful_plans",
            "figures_of_the_law",
        )
    ),
    "tests/engine/elsewhere/test_rates.py",
    "tests/engine/japan/test_two_ways.py",
    "tests/engine/test_laws.py",
)
_PYTEST: Final = (
    "-x",
    "-q",
    "--noconftest",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:django",
    "-o",
    "filterwarnings=ignore",
)
TESTS: Final = {
    "japan": (_FIGURES, "tests/engine/japan", *_CASES),
    "thailand": (_FIGURES, "tests/engine/thailand", *_CASES),
    "elsewhere": (_FIGURES, "tests/engine/elsewhere", *_CASES),
    "": _OF_DAYS,
}
"""What is run for a part of the engine, the quickest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A mutant of a file, and whether a test noticed it; ``is_endless`` when it was stopped."""

    file: str
    line: int
    before: str
    after: str
    is_killed: bool
    is_endless: bool = False

    @property
    def key(self) -> str:
        """Return what an explanation is found by; it does not change with the lines above."""
        return f"{self.file}: {self.before} -> {self.after}"


class _Wrong(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self._name:
            return None
        return importlib.machinery.ModuleSpec(
            fullname, self, origin=str(self._path), is_package=self._path.name == "__init__.py"
        )

    def exec_module(self, module: Any) -> None:  # noqa: ANN401 -- as the base class has it
        module.__file__ = str(self._path)
        exec(compile(self._source, str(self._path), "exec"), module.__dict__)  # noqa: S102 -- our own module, made wrong


def main() -> None:
    """Try the mutants and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, default=8, help="mutants of each file; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only-page", action="store_true", help="write the page again from what was kept")
    parser.add_argument("file", nargs="*", help="parts of the engine, such as japan/frames.py; all by default")
    options = parser.parse_args()
    kept: dict[str, list[dict[str, Any]]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if not options.only_page:
        _import_what_is_shared()
        _refuse_failing_tests()
        for path in _files(options.file):
            name = path.relative_to(ENGINE).as_posix()
            kept[name] = [_plain(one) for one in _tried(path, sample=options.sample, seed=options.seed)]
            print(name, sum(one["is_killed"] for one in kept[name]), "of", len(kept[name]), flush=True)
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    trials = {name: [Trial(**one) for one in found] for name, found in sorted(kept.items())}
    PAGE.write_text(_page(trials, seed=options.seed, sample=options.sample), encoding="utf-8")


def _import_what_is_shared() -> None:
    """Import what no mutant touches once, so that each process begins with it."""
    import hypothesis.strategies  # noqa: F401, PLC0415 -- for the processes that are forked from here
    import pydantic  # noqa: F401, PLC0415
    import pytest  # noqa: F401, PLC0415


def _refuse_failing_tests() -> None:
    """Leave when a part's tests fail on the sources as they are: they would kill every mutant."""
    for part, tests in TESTS.items():
        path = ENGINE / "intervals.py"
        process = os.fork()
        if process == 0:
            os._exit(_tests_fail("tokimori.engine.intervals", path, path.read_text(encoding="utf-8"), tests))
        began = time.monotonic()
        if os.waitstatus_to_exitcode(_waited(process)[1]):
            sys.exit(f"The tests of {part or 'days'} fail as it is.")
        print(f"{part or 'days'}: {time.monotonic() - began:.1f} s without a wrong", flush=True)


def _files(wanted: Sequence[str]) -> Iterator[Path]:
    for path in sorted(ENGINE.rglob("*.py")):
        name = path.relative_to(ENGINE).as_posix()
        if path.name != "__init__.py" and (not wanted or name in wanted):
            yield path


def _tried(path: Path, *, sample: int, seed: int) -> Iterator[Trial]:
    name = path.relative_to(ENGINE).as_posix()
    everything = list(mutants_of(path.read_text(encoding="utf-8")))
    chance = random.Random(f"{seed} {name}")  # noqa: S311 -- repeatable, not secret
    drawn = everything if not sample or len(everything) <= sample else chance.sample(everything, sample)
    for mutant in sorted(drawn, key=lambda one: one.line):
        yield _try(path, name, mutant)


def _try(path: Path, name: str, mutant: Mutant) -> Trial:
    module = "tokimori.engine." + name.removesuffix(".py").replace("/", ".")
    part = name.partition("/")[0] if "/" in name else ""
    process = os.fork()
    if process == 0:
        os._exit(_tests_fail(module, path, mutant.source, TESTS[part]))
    is_endless, status = _waited(process)
    return Trial(
        file=name,
        line=mutant.line,
        before=mutant.before,
        after=mutant.after,
        is_killed=is_endless or os.waitstatus_to_exitcode(status) != 0,
        is_endless=is_endless,
    )


def _tests_fail(module: str, path: Path, source: str, tests: Sequence[str]) -> int:
    """Run the tests on the wrong module, in a process of its own; return pytest's status."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_PROCESSOR_SECONDS, LONGEST_PROCESSOR_SECONDS))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os.chdir(ROOT)
    import hypothesis  # noqa: PLC0415 -- as above
    import pytest  # noqa: PLC0415 -- as above

    hypothesis.settings.register_profile(
        "mutation",
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutation")
    sys.meta_path.insert(0, _Wrong(module, path, source))
    return int(pytest.main([*_PYTEST, *tests]))


def _waited(process: int) -> tuple[bool, int]:
    """Wait for a process; stop it when it takes too long. Return whether it was stopped, and its status."""
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.WIFSIGNALED(status), status
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    return True, os.waitpid(process, 0)[1]


def _plain(trial: Trial) -> dict[str, Any]:
    return {name: getattr(trial, name) for name in trial.__slots__}


def _page(trials: dict[str, list[Trial]], *, seed: int, sample: int) -> str:
    explained: dict[str, str] = json.loads(EXPLAINED.read_text(encoding="utf-8")) if EXPLAINED.exists() else {}
    everything = [one for found in trials.values() for one in found]
    killed = sum(one.is_killed for one in everything)
    drawn = "all mutants" if not sample else f"up to {sample} mutants of each module, drawn by the seed {seed}"
    lines = [
        "# Mutation testing of the engine",
        "",
        "Written by `tools/mutation/run.py`. A mutant is a module with one small wrong: a bound moved by one, `<` for `<=`",
        "and `+` for `-`, `and` for `or`, `min` for `max`, a condition or a truth turned around. Annotations, messages and",
        "decorators are left alone. A mutant is killed when a test fails.",
        "",
        f"The scope is bounded: {drawn}, on the tests of its part of the engine, with at most twenty",
        "examples for each property. So the rates are estimates; the survivors below are all there were in the draw.",
        "",
        f"**{killed} of {len(everything)} killed, {100 * killed / max(1, len(everything)):.1f} %.**",
        "",
        "| module | mutants | killed | rate |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, found in trials.items():
        if found:
            dead = sum(one.is_killed for one in found)
            lines.append(f"| `{name}` | {len(found)} | {dead} | {100 * dead / len(found):.0f} % |")
    untried = [name for path in _files(()) if (name := path.relative_to(ENGINE).as_posix()) not in trials]
    if untried:
        lines += ["", f"Not tried yet, {len(untried)} modules: " + ", ".join(f"`{name}`" for name in untried) + "."]
    lines += ["", "## Survivors", ""]
    for one in everything:
        if not one.is_killed:
            why = explained.get(one.key, "not explained yet")
            lines.append(f"- `{one.file}:{one.line}` `{one.before}` → `{one.after}`: {why}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
