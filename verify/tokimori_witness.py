#!/usr/bin/env python3
"""Witness a log: one file, Python 3.9 or newer, nothing to install.

A witness keeps the last checkpoint of each log that it watches, signs a newer one only if the older is its beginning, and
never signs two different trees of one size (C2SP tlog-witness and tlog-cosignature). Whoever runs it, a customer, an
accountant, a second data centre, makes it impossible to show two histories to two people.

  tokimori_witness.py generate NAME --key FILE        make a key; its public half is printed
  tokimori_witness.py serve --key FILE --state FILE --log VKEY …    answer POST /add-checkpoint
  tokimori_witness.py watch URL --key FILE --state FILE --log VKEY  look at a log by itself
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import secrets
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, cast

try:
    import fcntl
except ImportError:  # where files cannot be locked, one witness at a time is for its keeper to see to
    fcntl = None  # type: ignore[assignment]

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

MOST_BODY_BYTES = 1_000_000
MOST_PROOF_LINES = 63
LOOKS_AGAIN_AFTER = 60
CHANGES = "key-changes"
STATE_FORMAT = "tokimori-witness-state/v1"
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


class Answer(NamedTuple):
    """What a request is answered with."""

    status: int
    body: str
    kind: str = PLAIN


class OwnKey:
    """The witness's key; its private half is in a file that nobody else may read."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._seed = seed
        self.key = Key(name, COSIGNATURE, public_half(seed))

    def cosign(self, text: str, second: int) -> str:
        """Return the line of a cosignature of a checkpoint's text."""
        message = f"cosignature/v1\ntime {second}\n{text}".encode()
        signature = second.to_bytes(8, "big") + ed25519_sign(self._seed, message)
        return f"\u2014 {self.key.name} {encoded(self.key.key_id() + signature)}\n"


def _scalar_and_prefix(seed: bytes) -> Tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:HASH_BYTES], "little")
    return scalar & ((1 << 254) - 8) | 1 << 254, digest[HASH_BYTES:]


def public_half(seed: bytes) -> bytes:
    """Return the public key of a seed of 32 bytes (RFC 8032, 5.1.5)."""
    return _encoded_point(_sum_of_products(_scalar_and_prefix(seed)[0] % _ORDER, _multiples(_ZERO), 0))


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """Return a signature of 64 bytes (RFC 8032, 5.1.6)."""
    scalar, prefix = _scalar_and_prefix(seed)
    public = public_half(seed)
    chosen = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % _ORDER
    point = _encoded_point(_sum_of_products(chosen, _multiples(_ZERO), 0))
    asked = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % _ORDER
    return point + ((chosen + asked * scalar) % _ORDER).to_bytes(HASH_BYTES, "little")


def write_key(name: str, path: Path) -> Key:
    """Make a key and write it, for its owner's eyes alone; a file that is there stays."""
    if not is_name(name):
        raise Unchecked("a witness's name has no spaces and no plus, such as witness.example.com/w1")
    seed = secrets.token_bytes(HASH_BYTES)
    own = OwnKey(name, seed)
    try:
        handle = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"PRIVATE+KEY+{name}+{own.key.key_id().hex()}+{encoded(bytes([COSIGNATURE]) + seed)}\n")
    except OSError as error:
        raise Unchecked(f"{path} cannot be written: {error.strerror}") from None
    return own.key


def read_own_key(path: Path) -> OwnKey:
    """Return the key of a file that only its owner may read."""
    text = read_file(str(path), 10_000).decode("utf-8", "replace").rstrip("\n")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise Unchecked(f"{path} may be read by others; a private key may not (chmod 600)")
    found = re.fullmatch(r"PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(\S+)", text)
    content = decoded(found[3], "the key") if found else b""
    if found is None or len(content) != 1 + HASH_BYTES or content[0] != COSIGNATURE:
        raise Unchecked(f"{path} holds no witness's key")
    own = OwnKey(found[1], content[1:])
    if own.key.key_id().hex() != found[2]:
        raise Unchecked(f"{path} is damaged: the key's id is another")
    return own


