"""How a log goes on: from one signing key to the next, each signing for the other, and from one epoch to the next."""

from collections.abc import Mapping, Sequence
from typing import Final

from tokimori.foundation.transparency.faults import Malformed, Refuted
from tokimori.foundation.transparency.notes import (
    Note,
    SignatureLine,
    Signer,
    VerifierKey,
    decoded,
    encoded,
    read_verifier_key,
    signed_line,
    verified_by,
)

KEY_CHANGED: Final = "log:key-changed"
EPOCH_OPENED: Final = "log:epoch-opened"
_HEADING: Final = "tokimori-key-change/v1"


def key_change_text(old: VerifierKey, new: VerifierKey) -> str:
    """Return the text that the old and the new key both sign."""
    return f"{_HEADING}\n{old.text()}\n{new.text()}\n"


def key_change_details(*, name: str, old: Signer, new: Signer) -> dict[str, str]:
    """Return the details of a ``log:key-changed`` event for the log of this name."""
    old_key, new_key = (VerifierKey(name=name, public=signer.public()) for signer in (old, new))
    text = key_change_text(old_key, new_key)
    return {
        "old_vkey": old_key.text(),
        "new_vkey": new_key.text(),
        "old_signature": encoded(signed_line(text, name=name, signer=old).signature),
        "new_signature": encoded(signed_line(text, name=name, signer=new).signature),
    }


def read_key_change(details: Mapping[str, str]) -> tuple[VerifierKey, VerifierKey]:
    """Return the old and the new key of a change that both signed; raise ``Unproven`` otherwise."""
    try:
        old, new = read_verifier_key(details["old_vkey"]), read_verifier_key(details["new_vkey"])
        signatures = [decoded(details["old_signature"]), decoded(details["new_signature"])]
    except KeyError as error:
        raise Malformed("a change of keys names both keys and both signatures") from error
    if old.name != new.name or old.type is not new.type:
        raise Refuted("a change of keys keeps the log's name and the kind of key")
    text = key_change_text(old, new)
    for key, signature in zip((old, new), signatures, strict=True):
        line = SignatureLine(name=key.name, key_id=key.id(), signature=signature)
        verified_by(Note(text=text, signatures=(line,)), [key])
    return old, new


def followed(key: VerifierKey, changes: Sequence[tuple[VerifierKey, VerifierKey]]) -> VerifierKey:
    """Return the key that stands for ``key`` after these changes, in their order; one signer serves logs of many names."""
    public = key.public
    for old, new in changes:
        if old.public == public:
            public = new.public
    return VerifierKey(name=key.name, public=public, type=key.type)
