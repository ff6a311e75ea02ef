"""What runs: whether it is what was started, of the parts that were locked, and whether this very build was tested."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.foundation.build import build_digest, digest_of_files

PACKAGE: Final = Path(__file__).resolve().parents[2]
ROOT: Final = PACKAGE.parents[1]
TEST_RECORD: Final = ROOT / ".tokimori" / "tests-of-build.json"
"""Where a whole run of the tests leaves what it found, and on which build."""
_LOCKS: Final = ("runtime.lock", "development.lock")
_LOCKED_LINE: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", flags=re.MULTILINE)
_OURS: Final = frozenset({"tokimori", "pip", "setuptools"})


def observe_build(now: datetime) -> Observation:
    """Compare the program with what it was at the start, and its parts with the lock: names, versions and contents."""
    del now  # files are as they are
    installed = {_plain(one.name): one for one in distributions()}
    locked = _locked()
    wrong = sorted(
        name
        for name, version in locked["runtime.lock"].items()
        if name in installed and not _is_same(installed[name].version, version)
    )
    strange = sorted(set(installed) - set(locked["development.lock"]) - set(locked["runtime.lock"]) - _OURS)
    changed = sorted(name for name in locked["runtime.lock"] if name in installed and not _is_whole(installed[name]))
    checks = {
        "the_program_is_as_it_was_started": digest_of_files() == build_digest(),
        "versions_are_locked": not wrong,
        "nothing_strange_is_installed": not strange,
        "contents_are_whole": not changed,
    }
    return judged(
        checks,
        build=build_digest(),
        parts=len(locked["runtime.lock"]),
        odd=", ".join([*wrong, *strange, *changed])[:200],
    )


def observe_tests_of_build(now: datetime) -> Observation:
    """Read the record of the last whole run of the tests; it counts for the build that it names, and for no other."""
    del now  # as above
    record = _record()
    if record is None:
        raise CannotObserve("no_test_record")
    if record.get("build") != build_digest() or record.get("is_whole") is not True:
        raise CannotObserve("test_record_of_another_build")
    checks = {
        "nothing_failed": record.get("failed") == 0 and int(record.get("passed", 0)) > 0,
    }
    return judged(checks, passed=int(record.get("passed", 0)), failed_tests=int(record.get("failed", 0)))


def observe_requirements(now: datetime) -> Observation:
    """Count the requirements of the page on ASVS by their state; those that are open are a gap."""
    del now  # as above
    page = ROOT / "docs" / "reference" / "asvs.md"
    if not page.is_file():
        raise CannotObserve("no_requirements_page")
    states = re.findall(r"^\| V[0-9.]+ \| ([a-z ]+) \|", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    open_ones = states.count("open")
    return judged(
        {"there_are_requirements": bool(states), "no_requirement_is_open": open_ones == 0},
        requirements=len(states),
        open=open_ones,
    )


def _record() -> Mapping[str, Any] | None:
    try:
        record = json.loads(TEST_RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _locked() -> Mapping[str, Mapping[str, str]]:
    found = {}
    for name in _LOCKS:
        file = ROOT / "requirements" / name
        if not file.is_file():
            raise CannotObserve("no_lock_files")
        lines = _LOCKED_LINE.findall(file.read_text(encoding="utf-8"))
        found[name] = {_plain(part): version for part, version in lines}
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_same(version: str, locked: str) -> bool:
    """Whether two texts name one version: 2.002 is 2.2."""
    one, other = ([part.lstrip("0") or "0" for part in text.split(".")] for text in (version, locked))
    return one == other


def _is_whole(part: Distribution) -> bool:
    """Whether every program file of an installed part has the content that its own record names."""
    for file in part.files or ():
        if file.hash is None or file.suffix not in {".py", ".so"}:
            continue
        try:
            content = Path(str(file.locate())).read_bytes()
        except OSError:
            return False
        found = base64.urlsafe_b64encode(hashlib.new(file.hash.mode, content).digest()).rstrip(b"=").decode()
        if found != file.hash.value:
            return False
    return True
