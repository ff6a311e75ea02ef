"""Leaves, receipts, proof files and changes of keys: written in one way, read in one way."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.foundation.transparency.continuity import (
    followed,
    key_change_details,
    read_key_change,
)
from tokimori.foundation.transparency.faults import Malformed, Refuted, Unproven, Untrusted
from tokimori.foundation.transparency.leaves import Leaf, commitment, payload_bytes, read_instant, read_leaf
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.foundation.transparency.proof_files import ProofFile, read_proof_file
from tokimori.foundation.transparency.receipts import Receipt, read_receipt, receipt_key_name, signed_receipt
from tokimori.foundation.transparency.tree import leaf_hash

MORNING = datetime(2026, 4, 1, 0, 30, 0, 120_000, tzinfo=UTC)
PAYLOAD: dict[str, Any] = {
    "actor_kind": "account",
    "address": "192.0.2.7",
    "correlation": "c",
    "details": {"note": "退勤"},
    "device": "",
    "outcome": "done",
    "session": None,
}
LEAF = Leaf(
    log="00112233445566778899aabbccddeeff",
    event=UUID("01960000-0000-7000-8000-000000000001"),
    type="punch:recorded",
    actor=UUID("01960000-0000-7000-8000-000000000002"),
    object=None,
    at=MORNING,
    received=MORNING + timedelta(seconds=2),
    build="sha256:abc",
    commitment=commitment(b"n" * 32, payload_bytes(PAYLOAD)),
)
SIGNER = KeySigner(b"\x03" * 32)
ORIGIN = f"localhost/tokimori/{LEAF.log}/1"
KEY = VerifierKey(name=receipt_key_name(ORIGIN), public=SIGNER.public())
RECEIPT = Receipt(
    origin=ORIGIN,
    event=LEAF.event,
    leaf=LEAF.hash(),
    at=LEAF.at,
    received=LEAF.received,
    merge_by=LEAF.received + timedelta(minutes=1),
)


def test_a_leaf_has_these_very_bytes() -> None:
    assert LEAF.entry().decode() == (
        '{"actor":"01960000-0000-7000-8000-000000000002","at":"2026-04-01T00:30:00.120000Z","build":"sha256:abc",'
        f'"commitment":"{LEAF.commitment.hex()}","event":"01960000-0000-7000-8000-000000000001",'
        '"log":"00112233445566778899aabbccddeeff","object":null,"received":"2026-04-01T00:30:02.120000Z",'
        '"type":"punch:recorded","v":1}'
    )
    assert read_leaf(LEAF.entry()) == LEAF
    assert leaf_hash(LEAF.entry()) == LEAF.hash()
    assert LEAF.commitment.hex() == "91a0c19a1494ee9fa9ebcfaa32aac8980e7145646008af57fac07a7c6e251e95"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2), ("v", True), ("v", 1.0), ("log", "X" * 32), ("log", 1), ("event", None), ("event", 5),
        ("event", LEAF.event.hex),
        ("type", ""), ("type", "a b"), ("actor", 3), ("at", "2026-04-01T00:30:00Z"), ("at", None),
        ("at", "2026-02-30T00:30:00.000000Z"), ("received", "2026-04-01T00:30:00.120000+00:00"), ("build", []),
        ("commitment", "AB" * 32), ("commitment", "ab" * 31), ("more", 1),
    ],
)  # fmt: skip
def test_any_other_leaf_is_refused(field: str, value: Any) -> None:
    fields = json.loads(LEAF.entry()) | {field: value}
    with pytest.raises(Malformed):
        read_leaf(json.dumps(fields, separators=(",", ":"), sort_keys=True).encode())


@pytest.mark.parametrize(
    "entry", [b"", b"[]", b"1", LEAF.entry() + b" ", LEAF.entry().replace(b'"v":1', b'"v":1,"v":1')]
)
def test_a_leaf_has_one_spelling(entry: bytes) -> None:
    with pytest.raises(Malformed):
        read_leaf(entry)


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda value: json.dumps(value).encode())
)
def test_no_bytes_make_the_reader_of_leaves_stumble(entry: bytes) -> None:
    with pytest.raises(Malformed):
        read_leaf(entry)


def test_the_commitment_hangs_on_nonce_and_payload() -> None:
    other = payload_bytes({**PAYLOAD, "address": "192.0.2.8"})
    values = {
        commitment(b"n" * 32, payload_bytes(PAYLOAD)),
        commitment(b"m" * 32, payload_bytes(PAYLOAD)),
        commitment(b"n" * 32, other),
    }
    assert len(values) == 3
    with pytest.raises(Malformed):
        commitment(b"n" * 31, other)


def test_a_receipt_comes_back() -> None:
    note = signed_receipt(RECEIPT, signer=SIGNER)
    assert read_receipt(str(note).encode(), keys=[KEY]) == RECEIPT
    assert note.text.startswith(f"tokimori-receipt/v1\n{ORIGIN}\n01960000-0000-7000-8000-000000000001\n")
    assert note.text.endswith(
        "\nat 2026-04-01T00:30:00.120000Z\nreceived 2026-04-01T00:30:02.120000Z\nmerge-by 2026-04-01T00:31:02.120000Z\n"
    )
    with pytest.raises(Untrusted):
        read_receipt(str(note).encode(), keys=[KEY.renamed(receipt_key_name("localhost/tokimori/other/1"))])


@given(st.data())
def test_no_changed_receipt_is_taken(data: st.DataObject) -> None:
    content = bytearray(str(signed_receipt(RECEIPT, signer=SIGNER)).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unproven):
        read_receipt(bytes(content), keys=[KEY])


@given(
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    index=st.integers(0, 2**63 - 1),
    extra=st.none() | st.binary(max_size=80),
)
def test_proof_files_come_back(proof: tuple[bytes, ...], index: int, extra: bytes | None) -> None:
    file = ProofFile(index=index, proof=proof, note=b"a\n\n\xe2\x80\x94 b AAAAAAA=\n", extra=extra)
    assert read_proof_file(file.content()) == file


@given(
    st.binary(max_size=300) | st.text(max_size=100).map(lambda rest: f"c2sp.org/tlog-proof@v1\n{rest}\n\nx".encode())
)
def test_no_bytes_make_the_reader_of_proof_files_stumble(content: bytes) -> None:
    try:
        file = read_proof_file(content)
    except Malformed:
        return
    assert file.content() == content


@pytest.mark.parametrize(
    "content",
    [
        "c2sp.org/tlog-proof@v1\nindex 01\n\nx", "c2sp.org/tlog-proof@v2\nindex 1\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\nx",
        "c2sp.org/tlog-proof@v1\n\nx", "c2sp.org/tlog-proof@v1\nindex 1\nextra AA==\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 1\n",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" * 64 + "\nx",
    ],
)  # fmt: skip
def test_what_is_no_proof_file_is_refused(content: str) -> None:
    with pytest.raises(Malformed):
        read_proof_file(content.encode())


def test_a_change_of_keys_is_followed_only_if_both_signed() -> None:
    name, old, new = "localhost/tokimori/provider/1", SIGNER, KeySigner(b"\x04" * 32)
    details = key_change_details(name=name, old=old, new=new)
    change = read_key_change(details)
    mine = VerifierKey(name=ORIGIN, public=old.public())
    assert followed(mine, [change]) == VerifierKey(name=ORIGIN, public=new.public())
    assert followed(VerifierKey(name=ORIGIN, public=new.public()), [change]).public == new.public()
    forged = key_change_details(name=name, old=KeySigner(b"\x05" * 32), new=new)
    with pytest.raises(Unproven):
        read_key_change({**details, "old_signature": forged["old_signature"]})
    with pytest.raises(Refuted):
        read_key_change({**details, "new_vkey": VerifierKey(name="other", public=new.public()).text()})
    with pytest.raises(Malformed):
        read_key_change({"old_vkey": details["old_vkey"]})


def test_times_have_one_spelling() -> None:
    assert read_instant("2026-04-01T00:30:00.120000Z") == MORNING
    for text in ("2026-04-01 00:30:00.120000Z", "2026-04-01T00:30:00.120000", "\uff12026-04-01T00:30:00.120000Z"):
        with pytest.raises(Malformed):
            read_instant(text)
