"""The verifier's own Ed25519 gives the verdicts of a library that many have looked at, on edges too."""

import hashlib

import pytest
import tokimori_verify
import tokimori_witness
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
# RFC 8032, 7.1: seed, public key, message, signature.
PUBLISHED = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
            "655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
            "b00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
            "c027beceea1ec40a"
        ),
    ),
]


def library_verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("seed", "public", "message", "signature"), PUBLISHED)
def test_published_signatures_are_made_and_verified(seed: str, public: str, message: str, signature: str) -> None:
    key, content, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert tokimori_verify.ed25519_verifies(key, signed, content)
    assert not tokimori_verify.ed25519_verifies(key, signed, content + b"\0")
    assert tokimori_witness.public_half(bytes.fromhex(seed)) == key
    assert tokimori_witness.ed25519_sign(bytes.fromhex(seed), content) == signed


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_signatures_are_those_of_the_library(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signature = private.sign(message)
    assert tokimori_witness.ed25519_sign(seed, message) == signature
    assert tokimori_verify.ed25519_verifies(private.public_key().public_bytes_raw(), signature, message)


@given(seed=st.binary(min_size=32, max_size=32), bit=st.integers(0, 8 * 64 - 1), length=st.integers(0, 80))
def test_a_changed_signature_gets_the_verdict_of_the_library(seed: bytes, bit: int, length: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    signature = bytearray(private.sign(b"text"))
    signature[bit // 8] ^= 1 << bit % 8
    assert not tokimori_verify.ed25519_verifies(public, bytes(signature), b"text")
    assert not library_verifies(public, bytes(signature), b"text")
    cut = (bytes(signature) * 2)[:length]
    assert tokimori_verify.ed25519_verifies(public, cut, b"text") is library_verifies(public, cut, b"text")


def test_a_scalar_of_another_spelling_is_refused() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"text")
    scalar = int.from_bytes(signature[32:], "little")
    for other in (scalar + ORDER, scalar + 2 * ORDER, scalar | 1 << 255, ORDER, 2**256 - 1):
        changed = signature[:32] + (other % 2**256).to_bytes(32, "little")
        assert not tokimori_verify.ed25519_verifies(public, changed, b"text")
        assert not library_verifies(public, changed, b"text")


def small_points() -> list[bytes]:
    """Return encodings of points of small order, canonical and not, and of what is no point."""
    low = [0, 1, P - 1, P, P + 1, 2**255 - 1, 2, 7]
    low += [int("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", 16)]
    low += [int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")]
    low += [int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")]
    return [(value % 2**255 | sign << 255).to_bytes(32, "little") for value in low for sign in (0, 1)]


def is_canonical(public: bytes) -> bool:
    value = int.from_bytes(public, "little")
    y, sign = value % 2**255, value >> 255
    return y < P and not (sign and y in (1, P - 1))


def test_edges_of_points_get_the_verdict_of_the_library_or_a_stricter_one() -> None:
    """Where the two differ, the key has a second spelling, which RFC 8032, 5.1.3 refuses and the library takes."""
    differ = 0
    for public in small_points():
        for point in small_points():
            for scalar in (0, 1, ORDER - 1):
                signature = point + scalar.to_bytes(32, "little")
                ours = tokimori_verify.ed25519_verifies(public, signature, b"text")
                theirs = library_verifies(public, signature, b"text")
                if is_canonical(public):
                    assert ours is theirs, (public.hex(), signature.hex())
                else:
                    assert not ours
                    differ += theirs
    assert differ < 100


@given(public=st.binary(min_size=32, max_size=32), signature=st.binary(min_size=64, max_size=64))
def test_random_keys_get_the_verdict_of_the_library(public: bytes, signature: bytes) -> None:
    assert tokimori_verify.ed25519_verifies(public, signature, b"") is library_verifies(public, signature, b"")


def test_the_equation_is_without_the_cofactor() -> None:
    """A signature whose point differs by one of order two holds with the cofactor, and must not hold here."""
    seed = b"\x07" * 32
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    public = tokimori_witness.public_half(seed)
    verify = tokimori_verify
    chosen = 12345
    minus: verify.Point = (0, P - 1, 1, 0)
    point = verify._added(verify._sum_of_products(chosen, verify._multiples(verify._ZERO), 0), minus)  # noqa: SLF001 -- its parts
    encoded = verify._encoded_point(point)  # noqa: SLF001 -- as above
    asked = int.from_bytes(hashlib.sha512(encoded + public + b"m").digest(), "little") % ORDER
    signature = encoded + ((chosen + asked * scalar) % ORDER).to_bytes(32, "little")
    assert not verify.ed25519_verifies(public, signature, b"m")
    assert not library_verifies(public, signature, b"m")
