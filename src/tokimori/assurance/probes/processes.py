"""The processes of the installation: which duties run apart, what each was told, and where they listen."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.assurance.probes.sockets import sockets

_PROCESSES: Final = Path("/proc")
_SOCKET: Final = "socket:["
DUTIES: Final = ("serve", "work", "sequence", "sign-checkpoints")
"""Serving people, doing what takes longer, giving events their places, and signing: four processes at the least."""
_KEYS_OF_THE_SERVICE: Final = (
    "TOKIMORI_SECRET_KEY",
    "TOKIMORI_SEALING_KEY",
    "TOKIMORI_ROOT_KEYS",
    "TOKIMORI_RECEIPT_KEY",
)
_DATABASE: Final = "DATABASE_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of this environment: its duty, empty for what is no verb of ours, and what it was told at its start."""

    place: Path
    duty: str

    def told(self) -> Mapping[str, str]:
        """Return its environment; raise ``CannotObserve`` where another user's may not be read."""
        try:
            written = (self.place / "environ").read_bytes().split(b"\0")
        except PermissionError as error:
            raise CannotObserve("processes_are_not_readable") from error
        except OSError:
            return {}  # it has ended meanwhile
        pairs = (one.decode(errors="replace").partition("=") for one in written if one)
        return {name: value for name, _, value in pairs}


def our_processes() -> tuple[Process, ...]:
    """Return the processes that run this very environment."""
    if not _PROCESSES.is_dir():
        raise CannotObserve("no_process_table")
    found = (_ours(one) for one in _PROCESSES.iterdir() if one.name.isdigit())
    return tuple(one for one in found if one is not None)


def our_inodes() -> frozenset[str]:
    """Return the numbers of the sockets that our processes hold; raise where another user's may not be looked at."""
    opened = (target for process in our_processes() for target in _opened(process.place))
    return frozenset(text[len(_SOCKET) : -1] for text in opened if text.startswith(_SOCKET))


def observe_separation(now: datetime) -> Observation:
    """Look whether the duties run apart, and whether each was told no more than it needs."""
    del now  # what runs runs
    found = our_processes()
    by_duty = {duty: [one.told() for one in found if one.duty == duty] for duty in DUTIES}
    logins = {duty: {_login(told) for told in by_duty[duty]} for duty in ("serve", "sequence")}
    checks = {
        **{f"runs_apart:{duty}": bool(by_duty[duty]) for duty in DUTIES},
        "the_signer_knows_no_database": not any(_DATABASE in told for told in by_duty["sign-checkpoints"]),
        "those_who_keep_the_log_know_no_key_of_the_service": not any(
            name in told
            for duty in ("sequence", "sign-checkpoints")
            for told in by_duty[duty]
            for name in _KEYS_OF_THE_SERVICE
        ),
        "the_sequencer_has_a_login_of_its_own": not (logins["serve"] & logins["sequence"]),
    }
    return judged(checks, processes=sum(1 for one in found if one.duty))


def observe_ports(now: datetime) -> Observation:
    """Look at every port at which our processes listen for others than this machine: each is one that is declared."""
    del now  # as above
    ours = our_inodes()
    declared = {one.port for one in settings.LISTENERS}
    found = [one for one in sockets() if one.is_listening and one.inode in ours]
    outward = {one.port for one in found if not one.address.is_loopback}
    unknown = sorted(outward - declared)
    return judged(
        {f"is_declared:{port}": False for port in unknown} or {"every_open_port_is_declared": True},
        listening=len(found),
        for_others=len(outward),
        undeclared=len(unknown),
    )


def _ours(place: Path) -> Process | None:
    try:
        words = [word.decode(errors="replace") for word in (place / "cmdline").read_bytes().split(b"\0")]
    except OSError:
        return None  # it has ended meanwhile
    program = f"{sys.prefix}/bin/"
    verbs = [words[at + 1] for at, word in enumerate(words[:-1]) if word == f"{program}tokimori"]
    if verbs:
        return Process(place=place, duty=verbs[0])
    is_ours = words[0].startswith(program) or place.name == str(os.getpid())
    return Process(place=place, duty="") if is_ours else None


def _opened(process: Path) -> Iterator[str]:
    try:
        for one in (process / "fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                yield str(one.readlink())
    except PermissionError as error:
        raise CannotObserve("processes_are_not_readable") from error
    except (FileNotFoundError, ProcessLookupError):
        return  # it has ended meanwhile


def _login(told: Mapping[str, str]) -> str:
    return urlsplit(told.get(_DATABASE, "")).username or ""
