"""Refusals: the class is the meaning, the code is the contract, the docstring is the sentence.

A refusal is an answer, not a fault. Each door translates it once (``interfaces``); nothing else catches it.
The first line of a class's docstring is the sentence that people read; it is the message id of its translations.
"""

from typing import ClassVar

Fact = str | int


class Refusal(Exception):
    """The request was refused."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code)
        self.facts = facts

    @classmethod
    def sentence(cls) -> str:
        """Return the sentence for people, in English; doors translate it."""
        return (cls.__doc__ or "").strip().splitlines()[0]


class NotFound(Refusal):
    """This does not exist here, or you may not see it."""

    code = "not_found"
    status = 404


class NotAllowed(Refusal):
    """You do not have the right to do this."""

    code = "not_allowed"
    status = 403


class NotSignedIn(Refusal):
    """Sign in first."""

    code = "not_signed_in"
    status = 401


class InvalidInput(Refusal):
    """Something in the input is not valid."""

    code = "invalid_input"
    status = 422


class Conflict(Refusal):
    """This contradicts what is already stored."""

    code = "conflict"
    status = 409


def all_refusals() -> tuple[type[Refusal], ...]:
    """Return every refusal of the product, by code."""

    def below(refusal: type[Refusal]) -> set[type[Refusal]]:
        return {refusal}.union(*(below(child) for child in refusal.__subclasses__()))

    return tuple(sorted(below(Refusal), key=lambda refusal: refusal.code))
