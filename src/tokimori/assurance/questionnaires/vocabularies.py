"""The buyer's own words for yes, partly, no and does not apply."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

LONGEST_WORD: Final = 60


class Verdict(StrEnum):
    """What is said to a buyer's question: as good as it asks, under a condition, not so, or nothing of these."""

    GOOD = "good"
    CONDITIONAL = "conditional"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The four words. ``partly`` may be empty: then a condition is answered by the less favourable word."""

    yes: str
    no: str
    partly: str = ""
    none: str = ""

    def __post_init__(self) -> None:
        words = (self.yes, self.no, self.partly, self.none)
        if not self.yes.strip() or not self.no.strip() or self.yes == self.no:
            raise ValueError("Yes and no are different words.")
        if any(len(word) > LONGEST_WORD or not word.isprintable() for word in words):
            raise ValueError("A word is one line of at most sixty characters.")

    def word(self, verdict: Verdict, *, good_is_no: bool) -> str:
        """Return the word for a verdict. ``good_is_no`` says that the question is asked so that no is the good answer."""
        good, bad = (self.no, self.yes) if good_is_no else (self.yes, self.no)
        match verdict:
            case Verdict.GOOD:
                return good
            case Verdict.CONDITIONAL:
                return self.partly or bad
            case Verdict.BAD:
                return bad
            case Verdict.NONE:
                return self.none or bad

    def plain(self) -> dict[str, str]:
        """Return it as what a row of the database keeps."""
        return {"yes": self.yes, "no": self.no, "partly": self.partly, "none": self.none}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return what a row of the database kept."""
        return cls(**plain)


MARKS: Final = Vocabulary(yes="○", partly="△", no="×", none="－")  # noqa: RUF001 -- the marks of check sheets
_WORDS: Final[Mapping[str, Vocabulary]] = {
    "ja": MARKS,
    "en": Vocabulary(yes="Yes", partly="Partially", no="No", none="N/A"),
    "th": Vocabulary(yes="ใช่", partly="บางส่วน", no="ไม่ใช่", none="ไม่เกี่ยวข้อง"),
}
_YES: Final = (
    "○ 〇 ◯ o yes y true compliant implemented はい 有 あり 対応 対応済 対応済み 実施 実施済 実施済み 適合 可 満たす "  # noqa: RUF001 -- marks
    "ใช่ มี ได้ ปฏิบัติแล้ว สอดคล้อง"
)
_PARTLY: Final = (
    "△ partial partially partly partiallycompliant partiallyimplemented "
    "一部 一部対応 一部対応済 一部実施 部分的 部分対応 条件付き 条件付 計画中 บางส่วน มีบางส่วน"
)
_NO: Final = (
    "× x no n false noncompliant non-compliant notimplemented いいえ 無 なし 未対応 未実施 非対応 不適合 不可 "  # noqa: RUF001 -- marks
    "ไม่ใช่ ไม่มี ไม่ได้ ไม่ ยังไม่ปฏิบัติ ไม่สอดคล้อง"
)
_NONE: Final = "－ - ― ー n/a na notapplicable 対象外 該当なし 該当無し 非該当 ไม่เกี่ยวข้อง ไม่มีข้อมูล"  # noqa: RUF001 -- marks


def proposed_vocabulary(words: Sequence[str], *, language: str) -> Vocabulary:
    """Return the words that a file's list offers, where it has yes and no among them; else the usual ones of a language."""
    found: dict[str, str] = {}
    for use, known in (("none", _NONE), ("partly", _PARTLY), ("no", _NO), ("yes", _YES)):
        alike = {_alike(one) for one in known.split()}
        for word in words:
            if _alike(word) in alike and word not in found.values() and use not in found:
                found[use] = word
    if "yes" in found and "no" in found:
        return Vocabulary(**found)
    return _WORDS.get(language, _WORDS["en"])


def _alike(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold().replace(" ", "")
    return {"〇": "○", "◯": "○"}.get(plain, plain)  # noqa: RUF001 -- circles that look alike
