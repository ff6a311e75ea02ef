"""Put small wrongs into the engine, one at a time, and tell which of them no test notices.

    .venv/bin/python tools/mutation/run.py [--sample 8] [--seed 1] [file ...]

Of each module so many mutants are tried, the first of an order that is always the same for a seed. Each is tried in a
process of its own (see ``session.py``); the first test that fails has killed it. The table and every survivor are written
to ``docs/mutation.md``, with the explanation that ``explained.json`` has for it.
"""

import argparse
import ast
import importlib.abc
import importlib.machinery
import json
import os
import random
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "tests")]

from tools.mutation.mutants import Mutant, mutants_of, number_of_mutants  # noqa: E402 -- the path comes first
from tools.mutation.page import Trial, page  # noqa: E402 -- as above
from tools.mutation.session import (  # noqa: E402 -- as above
    Candidate,
    Ordered,
    Session,
    Verdict,
    limit_and_silence,
    lines_of,
    waited,
)

ENGINE: Final = ROOT / "src" / "tokimori" / "engine"
PAGE: Final = ROOT / "docs" / "mutation.md"
EXPLAINED: Final = Path(__file__).with_name("explained.json")
KEPT: Final = ROOT / ".tokimori" / "mutation.json"
TESTS: Final = ("tests/engine", "tests/cases")
FIGURES: Final = "tests/engine/test_figures_of_the_law.py"
MOST_FILES: Final = 3
"""So many files, and the figures of the law, are asked before all the tests are."""
_PYTEST: Final = (
    "-q",
    "--noconftest",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:django",
    "-p",
    "no:xdist",
    "-p",
    "no:cov",
    "-o",
    "filterwarnings=ignore",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A mutant that was drawn, with the file of its module and that module's source without a wrong."""

    path: Path
    plain: str
    number: int
    mutant: Mutant

    @property
    def name(self) -> str:
        """Return the file's name within the engine."""
        return self.path.relative_to(ENGINE).as_posix()


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
    parser.add_argument("--processes", type=int, default=2, help="mutants that are tried at once")
    parser.add_argument("--only-page", action="store_true", help="write the page again from what was kept")
    parser.add_argument("--only-survivors", action="store_true", help="try again what survived the last time")
    parser.add_argument("--only-new", action="store_true", help="leave out what was tried already")
    parser.add_argument("--tests", nargs="+", help="ask these tests alone: what survives them is not written down")
    parser.add_argument("file", nargs="*", help="parts of the engine, such as japan/frames.py; all by default")
    options = parser.parse_args()
    kept: dict[str, list[dict[str, Any]]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if not options.only_page:
        drawn = [one for path in _files(options.file) for one in _drawn(path, options.sample, options.seed)]
        alive = {(one["file"], one["number"]): not one["is_killed"] for found in kept.values() for one in found}
        if options.only_survivors:
            drawn = [one for one in drawn if alive.get((one.name, one.number))]
        if options.only_new:
            drawn = [one for one in drawn if (one.name, one.number) not in alive]
        for one, verdict in _tried(drawn, at_once=options.processes, tests=options.tests or TESTS):
            if verdict is not Verdict.SURVIVED or not options.tests:
                _keep(kept, _trial(one, verdict))
            print(f"{one.name}:{one.mutant.line} {verdict}", flush=True)
    explained = json.loads(EXPLAINED.read_text(encoding="utf-8")) if EXPLAINED.exists() else {}
    trials = {name: [Trial(**one) for one in found] for name, found in sorted(kept.items())}
    mutants = {
        path.relative_to(ENGINE).as_posix(): number_of_mutants(path.read_text(encoding="utf-8")) for path in _files(())
    }
    PAGE.write_text(
        page(
            trials,
            mutants={name: number for name, number in mutants.items() if number},
            seed=options.seed,
            explained=explained,
        ),
        encoding="utf-8",
    )


def _files(wanted: Sequence[str]) -> Iterator[Path]:
    for path in sorted(ENGINE.rglob("*.py")):
        name = path.relative_to(ENGINE).as_posix()
        if path.name != "__init__.py" and (not wanted or name in wanted):
            yield path


def _drawn(path: Path, sample: int, seed: int) -> Iterator[Drawn]:
    """Yield the first mutants of the module's order: a larger sample has every mutant of a smaller one."""
    source = path.read_text(encoding="utf-8")
    numbers = list(range(number_of_mutants(source)))
    random.Random(f"{seed} {path.relative_to(ENGINE).as_posix()}").shuffle(numbers)  # noqa: S311 -- repeatable, not secret
    plain = ast.unparse(ast.parse(source))
    for number, mutant in mutants_of(source, numbers[: sample or None]):
        yield Drawn(path=path, plain=plain, number=number, mutant=mutant)


def _tried(drawn: Sequence[Drawn], *, at_once: int, tests: Sequence[str]) -> Iterator[tuple[Drawn, Verdict]]:
    """Try each mutant in the session that is loaded, and those it leaves open in processes that import everything anew."""
    _import_what_is_shared()
    pipe, process = _session(drawn, at_once, tests)
    order: dict[str, Any] = {}
    left: list[Drawn] = []
    for said in lines_of(pipe):
        if "failed" in said:
            sys.exit(f"{said['failed']} of {said['tests']} tests fail on the sources as they are.")
        if "all" in said:
            order = said
            print(f"{said['tests']} tests, {said['seconds']:.0f} s watched", flush=True)
            continue
        one = drawn[said["number"]]
        if said["verdict"] == Verdict.TO_BE_IMPORTED:
            left.append(one)
        else:
            yield one, Verdict(said["verdict"])
    if os.waitpid(process, 0)[1] or not order:
        sys.exit("The session did not come to its end.")
    print(f"{len(left)} to be imported", flush=True)
    yield from _imported(left, order, at_once=at_once)


def _session(drawn: Sequence[Drawn], at_once: int, tests: Sequence[str]) -> tuple[int, int]:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return reading, process
    os.close(reading)
    candidates = [
        Candidate(number=number, path=one.path, plain=one.plain, wrong=one.mutant.source)
        for number, one in enumerate(drawn)
    ]

    def say(what: Mapping[str, Any]) -> None:
        os.write(writing, json.dumps(what).encode() + b"\n")

    session = Session(candidates, say, at_once=at_once)
    status = _run_tests([session], tests=tests, silent=False)
    os._exit(0 if status in {0, 5} else 1)


def _imported(left: Sequence[Drawn], order: Mapping[str, Any], *, at_once: int) -> Iterator[tuple[Drawn, Verdict]]:
    """Try mutants with the files that call most of their module, then those that survive with all the tests."""
    tried_wide: set[int] = set()
    waiting = deque(left)
    running: dict[int, tuple[Drawn, float]] = {}
    while waiting or running:
        while waiting and len(running) < at_once:
            one = waiting.popleft()
            process = os.fork()
            if process == 0:
                os._exit(_tests_fail(one, order, is_wide=id(one) in tried_wide))
            running[process] = (one, time.monotonic())
        process, verdict = waited({process: began for process, (_, began) in running.items()})
        one, _ = running.pop(process)
        if verdict is Verdict.SURVIVED and id(one) not in tried_wide:
            tried_wide.add(id(one))
            waiting.append(one)
        else:
            yield one, verdict


def _tests_fail(one: Drawn, order: Mapping[str, Any], *, is_wide: bool) -> int:
    """Run tests on the wrong module, those that call something of it first; return pytest's status."""
    limit_and_silence()
    module = "tokimori.engine." + one.name.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, _Wrong(module, one.path, one.mutant.source))
    callers = order["callers"].get(str(one.path), [])
    nodes = dict.fromkeys([*callers, *order["all"]])
    files = Counter(node.partition("::")[0] for node in callers).most_common(MOST_FILES)
    tests = TESTS if is_wide else (FIGURES, *(file for file, _ in files if file != FIGURES))
    return _run_tests([Ordered({node: number for number, node in enumerate(nodes)})], "-x", tests=tests)


def _run_tests(plugins: Sequence[object], *options: str, tests: Sequence[str] = TESTS, silent: bool = True) -> int:
    os.chdir(ROOT)
    if not silent:
        quiet = os.open(ROOT / ".tokimori" / "mutation.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
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
    return int(pytest.main([*_PYTEST, *options, *tests], plugins=list(plugins)))


def _import_what_is_shared() -> None:
    """Import what no mutant touches once, so that each process begins with it."""
    import hypothesis.strategies  # noqa: F401, PLC0415 -- for the processes that are forked from here
    import pydantic  # noqa: F401, PLC0415


def _trial(one: Drawn, verdict: Verdict) -> Trial:
    return Trial(
        file=one.name,
        number=one.number,
        line=one.mutant.line,
        before=one.mutant.before,
        after=one.mutant.after,
        is_killed=verdict is not Verdict.SURVIVED,
        is_endless=verdict is Verdict.ENDLESS,
    )


def _keep(kept: dict[str, list[dict[str, Any]]], trial: Trial) -> None:
    """Put a trial in the place of what was kept of the same mutant."""
    others = [one for one in kept.get(trial.file, []) if one["number"] != trial.number]
    now = {name: getattr(trial, name) for name in trial.__slots__}
    kept[trial.file] = sorted([*others, now], key=lambda one: one["number"])
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
