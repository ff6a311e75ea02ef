"""What this machine listens on and whom its processes talk to, as its kernel tells it."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tokimori.assurance.probes.probe import CannotObserve

_TABLES: Final = ("tcp", "tcp6")
_KERNEL: Final = Path("/proc/net")
_LISTENS: Final = "0A"
_CONNECTED: Final = "01"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """One socket: where it is on this machine, whom it talks to, and the number under which its process holds it."""

    address: Address
    port: int
    peer: Address
    peer_port: int
    inode: str
    is_listening: bool
    is_connected: bool


def sockets(kernel: Path = _KERNEL) -> tuple[Socket, ...]:
    """Return every TCP socket of this machine; raise ``CannotObserve`` where the kernel does not tell."""
    found = [file for file in (kernel / name for name in _TABLES) if file.is_file()]
    if not found:
        raise CannotObserve("no_socket_table")
    return tuple(one for file in found for one in _read(file.read_text(encoding="ascii")))


def listening_on(port: int) -> tuple[Address, ...]:
    """Return the addresses of this machine at which somebody listens on a port."""
    return tuple(one.address for one in sockets() if one.is_listening and one.port == port)


def _read(table: str) -> Iterator[Socket]:
    for line in table.splitlines()[1:]:
        fields = line.split()
        (address, port), (peer, peer_port) = _place(fields[1]), _place(fields[2])
        yield Socket(
            address=address,
            port=port,
            peer=peer,
            peer_port=peer_port,
            inode=fields[9],
            is_listening=fields[3] == _LISTENS,
            is_connected=fields[3] == _CONNECTED,
        )


def _place(text: str) -> tuple[Address, int]:
    """Return address and port: the kernel writes each word of four bytes in its own order, the port as a number."""
    written, _, port = text.partition(":")
    words = [bytes.fromhex(written[at : at + 8])[::-1] for at in range(0, len(written), 8)]
    address = ipaddress.ip_address(b"".join(words))
    return getattr(address, "ipv4_mapped", None) or address, int(port, 16)
