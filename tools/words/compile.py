"""Compile the catalogues that changed: ``python tools/words/compile.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.words.catalogues import LANGUAGES, LOCALE, compiled, path_of, read


def compile_stale(locale: Path = LOCALE) -> list[Path]:
    """Compile each catalogue that is newer than its compilation; return what was written."""
    return [_compile(language, locale) for language in LANGUAGES if _is_stale(path_of(language, locale))]


def _is_stale(path: Path) -> bool:
    if not path.exists():
        return False
    target = path.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < path.stat().st_mtime_ns


def _compile(language: str, locale: Path) -> Path:
    target = path_of(language, locale).with_suffix(".mo")
    # Written beside and moved: who reads at this moment has the old file or the new one, never half of one.
    half = target.with_suffix(".half")
    half.write_bytes(compiled(read(language, locale)))
    return half.replace(target)


def main() -> None:
    """Compile, and say what was compiled."""
    for path in compile_stale():
        print(path)


if __name__ == "__main__":
    main()
