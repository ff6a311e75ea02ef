"""Show the provider's checkpoint to witnesses (C2SP tlog-witness) and keep what they sign: whoever saw it, and when."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from tokimori.foundation.identifiers import new_id
from tokimori.foundation.logs import logger
from tokimori.foundation.sequencing.hashes import reader_of
from tokimori.foundation.sequencing.publishing import SignedLog
from tokimori.foundation.transparency.faults import Unproven
from tokimori.foundation.transparency.notes import (
    Note,
    SignatureType,
    VerifierKey,
    encoded,
    read_note,
    read_signature_line,
    read_verifier_key,
    verified_by,
)
from tokimori.foundation.transparency.proofs import consistency_proof

_PATIENCE_SECONDS: Final = 10
_LONGEST_ANSWER: Final = 100_000
_CONFLICT: Final = 409
_STORE: Final = """
    insert into ledger_logcosignature (tenant_id, id, checkpoint_id, witness, line, cosigned_at)
    values (%s, %s, %s, %s, %s, %s) on conflict (tenant_id, checkpoint_id, witness) do nothing
"""
_log = logger("tokimori.sequencer")


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAddress:
    """A witness: the key that it signs with, and where it listens; the address ends without a slash."""

    key: VerifierKey
    url: str


def read_witnesses(text: str) -> tuple[WitnessAddress, ...]:
    """Return the witnesses that a setting names, each ``verifier key=URL``; raise ``ValueError`` for anything else."""
    found = []
    for one in text.split():
        begin = one.find("=http")
        if begin < 0:
            raise ValueError("A witness is named by its verifier key, an equals sign and its address.")
        key = read_verifier_key(one[:begin])
        if key.type is not SignatureType.COSIGNATURE:
            raise ValueError("A witness has a key for cosignatures.")
        found.append(WitnessAddress(key=key, url=one[begin + 1 :].rstrip("/")))
    return tuple(found)


class Witnesses:
    """Asks each witness after each new checkpoint. One that is away is asked again at the next."""

    def __init__(
        self, *, connection: "psycopg.Connection[tuple[Any, ...]]", witnesses: Sequence[WitnessAddress]
    ) -> None:
        self._connection = connection
        self._witnesses = witnesses
        self._seen: dict[str, int] = {}

    def show(self, signed: SignedLog, *, now: datetime) -> int:
        """Show a checkpoint to all, keep what they sign, and return how many did."""
        count = 0
        for witness in self._witnesses:
            try:
                lines = self._ask(witness, signed)
                line, second = _cosignature(signed.note, lines, witness.key)
            except (OSError, Unproven, ValueError) as fault:
                _log.warning("witness did not sign", exception_type=type(fault).__name__)
                continue
            self._seen[witness.url] = signed.size
            with self._connection.transaction(), self._connection.cursor() as cursor:
                at = datetime.fromtimestamp(second, tz=UTC)
                values = (signed.place.tenant, new_id(at=now), signed.checkpoint_id, witness.key.name, line, at)
                cursor.execute(_STORE, values)
            count += 1
        return count

    def _ask(self, witness: WitnessAddress, signed: SignedLog) -> str:
        """Return what a witness answers; it says itself which size it saw last, where that is not the one we know."""
        try:
            return self._post(witness, signed, old=self._seen.get(witness.url, 0))
        except urllib.error.HTTPError as error:
            if error.code != _CONFLICT:
                raise
            with error:
                known = int(error.read(_LONGEST_ANSWER).decode().strip())
            return self._post(witness, signed, old=known)

    def _post(self, witness: WitnessAddress, signed: SignedLog, *, old: int) -> str:
        proof: Sequence[bytes] = ()
        if 0 < old < signed.size:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                read = reader_of(cursor, signed.place, size=signed.size)
                proof = consistency_proof(old_size=old, size=signed.size, read=read)
        lines = "".join(f"{encoded(one)}\n" for one in proof)
        body = f"old {old}\n{lines}\n{signed.note}".encode()
        request = urllib.request.Request(f"{witness.url}/add-checkpoint", data=body, method="POST")  # noqa: S310 -- named by the operator, http or https
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answered:  # noqa: S310 -- as above
            return str(answered.read(_LONGEST_ANSWER).decode())


def _cosignature(note: str, lines: str, key: VerifierKey) -> tuple[str, int]:
    """Return the line of this witness, verified, and the second at which it signed; raise ``Unproven`` without one."""
    read = [read_signature_line(line) for line in lines.splitlines()]
    verified = verified_by(Note(text=read_note(note.encode()).text, signatures=tuple(read)), [key])
    line = next(one for one in read if (one.name, one.key_id) == (key.name, key.id()))
    return line.text(), verified[0].second or 0
