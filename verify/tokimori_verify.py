#!/usr/bin/env python3
"""Check a log's records without its operator: one file, Python 3.9 or newer, nothing to install.

Every answer is one of three: PROVEN (exit 0), REFUTED (exit 1), CANNOT BE CHECKED (exit 2), each with its reason. The
formats are described in docs/reference/proof-formats.md, the use in docs/verify.md. Trust nothing that comes with the
records: take the log's verifier key from your contract, or from whoever told it to you before.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Callable, Dict, Iterator, List, NamedTuple, NoReturn, Optional, Sequence, Tuple, cast

# ------------------------------------------------------------------------------------------------------------------ core
# This section is the same in tokimori_verify.py and tokimori_witness.py, so that each file stands alone.

HASH_BYTES = 32
MOST_LEAVES = 2**63 - 1
MOST_SIGNATURES = 100
MOST_NOTE_BYTES = 1_000_000
LONGEST_PATH = 63
TILE_WIDTH = 256
MOST_FILE_BYTES = 50_000_000
TIMEOUT_SECONDS = 30
ED25519 = 0x01
COSIGNATURE = 0x04
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Refuted(Exception):
    """The evidence contradicts what it should show."""


class Unchecked(Exception):
    """The evidence cannot be read, is not there, or is signed by nobody who is trusted here: it says nothing."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a log entry (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node from those of its children (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def checked_hash(value: bytes, what: str) -> bytes:
    """Return a hash of exactly 32 bytes."""
    if len(value) != HASH_BYTES:
        raise Refuted(f"{what} has {len(value)} bytes; a hash has {HASH_BYTES}")
    return value


def split_of(count: int) -> int:
    """Return the largest power of two below ``count``, where a tree of so many leaves is split."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_root(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root to which a path leads from a leaf; the path must have exactly the hashes that it needs."""
    if not 0 < size <= MOST_LEAVES or not 0 <= index < size:
        raise Refuted(f"a tree of {size} leaves has no leaf {index}")
    is_right: List[bool] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split_of(end - begin)
        is_right.append(index >= middle)
        begin, end = (middle, end) if index >= middle else (begin, middle)
    if len(proof) != len(is_right):
        raise Refuted(f"the path has {len(proof)} hashes and needs {len(is_right)}")
    value = checked_hash(leaf, "the leaf's hash")
    for turned, other in zip(reversed(is_right), proof):
        checked_hash(other, "a hash of the path")
        value = node_hash(other, value) if turned else node_hash(value, other)
    return value


def check_consistency(old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the older tree is a beginning of the newer one (RFC 6962, 2.1.2); raise ``Refuted`` otherwise."""
    checked_hash(old_root, "the older root"), checked_hash(root, "the newer root")
    if not 0 < old_size <= size <= MOST_LEAVES:
        raise Refuted(f"nothing proves that {size} leaves grew from {old_size}")
    begin, end, is_whole = 0, size, True
    is_left: List[bool] = []
    while end != old_size:
        middle = begin + split_of(end - begin)
        is_left.append(old_size > middle)
        begin, end, is_whole = (middle, end, False) if old_size > middle else (begin, middle, is_whole)
    needed = len(is_left) + (0 if is_whole else 1)
    if len(proof) != needed:
        raise Refuted(f"the proof has {len(proof)} hashes and needs {needed}")
    rest = [checked_hash(part, "a hash of the proof") for part in proof]
    older = newer = old_root if is_whole else rest.pop(0)
    for stands_left, other in zip(reversed(is_left), rest):
        older = node_hash(other, older) if stands_left else older
        newer = node_hash(other, newer) if stands_left else node_hash(newer, other)
    if older != old_root:
        raise Refuted("the proof does not lead to the older root: this is not the same log")
    if newer != root:
        raise Refuted("the proof does not lead to the newer root: this is not the same log")


# Ed25519 (RFC 8032, 5.1), strict: one encoding of a point, S below the order, and the equation without the cofactor.

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
Point = Tuple[int, int, int, int]
_ZERO: Point = (0, 1, 1, 0)
_WINDOW = 4


def _added(first: Point, second: Point) -> Point:
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _doubled(point: Point) -> Point:
    x, y, z, _ = point
    a, b, c = x * x % _P, y * y % _P, 2 * z * z % _P
    h = a + b
    e = h - (x + y) * (x + y) % _P
    g = a - b
    f = c + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decoded_point(content: bytes) -> Optional[Point]:
    """Return the point of 32 bytes; nothing if there is none, or another encoding is its only one."""
    y = int.from_bytes(content, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if (v * x * x - u) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (v * x * x - u) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _encoded_point(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, _P - 2, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(HASH_BYTES, "little")


def _multiples(point: Point) -> List[Point]:
    row = [_ZERO]
    for _ in range((1 << _WINDOW) - 1):
        row.append(_added(row[-1], point))
    return row


_BASE = cast("Point", _decoded_point((4 * pow(5, _P - 2, _P) % _P).to_bytes(HASH_BYTES, "little")))
_BASES = _multiples(_BASE)


def _sum_of_products(first: int, others: List[Point], second: int) -> Point:
    """Return ``first`` times the base and ``second`` times the point whose multiples are ``others``, added up."""
    result = _ZERO
    for shift in range(256 - _WINDOW, -1, -_WINDOW):
        for _ in range(_WINDOW):
            result = _doubled(result)
        result = _added(result, _BASES[first >> shift & 15])
        result = _added(result, others[second >> shift & 15])
    return result


def ed25519_verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether a signature of 64 bytes by a key of 32 holds for a message."""
    if len(public) != HASH_BYTES or len(signature) != 2 * HASH_BYTES:
        return False
    point = _decoded_point(public)
    scalar = int.from_bytes(signature[HASH_BYTES:], "little")
    if point is None or scalar >= _ORDER:
        return False
    x, y, z, t = point
    asked = int.from_bytes(hashlib.sha512(signature[:HASH_BYTES] + public + message).digest(), "little") % _ORDER
    result = _sum_of_products(scalar, _multiples((_P - x, y, z, _P - t)), asked)
    return _encoded_point(result) == signature[:HASH_BYTES]


# Base64, keys, notes and checkpoints (RFC 4648 section 4; C2SP signed-note, tlog-checkpoint and tlog-cosignature).


def decoded(text: str, what: str) -> bytes:
    """Return what Base64 says, which has only one spelling."""
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refuted(f"{what} is not Base64") from None
    if base64.b64encode(content).decode() != text:
        raise Refuted(f"{what} is not the one Base64 of its bytes")
    return content


def encoded(content: bytes) -> str:
    """Return Base64."""
    return base64.b64encode(content).decode()


def read_number(text: str, what: str) -> int:
    """Return a decimal number without leading zeros, of at most 63 bits."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII) or int(text) > MOST_LEAVES:
        raise Refuted(f"{what} is no decimal number of at most 63 bits without leading zeros")
    return int(text)


def is_name(name: str) -> bool:
    """Return whether this may be the name of a key: no spaces, no plus, not empty."""
    return bool(name) and "+" not in name and all(sign.isprintable() and not sign.isspace() for sign in name)


class Key(NamedTuple):
    """A public key under a name; notes find it by its name and its id."""

    name: str
    kind: int
    public: bytes

    def key_id(self) -> bytes:
        """Return the four bytes that stand before each of its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def text(self) -> str:
        """Return the verifier key as it is handed out."""
        return f"{self.name}+{self.key_id().hex()}+{encoded(bytes([self.kind]) + self.public)}"


def read_key(text: str) -> Key:
    """Return the key of a line ``name+id+key``; raise ``Unchecked``: nothing can be said with a key that cannot be read."""
    found = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,10000})", text)
    if found is None or not is_name(found[1]):
        raise Unchecked("this is no verifier key: it reads name+id+key")
    try:
        content = decoded(found[3], "the key")
    except Refuted as reason:
        raise Unchecked(str(reason)) from None
    if content[:1] not in (b"\x01", b"\x04") or len(content) != 1 + HASH_BYTES:
        raise Unchecked("this kind of key is not known here: Ed25519 and its cosignatures are")
    key = Key(found[1], content[0], content[1:])
    if key.key_id().hex() != found[2]:
        raise Unchecked("the id of the verifier key does not belong to its name and key; it was not copied whole")
    return key


class Line(NamedTuple):
    """One signature below a note."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A text and the signatures below it, not verified."""

    text: str
    lines: List[Line]


def read_note(content: bytes) -> Note:
    """Return text and signatures of a note; raise ``Unchecked`` if it is none."""
    if len(content) > MOST_NOTE_BYTES:
        raise Unchecked("the note is too long")
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise Unchecked("the note is not UTF-8") from None
    if any(sign < " " and sign != "\n" for sign in whole):
        raise Unchecked("the note has control characters")
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise Unchecked("this is no whole note: a text, an empty line, signatures, each with its end of line")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Unchecked(f"the note has more than {MOST_SIGNATURES} signatures")
    return Note(text + "\n", [_read_line(line) for line in lines])


def _read_line(line: str) -> Line:
    name, gap, signature = line[2:].partition(" ")
    if not line.startswith("\u2014 ") or not gap or not is_name(name):
        raise Unchecked("a signature line does not have its form")
    try:
        content = decoded(signature, "a signature")
    except Refuted as reason:
        raise Unchecked(str(reason)) from None
    if len(content) < 5:
        raise Unchecked("a signature is shorter than the id of its key")
    return Line(name, content[:4], content[4:])


def signers_of(note: Note, keys: Sequence[Key]) -> Dict[Key, Optional[int]]:
    """Return which keys signed a note, and when if they are witnesses; a wrong line of a known key spoils the note."""
    known = {(key.name, key.key_id()): key for key in keys}
    found: Dict[Key, Optional[int]] = {}
    for line in note.lines:
        key = known.get((line.name, line.key_id))
        if key is not None and key not in found:
            found[key] = _second_of(note.text, line, key)
    return found


def _second_of(text: str, line: Line, key: Key) -> Optional[int]:
    second, message, signature = None, text.encode(), line.signature
    if key.kind == COSIGNATURE:
        second, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        message = f"cosignature/v1\ntime {second}\n{text}".encode()
    if (second or 0) > MOST_LEAVES or not ed25519_verifies(key.public, signature, message):
        raise Refuted(
            f"the signature of {key.name} does not belong to this text: the text was changed, or never signed"
        )
    return second


class Head(NamedTuple):
    """A checkpoint: which log, how many leaves, their root."""

    origin: str
    size: int
    root: bytes


