"""Every figure of the law with the day it began on and its article, as the page ``docs/reference/law.md`` shows them.

What changes here changes what people are told the law is: change figure and page together, with the article at hand. Write
the page again by ``PYTHONPATH=src:tests .venv/bin/python tests/engine/test_figures_of_the_law.py``.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import tokimori.engine
from tokimori.engine.elsewhere.threshold_pack import ThresholdPack
from tokimori.engine.law import Figure

SOURCES: Final = Path(__file__).resolve().parents[2] / "src"
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "law.md"
HEAD: Final = """\
# The law as dated figures

Each value holds from its day until the next one's; a case of a day before the first is refused. Minutes, unless the name
says otherwise. A test compares this page with the engine.

| module | figure | since | value | article |
| --- | --- | --- | --- | --- |
"""


def figures() -> Iterator[tuple[str, Figure[Any]]]:
    """Yield every figure with its module, each once."""
    seen: set[int] = set()
    prefix = f"{tokimori.engine.__name__}."
    for found in sorted(pkgutil.walk_packages(tokimori.engine.__path__, prefix), key=lambda one: one.name):
        module = importlib.import_module(found.name)
        source = "" if found.ispkg else _source_of(found.name)
        for value in vars(module).values():
            for figure in _inside(value):
                if id(figure) not in seen and f'"{figure.name}"' in source:
                    seen.add(id(figure))
                    yield found.name.removeprefix(prefix), figure


def _source_of(module: str) -> str:
    """Return a module's source from the tree: the compiled engine does not carry it."""
    return (SOURCES / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")


def _inside(value: Any) -> list[Figure[Any]]:
    if isinstance(value, Figure):
        return [value]
    return [one for one in value.values() if isinstance(one, Figure)] if isinstance(value, dict) else []


def shown(value: Any) -> str:
    match value:
        case ThresholdPack():
            return _pack(value)
        case tuple() | frozenset():
            return ", ".join(shown(one) for one in (sorted(value) if isinstance(value, frozenset) else value))
        case dict():
            return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
        case _ if hasattr(value, "over_minutes"):
            return f"over {value.over_minutes}: {value.break_minutes}"
        case _ if hasattr(value, "start_minute"):
            return f"{value.start_minute} to {value.end_minute}"
        case _:
            return str(value)


def _pack(pack: ThresholdPack) -> str:
    parts = [f"{name}: {_tiers(tiers)}" for name, tiers in pack.day_tiers.items()]
    parts += [f"{name} at most {limit}" for name, limit in pack.day_limits.items()]
    if pack.week_tiers:
        parts.append(f"week: {_tiers(pack.week_tiers)}")
    if pack.consecutive_day_tiers:
        parts.append(f"day {pack.consecutive_day} in a row: {_tiers(pack.consecutive_day_tiers)}")
    return "; ".join(parts)


def _tiers(tiers: Any) -> str:
    return ", ".join(f"over {one.over_minutes} x {one.multiplier}{' whole' * one.is_paid_whole}" for one in tiers)


def page() -> str:
    rows = [
        f"| `{name}` | {figure.name} | {entry.since} | {shown(entry.value)} | {entry.article} |"
        for name, figure in figures()
        for entry in figure.entries
    ]
    return HEAD + "\n".join(sorted(rows)) + "\n"


def test_the_page_shows_every_figure_as_it_is() -> None:
    assert page() == PAGE.read_text(encoding="utf-8")


def test_every_entry_names_its_article_and_no_name_is_given_twice() -> None:
    found = list(figures())
    assert len(found) > 50
    assert all(entry.article for _, figure in found for entry in figure.entries)
    names = [figure.name for _, figure in found]
    assert sorted(names) == sorted(set(names))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
