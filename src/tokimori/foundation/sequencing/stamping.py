"""Have an outside authority stamp the provider's checkpoint with its time (RFC 3161), once an hour, and keep the answer.

What is stamped are the bytes of the signed checkpoint. The authority is known by its certificate, which is pinned: another
one is refused, whatever name it bears and whoever issued it.
"""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from tokimori.foundation.identifiers import new_id
from tokimori.foundation.logs import logger
from tokimori.foundation.sequencing.provider_log import PROVIDER_LOG, PROVIDER_TENANT

STAMP_EVERY: Final = timedelta(hours=1)
_AGAIN_AFTER: Final = timedelta(minutes=5)
_CLOCKS_APART: Final = timedelta(minutes=5)
_PATIENCE_SECONDS: Final = 10
_LONGEST_ANSWER: Final = 100_000
_LONGEST_NAME: Final = 200
_SHA_256: Final = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_NO_STAMP: Final = (VerificationError, ValueError, TypeError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion)
"""What the library, and the parsers below it, say of bytes that are no stamp."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_NEWEST: Final = """
    select signed.id, signed.note,
           (select max(stamp.stamped_at) from ledger_logstamp as stamp where stamp.tenant_id = signed.tenant_id),
           exists (select from ledger_logstamp as stamp
                    where stamp.tenant_id = signed.tenant_id and stamp.checkpoint_id = signed.id)
      from ledger_logcheckpoint as signed
     where signed.tenant_id = %s and signed.log = %s order by signed.epoch desc, signed.size desc limit 1
"""
_STORE: Final = """
    insert into ledger_logstamp (tenant_id, id, checkpoint_id, authority, token, stamped_at)
    values (%s, %s, %s, %s, %s, %s)
"""
_log = logger("tokimori.sequencer")


class StampRefused(ValueError):
    """What was answered is no stamp of these bytes by this authority, now."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the address is the one that was configured."""

    def redirect_request(self, *_given: object, **_named: object) -> None:
        """Refuse."""


_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler(), _NoRedirect)


@dataclass(frozen=True, slots=True, kw_only=True)
class StampAuthority:
    """An authority: where it listens, its certificate, and those above it, if any were given."""

    url: str
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...] = ()

    @property
    def name(self) -> str:
        """Return what the pinned certificate calls itself: to be read, never to be believed in its place."""
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value if names else self.certificate.subject.rfc4514_string())[:_LONGEST_NAME]


def read_authority(environment: Mapping[str, str]) -> StampAuthority | None:
    """Return the authority that two settings name, or nothing where none is; raise ``ValueError`` for anything else."""
    url = environment.get("TOKIMORI_TIMESTAMP_URL", "")
    file = environment.get("TOKIMORI_TIMESTAMP_CERTIFICATE", "")
    if not url and not file:
        return None
    if not url or not file:
        raise ValueError("TOKIMORI_TIMESTAMP_URL and TOKIMORI_TIMESTAMP_CERTIFICATE are set together or not at all.")
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_safe or not parts.hostname or parts.username or parts.password or parts.fragment:
        raise ValueError("TOKIMORI_TIMESTAMP_URL is https:// and a host, or http:// on this machine alone.")
    try:
        certificate, *issuers = x509.load_pem_x509_certificates(Path(file).read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(
            "TOKIMORI_TIMESTAMP_CERTIFICATE names a file with the authority's certificate (PEM), its issuers after it."
        ) from error
    return StampAuthority(url=url, certificate=certificate, issuers=tuple(issuers))


def checked_stamp(answer: bytes, *, of: bytes, nonce: int | None, authority: StampAuthority, now: datetime) -> datetime:
    """Return the time that a genuine stamp of these bytes tells; raise ``StampRefused`` for any other answer."""
    above = authority.issuers or (authority.certificate,)
    verifier = VerifierBuilder(
        tsa_certificate=authority.certificate,
        roots=[one for one in above if one.issuer == one.subject] or list(above),
        intermediates=[one for one in above if one.issuer != one.subject],
        nonce=nonce,
    ).build()
    try:
        response = decode_timestamp_response(answer)
        verifier.verify_message(response, of)
        algorithm = response.tst_info.message_imprint.hash_algorithm
        at: datetime = response.tst_info.gen_time
    except _NO_STAMP as fault:
        raise StampRefused(str(fault)) from fault
    if algorithm != _SHA_256:
        raise StampRefused("the digest is not SHA-256")
    if abs(at - now) > _CLOCKS_APART:
        raise StampRefused("the authority's clock and ours are more than five minutes apart")
    return at


class Stamping:
    """Has the newest checkpoint of the provider's log stamped when an hour has passed; without an authority, nothing."""

    def __init__(self, *, connection: "psycopg.Connection[tuple[Any, ...]]", authority: StampAuthority | None) -> None:
        self._connection = connection
        self._authority = authority
        self._not_before: datetime | None = None

    def stamp_if_due(self, *, now: datetime) -> bool:
        """Stamp, keep what was answered, and return whether that was done. An authority that fails is asked again later."""
        if self._authority is None or (self._not_before is not None and now < self._not_before):
            return False
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_NEWEST, (PROVIDER_TENANT, PROVIDER_LOG))
            rows = cursor.fetchall()
        if not rows:
            return False
        checkpoint_id, note, last, is_stamped = rows[0]
        if is_stamped or (last is not None and now - last < STAMP_EVERY):
            return False
        self._not_before = now + _AGAIN_AFTER
        try:
            self._stamp(self._authority, checkpoint_id, str(note).encode(), now=now)
        except (OSError, ValueError) as fault:
            _log.warning("checkpoint not stamped", exception_type=type(fault).__name__)
            return False
        return True

    def _stamp(self, authority: StampAuthority, checkpoint_id: UUID, note: bytes, *, now: datetime) -> None:
        request = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build()
        posted = urllib.request.Request(  # noqa: S310 -- the configured address, https or this machine
            authority.url,
            data=request.as_bytes(),
            headers={"Content-Type": "application/timestamp-query"},
            method="POST",
        )
        with _OPENER.open(posted, timeout=_PATIENCE_SECONDS) as answered:
            answer: bytes = answered.read(_LONGEST_ANSWER)
        at = checked_stamp(answer, of=note, nonce=request.nonce, authority=authority, now=now)
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_STORE, (PROVIDER_TENANT, new_id(at=now), checkpoint_id, authority.name, answer, at))
