"""What probes do and what they found, in the reader's language, as the pages show it."""

from collections.abc import Mapping

from django.utils.translation import get_language, ngettext

from tokimori.assurance.probe_words import measures_of, more_than_said, said_of_change, sentences_of, title_of

_LONGEST_VALUE = 24


def probe_title(name: str) -> str:
    """Return what a probe looks at; its name where nobody said."""
    return title_of(name, language=_language())


def measures_in_words(measured: Mapping[str, int | str]) -> list[dict[str, str]]:
    """Return what was measured: ``label`` and ``value``; digests are cut, and what is empty is left out."""
    return [
        {"label": label, "value": _short(value)}
        for label, value in measures_of(measured, language=_language())
        if value
    ]


def reasons_in_words(reason: str, measured: Mapping[str, int | str]) -> list[str]:
    """Return what did not hold, or kept a probe from looking, each as a sentence; the last one counts the rest."""
    said = list(sentences_of(reason, measured=measured, language=_language()))
    if reason and (more := more_than_said(reason, measured=measured)):
        said.append(ngettext("%(more)s more did not hold.", "%(more)s more did not hold.", more) % {"more": more})
    return said


def change_in_words(reason: str) -> str:
    """Return why a row changed, as far as it was written down with the change."""
    return said_of_change(reason, language=_language())


def _language() -> str:
    return get_language() or "en"


def _short(value: str) -> str:
    return f"{value[:12]}…" if len(value) > _LONGEST_VALUE and " " not in value else value
