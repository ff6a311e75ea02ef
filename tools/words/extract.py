"""Gather every sentence that people read: from modules, from templates, and from the refusals' docstrings.

The labels of closed sets (``interfaces/web/labels.py``) call ``_()`` themselves and need no registry of their own.
"""

import ast
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src"
CONTEXT_END: Final = "\x04"  # gettext's own sign between a context and its message

_KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    **{
        f"{name}_{kind}": DEFAULT_KEYWORDS[name]
        for name in ("gettext", "ngettext", "pgettext", "npgettext")
        for kind in ("lazy", "noop")
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One message: its text, its plural where it counts, its context where one word has two meanings."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """Return the name by which translators give the word back."""
        return f"{self.context}{CONTEXT_END}{self.text}" if self.context else self.text


def words(source: Path = SOURCE) -> Mapping[Word, tuple[str, ...]]:
    """Return every word of the product with the files that say it; where a word counts anywhere, it counts everywhere."""
    places: dict[tuple[str, str], set[str]] = {}
    plurals: dict[tuple[str, str], str] = {}
    for word, place in _said(source):
        name = (word.context, word.text)
        places.setdefault(name, set()).add(place)
        if word.plural and plurals.setdefault(name, word.plural) != word.plural:
            raise ValueError(f"{word.text!r} has two plurals: {plurals[name]!r} and {word.plural!r} in {place}.")
    return {
        Word(text=text, context=context, plural=plurals.get((context, text), "")): tuple(sorted(found))
        for (context, text), found in sorted(places.items())
    }


def words_of_module(text: str) -> Iterator[Word]:
    """Return the words that a module of Python says."""
    for _line, names, _comments, context in extract("python", io.BytesIO(text.encode()), _KEYWORDS):
        singular, plural = (names[0], names[1]) if isinstance(names, tuple) else (names, "")
        if singular:
            yield Word(text=singular, plural=plural, context=context or "")


def words_of_template(text: str) -> Iterator[Word]:
    """Return the words that a template says."""
    # Django turns the template into calls of gettext at the places where they stood; their indentation means nothing.
    code = "\n".join(line.strip() for line in templatize(text).splitlines())
    return words_of_module(code)


def sentences_of_refusals(modules: Iterable[ast.Module]) -> Iterator[Word]:
    """Return the first line of the docstring of ``Refusal`` and of every class below it."""
    bases: dict[str, set[str]] = {}
    sentences: dict[str, set[str]] = {}
    for module in modules:
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(_base_names(node))
                sentences.setdefault(node.name, set()).update((ast.get_docstring(node) or "").splitlines()[:1])
    refusals = {"Refusal"}
    while more := {name for name, above in bases.items() if above & refusals} - refusals:
        refusals |= more
    for name in sorted(refusals):
        for sentence in sentences.get(name, ()):
            yield Word(text=sentence.strip())


def _base_names(definition: ast.ClassDef) -> set[str]:
    names = (base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in definition.bases)
    return {name for name in names if name}


def _said(source: Path) -> Iterator[tuple[Word, str]]:
    modules: list[ast.Module] = []
    for path in sorted(source.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        modules.append(ast.parse(text, filename=str(path)))
        yield from ((word, _place(path, source)) for word in words_of_module(text))
    for path in templates(source):
        yield from ((word, _place(path, source)) for word in words_of_template(path.read_text(encoding="utf-8")))
    yield from ((word, "refusals") for word in sentences_of_refusals(modules))


def templates(source: Path = SOURCE) -> list[Path]:
    """Return every HTML template of the product."""
    return sorted(source.rglob("*.html"))


def _place(path: Path, source: Path) -> str:
    return path.relative_to(source).as_posix()
