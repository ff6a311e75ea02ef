"""One row of the sheet, and the strict reading of the files in which the rows are written."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from tokimori.assurance.evaluation.states import Good

LANGUAGES: Final = ("ja", "en", "th")
ROWS: Final = range(1, 136)
SECTIONS: Final = Path(__file__).resolve().parents[4] / "controls" / "sections"
_INSTALLED: Final = Path(__file__).resolve().parents[1] / "controls" / "sections"
"""Where an installed package carries the same files."""

_KEYS: Final = frozenset(
    {
        "row", "kind", "good", "depends_on_settings", "built_by", "probes", "register", "pages", "declared_by",
        "frameworks", "asks", "holds", "lacks",
    }
)  # fmt: skip
_SYMBOL: Final = re.compile(r"tokimori(\.[a-z_0-9]+)+:[A-Za-z_][A-Za-z_0-9.]*")


class CatalogueBroken(ValueError):
    """A row of the catalogue is not written as rows are; the message names the file and the row."""


class Kind(StrEnum):
    """What a row asks about: something the product does, the platform under it, what people do, or a fact."""

    PRODUCT = "product"
    PLATFORM = "platform"
    PROCESS = "process"
    FACT = "fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One sentence in the three languages of the product."""

    ja: str
    en: str
    th: str

    def __post_init__(self) -> None:
        if not all(getattr(self, language).strip() for language in LANGUAGES):
            raise ValueError("A sentence stands in all three languages.")

    def in_language(self, language: str) -> str:
        """Return the sentence in a language; in English where the product does not speak it."""
        return str(getattr(self, language.split("-", maxsplit=1)[0], self.en))


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One row: what it asks, which answer is good, and what stands behind it.

    ``built_by`` names symbols as ``module:name``. ``registers`` names what entries of registers
    must show. ``pages`` explain; ``declared_by`` are pages that are themselves the
    published fact. ``lacks`` says what is missing although something holds.
    """

    row: int
    section: str
    kind: Kind
    good: Good
    asks: Words
    frameworks: tuple[str, ...]
    built_by: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    declared_by: tuple[str, ...] = ()
    holds: Words | None = None
    lacks: Words | None = None
    depends_on_settings: bool = False

    def __post_init__(self) -> None:
        if self.row not in ROWS:
            raise ValueError("Rows are numbered from 1 to 135.")
        if not self.frameworks:
            raise ValueError("A row names what it answers to in the frameworks.")
        if any(not _SYMBOL.fullmatch(one) for one in self.built_by):
            raise ValueError("A symbol is written module:name.")
        if (self.built_by or self.probes) and self.holds is None:
            raise ValueError("A row that names code or a probe says what holds.")
        if self.holds and not (self.built_by or self.probes or self.declared_by):
            raise ValueError("A row that says what holds names what shows it.")

    @property
    def claims_code(self) -> bool:
        """Whether the row says that code of ours does it; tests must then be marked with it."""
        return bool(self.built_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One chapter of the sheet with its rows."""

    code: str
    title: Words
    controls: tuple[Control, ...]


@cache
def sections() -> tuple[Section, ...]:
    """Return the chapters in order; raise ``CatalogueBroken`` unless each row stands there exactly once, in order."""
    found = tuple(read_section(file) for file in sorted(directory().glob("*.toml")))
    rows = [control.row for section in found for control in section.controls]
    if rows != list(ROWS):
        missing, double = sorted(set(ROWS) - set(rows)), sorted({row for row in rows if rows.count(row) > 1})
        raise CatalogueBroken(f"Each row stands once, in order; missing: {missing}, more than once: {double}.")
    return found


@cache
def controls() -> Mapping[int, Control]:
    """Return every row by its number."""
    return {control.row: control for section in sections() for control in section.controls}


def directory() -> Path:
    """Return where the files lie: beside the sources, or inside the installed package."""
    return _INSTALLED if _INSTALLED.is_dir() else SECTIONS


def read_section(file: Path) -> Section:
    """Return one file's chapter; raise ``CatalogueBroken`` for whatever is not known, missing or of another kind."""
    try:
        plain = tomllib.loads(file.read_text(encoding="utf-8"))
        _refuse_unknown(plain, frozenset({"section", "control"}))
        heading = dict(plain["section"])
        code = _text(heading.pop("code"))
        title = Words(**heading)
        written = plain["control"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise CatalogueBroken(f"{file.name}: {error}") from error
    return Section(code=code, title=title, controls=tuple(_control(one, file=file, section=code) for one in written))


def _control(plain: Mapping[str, Any], *, file: Path, section: str) -> Control:
    try:
        _refuse_unknown(plain, _KEYS)
        return Control(
            row=_whole(plain["row"]),
            section=section,
            kind=Kind(plain["kind"]),
            good=Good(plain["good"]),
            asks=Words(**plain["asks"]),
            holds=Words(**plain["holds"]) if "holds" in plain else None,
            lacks=Words(**plain["lacks"]) if "lacks" in plain else None,
            registers=_one_or_more(plain.get("register", [])),
            depends_on_settings=plain.get("depends_on_settings", False) is True,
            **{
                name: _texts(plain.get(name, []))
                for name in ("frameworks", "built_by", "probes", "pages", "declared_by")
            },
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueBroken(f"{file.name}, row {plain.get('row')}: {error}") from error


def _refuse_unknown(plain: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(plain) - known):
        raise ValueError(f"{unknown} is not known")


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _one_or_more(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else _texts(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError(f"{value!r} is not a list")
    texts = tuple(_text(one) for one in value)
    if len(set(texts)) != len(texts):
        raise ValueError("something is named twice")
    return texts
