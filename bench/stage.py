"""An installation for one bench: a durable cluster in a temporary directory, servers, and an end to all of it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psycopg

from tokimori.ops.database_preparation import PreparedDatabase
from tokimori.ops.installation import Installation

_START_SECONDS = 30
_STOP_SECONDS = 15
_SHOWN_SETTINGS = ("fsync", "synchronous_commit", "wal_sync_method", "shared_buffers", "max_connections")


class PremiseBroken(RuntimeError):
    """The bench did not measure what it says it measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A process that listens on 127.0.0.1."""

    process: int
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a bench runs on."""

    installation: Installation
    prepared: PreparedDatabase
    environment: Mapping[str, str]

    @property
    def administrator_url(self) -> str:
        """Return the superuser's URL of the bench's own database."""
        return self.installation.embedded.administrator_url.replace("/postgres?", f"/{self._database}?")

    @property
    def _database(self) -> str:
        return self.installation.database_name

    @property
    def postmaster(self) -> int:
        """Return the process that all of the database's processes descend from."""
        file = self.installation.state / "postgresql" / "data" / "postmaster.pid"
        return int(file.read_text().splitlines()[0])

    def describe_database(self) -> dict[str, str]:
        """Return the server's version and the settings on which durability and speed hang."""
        with psycopg.connect(self.administrator_url) as connection:
            rows = connection.execute(
                "select name, current_setting(name) from unnest(%s::text[]) as name", [list(_SHOWN_SETTINGS)]
            ).fetchall()
            version = connection.execute("show server_version").fetchone()
        settings = dict(rows)
        if (settings["fsync"], settings["synchronous_commit"]) != ("on", "on"):
            raise PremiseBroken("The cluster is not durable.")
        return {
            "postgresql": f"{version[0] if version else '?'}, "
            + ", ".join(f"{name} {value}" for name, value in settings.items()),
            "data on": _file_system(self.installation.state),
        }

    @contextlib.contextmanager
    def web(self) -> Iterator[Server]:
        """Run the web server, as ``tokimori serve`` runs it."""
        port = _free_port()
        command = [_program("tokimori"), "serve", "--port", str(port)]
        with self._serving(command, port=port, name="web") as server:
            yield server

    @contextlib.contextmanager
    def gate(self) -> Iterator[Server]:
        """Run the punch gate on one worker."""
        port = _free_port()
        command = [
            _program("granian"), "--interface", "asgi", "--workers", "1", "--no-ws", "--host", "127.0.0.1",
            "--port", str(port), "tokimori.settings.gate:application",
        ]  # fmt: skip
        with self._serving(command, port=port, name="gate") as server:
            yield server

    @contextlib.contextmanager
    def worker(self, name: str, *, path: str | None) -> Iterator[Server]:
        """Run a worker that does one job at a time, from the sources on ``path`` if there is one."""
        environment = {**self.environment, **({"PYTHONPATH": path} if path else {})}
        log = self.installation.state / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 -- our own program, no shell
                [_program("tokimori"), "work", "--concurrency", "1"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                yield Server(process=process.pid, port=0)
                if process.poll() is not None:
                    raise PremiseBroken(f"The worker ended on its own:\n{_tail(log)}")
            finally:
                _end(process)

    @contextlib.contextmanager
    def _serving(self, command: Sequence[str], *, port: int, name: str) -> Iterator[Server]:
        log = self.installation.state / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 -- our own programs, no shell
                command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                _wait_until_open(port, process=process, log=log)
                yield Server(process=process.pid, port=port)
                if process.poll() is not None:
                    raise PremiseBroken(f"The {name} server ended on its own:\n{_tail(log)}")
            finally:
                _end(process)


@contextlib.contextmanager
def staged(*, verbose: bool = True) -> Iterator[Stage]:
    """Make a cluster with the schema, set Django up as its runtime role, and take everything away at the end."""
    state = Path(tempfile.mkdtemp(prefix="tokimori-bench-"))
    installation = Installation(state=state, database_name="tokimori_bench", is_throw_away=False)
    try:
        if verbose:
            print("Making a durable cluster …", file=sys.stderr, flush=True)
        prepared = installation.prepare(administrator_url=None)
        _migrate(installation, prepared)
        environment = {
            **installation.environment(database_url=prepared.runtime_url, hosts="127.0.0.1"),
            "TOKIMORI_LOG_LEVEL": "WARNING",
        }
        os.environ.update(environment)
        import django  # noqa: PLC0415 -- its settings are read from the environment made just above

        django.setup()
        yield Stage(installation=installation, prepared=prepared, environment=environment)
    finally:
        _take_down(installation)


def _migrate(installation: Installation, prepared: PreparedDatabase) -> None:
    environment = installation.environment(database_url=prepared.owner_url, hosts="127.0.0.1")
    answer = subprocess.run(  # noqa: S603 -- our own command
        [_program("tokimori"), "migrate"], check=False, env=environment, capture_output=True, text=True
    )
    if answer.returncode != 0:
        raise PremiseBroken(f"The schema could not be made:\n{answer.stdout}{answer.stderr}")


def _take_down(installation: Installation) -> None:
    # A second Ctrl-C must not leave a server behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if (installation.state / "postgresql" / "data" / "PG_VERSION").exists():
        installation.embedded.stop()
    kept = installation.state / "postgresql" / "socket-directory"
    if kept.exists():
        shutil.rmtree(kept.read_text(), ignore_errors=True)
    shutil.rmtree(installation.state, ignore_errors=True)


def end_on_signals() -> None:
    """Let a signal that ends the process take it through every clean-up."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        sys.exit(128 + number)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell starts in the background
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(port: int, *, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise PremiseBroken(f"A server did not start:\n{_tail(log)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_STOP_SECONDS)
            break
    # Workers that outlived their parent are of its process group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


def _file_system(directory: Path) -> str:
    best = ("", "?")
    for line in Path("/proc/mounts").read_text().splitlines():
        device, mounted, kind, *_ = line.split()
        if str(directory).startswith(mounted) and len(mounted) >= len(best[0]):
            best = (mounted, f"{kind} on {device}")
    return best[1]
