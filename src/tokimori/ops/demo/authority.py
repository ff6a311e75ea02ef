"""A certificate authority of the demo's own: it says in its name that nobody trusts it, and signs for this machine alone.

Key and certificate are made at the first start and kept; the certificate of the doors is made anew at each start.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME: Final = "Tokimori demo authority – not trusted by anybody"
HOSTS: Final = ("tokimori.localhost", "operators.localhost")
"""Names that are this machine wherever they are asked for (RFC 6761)."""
_AUTHORITY_LASTS: Final = timedelta(days=3650)
_CERTIFICATE_LASTS: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorFiles:
    """Where the authority's certificate lies, and the certificate and the key of the demo's encrypted doors."""

    authority: Path
    certificate: Path
    key: Path


def door_files(state: Path, *, at: datetime) -> DoorFiles:
    """Return the files of the demo's doors; the authority is made where there is none, the certificate in any case."""
    files = DoorFiles(
        authority=state / "authority.pem", certificate=state / "door-certificate.pem", key=state / "door-key.pem"
    )
    key, certificate = _kept_authority(state / "authority-key.pem", at=at)
    files.authority.write_bytes(_pem(certificate))
    door_key = ec.generate_private_key(ec.SECP256R1())
    door = signed_certificate(
        hosts=HOSTS, key=door_key, issuer=certificate, issuer_key=key, begins=at - timedelta(hours=1),
        ends=at + _CERTIFICATE_LASTS,
    )  # fmt: skip
    files.certificate.write_bytes(_pem(door))
    _write_secret(files.key, _plain_key(door_key))
    return files


def new_authority(*, name: str = NAME, at: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return a key and a certificate that may sign for names of this machine and for nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        _begun(subject=subject, issuer=subject, key=key.public_key(), begins=at - timedelta(days=1))
        .not_valid_after(at + _AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(
            x509.NameConstraints(permitted_subtrees=[x509.DNSName("localhost")], excluded_subtrees=None), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return key, builder.sign(key, hashes.SHA256())


def signed_certificate(
    *,
    hosts: tuple[str, ...],
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate,
    issuer_key: ec.EllipticCurvePrivateKey,
    begins: datetime,
    ends: datetime,
) -> x509.Certificate:
    """Return a server's certificate for these names, signed by an authority, counting from ``begins`` to ``ends``."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        _begun(subject=subject, issuer=issuer.subject, key=key.public_key(), begins=begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority, critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _kept_authority(file: Path, *, at: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    if not file.exists():
        made, certificate = new_authority(at=at)
        _write_secret(file, _plain_key(made) + _pem(certificate))
    content = file.read_bytes()
    key = serialization.load_pem_private_key(content, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("The authority's key is on an elliptic curve.")
    return key, x509.load_pem_x509_certificate(content)


def _begun(
    *, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _plain_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_secret(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        written.write(content)
