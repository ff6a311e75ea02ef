"""A time stamp authority of the demo's and the tests' own (RFC 3161). It answers on this machine and proves nothing.

It makes its key and certificate when it starts, and says in the certificate's name what it is. Its answers are strict DER:
one certificate, sorted sets, no parameters that nobody asked for.
"""

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tokimori.foundation import clock

NAME: Final = "Tokimori test authority (proves nothing)"
_LONGEST_QUERY: Final = 10_000
_SHORT_LENGTH: Final = 0x80
_VALID: Final = timedelta(days=3650)

_INTEGER, _OCTETS, _SEQUENCE, _SET, _TIME = 0x02, 0x04, 0x30, 0x31, 0x18
_EXPLICIT_0: Final = 0xA0
_SHA_256: Final = bytes.fromhex("0609608648016503040201")
_ECDSA_SHA_256: Final = bytes.fromhex("06082a8648ce3d040302")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_STAMP_CONTENT: Final = bytes.fromhex("060b2a864886f70d0109100104")
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE: Final = bytes.fromhex("060b2a864886f70d010910022f")
_POLICY: Final = bytes.fromhex("06042a030401")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAuthority:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """Return the certificate, as it is pinned."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def answer(self, query: bytes, *, at: datetime) -> bytes:
        """Return the stamp that a query asks for; raise ``ValueError`` for what is no query."""
        imprint, nonce = _read_query(query)
        second = at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()
        content = _made(
            _SEQUENCE, _number(1), _POLICY, imprint, _number(secrets.randbits(63)), _made(_TIME, second), nonce
        )
        algorithm = _made(_SEQUENCE, _SHA_256)
        signed = _made(
            _SEQUENCE,
            _number(3),
            _made(_SET, algorithm),
            _made(_SEQUENCE, _STAMP_CONTENT, _made(_EXPLICIT_0, _made(_OCTETS, content))),
            _made(_EXPLICIT_0, self.certificate.public_bytes(serialization.Encoding.DER)),
            _made(_SET, self._signature(content, algorithm)),
        )
        token = _made(_SEQUENCE, _SIGNED_DATA, _made(_EXPLICIT_0, signed))
        return _made(_SEQUENCE, _made(_SEQUENCE, _number(0)), token)

    def _signature(self, content: bytes, algorithm: bytes) -> bytes:
        certificate = hashlib.sha256(self.certificate.public_bytes(serialization.Encoding.DER)).digest()
        reference = _made(_SEQUENCE, _made(_SEQUENCE, _made(_SEQUENCE, _made(_OCTETS, certificate))))
        said = b"".join(
            sorted(
                [
                    _made(_SEQUENCE, _CONTENT_TYPE, _made(_SET, _STAMP_CONTENT)),
                    _made(_SEQUENCE, _MESSAGE_DIGEST, _made(_SET, _made(_OCTETS, hashlib.sha256(content).digest()))),
                    _made(_SEQUENCE, _SIGNING_CERTIFICATE, _made(_SET, reference)),
                ]
            )
        )
        signer = _made(_SEQUENCE, self.certificate.issuer.public_bytes(), _number(self.certificate.serial_number))
        signature = self.key.sign(_made(_SET, said), ec.ECDSA(hashes.SHA256()))
        return _made(
            _SEQUENCE,
            _number(1),
            signer,
            algorithm,
            _made(_EXPLICIT_0, said),
            _made(_SEQUENCE, _ECDSA_SHA_256),
            _made(_OCTETS, signature),
        )


def new_time_authority(*, name: str = NAME, at: datetime) -> TimeAuthority:
    """Return an authority with a key of its own, from a day before ``at`` on."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + _VALID)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    )
    return TimeAuthority(key=key, certificate=builder.sign(key, hashes.SHA256()))


def kept_time_authority(file: Path, *, at: datetime) -> TimeAuthority:
    """Return the authority whose key and certificate lie in a file, mode 0600; make it where there is none."""
    if not file.exists():
        made = new_time_authority(at=at)
        key = made.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(key + made.pem)
    content = file.read_bytes()
    read = serialization.load_pem_private_key(content, password=None)
    if not isinstance(read, ec.EllipticCurvePrivateKey):
        raise TypeError("The authority's key is on an elliptic curve.")
    return TimeAuthority(key=read, certificate=x509.load_pem_x509_certificate(content))


@contextmanager
def serving(authority: TimeAuthority, *, port: int = 0) -> Iterator[str]:
    """Serve an authority on this machine alone while the block runs; its address is yielded."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", "0")), _LONGEST_QUERY)
            try:
                content = authority.answer(self.rfile.read(length), at=clock.now())
            except ValueError:
                self.send_error(400)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's own name
            """Say nothing: what is asked is nobody's business."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def _read_query(query: bytes) -> tuple[bytes, bytes]:
    """Return the imprint and the nonce of a query, both as they are written there; an empty nonce where there is none."""
    tag, inner, rest = _read(query)
    if tag != _SEQUENCE or rest:
        raise ValueError("This is no query.")
    _tag, _version, rest = _read(inner)
    begin = rest
    tag, _imprint, rest = _read(rest)
    if tag != _SEQUENCE:
        raise ValueError("The query says nothing to stamp.")
    imprint, nonce = begin[: len(begin) - len(rest)], b""
    while rest:
        begin = rest
        tag, _value, rest = _read(rest)
        if tag == _INTEGER:
            nonce = begin[: len(begin) - len(rest)]
    return imprint, nonce


def _read(content: bytes) -> tuple[int, bytes, bytes]:
    """Return the tag and the value of the first element, and what follows it."""
    if len(content) < 2:  # noqa: PLR2004 -- a tag and a length
        raise ValueError("It ends too early.")
    tag, length, begin = content[0], content[1], 2
    if length >= _SHORT_LENGTH:
        begin = 2 + length - _SHORT_LENGTH
        length = int.from_bytes(content[2:begin])
    if begin + length > len(content):
        raise ValueError("It ends too early.")
    return tag, content[begin : begin + length], content[begin + length :]


def _made(tag: int, *parts: bytes) -> bytes:
    value = b"".join(parts)
    if len(value) < _SHORT_LENGTH:
        return bytes([tag, len(value)]) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8)
    return bytes([tag, _SHORT_LENGTH + len(length)]) + length + value


def _number(value: int) -> bytes:
    return _made(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1))
