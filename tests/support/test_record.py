"""What a run of the tests found, on which build; written where a probe of the sheet reads it."""

import json
from dataclasses import dataclass, field

import pytest

from tokimori.assurance.probes.build import TEST_RECORD
from tokimori.foundation.build import digest_of_files

_ENDS = ("passed", "skipped", "failed")


@dataclass(slots=True, kw_only=True)
class TestRecord:
    """How each test ended: of its three phases, the worst."""

    __test__ = False

    build: str = field(default_factory=digest_of_files)
    ends: dict[str, str] = field(default_factory=dict)

    def note(self, report: pytest.TestReport) -> None:
        """Note one phase of a test."""
        known = self.ends.get(report.nodeid, "passed")
        self.ends[report.nodeid] = max(known, report.outcome, key=_ENDS.index)

    def write(self, *, is_whole: bool) -> None:
        """Write the record; a run of some tests replaces no record of a run of all, unless the program changed since."""
        if not self.ends or (not is_whole and _kept().get("build") == self.build):
            return
        is_same = digest_of_files() == self.build
        record = {
            "build": self.build if is_same else "the program changed while its tests ran",
            "is_whole": is_whole,
            **{end: sum(1 for one in self.ends.values() if one == end) for end in _ENDS},
            "tests": dict(sorted(self.ends.items())),
        }
        TEST_RECORD.parent.mkdir(parents=True, exist_ok=True)
        draft = TEST_RECORD.with_suffix(".draft")
        draft.write_text(json.dumps(record, indent=0), encoding="utf-8")
        draft.replace(TEST_RECORD)


def is_whole(config: pytest.Config) -> bool:
    """Whether nothing narrowed the run: no names of files, no expression, no marks."""
    option = config.option
    is_narrowed = bool(option.keyword or option.markexpr or getattr(option, "deselect", None))
    return not is_narrowed and config.args_source is pytest.Config.ArgsSource.TESTPATHS


def _kept() -> dict[str, object]:
    try:
        record = json.loads(TEST_RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
