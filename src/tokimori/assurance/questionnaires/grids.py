"""A sheet as a grid of texts, wherever it came from: rows and columns are counted from one."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 32_767
"""Excel's own limit, in characters."""

_MOST_LETTERS: Final = 3
Place = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle of cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, place: Place) -> bool:
        """Whether a cell lies in it."""
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceList:
    """That cells take only certain words."""

    areas: tuple[Area, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet: its texts by row and column, merged areas, lists of words, and the cells that hold a formula."""

    name: str
    cells: Mapping[int, Mapping[int, str]]
    merged: tuple[Area, ...] = ()
    lists: tuple[ChoiceList, ...] = ()
    formulas: frozenset[Place] = field(default_factory=frozenset)
    _by_column: dict[int, list[tuple[int, Area]]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The merged areas that lie in a column, by their first row; in a sound file they do not overlap."""

    def __post_init__(self) -> None:
        for area in sorted(self.merged, key=lambda one: one.top):
            for column in range(area.left, min(area.right, MOST_COLUMNS + 1) + 1):
                self._by_column.setdefault(column, []).append((area.top, area))

    def text(self, place: Place) -> str:
        """Return what a cell says, or nothing."""
        return self.cells.get(place[0], {}).get(place[1], "")

    def anchor(self, place: Place) -> Place:
        """Return the cell that holds the text of the merged area in which a cell lies; else the cell itself."""
        area = self.merged_at(place)
        return (area.top, area.left) if area is not None else place

    def merged_at(self, place: Place) -> Area | None:
        """Return the merged area in which a cell lies, if there is one."""
        areas = self._by_column.get(place[1], [])
        found = bisect_right(areas, place[0], key=lambda one: one[0]) - 1
        return areas[found][1] if found >= 0 and areas[found][1].holds(place) else None

    def words_for(self, place: Place) -> tuple[str, ...]:
        """Return the words that a cell takes, or nothing where it takes any."""
        return next((one.words for one in self.lists if any(area.holds(place) for area in one.areas)), ())


def letters_of(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """Return a column's number; raise ``ValueError`` for what is none."""
    if not letters or len(letters) > _MOST_LETTERS or not letters.isascii() or not letters.isalpha():
        raise ValueError(letters)
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
