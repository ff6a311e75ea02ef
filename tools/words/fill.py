"""Enter translations: ``python tools/words/fill.py words.json``, with ``{language: {word: translation}}`` inside.

A word that counts takes a list of forms where the language has several. Nothing is written when anything is wrong.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.words.catalogues import LANGUAGES, LOCALE, filled, read, write


def fill(given: Mapping[str, Mapping[str, str | Sequence[str]]], *, locale: Path = LOCALE) -> list[str]:
    """Enter the translations of each language; return what is wrong with them."""
    catalogues = {language: read(language, locale) for language in given if language in LANGUAGES}
    faults = [f"{language!r} is not a language of the product." for language in given if language not in LANGUAGES]
    for language, catalogue in catalogues.items():
        faults += [f"{language}: {fault}" for fault in filled(catalogue, given[language])]
    if not faults:
        for language, catalogue in catalogues.items():
            write(catalogue, language, locale)
    return faults


def main() -> None:
    """Fill from the file that the command line names."""
    if faults := fill(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))):
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