class Kept:
    """The last checkpoint of each log, in a file that is replaced as a whole and held by one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs: Dict[str, Dict[str, Any]] = {}
        self._held = self._hold()
        try:
            self.logs = self._read() if path.exists() else {}
        except Unchecked:
            self.close()
            raise

    def _hold(self) -> Any:
        """Keep a second witness with the same file away: the two would not know what the other signed."""
        file = None
        try:
            file = Path(f"{self.path}.lock").open("w", encoding="utf-8")  # noqa: SIM115 -- held as long as the program runs
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if file is not None:
                file.close()
            raise Unchecked(f"{self.path} is in use, or cannot be locked: {error.strerror}") from None
        return file

    def _read(self) -> Dict[str, Dict[str, Any]]:
        try:
            value = json.loads(read_file(str(self.path)))
            logs = value["logs"]
            is_known = value["format"] == STATE_FORMAT
            for kept in logs.values():
                checked_hash(decoded(kept["root"], "the kept root"), "the kept root")
                read_number(str(kept["size"]), "the kept size")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refuted):
            raise Unchecked(f"{self.path} is damaged; a witness that forgot does not sign") from None
        if not is_known:
            raise Unchecked(f"{self.path} has another format")
        return cast("Dict[str, Dict[str, Any]]", logs)

    def head(self, origin: str) -> Optional[Head]:
        """Return what was last signed of a log."""
        kept = self.logs.get(origin)
        return Head(origin, kept["size"], decoded(kept["root"], "the kept root")) if kept else None

    def keep(self, head: Head, note: bytes) -> None:
        """Write a checkpoint down, before it is signed."""
        kept = {"size": head.size, "root": encoded(head.root), "checkpoint": note.decode()}
        logs = {**self.logs, head.origin: kept}
        text = json.dumps({"format": STATE_FORMAT, "logs": logs}, ensure_ascii=False, indent=2, sort_keys=True)
        write_whole(self.path, text + "\n")
        self.logs = logs

    def close(self) -> None:
        """Let another process hold the file."""
        self._held.close()


class Request(NamedTuple):
    """What is asked of a witness."""

    old_size: int
    proof: List[bytes]
    checkpoint: bytes


def read_request(body: bytes) -> Request:
    """Return the parts of a request; raise ``Refuted`` or ``Unchecked`` if it has another form."""
    head, gap, checkpoint = body.partition(b"\n\n")
    if not gap or len(body) > MOST_BODY_BYTES:
        raise Unchecked("a request has an old size, a proof, an empty line and a checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Unchecked("the proof is not plain text") from None
    if not lines[0].startswith("old ") or len(lines) > 1 + MOST_PROOF_LINES:
        raise Unchecked("a request begins with the old size and has at most 63 lines of proof")
    proof = [checked_hash(decoded(line, "a hash of the proof"), "a hash of the proof") for line in lines[1:]]
    return Request(read_number(lines[0][4:], "the old size"), proof, checkpoint)


def checked_change(line: bytes) -> Tuple[Key, Key]:
    """Return the old and the new key of a change that both signed, and that stands under a checkpoint by the old one."""
    proof, nonce, payload, old, new = read_key_change(line)
    file = read_proof_file(proof)
    note = read_note(file.note)
    head = read_head(note.text)
    if file.extra is None or not signers_of(note, [Key(head.origin, old.kind, old.public)]):
        raise Unchecked("its checkpoint is not signed by the old key, or the proof does not hold its entry")
    leaf = read_leaf(file.extra)
    check_opening(leaf, nonce, payload)
    if leaf["type"] != "log:key-changed":
        raise Refuted(f"the entry is a {leaf['type']}, not a change of keys")
    if inclusion_root(file.place, head.size, leaf_hash(file.extra), file.proof) != head.root:
        raise Refuted("the change does not lead to the signed root")
    return old, new


class Witness:
    """What it signs, it has written down before; one at a time."""

    def __init__(self, own: OwnKey, kept: Kept, logs: Sequence[Tuple[str, Key]]) -> None:
        self.own, self.kept = own, kept
        self.logs: Dict[str, List[Key]] = {}
        for origin, key in logs:
            self.logs.setdefault(origin, []).append(key)
        self.read_changes: Optional[Callable[[], bytes]] = None
        self._looked = -LOOKS_AGAIN_AFTER
        self._one_at_a_time = threading.Lock()

    def answer(self, body: bytes, second: int) -> Answer:
        """Return the answer to ``POST /add-checkpoint``."""
        try:
            request = read_request(body)
            note = read_note(request.checkpoint)
            origin = note.text.split("\n", 1)[0]
        except (Refuted, Unchecked) as reason:
            return Answer(400, f"{reason}\n")
        if origin not in self.logs:
            return Answer(404, "this log is not witnessed here\n")
        try:
            signers = signers_of(note, self.logs[origin])
            if not signers and self._learn(second):
                signers = signers_of(note, self.logs[origin])
        except Refuted as reason:
            return Answer(403, f"{reason}\n")
        if not signers:
            return Answer(403, "no key of this log signed the checkpoint\n")
        try:
            head = read_head(note.text)
        except Refuted as reason:
            return Answer(400, f"{reason}\n")
        with self._one_at_a_time:
            return self._decide(request, note, head, second)

    def _learn(self, second: int) -> bool:
        """Read which keys followed the known ones, at most once a minute; whether there is any that was not known."""
        if self.read_changes is None or second < self._looked + LOOKS_AGAIN_AFTER:
            return False
        self._looked = second
        try:
            lines = self.read_changes().split(b"\n")
        except Unchecked as reason:
            print(f"changes of keys cannot be read: {reason}", file=sys.stderr, flush=True)
            return False
        followed = [self.follow(line) for line in lines if line.strip()]
        return any(followed)

    def follow(self, line: bytes) -> bool:
        """Trust a key from now on that a known one handed over to, if both signed and the log says so; else say why not."""
        try:
            old, new = checked_change(line)
        except (Refuted, Unchecked) as reason:
            print(f"a change of keys is not followed: {reason}", file=sys.stderr, flush=True)
            return False
        is_followed = False
        for origin, keys in self.logs.items():
            publics = [key.public for key in keys]
            if old.public in publics and new.public not in publics:
                keys.append(Key(keys[publics.index(old.public)].name, new.kind, new.public))
                print(
                    f"{origin}: the key was changed; both keys signed, and the log says so", file=sys.stderr, flush=True
                )
                is_followed = True
        return is_followed

    def _decide(self, request: Request, note: Note, head: Head, second: int) -> Answer:
        kept = self.kept.head(head.origin)
        known = kept.size if kept else 0
        if request.old_size > head.size:
            return Answer(400, "the old size is larger than the checkpoint's\n")
        if request.old_size != known or (kept is not None and head.size == known and head.root != kept.root):
            return Answer(409, f"{known}\n", SIZE)
        begins = kept is None or not known or head.size == known
        try:
            if begins and request.proof:
                return Answer(422, "from an empty log, or from the same one, no proof leads anywhere\n")
            if kept is not None and not begins:
                check_consistency(known, head.size, kept.root, head.root, request.proof)
        except Refuted as reason:
            return Answer(422, f"{reason}\n")
        try:
            self.kept.keep(head, request.checkpoint)
        except Unchecked:
            return Answer(500, "the checkpoint could not be written down, so it is not signed\n")
        return Answer(200, self.own.cosign(note.text, second))


def look(witness: Witness, place: str, token: Optional[str], second: int) -> Tuple[str, bytes]:
    """Fetch a log's checkpoint and the tiles between; return what to say, and the checkpoint with our line."""
    log = TiledLog(place, token)
    witness.read_changes = witness.read_changes or partial(log.read, CHANGES)
    checkpoint = log.read("checkpoint")
    head = read_head(read_note(checkpoint).text)
    kept = witness.kept.head(head.origin)
    if kept is not None and head.size < kept.size:
        raise Refuted(f"ROLLBACK: {head.origin} had {kept.size:,} entries, and now shows {head.size:,}")
    if kept is not None and head.size == kept.size and head.root != kept.root:
        raise Refuted(f"FORK: {head.origin} shows two different trees of {head.size:,} entries")
    size = kept.size if kept else 0
    proof = log.consistency(size, head.size) if 0 < size < head.size else []
    lines = "".join(f"{encoded(part)}\n" for part in proof)
    answer = witness.answer(f"old {size}\n{lines}\n".encode() + checkpoint, second)
    if answer.status != 200:
        contradicts = answer.status in (409, 422)
        raise (Refuted if contradicts else Unchecked)(answer.body.strip())
    return (
        f"{head.origin}: {head.size:,} entries, consistent with the {size:,} before",
        checkpoint + answer.body.encode(),
    )


