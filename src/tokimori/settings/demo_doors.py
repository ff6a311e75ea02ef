"""The doors of the demo: one for this machine's own browser without TLS, and the same service as an installation has it.

Everything listens on this machine alone. ``port`` is the web server's; the others follow it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tokimori.ops.demo.authority import HOSTS, DoorFiles

_LISTENERS_FILE: Final = "listeners"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The ports of one run of the demo."""

    port: int

    @property
    def gate(self) -> int:
        """Return the port of the punch gate for this machine."""
        return self.port + 1

    @property
    def encrypted(self) -> int:
        """Return the port at which the screens are served over TLS."""
        return self.port + 2

    @property
    def plain(self) -> int:
        """Return the http port that sends on to TLS and takes nothing."""
        return self.port + 3

    @property
    def encrypted_gate(self) -> int:
        """Return the port of the punch gate over TLS."""
        return self.port + 4

    @property
    def all(self) -> tuple[int, ...]:
        """Return every port, the web server's first."""
        return (self.port, self.gate, self.encrypted, self.plain, self.encrypted_gate)

    @property
    def origin(self) -> str:
        """Return the encrypted address; its name is this machine, and no other site shares what browsers keep for it."""
        return f"https://{HOSTS[0]}:{self.encrypted}"

    @property
    def listeners(self) -> str:
        """Return all of it as ``TOKIMORI_LISTENERS``."""
        host = HOSTS[0]
        return (
            f"{self.origin} people 1.2, https://{host}:{self.encrypted_gate} machines 1.2, "
            f"http://{host}:{self.plain} redirect, "
            f"http://localhost:{self.port} loopback, http://localhost:{self.gate} loopback"
        )


def with_listeners(environment: Mapping[str, str], *, doors: Doors, files: DoorFiles, state: Path) -> dict[str, str]:
    """Return the environment in which probes know the doors; it is remembered for commands that speak to this demo."""
    (state / _LISTENERS_FILE).write_text(doors.listeners, encoding="utf-8")
    return {**environment, **_settings(doors.listeners, files.authority)}


def remembered_listeners(state: Path) -> dict[str, str]:
    """Return the settings about the doors of the demo that started last; none where none did."""
    file = state / _LISTENERS_FILE
    return _settings(file.read_text(encoding="utf-8"), state / "authority.pem") if file.is_file() else {}


def over_tls(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a server behind a certificate: cookies for TLS alone, and strict transport."""
    return {**environment, "TOKIMORI_HOSTS": HOSTS[0], "TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "no"}


def certificate_arguments(files: DoorFiles) -> list[str]:
    """Return how a server is told of its certificate."""
    return ["--certificate", str(files.certificate), "--key", str(files.key)]


def _settings(listeners: str, authority: Path) -> dict[str, str]:
    return {"TOKIMORI_LISTENERS": listeners, "TOKIMORI_LISTENER_AUTHORITY": str(authority)}
