"""Whatever a probe can say has its sentence in three languages, with the numbers that it measured."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.assurance import probes
from tokimori.assurance.catalogue.controls import LANGUAGES
from tokimori.assurance.probe_words import (
    measures_of,
    more_than_said,
    probe_words,
    public_reason,
    said_of_change,
    sentences_of,
    title_of,
)
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.services import running

FILES = [*sorted(Path(str(probes.__file__)).parent.glob("*.py")), Path(running.__file__)]
ALWAYS_HOLD = {
    "every_method_is_approved", "every_place_is_named", "every_login_is_ours", "every_open_port_is_declared",
    "nothing_is_known_against_parts", "the_database_follows_the_policy",
}  # fmt: skip
"""What stands there where nothing was found, and so never fails."""
NO_CHECKS = {
    "accounts", "hashed", "outdated", "other", "python", "django", "postgresql", "update", "delete", "truncate",
    "Connection", "key", "employee_code", "occurred_at", "kind", "Authorization", "checks", "failed", "id", "probe",
    "scope", "subject", "observed_from", "observed_to", "expires_at", "outcome", "reason", "measured", "code_digest",
    "build_digest", "median_minutes",
}  # fmt: skip
"""Keys of other dictionaries."""
COMPOSED = {"refused_SSL-3.0", "refused_TLS-1.0", "refused_TLS-1.1", "not_expired", "named_rightly"}
COMPOSED_REFUSALS = {"refuses_update", "refuses_delete", "refuses_truncate"}


def leading(node: ast.expr | None) -> str:
    """Return the code with which a key begins, up to its colon; nothing for what is put together from others."""
    match node:
        case ast.Constant(value=str(text)):
            return text.split(":")[0]
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if ":" in text:
            return text.split(":")[0]
        case ast.Subscript(value=inner):
            return leading(inner)
        case ast.Call(func=ast.Attribute(value=ast.JoinedStr() as inner)):
            return leading(inner)
        case _:
            return ""


def codes() -> Iterator[tuple[str, str]]:
    """Yield the codes that the sources use, as ``check``, ``cannot`` and ``measure``."""
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = {
            id(one) for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) for one in ast.walk(node)
        }
        for node in ast.walk(tree):
            if id(node) in constants:
                continue
            match node:
                case ast.Dict(keys=keys):
                    yield from (("check", leading(key)) for key in keys)
                case ast.DictComp(key=key):
                    yield "check", leading(key)
                case ast.Assign(targets=[ast.Subscript(slice=key)]):
                    yield "check", leading(key)
                case ast.Call(func=ast.Name(id="CannotObserve"), args=[code]):
                    yield "cannot", leading(code)
                case ast.Call(func=ast.Name(id="Observation"), keywords=named):
                    yield from (("cannot", leading(one.value)) for one in named if one.arg == "reason")
                case ast.Call(func=ast.Name(id="judged"), keywords=named):
                    yield from (("measure", one.arg) for one in named if one.arg)
                case _:
                    pass


def used(kind: str) -> set[str]:
    plain = {code for found, code in codes() if found == kind and re.fullmatch(r"[a-z][A-Za-z0-9_.-]+", code)}
    not_checks = NO_CHECKS | ALWAYS_HOLD | {code for code in plain if code.startswith("wsgi.")}
    return plain - not_checks if kind == "check" else plain


def test_every_probe_has_its_title() -> None:
    assert set(probe_words().titles) == set(PROBES)


def test_every_check_has_its_sentence_and_no_sentence_is_idle() -> None:
    found = used("check") | COMPOSED | COMPOSED_REFUSALS

    assert sorted(found - set(probe_words().checks)) == []
    assert sorted(set(probe_words().checks) - found) == []


def test_every_reason_for_which_a_probe_cannot_look_has_its_sentence() -> None:
    assert used("cannot") == set(probe_words().cannot)


def test_every_measure_has_its_name() -> None:
    assert used("measure") | {"checks", "failed"} == set(probe_words().measures)


@pytest.mark.parametrize("code", [*probe_words().checks, *probe_words().cannot])
def test_a_sentence_says_the_same_numbers_in_every_language(code: str) -> None:
    words = {**probe_words().checks, **probe_words().cannot}[code]
    names = [set(re.findall(r"\{(\w+)\}", words.in_language(language))) for language in LANGUAGES]

    assert names[0] == names[1] == names[2]
    assert names[0] <= {"subject", *probe_words().measures}
    assert all(words.in_language(language).strip() for language in LANGUAGES)


def test_a_reason_becomes_sentences_with_its_numbers() -> None:
    said = sentences_of("none_is_overdue, runs_apart:work", measured={"overdue": 3}, language="en")

    assert said == (
        "Accounts of administrators that should be closed by now: 3.",
        "No process of its own has the duty work.",
    )
    assert sentences_of("no_answer_in_time:120", measured={}, language="ja") == (
        "120秒たっても終わらなかったため、打ち切りました。",
    )


def test_many_reasons_are_counted_and_not_all_said() -> None:
    reason = ", ".join(f"wall:table_{number}" for number in range(9))

    assert len(sentences_of(reason, measured={"tables": 80, "walls": 71}, language="en")) == 5
    assert more_than_said(reason, measured={"failed": 9}) == 4
    assert more_than_said("none_is_overdue", measured={"failed": 1}) == 0


def test_what_nobody_has_words_for_stands_as_it_is() -> None:
    assert sentences_of("for a test", measured={}, language="en") == ("for a test",)
    assert measures_of({"checks": 2, "unheard_of": 1}, language="th") == (("จุดที่ตรวจ", "2"), ("unheard_of", "1"))
    assert title_of("nothing.known", language="en") == "nothing.known"


def test_why_a_row_changed_is_said_with_the_title_of_its_probe() -> None:
    assert said_of_change("sign_in.throttle: the_lock_ends", language="en") == (
        "Failing to sign in, again and again: The lock does not end in its time."
    )
    assert said_of_change("somebody: said so", language="en") == "somebody: said so"


@given(reason=st.text(), language=st.sampled_from([*LANGUAGES, "fr"]))
def test_any_text_is_said_somehow(reason: str, language: str) -> None:
    assert all(isinstance(one, str) for one in sentences_of(reason, measured={}, language=language))
    assert said_of_change(reason, language=language) is not None


def test_everybody_reads_what_does_not_hold_and_not_where_one_could_go_in() -> None:
    reason = "is_declared:8443, is_declared:9000, nothing_is_known_against:somelib CVE-1, is_there:a/b"

    assert public_reason(reason) == "is_declared:…, nothing_is_known_against:…, is_there:a/b"
    assert public_reason("") == ""
