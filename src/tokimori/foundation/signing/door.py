"""The signer's door: a Unix socket that only its user opens, one JSON object a line each way; and who knocks at it."""

import json
import os
import socket
import socketserver
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tokimori.foundation.signing.signer import CheckpointSigner, SignatureRefused, Wanted
from tokimori.foundation.signing.state import SignedState
from tokimori.foundation.signing.succession import Announcement
from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.notes import decoded, encoded

LONGEST_REQUEST: Final = 16 * 1024 * 1024
_PATIENCE_SECONDS: Final = 30


class SignerAway(RuntimeError):
    """The signer does not answer."""


class _Door(socketserver.StreamRequestHandler):
    """Answers the requests of one connection, one after another."""

    timeout = _PATIENCE_SECONDS

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, SignerDoor)  # noqa: S101 -- made by this server alone
        while line := self.rfile.readline(LONGEST_REQUEST):
            self.wfile.write(json.dumps(answer(server.signer, line)).encode() + b"\n")
            self.wfile.flush()


class SignerDoor(socketserver.UnixStreamServer):
    """Serves one signer, one request at a time."""

    def __init__(self, path: Path, signer: CheckpointSigner) -> None:
        self.signer = signer
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Door)
        finally:
            os.umask(before)

    def handle_error(self, request: object, client_address: object) -> None:
        """Let one connection fail for itself: who knocks asks again."""


def answer(signer: CheckpointSigner, line: bytes) -> Mapping[str, Any]:
    """Return the answer to one request; whatever cannot be read is refused."""
    try:
        asked = json.loads(line)
        return _ACTS[str(asked["act"])](signer, asked)
    except SignatureRefused as refused:
        return {"refused": str(refused)}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"refused": "the request cannot be read"}


def _key(signer: CheckpointSigner, _asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"public": encoded(signer.public())}


def _state(signer: CheckpointSigner, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"states": [_state_out(signer.last(str(log))) for log in asked["logs"]]}


def _sign(signer: CheckpointSigner, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    notes = signer.sign([_wanted(one) for one in asked["checkpoints"]])
    return {"answers": [{"refused": str(one)} if isinstance(one, SignatureRefused) else {"note": one} for one in notes]}


def _open_epoch(signer: CheckpointSigner, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"before": _state_out(signer.open_epoch(log=str(asked["log"]), epoch=_number(asked["epoch"])))}


def _prepare_key(signer: CheckpointSigner, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"change": signer.prepare_key(is_final=asked["final"] is True)}


def _key_change(signer: CheckpointSigner, _asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"change": signer.key_change()}


def _complete_key_change(signer: CheckpointSigner, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    signer.complete_key_change(
        Announcement(
            entry=decoded(asked["entry"]),
            nonce=decoded(asked["nonce"]),
            payload=str(asked["payload"]),
            index=_number(asked["index"]),
            proof=tuple(decoded(hashed) for hashed in asked["proof"]),
        )
    )
    return {"public": encoded(signer.public())}


_ACTS: Final[Mapping[str, Callable[[CheckpointSigner, Mapping[str, Any]], Mapping[str, Any]]]] = {
    "key": _key,
    "state": _state,
    "sign": _sign,
    "open_epoch": _open_epoch,
    "prepare_key": _prepare_key,
    "key_change": _key_change,
    "complete_key_change": _complete_key_change,
}


def _wanted(one: Mapping[str, Any]) -> Wanted:
    return Wanted(
        log=str(one["log"]),
        epoch=_number(one["epoch"]),
        size=_number(one["size"]),
        root=decoded(one["root"]),
        proof=tuple(decoded(hashed) for hashed in one["proof"]),
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed("a number is expected")
    return value


def _state_out(state: SignedState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {"epoch": state.epoch, "size": state.size, "root": encoded(state.root), "note": state.note}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerClient:
    """Who asks the signer; each question is a connection of its own, so that a signer that was started anew is found."""

    path: Path

    def public(self) -> bytes:
        """Return the signer's public key, 32 bytes."""
        return decoded(str(self._ask({"act": "key"})["public"]))

    def states(self, logs: Sequence[str]) -> list[SignedState | None]:
        """Return what was signed last of each log."""
        return [_state_in(one) for one in self._ask({"act": "state", "logs": list(logs)})["states"]]

    def sign(self, wanted: Sequence[Wanted]) -> list[str | SignatureRefused]:
        """Return for each checkpoint its note, or why it was refused."""
        checkpoints = [
            {
                "log": one.log,
                "epoch": one.epoch,
                "size": one.size,
                "root": encoded(one.root),
                "proof": [encoded(hashed) for hashed in one.proof],
            }
            for one in wanted
        ]
        answers = self._ask({"act": "sign", "checkpoints": checkpoints})["answers"]
        return [str(one["note"]) if "note" in one else SignatureRefused(str(one["refused"])) for one in answers]

    def open_epoch(self, *, log: str, epoch: int) -> SignedState:
        """Let a log begin anew, and return what was signed last of it."""
        answered = self._ask({"act": "open_epoch", "log": log, "epoch": epoch})
        before = _state_in(answered.get("before"))
        if before is None:
            raise SignatureRefused(str(answered.get("refused")))
        return before

    def prepare_key(self, *, is_final: bool) -> Mapping[str, str]:
        """Have the next key made, and return the change to it; if it is final, the change begins."""
        answered = self._ask({"act": "prepare_key", "final": is_final})
        if "change" not in answered:
            raise SignatureRefused(str(answered.get("refused")))
        change: Mapping[str, str] = answered["change"]
        return change

    def key_change(self) -> Mapping[str, str] | None:
        """Return the change of keys that awaits its announcement."""
        change: Mapping[str, str] | None = self._ask({"act": "key_change"}).get("change")
        return change

    def complete_key_change(self, said: Announcement) -> None:
        """Let the next key sign from now on; raise ``SignatureRefused`` as long as the change is not announced."""
        answered = self._ask(
            {
                "act": "complete_key_change",
                "entry": encoded(said.entry),
                "nonce": encoded(said.nonce),
                "payload": said.payload,
                "index": said.index,
                "proof": [encoded(hashed) for hashed in said.proof],
            }
        )
        if "public" not in answered:
            raise SignatureRefused(str(answered.get("refused")))

    def _ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knocking:
                knocking.settimeout(_PATIENCE_SECONDS)
                knocking.connect(str(self.path))
                knocking.sendall(json.dumps(request).encode() + b"\n")
                with knocking.makefile("rb") as answered:
                    line = answered.readline(LONGEST_REQUEST)
        except OSError as error:
            raise SignerAway from error
        if not line:
            raise SignerAway
        said: Mapping[str, Any] = json.loads(line)
        return said


def _state_in(one: Mapping[str, Any] | None) -> SignedState | None:
    if one is None:
        return None
    return SignedState(epoch=one["epoch"], size=one["size"], root=decoded(one["root"]), note=one["note"])
