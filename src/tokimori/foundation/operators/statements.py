"""What may be typed in a recorded session: one statement about rows, or one of the service's own commands."""

import re
import shlex
from typing import Final

from tokimori.foundation.operators.errors import StatementRefused

LONGEST_STATEMENT: Final = 10_000
_READS: Final = frozenset({"select", "with", "values", "table", "explain", "show"})
_WRITES: Final = frozenset({"insert", "update", "delete"})
_FIRST_WORD: Final = re.compile(r"(?:\s|--[^\n]*\n|\()*([A-Za-z]+)\b")


def read_statement(text: str) -> str:
    """Return a statement without the semicolon at its end; raise ``StatementRefused`` for anything but one about rows.

    Transactions, settings, roles, files and definitions are refused by their first word. Several statements in one are
    refused by the database, to which each is sent as a prepared one.
    """
    statement = text.strip().removesuffix(";").rstrip()
    found = _FIRST_WORD.match(statement)
    is_printable = all(sign.isprintable() or sign in "\n\t\r" for sign in statement)
    if found is None or not is_printable or len(statement) > LONGEST_STATEMENT:
        raise StatementRefused
    if found[1].lower() not in _READS | _WRITES:
        raise StatementRefused(word=found[1].lower())
    return statement


def read_command(text: str) -> list[str]:
    """Return the words of one of the service's own commands; raise ``StatementRefused`` for what cannot be read."""
    if len(text) > LONGEST_STATEMENT or not text.isprintable():
        raise StatementRefused
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise StatementRefused from error
    if not words:
        raise StatementRefused
    return words
