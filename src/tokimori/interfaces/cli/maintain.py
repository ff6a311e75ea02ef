"""``tokimori maintain``: the only way to work on the data by hand, line by line, each written down before it runs."""

import argparse
import getpass
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from django.utils.translation import gettext

from tokimori.foundation import clock
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import Refusal
from tokimori.foundation.operators.errors import MaintenanceRefused
from tokimori.foundation.operators.scopes import Tool
from tokimori.foundation.operators.services.maintenance import (
    OpenMaintenance,
    end_maintenance,
    note_outcome,
    note_typed,
    open_maintenance,
)
from tokimori.foundation.operators.services.running import (
    Answer,
    enter_for_maintenance,
    leave_after_maintenance,
    run_statement,
)
from tokimori.foundation.operators.services.visits import VisitKey
from tokimori.foundation.operators.statements import read_command
from tokimori.foundation.tenancy.role_check import refuse_unsafe_role
from tokimori.interfaces.cli.epochs import run_open_epoch
from tokimori.interfaces.cli.key_arguments import epoch_parser, keys_parser
from tokimori.interfaces.cli.keys import run_keys_act
from tokimori.interfaces.cli.operator_arguments import operator_parser
from tokimori.interfaces.cli.operators import run_operator_act


class _Run(Protocol):
    def __call__(self, chosen: argparse.Namespace, *, recorded_by: Principal | None = None) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    """A command of the service that may be typed: how it is read, run, and which of it needs a session for writing."""

    parser: Callable[[], argparse.ArgumentParser]
    run: _Run
    writes: Callable[[argparse.Namespace], bool]


_COMMANDS: Final[Mapping[str, _Command]] = MappingProxyType(
    {
        "operator": _Command(parser=operator_parser, run=run_operator_act, writes=lambda _: False),
        "keys": _Command(parser=keys_parser, run=run_keys_act, writes=lambda chosen: chosen.act != "show"),
        "open-epoch": _Command(parser=epoch_parser, run=run_open_epoch, writes=lambda _: True),
    }
)
_PROMPT: Final = "maintain> "
_WIDEST: Final = 60


def run_maintenance(chosen: argparse.Namespace) -> int:
    """Ask for the code, then take statements and commands until ``end``; return 0, or 1 when it was refused."""
    refuse_unsafe_role()
    try:
        session = open_maintenance(
            code=_code(),
            login=chosen.login,
            machine=platform.node(),
            company_code=chosen.company,
            now=clock.now(),
        )
    except Refusal as refusal:
        return _say(refusal)
    key = None
    print("Recorded from here on. Statements end with a semicolon; `end` ends.")
    print(f"Commands begin with {', '.join(_COMMANDS)}.")
    try:
        if chosen.company:
            key = enter_for_maintenance(session=session, company_code=chosen.company, now=clock.now())
        for line in _lines():
            _take(session, key, line)
    except Refusal as refusal:
        return _say(refusal)
    finally:
        _close(session, key)
    return 0


def _take(session: OpenMaintenance, key: VisitKey | None, line: str) -> None:
    if line.split(maxsplit=1)[0] in _COMMANDS:
        _command(session, line)
        return
    try:
        _show(run_statement(session=session, key=key, text=line, now=clock.now()))
    except Refusal as refusal:
        if refusal.code != "operator.statement_refused":
            raise
        _say(refusal)


def _command(session: OpenMaintenance, line: str) -> None:
    note_typed(session=session, tool=Tool.COMMAND, text=line, now=clock.now())
    try:
        name, *words = read_command(line)
        command = _COMMANDS[name]
        chosen = command.parser().parse_args(words)
        if command.writes(chosen) and not session.may_write:
            raise MaintenanceRefused
        status = command.run(chosen, recorded_by=session.operator)
    except (argparse.ArgumentError, Refusal) as refusal:
        print(refusal)
        status = 2
    except SystemExit:  # what argparse does after it has said what is wrong
        status = 2
    note_outcome(
        session=session, tool=Tool.COMMAND, is_done=status == 0, row_count=None, text=str(status), now=clock.now()
    )


def _close(session: OpenMaintenance, key: VisitKey | None) -> None:
    if key is not None:
        leave_after_maintenance(session=session, key=key, now=clock.now())
    end_maintenance(session=session, now=clock.now())
    print("The recording is closed.")


def _code() -> str:
    """Return the code that the console showed; it is not echoed, and never an argument that others could read."""
    return getpass.getpass("Code from the console: ") if sys.stdin.isatty() else sys.stdin.readline()


def _lines() -> Iterator[str]:
    """Yield what is typed: a command is one line, a statement goes on until its semicolon."""
    typed: list[str] = []
    while True:
        if sys.stdin.isatty():
            print(_PROMPT, end="", flush=True)
        line = sys.stdin.readline()
        words = line.split()
        if not line or (not typed and words == ["end"]):
            return
        if not words:
            continue
        typed.append(line)
        if words[0] in _COMMANDS or line.rstrip().endswith(";"):
            yield "".join(typed).strip()
            typed = []


def _show(answer: Answer) -> None:
    if answer.error:
        print(f"error: {_shown(answer.error)}")
        return
    if answer.columns:
        print(" | ".join(map(_shown, answer.columns)))
    for row in answer.rows:
        print(" | ".join(_shown(str(value)[:_WIDEST]) for value in row))
    print(f"({answer.row_count} rows)")


def _shown(text: str) -> str:
    """Return a text without what a terminal obeys: anybody may have written it, and it may look like what we say."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _say(refusal: Refusal) -> int:
    print(f"{refusal.code}: {gettext(refusal.sentence())}")
    return 1
