"""Search texts that the database cannot search, because they are sealed there: by part of a word, in any case."""

from collections.abc import Iterable


def has_words(words: str, texts: Iterable[str | None]) -> bool:
    """Whether each of the words is part of one of the texts, capital letters or small."""
    plain = [text.lower() for text in texts if text]
    return all(any(word in text for text in plain) for word in words.lower().split())
