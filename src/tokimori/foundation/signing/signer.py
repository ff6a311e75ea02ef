"""Sign checkpoints, each only if it provably continues what was signed of its log before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tokimori.foundation.signing.state import SignedState, StateFile
from tokimori.foundation.signing.succession import Announcement, Succession, require_announced
from tokimori.foundation.transparency.checkpoints import Checkpoint, signed_checkpoint
from tokimori.foundation.transparency.continuity import key_change_details
from tokimori.foundation.transparency.faults import Unproven
from tokimori.foundation.transparency.notes import KeySigner
from tokimori.foundation.transparency.proofs import verify_consistency
from tokimori.foundation.transparency.tree import EMPTY_ROOT, checked_hash

MOST_AT_ONCE: Final = 1000
_PROVIDER_LOG: Final = "provider"


class SignatureRefused(RuntimeError):
    """The checkpoint contradicts what was signed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A checkpoint to be signed, with the proof that it continues the last one that was."""

    log: str
    epoch: int
    size: int
    root: bytes
    proof: tuple[bytes, ...] = ()


class CheckpointSigner:
    """One key and one state for all logs of an installation. ``base`` is the beginning of every log's origin."""

    def __init__(self, *, base: str, key: KeySigner, state: StateFile, succession: Succession | None = None) -> None:
        self._base = base
        self._key = key
        self._state = state
        self._succession = succession

    def public(self) -> bytes:
        """Return the public key, 32 bytes."""
        return self._key.public()

    def last(self, log: str) -> SignedState | None:
        """Return what was signed last of a log."""
        return self._state.of(log)

    def sign(self, wanted: Sequence[Wanted]) -> list[str | SignatureRefused]:
        """Return for each checkpoint its note, or why it is refused. What is returned was made durable before."""
        answers: list[str | SignatureRefused] = []
        changed: dict[str, SignedState] = {}
        for one in wanted[:MOST_AT_ONCE]:
            try:
                before = changed.get(one.log) or self._state.of(one.log)
                _require_continuation(one, before)
                note = self._signed(one)
            except (Unproven, SignatureRefused) as reason:
                answers.append(SignatureRefused(f"{one.log}: {reason}"))
                continue
            changed[one.log] = SignedState(epoch=one.epoch, size=one.size, root=one.root, note=note)
            answers.append(note)
        if changed:
            self._state.keep(changed)
        return answers

    def open_epoch(self, *, log: str, epoch: int) -> SignedState:
        """Let a log begin anew, and return what was signed last of the epoch that ends; only the next number is allowed."""
        before = self._state.of(log)
        if before is None or epoch != before.epoch + 1:
            raise SignatureRefused(f"{log}: the next epoch is {before.epoch + 1 if before else 1}, not {epoch}")
        self._state.keep({log: SignedState(epoch=epoch, size=0, root=EMPTY_ROOT, note="")})
        return before

    def prepare_key(self, *, is_final: bool) -> dict[str, str]:
        """Make the next key, and return the change to it, which both keys sign; if it is final, the change begins."""
        files = self._files()
        return self._change_to(files.begin() if is_final else files.prepare())

    def key_change(self) -> dict[str, str] | None:
        """Return the change of keys that has begun and awaits its announcement; nothing where none has."""
        following = self._succession.under_way() if self._succession else None
        return self._change_to(following) if following else None

    def complete_key_change(self, said: Announcement) -> None:
        """Sign with the next key from now on, if what the old one signed last of the provider's log announces it."""
        details, last = self.key_change(), self.last(_PROVIDER_LOG)
        if details is None or last is None:
            raise SignatureRefused("no change of keys has begun")
        try:
            require_announced(said, details=details, size=last.size, root=last.root)
        except Unproven as reason:
            raise SignatureRefused(f"the change of keys is not announced: {reason}") from reason
        self._key = self._files().complete()

    def _files(self) -> Succession:
        if self._succession is None:
            raise SignatureRefused("this signer's key is in no file that could be changed")
        return self._succession

    def _change_to(self, following: KeySigner) -> dict[str, str]:
        last = self.last(_PROVIDER_LOG)
        name = f"{self._base}/{_PROVIDER_LOG}/{last.epoch if last else 1}"
        return key_change_details(name=name, old=self._key, new=following)

    def _signed(self, one: Wanted) -> str:
        origin = f"{self._base}/{one.log}/{one.epoch}"
        return str(signed_checkpoint(Checkpoint(origin=origin, size=one.size, root=one.root), signer=self._key))


def _require_continuation(one: Wanted, before: SignedState | None) -> None:
    checked_hash(one.root)
    if one.size < 1:
        raise SignatureRefused("an empty log is not signed")
    if before is None:
        if one.epoch != 1:
            raise SignatureRefused("a log that was never signed begins with epoch 1")
        return
    if one.epoch != before.epoch:
        raise SignatureRefused(f"the log stands in epoch {before.epoch}, not {one.epoch}; an epoch is opened by itself")
    if before.size == 0:
        return
    if one.size < before.size:
        raise SignatureRefused(
            f"{before.size} leaves were signed, and now there are {one.size}: the database went back; open an epoch"
        )
    verify_consistency(old_size=before.size, size=one.size, old_root=before.root, root=one.root, proof=one.proof)
