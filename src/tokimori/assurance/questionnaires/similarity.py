"""How alike two questions are: pieces of three to five signs, weighed by how rare they are, compared by their angle.

Pure. It needs no list of words and no borders between them, which Japanese and Thai do not write.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_TEXT: Final = 4_000
_COMPARED: Final = 1_000
"""Signs of a question that are compared: what comes after them is explanation, and costs time for each row."""
_SIZES: Final = (2, 3, 4)
_NOT_A_SIGN: Final = re.compile(r"[^\w\u0e00-\u0e7f]+")
_EMPTY_WORDS: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "is",
        "are",
        "be",
        "of",
        "to",
        "in",
        "on",
        "for",
        "and",
        "or",
        "with",
        "by",
        "your",
        "you",
        "do",
        "does",
        "have",
        "has",
        "that",
        "which",
        "what",
        "how",
        "please",
        "describe",
        "whether",
        "any",
        "there",
        "it",
        "its",
        "from",
        "as",
        "at",
        "can",
        "all",
        "this",
    ]
)
_EMPTY_PHRASES: Final = ("หรือไม่", "มีการ", "ของท่าน", "โปรด", "ระบุ", "เป็นประจำ")
_ENDINGS: Final = re.compile(r"[\u3041-\u309f]+")
"""Japanese writes what carries the meaning in other signs; what is left between them is inflection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A row that may fit, and how alike its words are: 0 is nothing in common, 1 the same."""

    row: int
    likeness: float


def normalised(text: str) -> str:
    """Return a text without what does not change its meaning: width, case, spaces, punctuation, leading numbers."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()[:LONGEST_TEXT]
    # NFKC takes the Thai vowel am apart; kept apart everywhere it is the same everywhere.
    words = _NOT_A_SIGN.sub(" ", plain).split()
    while len(words) > 1 and re.fullmatch(r"(no|q)?[\d_]+[a-z]?", words[0]):
        words = words[1:]
    return " ".join(words)


class Index:
    """Texts of rows, ready to be compared with a question. A row may have several texts; its most alike one counts."""

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        entries = [(row, pieces_of(text)) for row, text in texts]
        seen = Counter(piece for _, pieces in entries for piece in pieces)
        total = max(len(entries), 1)
        self._rarity: Mapping[str, float] = {
            piece: math.log((1 + total) / (1 + count)) + 1 for piece, count in seen.items()
        }
        self._unseen = math.log(1 + total) + 1
        self._rows = [row for row, _ in entries]
        self._holders: dict[str, list[tuple[int, float]]] = {}
        """For each piece, the texts that hold it, and its weight in them."""
        for entry, (_, pieces) in enumerate(entries):
            for piece, weight in self._weighed(pieces).items():
                self._holders.setdefault(piece, []).append((entry, weight))

    def suggestions(
        self, text: str, *, most: int = 3, preferred: frozenset[int] = frozenset()
    ) -> tuple[Suggestion, ...]:
        """Return the rows most alike, the best first; ``preferred`` ones come a little nearer."""
        alike = [0.0] * len(self._rows)
        for piece, asked in self._weighed(pieces_of(text)).items():
            for entry, weight in self._holders.get(piece, ()):
                alike[entry] += asked * weight
        best: dict[int, float] = {}
        for row, likeness in zip(self._rows, alike, strict=True):
            nearer = min(1.0, likeness + 0.15) if row in preferred else likeness
            best[row] = max(best.get(row, 0.0), nearer)
        ordered = sorted(best.items(), key=lambda one: (-one[1], one[0]))[:most]
        return tuple(Suggestion(row=row, likeness=round(likeness, 3)) for row, likeness in ordered if likeness > 0)

    def _weighed(self, pieces: Mapping[str, int]) -> Mapping[str, float]:
        weights = {
            piece: (1 + math.log(count)) * self._rarity.get(piece, self._unseen) for piece, count in pieces.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {piece: weight / length for piece, weight in weights.items()}


def pieces_of(text: str) -> Mapping[str, int]:
    """Return how often each piece stands in a text; English words are padded, so that their beginnings count."""
    plain = normalised(text)[:_COMPARED]
    for phrase in _EMPTY_PHRASES:
        plain = plain.replace(unicodedata.normalize("NFKC", phrase), " ")
    plain = _ENDINGS.sub(" ", plain).strip() or plain
    pieces: Counter[str] = Counter()
    for word in plain.split():
        if word in _EMPTY_WORDS:
            continue
        padded = f" {word} " if word.isascii() else word
        sizes: Sequence[int] = (3, 4, 5) if word.isascii() else _SIZES
        if len(padded) < sizes[0]:
            pieces[padded] += 1
        for size in sizes:
            pieces.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    return pieces