def read_head(text: str) -> Head:
    """Return the checkpoint that the text of a note holds."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise Refuted("a checkpoint has the lines origin, size and root, and none is empty")
    head = Head(lines[0], read_number(lines[1], "the size"), checked_hash(decoded(lines[2], "the root"), "the root"))
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise Refuted("an empty log has another root than this")
    return head


# Files, addresses, and logs as tiles (C2SP tlog-tiles).


def read_file(name: str, most: int = MOST_FILE_BYTES) -> bytes:
    """Return the bytes of a file of bounded size; ``-`` is the standard input."""
    try:
        if name == "-":
            content = sys.stdin.buffer.read(most + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Unchecked(f"{name} cannot be read: {getattr(error, 'strerror', None) or 'not a file name'}") from None
    if len(content) > most:
        raise Unchecked(f"{name} is larger than {most:,} bytes")
    return content


def is_address(place: str) -> bool:
    """Return whether this is an address and not a file."""
    return place.startswith(("https://", "http://"))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Answers that lead elsewhere are no answers: a token would go along."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""
        return


def fetch(address: str, token: Optional[str], most: int = MOST_FILE_BYTES) -> bytes:
    """Return what an address answers; https, or http on this very machine."""
    parts = urllib.parse.urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise Unchecked(f"{address} is not fetched: only https is")
    request = urllib.request.Request(address, headers={"User-Agent": "tokimori-verify"})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as answer:
            content = cast("bytes", answer.read(most + 1))
    except urllib.error.HTTPError as error:
        raise Unchecked(f"{address} answers {error.code}") from None
    except (OSError, ValueError) as error:
        raise Unchecked(f"{address} cannot be fetched: {error}") from None
    if len(content) > most:
        raise Unchecked(f"{address} answers with more than {most:,} bytes")
    return content


def read_place(place: str, token: Optional[str] = None) -> bytes:
    """Return the content of a file or an address."""
    return fetch(place, token) if is_address(place) else read_file(place)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is the old one or the new one whenever the machine stops."""
    try:
        handle, temporary = tempfile.mkstemp(dir=str(path.parent), prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise Unchecked(f"{path} cannot be written: {error.strerror}") from None


def tile_path(level: str, number: int, width: int) -> str:
    """Return where a tile of hashes or entries lies below its log (C2SP tlog-tiles)."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    path = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{path}" + ("" if width == TILE_WIDTH else f".p/{width}")


class TiledLog:
    """A log as files or addresses. Whatever it says is only believed where it leads to a signed root."""

    def __init__(self, place: str, token: Optional[str] = None) -> None:
        self.place, self.token = place.rstrip("/"), token
        self._kept: Dict[Tuple[int, int, int], List[bytes]] = {}

    def read(self, path: str) -> bytes:
        """Return one file of the log."""
        return read_place(f"{self.place}/{path}", self.token)

    def content(self, level: str, number: int, width: int) -> bytes:
        """Return a tile's bytes; where a partial one is gone, the full one has taken its place."""
        try:
            return self.read(tile_path(level, number, width))
        except Unchecked:
            if width == TILE_WIDTH:
                raise
        return self.read(tile_path(level, number, TILE_WIDTH))

    def hashes(self, level: int, number: int, size: int) -> List[bytes]:
        """Return the hashes of a tile as a tree of ``size`` has it."""
        width = min((size >> 8 * level) - number * TILE_WIDTH, TILE_WIDTH)
        if width <= 0:
            raise Refuted(f"a tree of {size:,} leaves has no tile {level}/{number}")
        if (level, number, width) not in self._kept:
            content = self.content(str(level), number, width)
            if len(content) % HASH_BYTES or not width * HASH_BYTES <= len(content) <= TILE_WIDTH * HASH_BYTES:
                raise Refuted(f"the tile {tile_path(str(level), number, width)} has not {width} hashes")
            hashes = [content[place : place + HASH_BYTES] for place in range(0, width * HASH_BYTES, HASH_BYTES)]
            if len(self._kept) > 256:
                self._kept.clear()
            self._kept[level, number, width] = hashes
        return self._kept[level, number, width]

    def entries(self, number: int, width: int) -> List[bytes]:
        """Return the entries of a bundle."""
        content = self.content("entries", number, width)
        found: List[bytes] = []
        place = 0
        while place < len(content) and len(found) <= TILE_WIDTH:
            end = place + 2 + int.from_bytes(content[place : place + 2], "big")
            if place + 2 > len(content) or end > len(content):
                raise Refuted(f"the bundle {tile_path('entries', number, width)} is cut")
            found.append(content[place + 2 : end])
            place = end
        if not width <= len(found) <= TILE_WIDTH:
            raise Refuted(f"the bundle {tile_path('entries', number, width)} has not {width} entries")
        return found[:width]

    def span(self, begin: int, end: int, size: int) -> bytes:
        """Return the hash over leaves ``begin`` … ``end``, as a tree splits them."""
        count = end - begin
        if count & (count - 1):
            middle = begin + split_of(count)
            return node_hash(self.span(begin, middle, size), self.span(middle, end, size))
        level, height = divmod(count.bit_length() - 1, 8)
        first = begin >> 8 * level
        row = self.hashes(level, first // TILE_WIDTH, size)[first % TILE_WIDTH :][: 1 << height]
        if len(row) != 1 << height:
            raise Refuted(f"the tile {level}/{first // TILE_WIDTH} is too narrow for {size:,} leaves")
        while len(row) > 1:
            row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
        return row[0]

    def root(self, size: int) -> bytes:
        """Return the root that the tiles give a tree of ``size``."""
        return self.span(0, size, size) if size else EMPTY_ROOT

    def consistency(self, old_size: int, size: int) -> List[bytes]:
        """Return the proof between two sizes, made from tiles."""
        begin, end, is_whole = 0, size, True
        spans: List[Tuple[int, int]] = []
        while end != old_size:
            middle = begin + split_of(end - begin)
            if old_size <= middle:
                spans.append((middle, end))
                end = middle
            else:
                spans.append((begin, middle))
                begin, is_whole = middle, False
        if not is_whole:
            spans.append((begin, end))
        return [self.span(first, last, size) for first, last in reversed(spans)]


# JSON, leaves, openings, proofs that stand alone (RFC 8785; C2SP tlog-proof), and changes of keys.


def _without_repetition(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refuted("an object says the same name twice: it can be read in two ways")
    return fields


def _whole_number(text: str) -> int:
    if len(text) > 20:
        raise Refuted("a number has more than 20 digits")
    return int(text)


def _no_number(text: str) -> int:
    raise Refuted(f"{text[:30]} is no whole number")


def read_json(content: bytes, what: str) -> Any:
    """Return what JSON says, in UTF-8, with whole numbers and each name once."""
    try:
        return json.loads(
            content.decode(),
            object_pairs_hook=_without_repetition,
            parse_int=_whole_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError):
        raise Unchecked(f"{what} is not JSON") from None


def fields_of(value: Any, what: str, **kinds: Any) -> Dict[str, Any]:
    """Return an object that has at least these names with values of these kinds."""
    if not isinstance(value, dict):
        raise Unchecked(f"{what} is no object")
    for name, kind in kinds.items():
        if name not in value:
            raise Unchecked(f"{what} does not say {name}")
        if not isinstance(value[name], kind) or (isinstance(value[name], bool) and kind is int):
            raise Unchecked(f"{what} says {name} in another form")
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def canonical(value: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of a value without fractions."""
    try:
        written = _ENCODER.encode(value)
        content = written.encode()
    except (ValueError, TypeError, RecursionError):
        raise Refuted("a text of it has no canonical form") from None
    if not written.isascii() and re.search("[\U00010000-\U0010ffff]", written):
        return _ordered(value).encode()
    return content


def _ordered(value: Any) -> str:
    """Return canonical JSON with names in the order of their UTF-16 code units, which differs beyond the first plane."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_ENCODER.encode(name)}:{_ordered(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_ordered(one) for one in value) + "]"
    return _ENCODER.encode(value)


def digest_of(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


class ProofFile(NamedTuple):
    """A proof that stands alone (C2SP tlog-proof)."""

    place: int
    proof: List[bytes]
    note: bytes
    extra: Optional[bytes]


PROOF_HEADING = "c2sp.org/tlog-proof@v1"


def read_proof_file(content: bytes) -> ProofFile:
    """Return the parts of a proof file."""
    head, gap, note = content.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = []
    if not gap or not lines or lines[0] != PROOF_HEADING:
        raise Unchecked(f"this is no proof: its first line would be {PROOF_HEADING}")
    rest = lines[1:]
    extra = decoded(rest.pop(0)[6:], "the extra data") if rest and rest[0].startswith("extra ") else None
    if not rest or not rest[0].startswith("index "):
        raise Unchecked("the proof does not say its index")
    if len(rest) > 1 + LONGEST_PATH:
        raise Refuted(f"the path is longer than {LONGEST_PATH} hashes")
    proof = [checked_hash(decoded(line, "a hash of the path"), "a hash of the path") for line in rest[1:]]
    return ProofFile(read_number(rest[0][6:], "the index"), proof, note, extra)


LEAF_NAMES = {"actor", "at", "build", "commitment", "event", "log", "object", "received", "type", "v"}
_LEAF_KINDS: Dict[str, Any] = dict.fromkeys(LEAF_NAMES - {"actor", "object", "v"}, str)
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SIGNS = r"[!#-\[\]-~]{1,100}"
_USUAL_LEAF = re.compile(
    rf'\{{"actor":(?:null|"(?P<actor>{_ID})"),"at":"(?P<at>{_INSTANT})","build":"(?P<build>{_SIGNS})",'
    rf'"commitment":"(?P<commitment>[0-9a-f]{{64}})","event":"(?P<event>{_ID})","log":"(?P<log>[0-9a-z]{{1,32}})",'
    rf'"object":(?:null|"(?P<object>{_ID})"),"received":"(?P<received>{_INSTANT})","type":"(?P<type>{_SIGNS})","v":1\}}'.encode()
)
"""A leaf as it is always written; what fits it is canonical, and there is no need to write it again to see that."""


def read_leaf(entry: bytes) -> Dict[str, Any]:
    """Return what one of our leaves says, which is written in its canonical form."""
    found = _USUAL_LEAF.fullmatch(entry)
    if found is not None:
        said = {name: value.decode() if value is not None else None for name, value in found.groupdict().items()}
        return {**said, "v": 1}
    leaf = fields_of(read_json(entry, "the entry"), "the entry", v=int, **_LEAF_KINDS)
    if set(leaf) != LEAF_NAMES or leaf["v"] != 1:
        raise Unchecked("the entry is no leaf of version 1")
    if canonical(leaf) != entry:
        raise Refuted("the leaf is not written in its canonical form")
    if not re.fullmatch("[0-9a-f]{64}", leaf["commitment"]):
        raise Refuted("the commitment of the leaf is no hash")
    return leaf


def leaf_or_nothing(entry: bytes) -> Optional[Dict[str, Any]]:
    """Return one of our leaves, or nothing if the entry is another log's."""
    try:
        return read_leaf(entry)
    except Unchecked:
        return None


def check_opening(leaf: Dict[str, Any], nonce: Any, payload: Any) -> None:
    """Return if the leaf commits to this payload under this nonce."""
    if not isinstance(payload, dict) or not isinstance(nonce, str) or not re.fullmatch("[0-9a-f]{64}", nonce):
        raise Refuted("the opening has no nonce of 32 bytes, or no payload")
    made = hashlib.sha256(b"tokimori-commit-v1" + bytes.fromhex(nonce) + canonical(payload)).hexdigest()
    if made != leaf["commitment"]:
        raise Refuted(
            "the payload is not the one that the leaf commits to: it was changed, or belongs to another event"
        )


def read_opening(content: bytes) -> Tuple[Any, Dict[str, Any]]:
    """Return nonce and payload of an opening file."""
    value = fields_of(read_json(content, "the opening"), "the opening", nonce=str, payload=dict)
    return value["nonce"], value["payload"]


def details_of(payload: Dict[str, Any]) -> Dict[str, Any]:
    """Return the details of a payload."""
    details = payload.get("details")
    return details if isinstance(details, dict) else {}


def read_key_change(content: bytes) -> Tuple[bytes, Any, Dict[str, Any], Key, Key]:
    """Return the proof, nonce and payload of a change of keys, and the old and the new key, which both signed for it."""
    value = fields_of(read_json(content, "the key change"), "the key change", proof=str, nonce=str, payload=dict)
    kinds = dict.fromkeys(("old_vkey", "new_vkey", "old_signature", "new_signature"), str)
    details = fields_of(details_of(value["payload"]), "the key change", **kinds)
    old, new = read_key(details["old_vkey"]), read_key(details["new_vkey"])
    text = f"tokimori-key-change/v1\n{old.text()}\n{new.text()}\n".encode()
    for key, name in ((old, "old_signature"), (new, "new_signature")):
        if not ed25519_verifies(key.public, decoded(details[name], "a signature"), text):
            raise Refuted(f"the {name.replace('_', ' ')} does not belong to this change of keys")
    if old.name != new.name or old.kind != new.kind:
        raise Refuted("a change of keys keeps the log's name")
    return value["proof"].encode(), value["nonce"], value["payload"], old, new


# ------------------------------------------------------------------------------------------------------------ end of core

PROVEN, REFUTED, UNCHECKED = "proven", "refuted", "cannot be checked"
EXIT = {PROVEN: 0, REFUTED: 1, UNCHECKED: 2}
REMARK = "remark"
"""A finding beside the question: it does not change the answer."""

MOST_LINE_BYTES = 2_000_000
MOST_MEMBERS = 10_000
MOST_RATIO = 300
MOST_TOLD = 20
"""Deflate reaches 1,032; records with hashes stay below 20."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    verdict: str
    what: str
    sentence: str


def sentence_of(reason: Exception) -> str:
    """Return a reason as a sentence; a name that stands first keeps its spelling."""
    text = str(reason)
    is_word = text.split(" ", 1)[0].isalpha()
    return f"{text[:1].upper() + text[1:] if is_word else text}."


class Report:
    """What was found, in the order of looking; the worst of it is the answer."""

    def __init__(self) -> None:
        self.findings: List[Finding] = []
        self.facts: Dict[str, Any] = {}

    def add(self, verdict: str, what: str, sentence: str) -> None:
        """Keep one finding."""
        self.findings.append(Finding(verdict, what, sentence))

    def attempt(self, what: str, look: Callable[[], Any]) -> Any:
        """Return what was found, or nothing and keep the reason."""
        try:
            return look()
        except Refuted as reason:
            self.add(REFUTED, what, sentence_of(reason))
        except Unchecked as reason:
            self.add(UNCHECKED, what, sentence_of(reason))
        return None

    def check(self, what: str, sentence: str, look: Callable[[], None]) -> bool:
        """Keep the sentence as proven if the look raises nothing, or the reason why it is not; return which."""
        before = len(self.findings)
        self.attempt(what, look)
        if len(self.findings) > before:
            return False
        self.add(PROVEN, what, sentence)
        return True

    def verdict(self) -> str:
        """Return the worst verdict; without any, nothing was checked."""
        found = {finding.verdict for finding in self.findings}
        for verdict in (REFUTED, UNCHECKED, PROVEN):
            if verdict in found:
                return verdict
        return UNCHECKED


# ------------------------------------------------------------------------------------------------------------- the tree


class Frontier:
    """The right edge of a growing tree; knows the root at every size that it passes."""

    def __init__(self) -> None:
        self.size = 0
        self.hashes: List[bytes] = []

    def append(self, value: bytes) -> None:
        """Add one leaf's hash."""
        size = self.size
        while size & 1:
            value = node_hash(self.hashes.pop(), value)
            size >>= 1
        self.hashes.append(value)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of what was added."""
        if not self.hashes:
            return EMPTY_ROOT
        value = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            value = node_hash(left, value)
        return value


# -------------------------------------------------------------------------------------------------------- keys and heads


class Trust:
    """The keys that the user trusts, and those that they have handed over to."""

    def __init__(
        self,
        keys: Sequence[str],
        witnesses: Sequence[str] = (),
        quorum: Optional[int] = None,
        changes: Sequence[Tuple[bytes, bytes]] = (),
    ) -> None:
        self.keys = [read_key(text.strip()) for text in keys]
        self.witnesses = [read_key(text.strip()) for text in witnesses]
        if any(key.kind != ED25519 for key in self.keys) or any(key.kind != COSIGNATURE for key in self.witnesses):
            raise Unchecked("logs sign with keys of type 1, witnesses with keys of type 4; these are mixed up")
        self.quorum = len(self.witnesses) if quorum is None else quorum
        self.changes: List[Tuple[bytes, bytes]] = list(changes)

    def every_key(self) -> List[Key]:
        """Return trusted keys, with those that stand for them after a change of keys that both signed."""
        keys = list(self.keys)
        for old, new in self.changes:
            keys += [Key(key.name, key.kind, new) for key in keys if key.public == old]
        return keys

    def open_note(self, content: bytes) -> Tuple[Note, Dict[Key, Optional[int]]]:
        """Return a note and who signed it, at least one key of the log among them."""
        note = read_note(content)
        keys = self.every_key()
        signers = signers_of(note, [*keys, *self.witnesses])
        if not any(key.kind == ED25519 for key in signers):
            if not keys:
                raise Unchecked("no verifier key was given: take it from your contract and pass it with --vkey")
            names = ", ".join(sorted({f"{line.name}+{line.key_id.hex()}" for line in note.lines})[:5])
            raise Unchecked(f"none of the keys that you trust signed this; it bears signatures by {names}")
        return note, signers

    def open_head(self, content: bytes) -> SignedHead:
        """Return a checkpoint that the log signed, with its witnesses."""
        note, signers = self.open_note(content)
        head = read_head(note.text)
        if log_of(head.origin) and not any(key.name == head.origin for key in signers):
            raise Refuted(
                f"{head.origin} signs under its own name, and this is signed by another key: {self._names(signers)}"
            )
        return SignedHead(head, note, signers, content)

    @staticmethod
    def _names(signers: Dict[Key, Optional[int]]) -> str:
        return ", ".join(sorted(key.name for key in signers))


class SignedHead(NamedTuple):
    """A checkpoint with who signed it, and its bytes."""

    head: Head
    note: Note
    signers: Dict[Key, Optional[int]]
    content: bytes

    def key(self) -> Key:
        """Return the log's key, the one under its own name if there are several."""
        own = [key for key in self.signers if key.kind == ED25519]
        return next((key for key in own if key.name == self.head.origin), own[0])


def look_at_head(report: Report, content: bytes, trust: Trust, what: str = "checkpoint") -> Optional[SignedHead]:
    """Check a checkpoint's signatures and witnesses."""
    signed: Optional[SignedHead] = report.attempt(what, lambda: trust.open_head(content))
    if signed is None:
        return None
    head = signed.head
    report.add(PROVEN, what, f"{head.origin} signed for {head.size:,} entries with the root {encoded(head.root)}.")
    report.facts[what] = {"origin": head.origin, "size": head.size, "root": encoded(head.root)}
    if signed.key().name != head.origin:
        report.add(REMARK, what, f"The key is called {signed.key().name}, and the log {head.origin}.")
    if signed.key() not in trust.keys:
        report.add(
            REMARK, what, "The signing key was changed since yours was told to you; old and new key signed for it."
        )
    _look_at_witnesses(report, signed, trust, what)
    return signed


def _look_at_witnesses(report: Report, signed: SignedHead, trust: Trust, what: str) -> None:
    seconds = {key.name: second for key, second in signed.signers.items() if second is not None}
    for name, second in sorted(seconds.items()):
        if second > time.time() + 300:
            report.add(REFUTED, f"{what} witness", f"{name} signs with a time that is still to come.")
        else:
            report.add(PROVEN, f"{what} witness", f"{name} saw this tree, consistent with all before, {utc(second)}.")
    if len(seconds) < trust.quorum:
        report.add(
            UNCHECKED,
            f"{what} witness",
            f"{trust.quorum} of your witnesses should have signed, and {len(seconds)} did.",
        )


def utc(second: int) -> str:
    """Return a POSIX second for people."""
    if second > 253402300799:
        return f"in second {second}"
    return "at " + time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(second))


# ---------------------------------------------------------------------------------------------------------------- state


class State:
    """The last checkpoint of each log that was proven here; without it, a rollback cannot be noticed."""

    FORMAT = "tokimori-verifier-state/v1"

    def __init__(self, name: str) -> None:
        self.path = Path(name)
        self.logs: Dict[str, Dict[str, Any]] = {}
        if self.path.exists():
            value = fields_of(read_json(read_file(name), "the state file"), "the state file", format=str, logs=dict)
            if value["format"] != self.FORMAT:
                raise Unchecked("the state file has another format")
            for origin, kept in value["logs"].items():
                fields_of(kept, "the state file", size=int, root=str, checkpoint=str)
                checked_hash(decoded(kept["root"], "the kept root"), "the kept root")
                self.logs[origin] = kept

    def kept(self, origin: str) -> Optional[Head]:
        """Return what was kept of a log."""
        kept = self.logs.get(origin)
        return Head(origin, kept["size"], decoded(kept["root"], "the kept root")) if kept else None

    def keep(self, signed: SignedHead) -> None:
        """Write the checkpoint down, all or nothing."""
        head = signed.head
        note = signed.content.decode()
        self.logs[head.origin] = {"size": head.size, "root": encoded(head.root), "checkpoint": note}
        text = json.dumps({"format": self.FORMAT, "logs": self.logs}, ensure_ascii=False, indent=2, sort_keys=True)
        write_whole(self.path, text + "\n")


Prover = Callable[[Head, Head], None]
"""Shows that one head is a beginning of another; raises ``Refuted`` or ``Unchecked``."""


def look_at_state(report: Report, state: Optional[State], signed: Optional[SignedHead], prove: Prover) -> None:
    """Compare a checkpoint with the one that was kept; keep it if it goes on from there and nothing else is against it."""
    if state is None or signed is None:
        return
    lacks_witness = any(one.verdict == UNCHECKED and one.what.endswith("witness") for one in report.findings)
    is_clean = report.verdict() != REFUTED and not lacks_witness
    kept, head = state.kept(signed.head.origin), signed.head
    if kept is None and not _begins_openly(report, state, head):
        return
    if kept is None and is_clean:
        state.keep(signed)
        report.add(
            REMARK, "state", "The first checkpoint of this log was written down; from now on a rollback is noticed."
        )
    elif kept is not None:
        goes_on = f"It goes on from the {kept.size:,} entries that were kept."
        known = kept
        if report.check("state", goes_on, lambda: _goes_on(known, head, prove)) and is_clean:
            state.keep(signed)


def _begins_openly(report: Report, state: State, head: Head) -> bool:
    """Return whether a log that nobody kept is new, or says at its beginning where the one before it ended."""
    earlier = [origin for origin in state.logs if is_later_epoch(head.origin, origin)]
    if not earlier or any(one.verdict == PROVEN and one.what == "epoch" for one in report.findings):
        return True
    size = state.logs[max(earlier, key=epoch_of)]["size"]
    report.add(
        UNCHECKED,
        "epoch",
        f"The log began anew since the {size:,} entries that were kept. What was lost is said by its first entry: check a "
        "bundle that begins with it (`export`).",
    )
    return False


def is_later_epoch(origin: str, before: str) -> bool:
    """Return whether two origins are epochs of one log, the second an earlier one."""
    one_log = log_of(origin) is not None and origin.rpartition("/")[0] == before.rpartition("/")[0]
    return one_log and epoch_of(before) < epoch_of(origin)


def _goes_on(kept: Head, head: Head, prove: Prover) -> None:
    if head.size < kept.size:
        raise Refuted(
            f"ROLLBACK: {kept.size:,} entries were shown before, and now only {head.size:,}; "
            f"{kept.size - head.size:,} are gone or withheld. Keep the state file: both heads are signed"
        )
    if head.size == kept.size:
        if head.root != kept.root:
            raise Refuted(
                f"FORK: two different trees of {head.size:,} entries were signed. Keep the state file as evidence"
            )
    elif kept.size:
        try:
            prove(kept, head)
        except Refuted as reason:
            raise Refuted(
                f"FORK: the {kept.size:,} entries that were kept are no longer its beginning; {reason}"
            ) from None


def prover_from(log: Optional[TiledLog], proof: Optional[Sequence[bytes]] = None) -> Prover:
    """Return how consistency is shown: by a proof, by tiles, or not at all."""

    def prove(old: Head, new: Head) -> None:
        if proof is None and log is None:
            raise Unchecked(
                f"nothing shows that the {old.size:,} entries that were kept are the beginning of these {new.size:,}: "
                "pass --tiles or --consistency"
            )
        if proof is not None:
            check_consistency(old.size, new.size, old.root, new.root, proof)
        elif log is not None:
            check_consistency(old.size, new.size, old.root, new.root, log.consistency(old.size, new.size))

    return prove


# --------------------------------------------------------------------------------------------------- proofs and openings


class Proven(NamedTuple):
    """An entry whose place in a signed tree was shown."""

    place: int
    entry: Optional[bytes]
    leaf: bytes
    signed: SignedHead


def look_at_proof_file(
    report: Report,
    content: bytes,
    trust: Trust,
    entry: Optional[bytes] = None,
    leaf: Optional[bytes] = None,
    what: str = "",
) -> Optional[Proven]:
    """Check a proof file: its checkpoint, and the path of its entry."""
    file: Optional[ProofFile] = report.attempt(f"{what}proof", lambda: read_proof_file(content))
    if file is None:
        return None
    signed = look_at_head(report, file.note, trust, f"{what}checkpoint")
    entry = file.extra if entry is None and leaf is None else entry
    if leaf is None and entry is None:
        report.add(UNCHECKED, f"{what}inclusion", "The proof does not carry its entry: pass --entry or --leaf-hash.")
        return None
    hashed = leaf if leaf is not None else leaf_hash(cast("bytes", entry))
    if signed is None:
        return None
    head = signed.head

    def look() -> None:
        if inclusion_root(file.place, head.size, hashed, file.proof) != head.root:
            raise Refuted("the entry does not lead to the signed root: the entry, its place or the path was changed")

    sentence = f"It is entry {file.place:,} of {head.size:,} in {head.origin}."
    return Proven(file.place, entry, hashed, signed) if report.check(f"{what}inclusion", sentence, look) else None


def look_at_opening(report: Report, entry: Optional[bytes], opening: Optional[bytes]) -> Optional[Dict[str, Any]]:
    """Check what an opened payload says against its leaf; return the payload."""
    leaf = leaf_or_nothing(entry) if entry is not None else None
    if leaf is not None:
        says = f"{leaf['type']}, event {leaf['event']}, at {leaf['at']}, received {leaf['received']}"
        report.add(REMARK, "entry", f"The entry says: {says}.")
        report.facts["leaf"] = leaf
    if opening is None:
        if leaf is not None:
            report.add(
                REMARK, "payload", "What happened in detail is behind the commitment; pass --opening to compare it."
            )
        return None
    if leaf is None:
        report.add(UNCHECKED, "payload", "The entry is no leaf that commits to a payload.")
        return None
    read = report.attempt("payload", lambda: read_opening(opening))
    if read is None:
        return None
    nonce, payload = read
    committed = leaf
    sentence = "The payload is the one that was committed to."
    is_it = report.check("payload", sentence, lambda: check_opening(committed, nonce, payload))
    return cast("Dict[str, Any]", payload) if is_it else None


def follow_key_change(report: Report, content: bytes, trust: Trust, *, is_asked: bool = True) -> None:
    """Believe in a new key if the old one and itself signed for the change, and the provider's log holds it.

    A bundle holds all changes, those before the key that the user trusts among them; these are passed over.
    """
    value = report.attempt("key change", lambda: read_key_change(content))
    if value is None:
        return
    proof, nonce, payload, old, new = value
    if old.public not in [key.public for key in trust.keys] + [made for _, made in trust.changes]:
        if is_asked:
            report.add(UNCHECKED, "key change", f"It begins with the key {old.text()}, which you do not trust.")
        return
    own = Trust([old.text(), new.text()])
    shown = look_at_proof_file(report, proof, own, what="key change ")
    if shown is None or shown.entry is None:
        return

    entry = shown.entry

    def look() -> None:
        leaf = read_leaf(entry)
        check_opening(leaf, nonce, payload)
        if leaf["type"] != "log:key-changed":
            raise Refuted(f"the entry is a {leaf['type']}, not a change of keys")

    if report.check("key change", f"The old key handed over to {new.text()}; both signed, and the log holds it.", look):
        trust.changes.append((old.public, new.public))


# ------------------------------------------------------------------------------------------- vectors of other people


def hash_of(value: Any, what: str) -> bytes:
    """Return the bytes of a vector's field."""
    if value is None:
        return b""
    if not isinstance(value, str):
        raise Unchecked(f"{what} is no text")
    return decoded(value, what)


def path_of(case: Dict[str, Any]) -> List[bytes]:
    """Return the hashes of a vector's proof."""
    proof = case.get("proof")
    if proof is not None and not isinstance(proof, list):
        raise Unchecked("the proof is no list")
    if proof is not None and len(proof) > 10 * LONGEST_PATH:
        raise Refuted(f"the proof is longer than {LONGEST_PATH} hashes")
    return [hash_of(part, "a hash of the proof") for part in proof or ()]


def check_inclusion_case(case: Dict[str, Any]) -> None:
    """Check a vector of inclusion: leafIdx, treeSize, root, leafHash, proof."""
    fields_of(case, "the vector", leafIdx=int, treeSize=int)
    root = checked_hash(hash_of(case.get("root"), "the root"), "the root")
    leaf = hash_of(case.get("leafHash"), "the leaf's hash")
    if inclusion_root(case["leafIdx"], case["treeSize"], leaf, path_of(case)) != root:
        raise Refuted("the path does not lead to the root")


def check_consistency_case(case: Dict[str, Any]) -> None:
    """Check a vector of consistency: size1, size2, root1, root2, proof.

    One and the same head twice needs no proof and hides nothing, whatever its root is called. From an empty tree to a
    larger one nothing is proven.
    """
    fields_of(case, "the vector", size1=int, size2=int)
    roots = [hash_of(case.get(name), f"the root {name}") for name in ("root1", "root2")]
    proof = path_of(case)
    if case["size1"] == case["size2"] and roots[0] == roots[1] and not proof:
        return
    check_consistency(case["size1"], case["size2"], roots[0], roots[1], proof)


CASES: Dict[str, Callable[[Dict[str, Any]], None]] = {
    "leafIdx": check_inclusion_case,
    "size1": check_consistency_case,
}


def read_case(content: bytes) -> Optional[Dict[str, Any]]:
    """Return a vector, or nothing if this is another kind of file."""
    if content.lstrip()[:1] != b"{":
        return None
    value = read_json(content, "the vector")
    return value if any(name in value for name in CASES) else None


def case_in(name: str) -> Optional[Dict[str, Any]]:
    """Return the vector of a file, or nothing."""
    return read_case(read_file(name))


def look_at_case(report: Report, case: Dict[str, Any], kind: str, what: str) -> None:
    """Check one vector."""
    if kind not in case:
        report.add(UNCHECKED, what, f"This vector has no {kind}; it is for the other command.")
        return
    if kind == "leafIdx":
        sentence = f"Entry {case.get('leafIdx')} of {case.get('treeSize')} leads to the root."
    else:
        sentence = f"The tree of {case.get('size1')} is a beginning of the tree of {case.get('size2')}."
    report.check(what, sentence, lambda: CASES[kind](case))


# ------------------------------------------------------------------------------------------------------------- commands


def run_checkpoint(report: Report, given: argparse.Namespace) -> None:
    """Check a checkpoint: signature, witnesses, and that it goes on from the one that was kept."""
    trust, state = prepare(report, given)
    signed = look_at_head(report, read_place(given.file, given.token), trust)
    _look_at_age(report, signed, given.origin)
    log = TiledLog(given.tiles, given.token) if given.tiles else None
    if signed is not None and log is not None:
        head = signed.head

        def look() -> None:
            if log.root(head.size) != head.root:
                raise Refuted("the tiles lead to another root than the one that was signed")

        report.check("tiles", f"The tiles lead to the root of all {head.size:,} entries.", look)
    proof = read_hashes(given.consistency) if given.consistency else None
    look_at_state(report, state, signed, prover_from(log, proof))


def _look_at_age(report: Report, signed: Optional[SignedHead], origin: Optional[str]) -> None:
    if signed is not None and origin is not None and signed.head.origin != origin:
        report.add(REFUTED, "origin", f"This is a checkpoint of {signed.head.origin}, not of {origin}.")


def run_note(report: Report, given: argparse.Namespace) -> None:
    """Check who signed a note, whatever it says."""
    trust, _ = prepare(report, given)
    opened = report.attempt("note", lambda: trust.open_note(read_place(given.file, given.token)))
    if opened is None:
        return
    note, signers = opened
    report.facts["note"] = {"text": note.text, "signers": sorted(key.text() for key in signers)}
    for key, second in signers.items():
        when = f" {utc(second)}" if second is not None else ""
        report.add(PROVEN, "note", f"{key.name} signed these {len(note.text.encode()):,} bytes{when}.")


def run_inclusion(report: Report, given: argparse.Namespace) -> None:
    """Check that an entry is in a log."""
    for name in given.files:
        content = read_file(name)
        case = read_case(content)
        if case is not None:
            look_at_case(report, case, "leafIdx", name)
        else:
            _look_at_inclusion(report, given, content)


def _look_at_inclusion(report: Report, given: argparse.Namespace, content: bytes) -> None:
    trust, state = prepare(report, given)
    entry = read_file(given.entry) if given.entry else None
    leaf = decoded(given.leaf_hash, "the leaf's hash") if given.leaf_hash else None
    shown = look_at_proof_file(report, content, trust, entry, leaf)
    if shown is not None:
        look_at_opening(report, shown.entry, read_file(given.opening) if given.opening else None)
    log = TiledLog(given.tiles, given.token) if given.tiles else None
    signed = shown.signed if shown else None
    kept = state.kept(signed.head.origin) if state and signed else None
    if kept is not None and signed is not None and signed.head.size < kept.size:
        _look_back(report, signed.head, kept, log)
    else:
        look_at_state(report, state, signed, prover_from(log))


def _look_back(report: Report, head: Head, kept: Head, log: Optional[TiledLog]) -> None:
    """A proof may be older than what was kept; then its tree must be a beginning of it."""
    sentence = f"Its tree of {head.size:,} entries is a beginning of the {kept.size:,} that were kept."
    report.check("state", sentence, lambda: prover_from(log)(head, kept))


def read_hashes(name: str) -> List[bytes]:
    """Return the hashes of a proof file: one Base64 line each."""
    try:
        lines = read_file(name).decode("ascii").split()
    except UnicodeDecodeError:
        raise Unchecked(f"{name} is no list of hashes") from None
    if len(lines) > LONGEST_PATH + 1:
        raise Refuted(f"a proof has at most {LONGEST_PATH + 1} hashes")
    return [decoded(line, "a hash of the proof") for line in lines]


def run_consistency(report: Report, given: argparse.Namespace) -> None:
    """Check that one checkpoint is a beginning of another."""
    for name in given.files:
        case = case_in(name)
        if case is None:
            raise Unchecked("this is no vector; to compare two checkpoints pass --old and --new")
        look_at_case(report, case, "size1", name)
    if given.files:
        return
    if not given.old or not given.new:
        raise Unchecked("pass the older checkpoint with --old and the newer one with --new, or vectors")
    trust, _ = prepare(report, given)
    old = look_at_head(report, read_place(given.old, given.token), trust, "older checkpoint")
    new = look_at_head(report, read_place(given.new, given.token), trust, "newer checkpoint")
    if old is None or new is None:
        return
    log = TiledLog(given.tiles, given.token) if given.tiles else None
    proof = read_hashes(given.proof) if given.proof else None

    sentence = (
        f"The {old.head.size:,} entries of the older one are the beginning of the {new.head.size:,} of the newer one."
    )
    report.check("consistency", sentence, lambda: _compare(old.head, new.head, prover_from(log, proof)))


def _compare(old: Head, new: Head, prove: Prover) -> None:
    if old.origin != new.origin:
        raise Refuted(f"these are two logs: {old.origin} and {new.origin}")
    if old.size == new.size and old.root != new.root:
        raise Refuted(f"FORK: two different trees of {old.size:,} entries were signed; keep both files")
    if old.size != new.size:
        prove(old, new)


def run_vectors(report: Report, given: argparse.Namespace) -> None:
    """Judge vectors of inclusion and consistency, and compare with what they say should come out (wantErr)."""
    names = sorted(
        str(path)
        for place in given.files
        for path in ([Path(place)] if Path(place).is_file() else Path(place).rglob("*.json"))
    )
    if not names:
        raise Unchecked("there are no vectors")
    right = 0
    for name in names:
        case = report.attempt(name, partial(case_in, name))
        if case is None or not isinstance(case.get("wantErr"), bool):
            report.add(UNCHECKED, name, "This is no vector that says what should come out.")
            continue
        single = Report()
        look_at_case(single, case, next(kind for kind in CASES if kind in case), name)
        is_proven = single.verdict() == PROVEN
        if is_proven is case["wantErr"]:
            report.add(
                REFUTED,
                name,
                f"It should be {'refused' if case['wantErr'] else 'accepted'}: {single.findings[0].sentence}",
            )
        else:
            right += 1
    report.facts["vectors"] = {"judged": len(names), "right": right}
    if right:
        report.add(PROVEN, "vectors", f"{right} of {len(names)} vectors come out as they should.")


def run_log(report: Report, given: argparse.Namespace) -> None:
    """Recompute a tiled log: every root from the leaves' hashes, every tile from those below, every entry's hash."""
    trust, state = prepare(report, given)
    log = TiledLog(given.place, given.token)
    heads: List[SignedHead] = []
    for name in given.checkpoint or _checkpoints_of(given.place):
        what = "checkpoint" if name.endswith("/checkpoint") else f"checkpoint {Path(name).name}"
        signed = look_at_head(report, read_place(name, given.token), trust, what)
        if signed is not None:
            heads.append(signed)
    heads.sort(key=lambda one: one.head.size)
    if not heads:
        return
    if len({one.head.origin for one in heads}) > 1:
        report.add(REFUTED, "origin", "The checkpoints are those of several logs.")
        return
    largest = heads[-1].head.size
    if largest > given.most_entries:
        report.add(UNCHECKED, "tiles", f"The log has {largest:,} entries; raise --most-entries to look at all of them.")
        return
    report.check("tiles", f"All {largest:,} hashes lead to the signed roots.", lambda: _recompute(log, heads))
    if not given.no_entries:
        report.check(
            "entries", "Every entry has the hash that stands in its tile.", lambda: _check_entries(log, largest)
        )
    look_at_state(report, state, heads[-1], prover_from(log))


def _checkpoints_of(place: str) -> List[str]:
    """Return the checkpoint of a log, or what its folder calls so."""
    if is_address(place) or (Path(place) / "checkpoint").is_file():
        return [f"{place.rstrip('/')}/checkpoint"]
    found = sorted(str(path) for path in Path(place).glob("checkpoint*") if path.is_file())
    if not found:
        raise Unchecked(f"{place} holds no checkpoint; name it with --checkpoint")
    return found[:MOST_MEMBERS]


def _recompute(log: TiledLog, heads: Sequence[SignedHead]) -> None:
    frontier = Frontier()
    largest = heads[-1].head.size
    rows: List[List[bytes]] = []
    for one in heads:
        while frontier.size < one.head.size:
            number, begin = divmod(frontier.size, TILE_WIDTH)
            width = min(TILE_WIDTH, one.head.size - number * TILE_WIDTH)
            row = log.hashes(0, number, largest)
            for value in row[begin:width]:
                frontier.append(value)
            if width == TILE_WIDTH:
                _add_tile(log, rows, 0, number, row, largest)
        if frontier.root() != one.head.root:
            raise Refuted(f"the first {one.head.size:,} hashes lead to another root than the one that was signed")


def _add_tile(log: TiledLog, rows: List[List[bytes]], level: int, number: int, row: Sequence[bytes], size: int) -> None:
    """Compare the tiles above with what full tiles below give."""
    above = list(row)
    while len(above) > 1:
        above = [node_hash(above[place], above[place + 1]) for place in range(0, len(above), 2)]
    if len(rows) == level:
        rows.append([])
    rows[level].append(above[0])
    found = log.hashes(level + 1, number // TILE_WIDTH, size)
    if found[number % TILE_WIDTH] != above[0]:
        raise Refuted(f"the tile {level + 1}/{number // TILE_WIDTH} is not the hash of the tiles below it")
    if len(rows[level]) == TILE_WIDTH:
        full, rows[level] = rows[level], []
        _add_tile(log, rows, level + 1, number // TILE_WIDTH, full, size)


def _check_entries(log: TiledLog, size: int) -> None:
    for number in range(-(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - number * TILE_WIDTH)
        hashes = log.hashes(0, number, number * TILE_WIDTH + width)
        for place, entry in enumerate(log.entries(number, width)):
            if leaf_hash(entry) != hashes[place]:
                raise Refuted(
                    f"entry {number * TILE_WIDTH + place:,} is not the one whose hash is in the tree: it was changed"
                )


RECEIPT_HEADING = "tokimori-receipt/v1"


class Receipt(NamedTuple):
    """What a receipt says."""

    origin: str
    event: str
    leaf: bytes
    at: str
    received: str
    merge_by: str


def read_receipt(text: str) -> Receipt:
    """Return what the text of a receipt says."""
    lines = text.split("\n")
    forms = [re.escape(RECEIPT_HEADING), r"\S+", r"[0-9a-f-]{36}", r"\S+"]
    forms += [f"at {_INSTANT}", f"received {_INSTANT}", f"merge-by {_INSTANT}", ""]
    if len(lines) != len(forms) or not all(re.fullmatch(form, line, re.ASCII) for form, line in zip(forms, lines)):
        raise Unchecked("this is no receipt of version 1")
    leaf = checked_hash(decoded(lines[3], "the leaf's hash"), "the leaf's hash")
    return Receipt(lines[1], lines[2], leaf, lines[4][3:], lines[5][9:], lines[6][9:])


def open_receipt(content: bytes, trust: Trust) -> Receipt:
    """Return a receipt that the receipts' key of its log signed."""
    note, signers = trust.open_note(content)
    receipt = read_receipt(note.text)
    if not any(key.name == f"{receipt.origin}/receipts" for key in signers):
        raise Refuted(f"the receipt is for {receipt.origin}, and the key is not that of its receipts")
    return receipt


def run_receipt(report: Report, given: argparse.Namespace) -> None:
    """Check a receipt, and whether its promise was kept."""
    own = argparse.Namespace(**{**vars(given), "witness": None, "quorum": None, "state": None})
    trust, _ = prepare(report, own)
    receipt: Optional[Receipt] = report.attempt("receipt", lambda: open_receipt(read_file(given.file), trust))
    if receipt is None:
        return
    report.facts["receipt"] = {**receipt._asdict(), "leaf": encoded(receipt.leaf)}
    report.add(
        PROVEN,
        "receipt",
        f"{receipt.origin} received event {receipt.event} (at {receipt.at}) {receipt.received} and promised to log it by "
        f"{receipt.merge_by}.",
    )
    if given.proof:
        _look_at_promise(report, given, receipt)
        return
    due = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) > receipt.merge_by[:19]
    report.add(
        REMARK,
        "promise",
        "The time is over: ask for the proof and pass it with --proof. If nobody gives it to you, this receipt is evidence."
        if due
        else "The time is not over yet; after it, ask for the proof and pass it with --proof.",
    )


def _look_at_promise(report: Report, given: argparse.Namespace, receipt: Receipt) -> None:
    if not given.log_vkey:
        raise Unchecked("to check the proof, pass the log's own verifier key with --log-vkey")
    trust = Trust(given.log_vkey, given.witness or (), given.quorum)
    shown = look_at_proof_file(report, read_file(given.proof), trust, what="log ")
    if shown is None:
        return

    def look() -> None:
        if shown.leaf != receipt.leaf:
            raise Refuted("the proof is for another entry than the receipt: what was received was not what was logged")
        if shown.signed.head.origin != receipt.origin:
            raise Refuted(f"the proof is from {shown.signed.head.origin}, the receipt for {receipt.origin}")

    report.check("promise", "The entry that was received is the one that is in the log.", look)
    look_at_opening(report, shown.entry, read_file(given.opening) if given.opening else None)


SHEET_ENTRIES = {
    "sheet:published": "It is the sheet that the provider published.",
    "sheet:edition_made": "It is an edition that a company made for itself, with values of its own.",
}
"""Entries that name the digests of sheets; others name digests too, of files that anybody handed in."""


def run_sheet(report: Report, given: argparse.Namespace) -> None:
    """Check a signed snapshot: that the provider's log holds this very file."""
    trust, state = prepare(report, given)
    content = read_file(given.file)
    digest = hashlib.sha256(content).hexdigest()
    file: Optional[ProofFile] = report.attempt("proof", lambda: read_proof_file(read_file(given.proof)))
    if file is None:
        return
    leaf = leaf_or_nothing(file.extra) if file.extra is not None else None
    entry = None if leaf is not None else content
    shown = look_at_proof_file(report, read_file(given.proof), trust, entry)
    if shown is None:
        return
    if leaf is None:
        report.add(PROVEN, "sheet", "The file itself is the entry of the log.")
    elif leaf["type"] not in SHEET_ENTRIES:
        raise Refuted(f"the entry is a {leaf['type']}, not the publication of a sheet")
    elif not given.opening:
        report.add(
            UNCHECKED, "sheet", "The entry commits to the file's digest: pass --opening, which comes with the proof."
        )
    else:
        payload = look_at_opening(report, shown.entry, read_file(given.opening))

        def look() -> None:
            if digest not in details_of(payload or {}).values():
                raise Refuted(f"the log holds another digest than {digest}, that of this file: the file was changed")

        if payload is not None:
            report.check(
                "sheet", f"The log holds the digest of this very file, {digest}. {SHEET_ENTRIES[leaf['type']]}", look
            )
    look_at_state(report, state, shown.signed, prover_from(TiledLog(given.tiles, given.token) if given.tiles else None))


# --------------------------------------------------------------------------------------------------------------- seals


FIRST_DIGEST = "0" * 64
RECOMPUTE = (
    "Whether these figures follow from the punches and rules is the engine's word: give the facts of a day as a case to "
    "`tokimori calculate FILE --steps`, which needs no database and no account, and compare."
)


class SealFile(NamedTuple):
    """A closed period: what was sealed, its digest, and the sheets that are at hand."""

    name: str
    content: Dict[str, Any]
    digest: str
    sheets: Dict[str, Any]


def read_seal(content: bytes, name: str) -> SealFile:
    """Return a seal's parts."""
    value = fields_of(read_json(content, name), name, content=dict, digest=str)
    kinds: Dict[str, Any] = {"kind": str, "month": str, "sequence": int, "previous_digest": str, "timesheets": dict}
    fields_of(value["content"], name, **kinds)
    sheets = value.get("timesheets", {})
    if not isinstance(sheets, dict) or value["content"]["kind"] != "tokimori-seal-v1":
        raise Unchecked(f"{name} is no seal of version 1")
    return SealFile(name, value["content"], value["digest"], sheets)


def check_seal(seal: SealFile) -> None:
    """Return if the digest is that of the content, and each sheet's that which the content names."""
    if digest_of(seal.content) != seal.digest:
        raise Refuted("the digest is not that of the sealed content: one of them was changed")
    for person, sheet in seal.sheets.items():
        if digest_of(sheet) != seal.content["timesheets"].get(person):
            raise Refuted(
                f"the timesheet of {person} is not the one that was sealed: a figure was changed, or it never was in it"
            )


def look_at_seals(report: Report, seals: Sequence[SealFile], recorded: Optional[Dict[str, str]] = None) -> None:
    """Check seals, the chain between them, and that the log recorded each; ``recorded`` leads from digest to event."""
    ordered = sorted(seals, key=lambda one: one.content["sequence"])
    for place, seal in enumerate(ordered):
        what = f"seal {seal.content['sequence']} ({seal.content['month']})"
        known = len(seal.sheets)
        sealed = len(seal.content["timesheets"])
        sentence = f"{known} of {sealed} timesheets are here, each with the digest that was sealed."
        if not report.check(what, sentence, partial(check_seal, seal)):
            continue
        before = ordered[place - 1] if place else None
        _look_at_chain(report, what, seal, before)
        if recorded is not None and seal.digest in recorded:
            report.add(
                PROVEN, what, f"The log recorded this digest when the period was closed, event {recorded[seal.digest]}."
            )
        elif recorded is not None:
            report.add(UNCHECKED, what, "No opened event of the bundle names this digest.")
    if ordered:
        report.add(REMARK, "figures", RECOMPUTE)


def _look_at_chain(report: Report, what: str, seal: SealFile, before: Optional[SealFile]) -> None:
    previous, sequence = seal.content["previous_digest"], seal.content["sequence"]
    if sequence == 1:
        is_right, sentence = previous == FIRST_DIGEST, "It is the first seal of the chain."
    elif before is not None and before.content["sequence"] == sequence - 1:
        is_right, sentence = previous == before.digest, f"It follows seal {sequence - 1}."
    else:
        report.add(REMARK, what, f"Seal {sequence - 1} is not here; it would have the digest {previous}.")
        return
    if is_right:
        report.add(PROVEN, what, sentence)
    else:
        report.add(REFUTED, what, "It does not follow the seal before: one of the two was exchanged.")


def _seal_in(name: str) -> SealFile:
    return read_seal(read_file(name), name)


def run_seal(report: Report, given: argparse.Namespace) -> None:
    """Check closed periods: the digest of each, and the chain from one to the next."""
    seals = [report.attempt(name, partial(_seal_in, name)) for name in given.files]
    found = [seal for seal in seals if seal is not None]
    look_at_seals(report, found)
    if given.digest and not any(seal.digest == given.digest for seal in found):
        report.add(REFUTED, "seal", f"None of them has the digest {given.digest}.")
    if found:
        report.add(
            REMARK,
            "log",
            "That the log recorded these digests is shown by `export`, for a bundle that holds the seals.",
        )


# ------------------------------------------------------------------------------------------------------------- bundles


class Bundle:
    """A zip file whose members are read with bounds, whatever it says about itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        try:
            self.file = zipfile.ZipFile(name)
            self.members = {info.filename: info for info in self.file.infolist()}
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise Unchecked(f"{name} is no bundle: {error}") from None
        if len(self.members) != len(self.file.infolist()):
            raise Refuted("the bundle holds two files of one name: it can be read in two ways")
        if len(self.members) > MOST_MEMBERS:
            raise Unchecked(f"the bundle holds more than {MOST_MEMBERS:,} files")

    def has(self, name: str) -> bool:
        """Return whether there is such a member."""
        return name in self.members

    def open(self, name: str, most: int) -> BinaryIO:
        """Open a member of bounded size."""
        if name not in self.members:
            raise Unchecked(f"the bundle has no {name}")
        info = self.members[name]
        if info.file_size > most:
            raise Unchecked(f"{name} has more than {most:,} bytes")
        if info.file_size > MOST_RATIO * max(info.compress_size, 1_000):
            raise Unchecked(f"{name} is packed more tightly than records can be; it is not unpacked")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unchecked(f"{name} is enciphered or packed in an unusual way")
        try:
            return cast("BinaryIO", self.file.open(info))
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError) as error:
            raise Unchecked(f"{name} cannot be unpacked: {error}") from None

    def read(self, name: str, most: int = MOST_NOTE_BYTES) -> bytes:
        """Return a member's bytes."""
        with self.open(name, most) as file:
            try:
                content = file.read(most + 1)
            except Exception as error:  # noqa: BLE001 -- broken packing is reported in many ways
                raise Unchecked(f"{name} cannot be unpacked: {error}") from None
        if len(content) > most:
            raise Unchecked(f"{name} has more than {most:,} bytes")
        return content

    def lines(self, name: str, most: int) -> Iterator[bytes]:
        """Yield the lines of a member, each of bounded length."""
        with self.open(name, most) as file:
            while True:
                try:
                    line = file.readline(MOST_LINE_BYTES + 1)
                except Exception as error:  # noqa: BLE001 -- as above
                    raise Unchecked(f"{name} cannot be unpacked: {error}") from None
                if not line:
                    return
                if len(line) > MOST_LINE_BYTES:
                    raise Unchecked(f"a line of {name} has more than {MOST_LINE_BYTES:,} bytes")
                yield line

    def below(self, folder: str, ending: str) -> List[str]:
        """Return the members of a folder, in the order of their names."""
        return sorted(name for name in self.members if name.startswith(folder) and name.endswith(ending))


class Events:
    """What was seen while the events of a bundle were read, one after the other."""

    def __init__(
        self, head: Head, span: Tuple[int, int], *, is_complete: bool, kept: Optional[Head], is_selected: bool = False
    ) -> None:
        self.head, self.is_complete, self.kept, self.is_selected = head, is_complete, kept, is_selected
        self.first, self.end = span
        self.next = self.first
        self.log = log_of(head.origin)
        self.count = self.opened = self.closed = 0
        self.frontier = Frontier()
        self.kept_root: Optional[bytes] = None
        self.sealed: Dict[str, str] = {}
        self.kinds: Dict[str, int] = {}
        self.first_leaf: Optional[Dict[str, Any]] = None
        self.first_payload: Optional[Dict[str, Any]] = None
        self.wanted: Dict[bytes, bool] = {}
        self.punches: Optional[Punches] = None

    def add(self, line: bytes) -> None:
        """Check one line: its place, its path or its part in the root, and what is opened of it."""
        index = self.next
        value = fields_of(read_json(line, f"event {index:,}"), f"event {index:,}", index=int, leaf=str)
        if self.is_selected and index <= value["index"] < self.end:
            index = value["index"]
        elif value["index"] != index:
            raise Refuted(
                f"where event {index:,} should stand, there is {value['index']:,}: events are missing or reordered"
            )
        entry = value["leaf"].encode()
        hashed = leaf_hash(entry)
        if self.is_complete:
            self.frontier.append(hashed)
            if self.kept is not None and self.frontier.size == self.kept.size:
                self.kept_root = self.frontier.root()
        else:
            self._check_path(index, hashed, value.get("proof"))
        leaf = self._leaf(index, entry)
        if hashed in self.wanted:
            self.wanted[hashed] = True
        self._open(index, leaf, value.get("nonce"), value.get("payload"))
        if self.punches is not None:
            self.punches.meet(index, leaf, value.get("payload"))
        self.count += 1
        self.next = index + 1

    def _leaf(self, index: int, entry: bytes) -> Dict[str, Any]:
        try:
            leaf = read_leaf(entry)
        except (Refuted, Unchecked) as reason:
            raise type(reason)(f"event {index:,}: {reason}") from None
        if self.log is not None and leaf["log"] != self.log:
            raise Refuted(f"event {index:,} belongs to another log, {leaf['log']}")
        self.kinds[leaf["type"]] = self.kinds.get(leaf["type"], 0) + 1
        self.first_leaf = leaf if self.count == 0 else self.first_leaf
        return leaf

    def _check_path(self, index: int, hashed: bytes, proof: Any) -> None:
        if not isinstance(proof, list) or len(proof) > LONGEST_PATH or not all(isinstance(part, str) for part in proof):
            raise Refuted(f"event {index:,} has no proof")
        path = [decoded(part, "a hash of the path") for part in proof]
        if inclusion_root(index, self.head.size, hashed, path) != self.head.root:
            raise Refuted(f"event {index:,} does not lead to the signed root: it was changed, or never logged there")

    def _open(self, index: int, leaf: Dict[str, Any], nonce: Any, payload: Any) -> None:
        if nonce is None and payload is None:
            self.closed += 1
            return
        try:
            check_opening(leaf, nonce, payload)
        except Refuted as reason:
            raise Refuted(f"event {index:,}: {reason}") from None
        self.opened += 1
        self.first_payload = payload if self.count == 0 else self.first_payload
        digest = details_of(payload).get("digest")
        if leaf["type"] == "period:sealed" and isinstance(digest, str):
            self.sealed[digest] = leaf["event"]


class Punches:
    """The punches of a bundle, each held against the event that binds it while the events are read."""

    def __init__(self, lines: Iterator[bytes], *, is_whole: bool) -> None:
        self.lines, self.is_whole = lines, is_whole
        self.proven = 0
        self.refuted: List[str] = []
        self.unchecked: List[str] = []
        self.ahead: Optional[Tuple[int, Dict[str, Any]]] = None
        self._next()

    def _next(self) -> None:
        before = self.ahead
        try:
            line = next(self.lines, None)
            self.ahead = None if line is None else self._read(line, before)
        except (Refuted, Unchecked) as reason:
            (self.refuted if isinstance(reason, Refuted) else self.unchecked).append(str(reason))
            self.ahead, self.lines, self.is_whole = None, iter(()), False

    def _read(self, line: bytes, before: Optional[Tuple[int, Dict[str, Any]]]) -> Tuple[int, Dict[str, Any]]:
        value = fields_of(read_json(line, "a punch"), "a punch", index=int, punch=dict)
        if before is not None and value["index"] <= before[0]:
            raise Refuted(f"the punch of event {value['index']:,} stands behind that of event {before[0]:,}")
        return value["index"], value["punch"]

    def meet(self, index: int, leaf: Dict[str, Any], payload: Optional[Dict[str, Any]]) -> None:
        """Hold the punch that stands beside an event against it; the punch of no event at all is refuted."""
        while self.ahead is not None and self.ahead[0] < index:
            self.refuted.append(f"the punch of event {self.ahead[0]:,} belongs to no event of this bundle")
            self._next()
        punch = self.ahead[1] if self.ahead is not None and self.ahead[0] == index else None
        if punch is not None:
            self._next()
        if leaf["type"] not in ("punch:recorded", "punch:withdrawn"):
            if punch is not None:
                self.refuted.append(f"event {index:,} is no punch, and one stands beside it")
            return
        details = details_of(payload or {})
        bound = details.get("content")
        wanted = leaf["object"] if leaf["type"] == "punch:recorded" else details.get("fact")
        if punch is not None:
            self._compare(index, punch, bound, wanted)
        elif bound and wanted:
            found = self.refuted if self.is_whole else self.unchecked
            found.append(f"the punch of event {index:,} is not here")

    def _compare(self, index: int, punch: Dict[str, Any], bound: Any, wanted: Any) -> None:
        if not isinstance(bound, str):
            self.unchecked.append(f"event {index:,} is erased or withheld, or older than the log")
        elif digest_of(punch) != bound or punch.get("id") != wanted:
            self.refuted.append(f"the punch of event {index:,} is not the one that was recorded: it was changed")
        else:
            self.proven += 1

    def end(self) -> None:
        """Return when nothing is left over; what is belongs to no event."""
        while self.ahead is not None:
            self.refuted.append(f"the punch of event {self.ahead[0]:,} belongs to no event of this bundle")
            self._next()


def log_of(origin: str) -> Optional[str]:
    """Return the log's id from an origin of ours, ``base/id/epoch``; nothing for others."""
    found = re.search(r"/([0-9a-f]{32}|provider)/[1-9][0-9]*\Z", origin)
    return found[1] if found else None


def epoch_of(origin: str) -> int:
    """Return the number of the epoch at the end of an origin; 1 for others."""
    found = re.search(r"/([1-9][0-9]{0,8})\Z", origin)
    return int(found[1]) if found and log_of(origin) else 1


def read_manifest(bundle: Bundle) -> Dict[str, Any]:
    """Return what a bundle says about itself; nothing of it is believed, it only says what to expect."""
    kinds: Dict[str, Any] = {"format": str, "origin": str, "events": int, "range": list, "complete": bool}
    manifest = fields_of(read_json(bundle.read("manifest.json"), "the manifest"), "the manifest", **kinds)
    if manifest["format"] != "tokimori-bundle/v1":
        raise Unchecked(f"bundles of the format {manifest['format'][:40]} are not known here")
    span = manifest["range"]
    if len(span) != 2 or not all(isinstance(end, int) and not isinstance(end, bool) for end in span):
        raise Unchecked("the manifest's range is no range")
    return manifest


def run_export(report: Report, given: argparse.Namespace) -> None:
    """Check a bundle: every event in its place, the whole of them if it says so, and what belongs to them."""
    trust, state = prepare(report, given)
    bundle = Bundle(given.file)
    manifest = read_manifest(bundle)
    if bundle.has("key-changes.jsonl"):
        for line in bundle.lines("key-changes.jsonl", MOST_FILE_BYTES):
            follow_key_change(report, line, trust, is_asked=False)
    _name_offered_keys(report, manifest, trust)
    signed = look_at_head(report, bundle.read("checkpoint"), trust)
    if signed is None:
        return
    head = signed.head
    if manifest["origin"] != head.origin or (given.origin and given.origin != head.origin):
        report.add(
            REFUTED, "origin", f"The checkpoint is that of {head.origin}, not of {given.origin or manifest['origin']}."
        )
        return
    kept = state.kept(head.origin) if state else None
    events = look_at_events(report, bundle, manifest, head, kept, given)
    _look_at_epoch(report, events, signed, trust, state)
    _look_at_provider(report, bundle, head, given, trust.changes)
    _look_at_bundled_seals(report, bundle, events)
    _look_at_bundled_receipts(report, bundle, events, given)
    _look_at_stamps(report, bundle, given, trust.changes)
    log = TiledLog(given.tiles, given.token) if given.tiles else None
    look_at_state(report, state, signed, _prover_of(events, log))


def _name_offered_keys(report: Report, manifest: Dict[str, Any], trust: Trust) -> None:
    offered = manifest.get("vkey")
    if not trust.keys and isinstance(offered, str):
        report.add(
            REMARK, "key", f"The bundle names the key {offered[:200]}; compare it with your contract, then pass it."
        )


def _prover_of(events: Optional[Events], log: Optional[TiledLog]) -> Prover:
    def prove(old: Head, new: Head) -> None:
        if events is None or events.kept_root is None:
            prover_from(log)(old, new)
        elif events.kept_root != old.root:
            raise Refuted("the events of the bundle do not lead to the root that was kept")

    return prove


def _bundled_seal(bundle: Bundle, name: str) -> SealFile:
    return read_seal(bundle.read(name, MOST_FILE_BYTES), name)


def _bundled_receipt(bundle: Bundle, name: str) -> Receipt:
    return read_receipt(read_note(bundle.read(name)).text)


def look_at_events(
    report: Report,
    bundle: Bundle,
    manifest: Dict[str, Any],
    head: Head,
    kept: Optional[Head],
    given: argparse.Namespace,
) -> Optional[Events]:
    """Check all events; return what was seen, or nothing if they do not hold."""
    first, end = manifest["range"]
    count, is_selected = manifest["events"], manifest.get("selected") is True
    fits = 0 <= count <= end - first if is_selected else count == end - first
    if not 0 <= first <= end <= head.size or not fits:
        report.add(
            REFUTED, "events", f"The range {first} … {end} does not fit {manifest['events']} events of {head.size:,}."
        )
        return None
    if manifest["complete"] and (first != 0 or end != head.size or is_selected):
        report.add(REFUTED, "events", "The bundle calls itself complete, and its range is not the whole log.")
        return None
    events = Events(head, (first, end), is_complete=manifest["complete"], kept=kept, is_selected=is_selected)
    for name in bundle.below("receipts/", ".note"):
        receipt = report.attempt(name, partial(_bundled_receipt, bundle, name))
        if receipt is not None:
            events.wanted[receipt.leaf] = False

    if bundle.has("punches.jsonl"):
        facts = manifest.get("facts")
        is_whole = isinstance(facts, list) and "punches.jsonl" in facts
        lines = bundle.lines("punches.jsonl", given.most_bytes)
        events.punches = Punches(lines, is_whole=is_whole)

    whole = (
        "They are all there are: together they lead to the signed root."
        if events.is_complete
        else "Each leads to the root."
    )
    gap = "in this order" if is_selected else "without a gap"
    if not report.check(
        "events",
        f"{count:,} events stand where the log says, {gap}. {whole}",
        partial(_read_events, bundle, events, count, given.most_bytes),
    ):
        return None
    if is_selected:
        report.add(
            REMARK, "selection", "The events were selected: whether others fit the selection, only the whole log shows."
        )
    report.add(
        REMARK, "events", f"{events.opened:,} are opened and as committed to; {events.closed:,} are erased or withheld."
    )
    _look_at_punches(report, events.punches)
    report.facts["events"] = {
        "count": events.count,
        "opened": events.opened,
        "closed": events.closed,
        "types": events.kinds,
    }
    return events


def _look_at_punches(report: Report, punches: Optional[Punches]) -> None:
    """Say of the punches which are proven, which refuted, and which cannot be checked."""
    if punches is None:
        report.add(REMARK, "punches", "The bundle holds no punches: what they say now is not compared with the log.")
        return
    if punches.proven:
        report.add(
            PROVEN,
            "punches",
            f"{punches.proven:,} of the punches here say what was recorded; each is bound by its event.",
        )
    _list(report, REFUTED, "punches", punches.refuted)
    _list(report, UNCHECKED, "punches", punches.unchecked)
    report.facts["punches"] = {
        "proven": punches.proven,
        "refuted": len(punches.refuted),
        "unchecked": len(punches.unchecked),
    }


def _list(report: Report, verdict: str, what: str, reasons: Sequence[str]) -> None:
    """Add each reason, and the number of those that are too many to be told."""
    for reason in reasons[:MOST_TOLD]:
        report.add(verdict, what, sentence_of(Unchecked(reason)))
    if len(reasons) > MOST_TOLD:
        report.add(verdict, what, f"And {len(reasons) - MOST_TOLD:,} more of this kind.")


def _read_events(bundle: Bundle, events: Events, count: int, most_bytes: int) -> None:
    for line in bundle.lines("events.jsonl", most_bytes):
        if events.count == count:
            raise Refuted(f"there are more events than the {count:,} of the range")
        events.add(line)
    if events.count != count:
        raise Refuted(f"{count - events.count:,} of {count:,} events are missing at the end")
    if events.punches is not None:
        events.punches.end()
    if events.is_complete and events.frontier.root() != events.head.root:
        raise Refuted("the events together do not lead to the signed root: at least one was changed, removed or added")


def _look_at_epoch(
    report: Report, events: Optional[Events], signed: SignedHead, trust: Trust, state: Optional[State]
) -> None:
    """A later epoch begins with the statement where the one before ended for the outside."""
    epoch = epoch_of(signed.head.origin)
    if epoch == 1 or events is None or events.first != 0 or events.is_selected or not events.count:
        if epoch > 1:
            report.add(REMARK, "epoch", f"This is epoch {epoch}: an earlier one was restored. Entry 0 says from where.")
        return
    leaf, payload = events.first_leaf, events.first_payload
    if leaf is None or leaf["type"] != "log:epoch-opened":
        report.add(REFUTED, "epoch", f"Epoch {epoch} does not begin with the statement where the one before ended.")
        return
    if payload is None:
        report.add(UNCHECKED, "epoch", "The statement at the beginning of this epoch is not opened.")
        return
    report.add(PROVEN, "epoch", "It begins with the statement where the one before ended.")
    _look_at_former(report, details_of(payload), signed.head, trust, state)


def _look_at_former(report: Report, details: Dict[str, Any], head: Head, trust: Trust, state: Optional[State]) -> None:
    former, note, restored = (details.get(name) for name in ("former_origin", "former_checkpoint", "restored_size"))
    if not isinstance(former, str) or not isinstance(restored, int) or isinstance(restored, bool):
        report.add(UNCHECKED, "epoch", "The statement does not say which log ended, and with how many entries.")
        return
    if not is_later_epoch(head.origin, former):
        report.add(REFUTED, "epoch", f"The statement speaks of {former}, which is no earlier epoch of this log.")
        return
    kept = state.kept(former) if state else None
    outside = 0
    if isinstance(note, str):
        names = [Key(former, key.kind, key.public).text() for key in trust.every_key()]
        before = look_at_head(report, note.encode(), Trust(names), "former checkpoint")
        outside = before.head.size if before else 0
    lost = max(outside - restored, 0)
    report.add(
        REMARK, "epoch", f"It was restored to {restored:,} entries of {former}; {lost:,} that were shown are lost."
    )
    if kept is not None and kept.size > outside:
        report.add(
            REFUTED,
            "epoch",
            f"The statement says that {outside:,} entries were shown outside at most, and {kept.size:,} were shown to you.",
        )


def _look_at_provider(
    report: Report, bundle: Bundle, head: Head, given: argparse.Namespace, changes: Sequence[Tuple[bytes, bytes]]
) -> None:
    """The provider's log holds this checkpoint, so that one witness of that log covers all tenants."""
    if not bundle.has("provider-proof.tlog-proof"):
        report.add(REMARK, "provider", "The bundle does not show its checkpoint in the provider's log.")
        return
    if not given.provider_vkey:
        report.add(REMARK, "provider", "To check the provider's log as well, pass its key with --provider-vkey.")
        return
    trust = Trust(given.provider_vkey, given.provider_witness or (), changes=changes)
    proof = bundle.read("provider-proof.tlog-proof")
    if bundle.has("provider-checkpoint") and not proof.endswith(b"\n\n" + bundle.read("provider-checkpoint")):
        look_at_head(report, bundle.read("provider-checkpoint"), trust, "provider checkpoint")
    shown = look_at_proof_file(report, proof, trust, what="provider ")
    if shown is None or shown.entry is None:
        return
    opening = bundle.read("provider-opening.json") if bundle.has("provider-opening.json") else None
    entry = shown.entry

    def look() -> None:
        leaf = read_leaf(entry)
        if leaf["type"] != "log:tenant-checkpoint":
            raise Refuted(f"the entry is a {leaf['type']}, not a tenant's checkpoint")
        if opening is None:
            raise Unchecked("the bundle does not open the entry (provider-opening.json)")
        nonce, payload = read_opening(opening)
        check_opening(leaf, nonce, payload)
        details = details_of(payload)
        if (details.get("origin"), details.get("size"), details.get("root")) != (
            head.origin,
            head.size,
            encoded(head.root),
        ):
            raise Refuted("the entry in the provider's log holds another checkpoint than this one")

    report.check("provider", "The provider's log holds this very checkpoint.", look)


def _look_at_bundled_seals(report: Report, bundle: Bundle, events: Optional[Events]) -> None:
    seals = [report.attempt(name, partial(_bundled_seal, bundle, name)) for name in bundle.below("seals/", ".json")]
    recorded = events.sealed if events and events.is_complete else None
    look_at_seals(report, [seal for seal in seals if seal is not None], recorded)


def _look_at_bundled_receipts(
    report: Report, bundle: Bundle, events: Optional[Events], given: argparse.Namespace
) -> None:
    names = bundle.below("receipts/", ".note")
    if not names or events is None:
        return
    if not given.receipt_vkey:
        report.add(REMARK, "receipts", f"There are {len(names):,} receipts; to check them pass --receipt-vkey.")
        return
    trust = Trust(given.receipt_vkey)
    proven = 0
    refuted: List[str] = []
    unchecked: List[str] = []
    for name in names:
        try:
            _check_bundled_receipt(name, open_receipt(bundle.read(name), trust), events)
            proven += 1
        except Refuted as reason:  # noqa: PERF203 -- each is judged by itself
            refuted.append(str(reason))
        except Unchecked as reason:
            unchecked.append(f"{name}: {reason}")
    if proven:
        report.add(
            PROVEN, "receipts", f"{proven:,} of the receipts here are genuine, and their entries are in the log."
        )
    _list(report, REFUTED, "receipts", refuted)
    _list(report, UNCHECKED, "receipts", unchecked)
    report.facts["receipts"] = {"proven": proven, "refuted": len(refuted), "unchecked": len(unchecked)}


def _check_bundled_receipt(name: str, receipt: Receipt, events: Events) -> None:
    if receipt.origin != events.head.origin:
        raise Refuted(f"{name} is for another log, {receipt.origin}")
    if not events.wanted.get(receipt.leaf) and events.is_complete:
        raise Refuted(f"{name} promised event {receipt.event}, which is not in the log: the promise was broken")
    if not events.wanted.get(receipt.leaf):
        raise Unchecked("it is for an event outside of this range")


def _look_at_stamps(
    report: Report, bundle: Bundle, given: argparse.Namespace, changes: Sequence[Tuple[bytes, bytes]]
) -> None:
    """Time stamps of other people (RFC 3161): what they stamp is compared here; their signature needs OpenSSL."""
    for name in bundle.below("stamps/", ".tsr"):
        subject = f"{name[:-4]}.checkpoint"
        content = bundle.read(name)
        if not bundle.has(subject):
            report.add(UNCHECKED, name, "The checkpoint that was stamped is not in the bundle.")
            continue
        stamped = bundle.read(subject)
        if hashlib.sha256(stamped).digest() not in content:
            report.add(REFUTED, name, f"It does not stamp {subject}: the digest is another.")
            continue
        if given.provider_vkey:
            trust = Trust(given.provider_vkey, changes=changes)
            look_at_head(report, stamped, trust, f"stamped checkpoint {Path(subject).stem}")
        command = f"openssl ts -verify -data {subject} -in {name} -CAfile AUTHORITY.pem"
        report.add(
            REMARK, name, f"It stamps {subject}. Unpack both, and check the authority's signature and time: {command}"
        )


# ------------------------------------------------------------------------------------------------------------ the program


def prepare(report: Report, given: argparse.Namespace) -> Tuple[Trust, Optional[State]]:
    """Return the keys that are trusted, with the changes of keys that were passed, and the state that is kept."""
    keys = [line for text in given.vkey or () for line in _key_lines(text)]
    witnesses = [line for text in given.witness or () for line in _key_lines(text)]
    trust = Trust(keys, witnesses, given.quorum)
    for name in given.key_change or ():
        follow_key_change(report, read_file(name), trust)
    return trust, State(given.state) if given.state else None


def _key_lines(text: str) -> List[str]:
    """Return the keys of an argument: the key itself, or ``@file`` with one on each line."""
    if not text.startswith("@"):
        return [text]
    try:
        lines = read_file(text[1:], MOST_NOTE_BYTES).decode().split("\n")
    except UnicodeDecodeError:
        raise Unchecked(f"{text[1:]} holds no keys") from None
    return [line for line in lines if line.strip() and not line.startswith("#")]


class _Parser(argparse.ArgumentParser):
    """Bad usage is an answer too: nothing can be checked."""

    def error(self, message: str) -> NoReturn:
        """Raise the reason."""
        raise Unchecked(f"{message} (see --help)")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    trusted = _Parser(add_help=False)
    trusted.add_argument(
        "--vkey", action="append", metavar="KEY", help="a verifier key that you trust, or @FILE; repeatable"
    )
    trusted.add_argument(
        "--witness", action="append", metavar="KEY", help="a witness's verifier key, or @FILE; repeatable"
    )
    trusted.add_argument(
        "--quorum", type=int, metavar="N", help="how many witnesses must have signed; all if not given"
    )
    trusted.add_argument(
        "--key-change", action="append", metavar="FILE", help="a change of keys to follow; in their order"
    )
    trusted.add_argument("--state", metavar="FILE", help="where the last checkpoint of each log is kept")
    trusted.add_argument("--tiles", metavar="DIR|URL", help="the log itself, to prove consistency from")
    trusted.add_argument("--token-file", metavar="FILE", help="an access token for addresses, in a file")
    trusted.add_argument("--json", action="store_true", help="answer as JSON")
    parser = _Parser(prog="tokimori_verify.py", description=(__doc__ or "").split("\n\n")[1])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    def command(name: str, run: Callable[[Report, argparse.Namespace], None]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[trusted], help=(run.__doc__ or "").split("\n", maxsplit=1)[0])
        made.set_defaults(run=run)
        return cast("argparse.ArgumentParser", made)

    checkpoint = command("checkpoint", run_checkpoint)
    checkpoint.add_argument("file", metavar="FILE|URL")
    checkpoint.add_argument("--origin", help="the log that it must be of")
    checkpoint.add_argument(
        "--consistency", metavar="FILE", help="a consistency proof from the kept one, a hash on each line"
    )
    note = command("note", run_note)
    note.add_argument("file", metavar="FILE|URL")
    inclusion = command("inclusion", run_inclusion)
    inclusion.add_argument("files", nargs="+", metavar="FILE", help="a .tlog-proof, or JSON vectors")
    inclusion.add_argument("--entry", metavar="FILE", help="the entry, if the proof does not carry it")
    inclusion.add_argument("--leaf-hash", metavar="BASE64", help="the hash of the entry, instead of it")
    inclusion.add_argument("--opening", metavar="FILE", help="nonce and payload that the entry commits to")
    consistency = command("consistency", run_consistency)
    consistency.add_argument("files", nargs="*", metavar="FILE", help="JSON vectors")
    consistency.add_argument("--old", metavar="FILE|URL", help="the older checkpoint")
    consistency.add_argument("--new", metavar="FILE|URL", help="the newer checkpoint")
    consistency.add_argument("--proof", metavar="FILE", help="the proof, a hash on each line")
    receipt = command("receipt", run_receipt)
    receipt.add_argument("file", metavar="FILE")
    receipt.add_argument("--proof", metavar="FILE", help="the .tlog-proof of the same event")
    receipt.add_argument("--log-vkey", action="append", metavar="KEY", help="the log's own key, for the proof")
    receipt.add_argument("--opening", metavar="FILE", help="nonce and payload that the entry commits to")
    _add_long_commands(command)
    return parser


def _add_long_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    export = command("export", run_export)
    export.add_argument("file", metavar="BUNDLE")
    export.add_argument("--origin", help="the log that it must be of")
    export.add_argument("--provider-vkey", action="append", metavar="KEY", help="the key of the provider's log")
    export.add_argument("--provider-witness", action="append", metavar="KEY", help="a witness of the provider's log")
    export.add_argument("--receipt-vkey", action="append", metavar="KEY", help="the key of the receipts")
    export.add_argument(
        "--most-bytes", type=int, default=32_000_000_000, help="the largest size of the events unpacked"
    )
    seal = command("seal", run_seal)
    seal.add_argument("files", nargs="+", metavar="FILE")
    seal.add_argument("--digest", metavar="HEX", help="a digest that you know from elsewhere")
    sheet = command("sheet", run_sheet)
    sheet.add_argument("file", metavar="FILE")
    sheet.add_argument("--proof", metavar="FILE", required=True, help="the .tlog-proof that came with it")
    sheet.add_argument("--opening", metavar="FILE", help="nonce and payload that the entry commits to")
    log = command("log", run_log)
    log.add_argument("place", metavar="DIR|URL")
    log.add_argument(
        "--checkpoint", action="append", metavar="FILE|URL", help="instead of those in the folder; repeatable"
    )
    log.add_argument("--no-entries", action="store_true", help="look at the tree only")
    log.add_argument("--most-entries", type=int, default=50_000_000, help="the largest log that is recomputed")
    vectors = command("vectors", run_vectors)
    vectors.add_argument("files", nargs="+", metavar="FILE|DIR")


SUMMARIES = {
    PROVEN: "everything that was asked is shown.",
    REFUTED: "the records contradict what they should show. Keep them, and ask whoever keeps the log.",
    UNCHECKED: "nothing was refuted, and not everything was shown: see what is marked NOT CHECKED.",
}
WIDTH = 78


def show(report: Report, command: str, *, as_json: bool) -> int:
    """Print the answer; return the exit code."""
    verdict = report.verdict()
    if as_json:
        found = [finding._asdict() for finding in report.findings]
        print(json.dumps({"command": command, "verdict": verdict, "findings": found, "facts": report.facts}, indent=2))
        return EXIT[verdict]
    for finding in report.findings:
        mark = {PROVEN: "proven", REFUTED: "REFUTED", UNCHECKED: "NOT CHECKED"}.get(finding.verdict, "")
        print(f"{mark:12} {printable(finding.what)}")
        for line in textwrap.wrap(printable(finding.sentence), WIDTH):
            print(f"{'':12} {line}")
    print(f"\n{verdict.upper()}: {SUMMARIES[verdict]}")
    return EXIT[verdict]


def printable(text: str) -> str:
    """Return what can be printed: a log's name must not move the cursor."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)[:2000]


def run(arguments: Sequence[str]) -> Tuple[Report, str, bool]:
    """Do what the arguments ask; every failure is an answer."""
    report = Report()
    command, as_json = "", "--json" in arguments
    try:
        given = build_parser().parse_args(arguments)
        command, as_json = given.command, given.json
        given.token = read_file(given.token_file, 10_000).decode().strip() if given.token_file else None
        given.run(report, given)
    except Refuted as reason:
        report.add(REFUTED, command or "input", sentence_of(reason))
    except Unchecked as reason:
        report.add(UNCHECKED, command or "input", sentence_of(reason))
    except (ValueError, OSError, RecursionError, MemoryError) as error:
        report.add(UNCHECKED, command or "input", f"The input cannot be read: {type(error).__name__}.")
    return report, command, as_json


def main() -> int:
    """Answer, and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    report, command, as_json = run(sys.argv[1:])
    return show(report, command, as_json=as_json)


if __name__ == "__main__":
    sys.exit(main())
