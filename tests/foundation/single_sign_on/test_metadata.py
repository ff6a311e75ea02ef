"""Metadata: what is taken of a provider's, what is refused, and how certificates are read."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from support.saml_provider import MADE, SamlProvider
from tokimori.foundation.single_sign_on.certificates import describe_certificate, new_key_pair, read_certificate
from tokimori.foundation.single_sign_on.errors import MetadataNotReadable, ProviderNotValid
from tokimori.foundation.single_sign_on.saml_metadata import our_metadata, read_metadata
from tokimori.foundation.single_sign_on.strict_xml import LARGEST_DOCUMENT, read_xml
from tokimori.foundation.single_sign_on.values import SamlSettings, Trust

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
PROVIDER = SamlProvider()
GOOD = PROVIDER.metadata()


def test_metadata_names_the_provider_its_address_and_its_keys() -> None:
    found = read_metadata(GOOD, now=NOW)

    assert (found.entity_id, found.sign_on_url) == (PROVIDER.entity_id, PROVIDER.sign_on_url)
    assert found.certificates == (PROVIDER.pair.certificate,)
    assert SamlSettings.from_plain(found.to_plain()) == found


def test_metadata_may_stand_alone_in_a_collection() -> None:
    names = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
    inside = GOOD.removeprefix('<?xml version="1.0"?>')

    assert read_metadata(f"<md:EntitiesDescriptor {names}>{inside}</md:EntitiesDescriptor>", now=NOW).entity_id
    with pytest.raises(MetadataNotReadable):
        read_metadata(f"<md:EntitiesDescriptor {names}>{inside}{inside}</md:EntitiesDescriptor>", now=NOW)


def test_certificates_that_are_over_are_left_out() -> None:
    old = new_key_pair(name="old", now=NOW - timedelta(days=3000)).certificate

    assert read_metadata(PROVIDER.metadata(old, PROVIDER.pair.certificate), now=NOW).certificates == (
        PROVIDER.pair.certificate,
    )
    with pytest.raises(MetadataNotReadable):
        read_metadata(PROVIDER.metadata(old), now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "<x/>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + GOOD,
        GOOD.replace("idp.example/sign-on", "idp.example/<!-- x -->"),
        GOOD.replace("https://idp.example/sign-on", "http://idp.example/sign-on"),
        GOOD.replace("https://idp.example/sign-on", "javascript:alert(1)"),
        GOOD.replace("https://idp.example/sign-on", "https://localhost.evil@idp.example/"),
        GOOD.replace("HTTP-Redirect", "HTTP-Artifact"),
        GOOD.replace("SAML:2.0:protocol", "SAML:1.1:protocol"),
        GOOD.replace(PROVIDER.entity_id, "two words"),
        GOOD.replace(PROVIDER.entity_id, ""),
        GOOD.replace(PROVIDER.pair.certificate[:40], "A" * 40),
        GOOD.replace('use="signing"', 'use="encryption"'),
        PROVIDER.metadata(extra=' validUntil="2026-03-01T00:00:00Z"'),
        PROVIDER.metadata(extra=' validUntil="soon"'),
        GOOD + " " * LARGEST_DOCUMENT + "<x/>",
        GOOD.replace("<md:IDPSSODescriptor", "<a>" * 70 + "<md:IDPSSODescriptor"),
    ],
)
def test_metadata_that_cannot_be_used_safely_is_refused(text: str) -> None:
    with pytest.raises(MetadataNotReadable):
        read_metadata(text, now=NOW)


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(MetadataNotReadable):
        read_metadata(text, now=NOW)


@given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.text(alphabet="<>&\"'/!-[]ab =:", max_size=6))
def test_a_changed_piece_of_metadata_is_read_or_refused_and_nothing_else(begin: int, end: int, put: str) -> None:
    first, last = sorted((begin, end))
    try:
        found = read_metadata(GOOD[:first] + put + GOOD[last:], now=NOW)
    except MetadataNotReadable:
        return
    assert found.sign_on_url.startswith("https://")
    assert found.certificates


def test_ours_is_xml_and_wants_signed_assertions() -> None:
    text = our_metadata(
        entity_id="https://time.example/?a=1&b=2", answer_url="https://time.example/<x>", certificate="AA"
    )

    root = read_xml(text.encode())
    assert root.get("entityID") == "https://time.example/?a=1&b=2"


def certificate(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    algorithm = hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else None
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(MADE)
        .not_valid_after(MADE + timedelta(days=900))
        .sign(key, algorithm)
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def test_small_keys_and_unknown_kinds_are_refused() -> None:
    assert read_certificate(certificate(rsa.generate_private_key(public_exponent=65537, key_size=2048)))
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- it must be refused
    for key in (small, ed25519.Ed25519PrivateKey.generate()):
        with pytest.raises(ProviderNotValid):
            read_certificate(certificate(key))


def test_a_certificate_is_read_with_and_without_its_frame() -> None:
    plain = PROVIDER.pair.certificate
    framed = f"-----BEGIN CERTIFICATE-----\n{plain[:64]}\n{plain[64:]}\n-----END CERTIFICATE-----\n"

    assert read_certificate(framed) == read_certificate(plain) == plain
    assert describe_certificate(plain).holds(NOW)
    assert not describe_certificate(plain).holds(NOW + timedelta(days=5000))


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()))
def test_whatever_is_no_certificate_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(ProviderNotValid):
        read_certificate(text)


@pytest.mark.parametrize(
    "domain",
    ["example", "-a.example", "a_b.example", "*.example", "a..example", "EXAMPLE.com", "1.2.3.4", "x" * 250 + ".jp"],
)
def test_what_is_no_domain_vouches_for_nobody(domain: str) -> None:
    with pytest.raises(ProviderNotValid):
        Trust(domains=(domain,))


def test_linking_by_address_wants_a_domain() -> None:
    with pytest.raises(ProviderNotValid):
        Trust(domains=())
