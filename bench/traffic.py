"""Clients that keep their connection: HTTP/1.1 over asyncio streams, as little as it takes."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

_HOST = "127.0.0.1"
_ANSWER_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Connection:
    """One client's connection; opened anew when the server closes it."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a whole request and return the whole answer."""
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection(_HOST, self.port, limit=2**20)
        self.writer.write(request)
        answer = await asyncio.wait_for(_read_answer(self.reader), timeout=_ANSWER_SECONDS)
        if answer.headers.get("connection", "").lower() == "close":
            await self.close()
        return answer

    async def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            self.writer.close()
            with contextlib.suppress(OSError):
                await self.writer.wait_closed()
        self.reader = self.writer = None


@dataclass(slots=True, kw_only=True)
class Measured:
    """The answers of one cell: how long each took, and how many came within the measured time."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def note(self, *, status: int) -> None:
        """Count an answer, measured or not."""
        self.statuses[status] = self.statuses.get(status, 0) + 1


def request_bytes(method: str, path: str, *, port: int, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    length = {"Content-Length": str(len(body))} if body else {}
    lines = [
        f"{method} {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in {"Host": f"{_HOST}:{port}", **headers, **length}.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def for_a_while(
    *, port: int, clients: int, seconds: float, warm_up: float, next_request: Callable[[], bytes]
) -> Measured:
    """Let clients ask, each its next as soon as it is answered; answers between warm-up and end are the measured ones."""
    found = Measured(seconds=seconds)
    begin = time.monotonic() + warm_up
    end = begin + seconds

    async def client(connection: Connection) -> None:
        while time.monotonic() < end:
            asked = time.monotonic()
            answer = await connection.ask(next_request())
            answered = time.monotonic()
            found.note(status=answer.status)
            if begin <= answered < end:
                found.latencies.append(answered - asked)

    await _all_of(client, port=port, clients=clients)
    return found


async def a_number_of_times(*, port: int, clients: int, count: int, at_most_seconds: float, request: bytes) -> Measured:
    """Ask the same thing a number of times, shared among clients; stop early when it takes too long."""
    found = Measured()
    left = iter(range(count))
    begin = time.monotonic()

    async def client(connection: Connection) -> None:
        for _ in left:
            asked = time.monotonic()
            if asked - begin > at_most_seconds:
                return
            answer = await connection.ask(request)
            found.latencies.append(time.monotonic() - asked)
            found.note(status=answer.status)

    await _all_of(client, port=port, clients=clients)
    found.seconds = time.monotonic() - begin
    return found


async def _all_of(client: Callable[[Connection], "asyncio.Future[None]"], *, port: int, clients: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_with_connection(client, port))


async def _with_connection(client: Callable[[Connection], "asyncio.Future[None]"], port: int) -> None:
    async with _opened(port) as connection:
        await client(connection)


@contextlib.asynccontextmanager
async def _opened(port: int) -> AsyncIterator[Connection]:
    connection = Connection(port=port)
    try:
        yield connection
    finally:
        await connection.close()


async def _read_answer(reader: asyncio.StreamReader) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "set-cookie":
            cookie, _, carried = value.strip().partition(";")[0].partition("=")
            cookies[cookie] = carried
        elif name:
            headers[name.lower()] = value.strip()
    body = await _read_body(reader, headers)
    return Answer(status=int(first.split(" ", 2)[1]), headers=headers, cookies=cookies, body=body)


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    parts: list[bytes] = []
    while size := int((await reader.readline()).partition(b";")[0], 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readline()
    return b"".join(parts)
