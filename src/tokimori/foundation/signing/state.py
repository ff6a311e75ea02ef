"""What the signer signed last of each log, kept in a file that is durable before any signature leaves the process."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tokimori.foundation.transparency.notes import decoded, encoded

_VERSION: Final = 1


class StateUnreadable(RuntimeError):
    """The signer's state cannot be read. It signs nothing, rather than anew."""


class StateInUse(RuntimeError):
    """Another signer works with this state: neither would know what the other signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedState:
    """The last signature for a log: in which epoch, over how many leaves, with which root, and the note itself.

    ``size`` is 0 and the note empty when an epoch was opened and nothing of it was signed yet.
    """

    epoch: int
    size: int
    root: bytes
    note: str


class StateFile:
    """All logs' states in one file, replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._states = self._read()

    def of(self, log: str) -> SignedState | None:
        """Return what was signed last of a log; nothing of a log that was never seen."""
        return self._states.get(log)

    def keep(self, changed: Mapping[str, SignedState]) -> None:
        """Make the new states durable, all or none; only then may their signatures be handed out."""
        states = {**self._states, **changed}
        draft = self._path.with_suffix(".draft")
        content = json.dumps(
            {
                "version": _VERSION,
                "logs": {
                    log: {"epoch": one.epoch, "size": one.size, "root": encoded(one.root), "note": one.note}
                    for log, one in states.items()
                },
            }
        )
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        self._states = states

    def _read(self) -> dict[str, SignedState]:
        if not self._path.exists():
            return {}
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["version"] != _VERSION:
                raise StateUnreadable
            return {
                log: SignedState(epoch=one["epoch"], size=one["size"], root=decoded(one["root"]), note=one["note"])
                for log, one in kept["logs"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StateUnreadable from error


def begin_state(path: Path) -> None:
    """Write the state of a key that signed nothing yet; raise ``FileExistsError`` where there is one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps({"version": _VERSION, "logs": {}}))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def held_alone(path: Path) -> Iterator[None]:
    """Keep every other signer away from a state for as long as this process works; raise ``StateInUse`` if one has it."""
    lock = path.with_suffix(".lock")
    with os.fdopen(os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StateInUse from error
        yield
