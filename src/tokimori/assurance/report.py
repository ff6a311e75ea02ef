"""What the product says of one row: question, state, code, tests, probe and last evidence, as text.

Works without a database as far as it can, and says what it could not look at.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tokimori.assurance.catalogue.controls import ROWS, Control, controls
from tokimori.assurance.catalogue.symbols import SymbolMissing, find_symbol, rows_with_tests
from tokimori.assurance.evaluation.answers import Answer, Finding
from tokimori.assurance.probe_words import sentences_of

_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the running installation knows of a row; without one only ``cannot_say`` is there, which says why."""

    answer: Answer | None
    cannot_say: str = ""
    code_digests: Mapping[str, str] | None = None


def describe(row: int, *, present: Present, record: Mapping[str, Any] | None, now: datetime, language: str) -> str:
    """Return the report on a row; raise ``LookupError`` for a number that no row has."""
    if row not in ROWS:
        raise LookupError(f"Rows are numbered from {ROWS.start} to {ROWS.stop - 1}.")
    control = controls()[row]
    lines = [
        f"Row {row}  {control.asks.in_language(language)}",
        _line("kind", f"{control.kind.value}; the good answer is {control.good.value}"),
        *_state(present),
        *(_line("holds", words.in_language(language)) for words in [control.holds] if words),
        *(_line("lacks", words.in_language(language)) for words in [control.lacks] if words),
        *_code(control),
        *_tests(row, record),
        *_evidence(control, present, now, language),
        *_registers(control, present, now, language),
        *(_line("page", page) for page in (*control.pages, *control.declared_by)),
        _line("answers", ", ".join(control.frameworks)),
    ]
    return "\n".join(lines) + "\n"


def outcome_in(record: Mapping[str, Any] | None, node: str) -> str:
    """Return how a test ended in the last recorded run: of several cases, the worst."""
    if record is None:
        return "no run recorded"
    ends = {end for name, end in record.get("tests", {}).items() if name.split("[")[0] == node}
    return next((end for end in ("failed", "skipped", "passed") if end in ends), "not in the last run")


def as_record(text: str) -> Mapping[str, Any] | None:
    """Return the record of a run of the tests, or nothing where the text is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _state(present: Present) -> list[str]:
    answer = present.answer
    if answer is None:
        return [_line("state", f"not known: {present.cannot_say}")]
    lines = [
        _line("state", f"{answer.state.value}, mark {answer.mark.value}" + (f" ({answer.why})" if answer.why else ""))
    ]
    if answer.exception is not None:
        until = answer.exception.expires_at.date().isoformat()
        lines.append(_line("accepted", f"until {until}: {answer.exception.reason}"))
    return lines


def _code(control: Control) -> list[str]:
    lines = []
    for symbol in control.built_by:
        try:
            place = find_symbol(symbol)
        except SymbolMissing:
            lines.append(_line("code", f"{symbol} is not there"))
        else:
            lines.append(_line("code", f"{place.file}:{place.line}  {place.name}"))
    return lines or [_line("code", "none")]


def _tests(row: int, record: Mapping[str, Any] | None) -> list[str]:
    lines = [_line("tests", f"{test.node}  {outcome_in(record, test.node)}") for test in rows_with_tests().get(row, ())]
    return lines or [_line("tests", "none that lie here")]


def _evidence(control: Control, present: Present, now: datetime, language: str) -> list[str]:
    if not control.probes:
        return [_line("probe", "none: nothing in the product observes this")]
    if present.answer is None:
        return [_line("probe", f"{name}  not looked at") for name in control.probes]
    by_name: Mapping[str, Finding] = {finding.source.name: finding for finding in present.answer.findings}
    return [_line("probe", f"{name}  {_word(by_name.get(name), now, language)}") for name in control.probes]


def _registers(control: Control, present: Present, now: datetime, language: str) -> list[str]:
    if present.answer is None:
        return [_line("register", f"{name}  not looked at") for name in control.registers]
    by_name = {finding.source.name: finding for finding in present.answer.findings}
    return [_line("register", f"{name}  {_entry(by_name.get(name), now, language)}") for name in control.registers]


def _entry(finding: Finding | None, now: datetime, language: str) -> str:
    if finding is None or finding.evidence is None:
        return "no entry"
    return ("sample, proves nothing; " if finding.evidence.is_sample else "") + _word(finding, now, language)


def _word(finding: Finding | None, now: datetime, language: str) -> str:
    if finding is None or finding.evidence is None:
        return "never ran"
    seen = finding.evidence
    minutes = int((now - seen.observed_at).total_seconds() // 60)
    measured = ", ".join(f"{name}={value}" for name, value in sorted(seen.measured.items()))
    said = " ".join(sentences_of(seen.reason, measured=seen.measured, language=language))
    reason = f"; {said}" if said else ""
    return f"{finding.state.value}, {minutes} minutes ago{reason} ({measured})"


def _line(name: str, text: str) -> str:
    return f"{_INDENT}{name:9}{text}"
