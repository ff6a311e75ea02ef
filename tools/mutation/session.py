"""One session of pytest that has imported and collected everything once, and from which each mutant's process is forked.

First every test runs on the sources as they are, and is watched: which functions of the engine it calls, and how long it
takes. Then a mutant gets a process of its own, in which the functions that it changes have its code, and in it run the
tests that call one of them, the quickest first, until one fails. The others cannot tell the difference: they do the same
with the mutant as without it. What such a process cannot show is left to a process that imports everything anew: a wrong
outside the functions, and one that no test noticed in a function that was called already while the tests were imported.
"""

import json
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import pytest
from tools.mutation.exchange import (
    ENGINE,
    Exchanged,
    NotOfFunctions,
    Place,
    caches,
    exchanged,
    loaded_functions,
    place_of,
)

LONGEST_PROCESSOR_SECONDS: Final = 90
LONGEST_SECONDS: Final = 1800
BROKEN: Final = 70
"""The status of a process that could not run its tests."""


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    ENDLESS = "endless"
    SURVIVED = "survived"
    TO_BE_IMPORTED = "to be imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mutant that is to be tried: its number, its module's file, the source of that without the wrong and with it."""

    number: int
    path: Path
    plain: str
    wrong: str


@dataclass(slots=True, kw_only=True)
class _Watched:
    """What a test called, and how many seconds of processor it took."""

    item: pytest.Item
    places: set[Place]
    seconds: float


class Session:
    """A plugin of pytest that tries mutants instead of running the tests once; it reports by lines of JSON."""

    def __init__(
        self, candidates: Sequence[Candidate], say: Callable[[Mapping[str, Any]], None], *, at_once: int
    ) -> None:
        self._candidates, self._say, self._at_once = candidates, say, at_once
        self._places: dict[int, tuple[CodeType, Place | None]] = {}
        self._seen: set[Place] = set()
        self._imported: frozenset[Place] = frozenset()
        self._caches: Sequence[Any] = ()

    def pytest_sessionstart(self) -> None:
        """Begin to watch: what is imported from now on may call the engine."""
        sys.setprofile(self._watch)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests as they are, then try the mutants."""
        sys.setprofile(None)
        self._imported, self._caches = frozenset(self._seen), caches()
        watched = [self._watched(session, one, after) for one, after in _with_next(session.items)]
        if session.testsfailed or not watched:
            self._say({"failed": session.testsfailed, "tests": len(watched)})
            return True
        watched.sort(key=lambda one: one.seconds)
        self._say(_order(watched))
        self._try_all(session, watched)
        return True

    def _watched(self, session: pytest.Session, item: pytest.Item, after: pytest.Item | None) -> _Watched:
        self._forget()
        self._seen = set()
        began = time.process_time()
        sys.setprofile(self._watch)
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        sys.setprofile(None)
        return _Watched(item=item, places=self._seen, seconds=time.process_time() - began)

    def _forget(self) -> None:
        """Let every test begin with nothing remembered: what it calls is then the same, whatever ran before it."""
        for one in self._caches:
            one.cache_clear()

    def _watch(self, frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event != "call":
            return
        code = frame.f_code
        known = self._places.get(id(code))
        if known is None:
            known = (code, place_of(code) if code.co_filename.startswith(ENGINE) else None)
            self._places[id(code)] = known
        if known[1] is not None:
            self._seen.add(known[1])

    def _try_all(self, session: pytest.Session, watched: Sequence[_Watched]) -> None:
        functions = loaded_functions()
        running: dict[int, tuple[Candidate, bool, float]] = {}
        for candidate in self._candidates:
            try:
                changes = exchanged(candidate.path, plain=candidate.plain, wrong=candidate.wrong)
            except NotOfFunctions:
                changes = []
            if not changes or not all(functions.get(place) for place, _ in changes):
                self._report(candidate, Verdict.TO_BE_IMPORTED)
                continue
            while len(running) >= self._at_once:
                self._wait(running)
            places = {place for place, _ in changes}
            items = [one.item for one in watched if one.places & places]
            process = os.fork()
            if process == 0:
                _become(changes, functions)
                self._forget()
                os._exit(_status(session, items))
            running[process] = (candidate, bool(places & self._imported), time.monotonic())
        while running:
            self._wait(running)

    def _wait(self, running: dict[int, tuple[Candidate, bool, float]]) -> None:
        process, verdict = waited({one: began for one, (_, _, began) in running.items()})
        candidate, is_imported, _ = running.pop(process)
        self._report(candidate, Verdict.TO_BE_IMPORTED if verdict is Verdict.SURVIVED and is_imported else verdict)

    def _report(self, candidate: Candidate, verdict: Verdict) -> None:
        self._say({"number": candidate.number, "verdict": verdict})


class Ordered:
    """A plugin of pytest that runs the tests in an order; the ones that are not in it come last."""

    def __init__(self, order: Mapping[str, int]) -> None:
        self._order = order

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort the tests."""
        items.sort(key=lambda item: self._order.get(item.nodeid, len(self._order)))


def waited(running: Mapping[int, float]) -> tuple[int, Verdict]:
    """Wait until one of the processes ends, or stop one that began too long ago; return it and what it found."""
    while True:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process:
            if os.WIFSIGNALED(status):
                return process, Verdict.ENDLESS
            found = os.waitstatus_to_exitcode(status)
            if found == BROKEN:
                raise RuntimeError("The tests of a mutant could not be run.")
            return process, Verdict.KILLED if found else Verdict.SURVIVED
        for one, began in running.items():
            if time.monotonic() - began > LONGEST_SECONDS:
                os.kill(one, signal.SIGKILL)
        time.sleep(0.01)


def limit_and_silence() -> None:
    """Let this process use so much of the processor and say nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_PROCESSOR_SECONDS, LONGEST_PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)


def _become(changes: Exchanged, functions: Mapping[Place, Sequence[Any]]) -> None:
    limit_and_silence()
    for place, code in changes:
        for function in functions[place]:
            function.__code__ = code


def _status(session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    """Run the tests until one fails; whatever is raised outside a test must never leave this process."""
    try:
        return int(_is_any_failure(session, items))
    except BaseException:  # noqa: BLE001 -- as said
        return BROKEN


def _is_any_failure(session: pytest.Session, items: Sequence[pytest.Item]) -> bool:
    for item, after in _with_next(items):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if session.testsfailed:
            return True
    return False


def _with_next(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=True) if items else iter(())


def _order(watched: Sequence[_Watched]) -> dict[str, Any]:
    """Return the tests, the quickest first, and for each module those that call something of it."""
    callers: dict[str, list[str]] = defaultdict(list)
    for one in watched:
        for file in {place.file for place in one.places}:
            callers[file].append(one.item.nodeid)
    return {
        "tests": len(watched),
        "seconds": sum(one.seconds for one in watched),
        "all": [one.item.nodeid for one in watched],
        "callers": callers,
    }


def lines_of(pipe: int) -> Iterator[dict[str, Any]]:
    """Yield what a session said, as it says it."""
    with os.fdopen(pipe, encoding="utf-8") as heard:
        for line in heard:
            yield json.loads(line)