class Door(BaseHTTPRequestHandler):
    """``POST /add-checkpoint``, with a bound on time and size."""

    protocol_version = "HTTP/1.1"
    server_version = "tokimori-witness"
    sys_version = ""
    timeout = 15
    witness: Witness

    def do_POST(self) -> None:
        """Answer a request."""
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,7}", length, re.ASCII) or int(length) > MOST_BODY_BYTES:
            self._send(
                Answer(413 if length.isdigit() else 411, "say how long the request is, at most a million bytes\n")
            )
        elif self.path != "/add-checkpoint":
            self._send(Answer(404, "there is only /add-checkpoint\n"))
        else:
            self._send(self.witness.answer(self.rfile.read(int(length)), int(time.time())))

    def _send(self, answer: Answer) -> None:
        content = answer.body.encode()
        self.close_connection = self.close_connection or answer.status in (404, 411, 413)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *values: Any) -> None:  # noqa: A002 -- the name is the library's
        """Say what was answered, and to nobody in particular."""
        print(f"{time.strftime('%H:%M:%S', time.gmtime())} {format % values}", file=sys.stderr, flush=True)


def make_server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that is bound and waits to be run."""
    door = type("OwnDoor", (Door,), {"witness": witness})
    server = ThreadingHTTPServer((host, port), door)
    server.daemon_threads = True
    return server


def read_logs(given: Sequence[str]) -> List[Tuple[str, Key]]:
    """Return the logs to witness: ``vkey`` or ``origin vkey`` each, or ``@FILE`` with one on each line."""
    logs: List[Tuple[str, Key]] = []
    for text in given:
        lines = read_file(text[1:]).decode("utf-8", "replace").split("\n") if text.startswith("@") else [text]
        for line in lines:
            if line.strip() and not line.startswith("#"):
                origin, _, key = line.strip().rpartition(" ")
                read = read_key(key)
                if read.kind != ED25519:
                    raise Unchecked("a log signs with a key of type 1, and this is a witness's")
                logs.append((origin or read.name, read))
    return logs


def run_generate(given: argparse.Namespace) -> int:
    """Make a key."""
    print(write_key(given.name, Path(given.key)).text())
    return 0


def _read_changes_from(witness: Witness, given: argparse.Namespace) -> Optional[str]:
    """Let changes of keys be read from where the command line says; return the access token, if there is one."""
    token = read_file(given.token_file, 10_000).decode("utf-8", "replace").strip() if given.token_file else None
    if given.key_changes:
        witness.read_changes = partial(read_place, given.key_changes, token)
    return token


def run_serve(given: argparse.Namespace) -> int:
    """Answer logs that ask for a cosignature."""
    witness = Witness(read_own_key(Path(given.key)), Kept(Path(given.state)), read_logs(given.log))
    _read_changes_from(witness, given)
    host, _, port = given.listen.rpartition(":")
    server = make_server(witness, host.strip("[]") or "127.0.0.1", int(port))
    print(f"{witness.own.key.text()} witnesses {len(witness.logs)} logs on {given.listen}", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


def run_watch(given: argparse.Namespace) -> int:
    """Look at a log from time to time, and keep what was seen with our signature."""
    witness = Witness(read_own_key(Path(given.key)), Kept(Path(given.state)), read_logs(given.log))
    token = _read_changes_from(witness, given)
    while True:
        try:
            said, note = look(witness, given.place, token, int(time.time()))
            if given.out:
                write_whole(Path(given.out), note.decode())
            print(said, flush=True)
        except Unchecked as reason:
            print(f"not seen: {reason}", file=sys.stderr, flush=True)
            if given.once:
                return 2
        if given.once:
            return 0
        time.sleep(given.every)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="tokimori_witness.py", description=(__doc__ or "").split("\n\n")[1])
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="make a key")
    generate.add_argument("name", help="such as witness.example.com/w1")
    generate.add_argument("--key", required=True, metavar="FILE")
    generate.set_defaults(run=run_generate)
    for name, run in (("serve", run_serve), ("watch", run_watch)):
        command = commands.add_parser(name, help=(run.__doc__ or "").split("\n", maxsplit=1)[0])
        command.add_argument("--key", required=True, metavar="FILE", help="made by `generate`")
        command.add_argument(
            "--state", required=True, metavar="FILE", help="what was signed last; lose it and start a new key"
        )
        command.add_argument("--log", action="append", required=True, metavar="VKEY", help="a log to witness, or @FILE")
        command.add_argument(
            "--key-changes",
            metavar="URL|FILE",
            help="where changes of the log's key are read, when an unknown key signs; `watch` looks beside the checkpoint",
        )
        command.add_argument("--token-file", metavar="FILE", help="an access token for addresses, in a file")
        command.set_defaults(run=run)
        if name == "serve":
            command.add_argument("--listen", default="127.0.0.1:7380", metavar="HOST:PORT")
        else:
            command.add_argument("place", metavar="URL|DIR")
            command.add_argument("--every", type=int, default=300, metavar="SECONDS")
            command.add_argument("--once", action="store_true")
            command.add_argument("--out", metavar="FILE", help="where the checkpoint with our signature is written")
    return parser


def main() -> int:
    """Do what is asked; 0 done, 1 the log contradicts itself, 2 it could not be done."""
    given = build_parser().parse_args()
    try:
        return cast("int", given.run(given))
    except Refuted as reason:
        print(f"{reason}. Keep {getattr(given, 'state', 'the state file')}: both heads are signed.", file=sys.stderr)
        return 1
    except (Unchecked, OSError, ValueError, OverflowError) as reason:
        print(f"{reason}.", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
