"""What probes saw, as sentences: kept as codes, so that every reader has his own language and evidence its digest."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tokimori.assurance.catalogue.controls import CatalogueBroken, Words, directory

_FILE: Final = directory().parent / "probes.toml"
_PARTS: Final = ("titles", "checks", "cannot", "measures")
_MOST_SENTENCES: Final = 5
_INWARD: Final = frozenset(
    {
        "grants", "is_a_login_of_ours", "is_approved", "is_as_the_policy_says", "is_declared", "is_sealed",
        "nobody_finds_it_from_outside", "nothing_is_known_against", "refuses_delete", "refuses_truncate",
        "refuses_update", "taken_password", "trigger", "wall", "was_noticed",
    }
)  # fmt: skip
"""Checks whose subject would tell a stranger where to go in."""
_DASH: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeWords:
    """The sentences of all probes: their titles, what did not hold, why one could not look, and names of measures."""

    titles: Mapping[str, Words]
    checks: Mapping[str, Words]
    cannot: Mapping[str, Words]
    measures: Mapping[str, Words]


@cache
def probe_words() -> ProbeWords:
    """Return the sentences; raise ``CatalogueBroken`` when one of them is not there in all three languages."""
    try:
        plain = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        found = {part: {code: Words(**words) for code, words in plain.pop(part).items()} for part in _PARTS}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise CatalogueBroken(f"{_FILE.name}: {error}") from error
    if plain:
        raise CatalogueBroken(f"{_FILE.name}: {sorted(plain)} is not known")
    return ProbeWords(**found)


def title_of(probe: str, *, language: str) -> str:
    """Return what a probe looks at, in a few words; its name where it has none."""
    words = probe_words().titles.get(probe)
    return words.in_language(language) if words else probe


def sentences_of(reason: str, *, measured: Mapping[str, int | str], language: str) -> tuple[str, ...]:
    """Return a reason as sentences, the first five; a code that nothing is said of stands as it is."""
    codes = [code for code in reason.split(", ") if code]
    return tuple(_sentence(code, measured=measured, language=language) for code in codes[:_MOST_SENTENCES])


def public_reason(reason: str) -> str:
    """Return a reason as everybody may read it: what does not hold, and not at which part, port, table or address.

    A row that is red stays red; a guide to the open window is for the provider's people alone.
    """
    codes = [code for code in reason.split(", ") if code]
    told = (f"{code.partition(':')[0]}:…" if code.partition(":")[0] in _INWARD else code for code in codes)
    return ", ".join(dict.fromkeys(told))


def more_than_said(reason: str, *, measured: Mapping[str, int | str]) -> int:
    """Return how many more things did not hold than sentences are said of."""
    codes = [code for code in reason.split(", ") if code]
    failed = measured.get("failed", len(codes))
    return max(0, (failed if isinstance(failed, int) else len(codes)) - _MOST_SENTENCES)


def measures_of(measured: Mapping[str, int | str], *, language: str) -> tuple[tuple[str, str], ...]:
    """Return what was measured, each under its name."""
    words = probe_words().measures
    return tuple(
        (words[name].in_language(language) if name in words else name, str(value))
        for name, value in sorted(measured.items())
    )


def said_of_change(reason: str, *, language: str) -> str:
    """Return why a row changed, which is kept as the probe's name and its codes; sentences with numbers need the run."""
    probe, found, codes = reason.partition(": ")
    if not found or probe not in probe_words().titles:
        return reason
    said = sentences_of(codes, measured={}, language=language)
    return ": ".join(
        filter(None, [title_of(probe, language=language), " ".join(one for one in said if _DASH not in one)])
    )


def _sentence(code: str, *, measured: Mapping[str, int | str], language: str) -> str:
    name, _, subject = code.partition(":")
    found = probe_words()
    words = found.checks.get(name) or found.cannot.get(name)
    return words.in_language(language).format_map(_Facts(measured, subject=subject)) if words else code


class _Facts(dict[str, Any]):
    """What braces in a sentence stand for; what was not measured is a dash."""

    def __init__(self, measured: Mapping[str, int | str], *, subject: str) -> None:
        super().__init__(measured, subject=subject)

    def __missing__(self, key: str) -> str:
        return _DASH
