"""X.509 certificates of providers, and the key pair with which we sign our own questions."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from tokimori.foundation.single_sign_on.errors import ProviderNotValid

_LARGEST: Final = 16 * 1024
_SMALLEST_RSA_BITS: Final = 2048
_OUR_RSA_BITS: Final = 3072
_OURS_LASTS: Final = timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A certificate: the SHA-256 of its DER in hexadecimal, whose it says it is, and from when to when it holds."""

    fingerprint: str
    name: str
    valid_from: datetime
    valid_to: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is valid at a time."""
        return self.valid_from <= now < self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A private key (PKCS #8, PEM) and its certificate (DER in base64)."""

    private_key: bytes
    certificate: str


def read_certificate(text: str) -> str:
    """Return a certificate as DER in base64; raise ``ProviderNotValid`` for what is none, or has too small a key."""
    return base64.b64encode(_parse(text).public_bytes(serialization.Encoding.DER)).decode()


def describe_certificate(text: str) -> CertificateView:
    """Return what stands in a certificate that was read before."""
    certificate = _parse(text)
    return CertificateView(
        fingerprint=hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest(),
        name=certificate.subject.rfc4514_string()[:120],
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )


def new_key_pair(*, name: str, now: datetime) -> KeyPair:
    """Return a new RSA key of 3072 bits with a certificate that it signed itself, valid for five years."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_OUR_RSA_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _OURS_LASTS)
        .sign(key, SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    plain = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    return KeyPair(private_key=private, certificate=plain)


def _parse(text: str) -> x509.Certificate:
    if len(text) > _LARGEST:
        raise ProviderNotValid(field="certificate")
    lines = [line.strip() for line in text.strip().splitlines()]
    plain = "".join(line for line in lines if not line.startswith("-----"))
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join(plain.split()), validate=True))
        key = certificate.public_key()
        if certificate.not_valid_before_utc >= certificate.not_valid_after_utc:
            raise ProviderNotValid(field="certificate")
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise ProviderNotValid(field="certificate") from error
    if not (
        (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA_BITS)
        or isinstance(key, ec.EllipticCurvePublicKey)
    ):
        raise ProviderNotValid(field="certificate")
    return certificate
