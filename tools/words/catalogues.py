"""The catalogues on disk: one file for each language, written the same way every time."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from tools.words.extract import CONTEXT_END, SOURCE, Word

LOCALE: Final = SOURCE / "tokimori" / "interfaces" / "web" / "locale"
WRITTEN_IN: Final = "en"  # the language of the source; an empty translation means the same words
TRANSLATED: Final = ("ja", "th")
LANGUAGES: Final = (WRITTEN_IN, *TRANSLATED)

_ALWAYS: Final = datetime(2000, 1, 1, tzinfo=UTC)  # dates would make every compilation differ
_HEADER: Final = """\
# Made by tools/words/update.py. Translations are given here, or with tools/words/fill.py.
msgid ""
msgstr ""
"Project-Id-Version: Tokimori\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
# What a translation must carry over as it stands: named and bare places, braces, markup, and a percent sign alone.
_PLACEHOLDER: Final = re.compile(r"%%|%\(\w+\)[a-z]|%[sdr]|%|\{\w*\}|</?\w[^>]*>")


def path_of(language: str, locale: Path = LOCALE) -> Path:
    """Return where the catalogue of a language lies."""
    return locale / language / "LC_MESSAGES" / "django.po"


def read(language: str, locale: Path = LOCALE) -> Catalog:
    """Return the catalogue of a language; an empty one when it was never written."""
    path = path_of(language, locale)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def write(catalog: Catalog, language: str, locale: Path = LOCALE) -> None:
    """Write a catalogue, sorted, without lines, dates or what is no longer said."""
    path = path_of(language, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = _HEADER.format(language=language, plural_forms=catalog.plural_forms)
    path.write_text(header + body.getvalue().decode().lstrip("\n"), encoding="utf-8")


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as gettext reads it; the same catalogue gives the same bytes."""
    catalog.creation_date = catalog.revision_date = _ALWAYS
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def merged(old: Catalog, said: Iterable[Word], language: str) -> Catalog:
    """Return a catalogue of exactly the words that are said, with the translations that the old one had."""
    new = Catalog(locale=language)
    for word in said:
        found = old.get(word.text, context=word.context or None)
        new.add(
            (word.text, word.plural) if word.plural else word.text,
            string=_carried(word, found, new.num_plurals),
            context=word.context or None,
            flags=found.flags - {"python-format", "python-brace-format"} if found else (),
            user_comments=found.user_comments if found else (),
        )
    return new


def _carried(word: Word, found: Message | None, form_count: int) -> str | tuple[str, ...]:
    given = forms(found)
    if not word.plural:
        return given[0] if given else ""
    return tuple((*given, *("",) * form_count)[:form_count])


def forms(message: Message | None) -> tuple[str, ...]:
    """Return the translation's forms: one for a word, as many as the language has where it counts."""
    if message is None or message.string is None:
        return ()
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def is_translated(message: Message | None) -> bool:
    """Whether every form is there and none is a guess."""
    return message is not None and not message.fuzzy and forms(message) != () and all(forms(message))


def key_of(message: Message) -> str:
    """Return the name by which translators give a message back; see ``Word.key``."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}{CONTEXT_END}{text}" if message.context else text


def missing(language: str, said: Iterable[Word], locale: Path = LOCALE) -> list[Word]:
    """Return the words without a translation."""
    catalog = read(language, locale)
    return [word for word in said if not is_translated(catalog.get(word.text, context=word.context or None))]


def unused(language: str, said: Iterable[Word], locale: Path = LOCALE) -> list[str]:
    """Return what the catalogue still holds and nobody says."""
    keys = {word.key for word in said}
    catalog = read(language, locale)
    left = (*catalog, *catalog.obsolete.values())
    return sorted(key for message in left if message.id and (key := key_of(message)) not in keys)


def placeholders(text: str) -> frozenset[str]:
    """Return what a translation must carry over as it stands; ``%%`` is an ordinary percent sign."""
    return frozenset(_PLACEHOLDER.findall(text)) - {"%%"}


def misplaced(message: Message) -> list[str]:
    """Return the forms whose placeholders are not the message's. A form of one alone may leave the number out."""
    said = message.id if isinstance(message.id, tuple | list) else (message.id,)
    allowed = {placeholders(said[-1])}
    given = forms(message)
    if len(given) > 1:
        allowed.add(placeholders(said[0]))
    return [form for form in given if form and placeholders(form) not in allowed]


def filled(catalog: Catalog, given: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Enter translations by key; return what cannot be entered, and why."""
    by_key = {key_of(message): message for message in catalog if message.id}
    faults = []
    for key, translation in given.items():
        message = by_key.get(key)
        if message is None:
            faults.append(f"{key!r} is not said anywhere; is the catalogue updated?")
            continue
        if not translation:
            continue
        count = catalog.num_plurals if message.pluralizable else 1
        entered = (translation,) if isinstance(translation, str) else tuple(translation)
        if len(entered) != count:
            faults.append(f"{key!r} wants {count} forms, not {len(entered)}.")
            continue
        message.string = entered if message.pluralizable else entered[0]
        message.flags.discard("fuzzy")
        faults.extend(f"{key!r} has other placeholders than {form!r}." for form in misplaced(message))
    return faults
