"""Print what waits for a translation, ready to be filled in: ``python tools/words/missing.py > words.json``.

With ``--places`` each word has the files that say it instead of an empty translation.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.words.catalogues import TRANSLATED, missing
from tools.words.extract import words


def main() -> None:
    """Print ``{language: {word: ""}}``."""
    said = words()
    shows_places = "--places" in sys.argv[1:]
    waiting = {
        language: {word.key: ", ".join(said[word]) if shows_places else "" for word in missing(language, said)}
        for language in TRANSLATED
    }
    print(json.dumps(waiting, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
