"""Bring the catalogues up to what the product says: ``python tools/words/update.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.words.catalogues import LANGUAGES, LOCALE, TRANSLATED, merged, missing, read, write
from tools.words.extract import SOURCE, words


def update(*, source: Path = SOURCE, locale: Path = LOCALE) -> None:
    """Write every catalogue: new words empty, old translations kept, words that nobody says left out."""
    said = words(source)
    for language in LANGUAGES:
        write(merged(read(language, locale), said, language), language, locale)


def main() -> None:
    """Update, and say what is left to translate."""
    update()
    said = words()
    for language in TRANSLATED:
        print(f"{language}: {len(missing(language, said))} of {len(said)} words wait for a translation.")


if __name__ == "__main__":
    main()
