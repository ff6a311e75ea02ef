"""Signed notes and verifier keys (C2SP signed-note), with Ed25519 (0x01) and timed cosignatures (0x04).

A key is known by its name and its id together. Lines by other keys are ignored, whatever they claim; a line by a known key
that does not verify spoils the note. Cosignatures are those of C2SP tlog-cosignature.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tokimori.foundation.transparency.faults import Malformed, Refuted, Untrusted

LONGEST_NOTE: Final = 1_000_000
MOST_SIGNATURES: Final = 100
LATEST_SECOND: Final = 2**63 - 1
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_DASH: Final = "\u2014 "
_VKEY: Final = re.compile(r"(?P<name>[^+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/=]+)")


class SignatureType(IntEnum):
    """The types that are signed and verified here; others are unknown keys."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """The public half of a key: a name without spaces and plus, a type, 32 bytes."""

    name: str
    public: bytes
    type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        checked_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise Malformed(f"an Ed25519 key has {_KEY_BYTES} bytes")

    def id(self) -> bytes:
        """Return the four bytes by which, with the name, a signature finds its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_ID_BYTES]

    def text(self) -> str:
        """Return the verifier key as text: name, id, and type with key."""
        return f"{self.name}+{self.id().hex()}+{encoded(bytes([self.type]) + self.public)}"

    def renamed(self, name: str) -> "VerifierKey":
        """Return the same key under another name: the same signer keeps several logs."""
        return VerifierKey(name=name, public=self.public, type=self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature as it stands below a note: who, which key, and the bytes after the key's id."""

    name: str
    key_id: bytes
    signature: bytes

    def text(self) -> str:
        """Return the line with its newline."""
        return f"{_DASH}{self.name} {encoded(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text that ends in a newline, and the lines below it; nothing of it is verified yet."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(line.text() for line in self.signatures)}"

    def joined(self, lines: Iterable[SignatureLine]) -> "Note":
        """Return the note with more signatures; one that is there already is not repeated."""
        new = tuple(dict.fromkeys((*self.signatures, *lines)))
        return Note(text=self.text, signatures=new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A signature that holds: its key, and the POSIX second of a cosignature."""

    key: VerifierKey
    second: int | None = None


class Signer(Protocol):
    """Whatever can sign 32-byte-keyed Ed25519: a key in memory, or one in a token."""

    def public(self) -> bytes:
        """Return the public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        ...


class KeySigner:
    """A signer whose private key is in memory; its representation does not show it."""

    __slots__ = ("_private",)

    def __init__(self, seed: bytes) -> None:
        if len(seed) != _KEY_BYTES:
            raise Malformed(f"an Ed25519 seed has {_KEY_BYTES} bytes")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    def public(self) -> bytes:
        """Return the public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._private.sign(message)


def read_verifier_key(text: str) -> VerifierKey:
    """Return the key that a line ``name+id+key`` describes; raise ``Malformed`` also if its id is not that of the key."""
    found = _VKEY.fullmatch(text)
    if found is None:
        raise Malformed("a verifier key reads name+id+key")
    content = decoded(found["key"])
    if content[:1] not in (b"\x01", b"\x04") or len(content) != 1 + _KEY_BYTES:
        raise Malformed("this kind of key is not known here")
    key = VerifierKey(name=found["name"], public=content[1:], type=SignatureType(content[0]))
    if key.id().hex() != found["id"]:
        raise Malformed("the id of the verifier key is not that of its name and key")
    return key


def read_note(content: bytes) -> Note:
    """Return a note's text and signatures, without asking who signed; raise ``Malformed``."""
    if len(content) > LONGEST_NOTE:
        raise Malformed("the note is too long")
    try:
        whole = content.decode()
    except UnicodeDecodeError as error:
        raise Malformed("the note is not UTF-8") from error
    if any(sign < " " and sign != "\n" for sign in whole):
        raise Malformed("the note has control characters")
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise Malformed("a note ends with an empty line, signatures and a newline")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(f"a note has at most {MOST_SIGNATURES} signatures")
    return Note(text=text + "\n", signatures=tuple(read_signature_line(line) for line in lines))


def read_signature_line(line: str) -> SignatureLine:
    """Return one line, without its newline."""
    name, gap, signature = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap:
        raise Malformed("a signature line begins with a dash, a name and a signature")
    content = decoded(signature)
    if len(content) <= _ID_BYTES:
        raise Malformed("the signature is shorter than a key's id")
    return SignatureLine(name=checked_name(name), key_id=content[:_ID_BYTES], signature=content[_ID_BYTES:])


def verified_by(note: Note, keys: Sequence[VerifierKey]) -> tuple[Verified, ...]:
    """Return which of ``keys`` signed the note; raise ``Untrusted`` if none did, ``Refuted`` if one's line is wrong."""
    known = {(key.name, key.id()): key for key in keys}
    found: dict[VerifierKey, Verified] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None and key not in found:
            found[key] = Verified(key=key, second=_verify(note.text, line, key))
    if not found:
        raise Untrusted("the note has no signature by a key that is trusted here")
    return tuple(found.values())


def signed_line(text: str, *, name: str, signer: Signer) -> SignatureLine:
    """Return the signature of a note's text, which ends in a newline."""
    if not text.endswith("\n"):
        raise Malformed("a note's text ends in a newline")
    key = VerifierKey(name=name, public=signer.public())
    return SignatureLine(name=name, key_id=key.id(), signature=signer.sign(text.encode()))


def cosigned_line(text: str, *, name: str, signer: Signer, second: int) -> SignatureLine:
    """Return the cosignature of a checkpoint's text at a POSIX second."""
    key = VerifierKey(name=name, public=signer.public(), type=SignatureType.COSIGNATURE)
    signature = second.to_bytes(_TIME_BYTES, "big") + signer.sign(_cosigned(text, second))
    return SignatureLine(name=name, key_id=key.id(), signature=signature)


def checked_name(name: str) -> str:
    """Return a key's name: not empty, no spaces of any alphabet, no plus, no control characters."""
    if not name or "+" in name or any(sign.isspace() or not sign.isprintable() for sign in name):
        raise Malformed("a key's name has no spaces, no plus, and is not empty")
    return name


def encoded(content: bytes) -> str:
    """Return Base64 of RFC 4648, section 4."""
    return base64.b64encode(content).decode()


def decoded(text: str) -> bytes:
    """Return what the Base64 says; raise ``Malformed`` for any spelling but the one of RFC 4648, section 4."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("this is not Base64") from error
    if base64.b64encode(content).decode() != text:
        raise Malformed("this is not the one Base64 of its bytes")
    return content


def _verify(text: str, line: SignatureLine, key: VerifierKey) -> int | None:
    """Return the second of a cosignature, or nothing for a signature; raise ``Refuted`` if it does not hold."""
    if key.type is SignatureType.ED25519:
        _verify_ed25519(key, line.signature, text.encode())
        return None
    second = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    if len(line.signature) != _TIME_BYTES + _SIGNATURE_BYTES or second > LATEST_SECOND:
        raise Refuted(f"the cosignature of {key.name} has the wrong form")
    _verify_ed25519(key, line.signature[_TIME_BYTES:], _cosigned(text, second))
    return second


def _verify_ed25519(key: VerifierKey, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Refuted(f"the signature of {key.name} does not verify") from error


def _cosigned(text: str, second: int) -> bytes:
    return f"cosignature/v1\ntime {second}\n{text}".encode()
