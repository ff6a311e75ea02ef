"""Which request stands behind what happens now: the doors say it, the record of who did what takes it up.

Jobs and commands have none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

LONGEST_ADDRESS: Final = 45
LONGEST_DEVICE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOrigin:
    """Where a request comes from: the client's address, what its program calls itself, and the session if it has one."""

    address: str
    device: str
    session_id: UUID | None = None


_current: ContextVar[RequestOrigin | None] = ContextVar("tokimori_request_origin", default=None)


def request_origin() -> RequestOrigin | None:
    """Return where the present request comes from; nothing in jobs and commands."""
    return _current.get()


@contextmanager
def coming_from(origin: RequestOrigin) -> Iterator[None]:
    """Let everything that happens inside be known as the doing of one request."""
    shortened = replace(origin, address=origin.address[:LONGEST_ADDRESS], device=origin.device[:LONGEST_DEVICE])
    token = _current.set(shortened)
    try:
        yield
    finally:
        _current.reset(token)


def note_session(session_id: UUID) -> None:
    """Say in which session the present request is, once that is known; without a request, nothing."""
    origin = _current.get()
    if origin is not None:
        _current.set(replace(origin, session_id=session_id))
