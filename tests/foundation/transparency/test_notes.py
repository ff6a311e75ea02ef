"""Notes and keys as C2SP signed-note, tlog-checkpoint and tlog-cosignature publish them; anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.foundation.transparency.checkpoints import (
    Checkpoint,
    read_checkpoint,
    read_number,
    read_text,
    signed_checkpoint,
)
from tokimori.foundation.transparency.faults import Malformed, Refuted, Unproven, Untrusted
from tokimori.foundation.transparency.notes import (
    KeySigner,
    Note,
    SignatureType,
    VerifierKey,
    cosigned_line,
    decoded,
    read_note,
    read_verifier_key,
    signed_line,
    verified_by,
)
from tokimori.foundation.transparency.tree import EMPTY_ROOT, leaf_hash

# The example of Go's sumdb/note, with its seed; and RFC 8032, 7.1, test 1.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SEED = decoded("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCHS_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
RFC_8032_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_8032_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
RFC_8032_SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
    "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)
# The example of C2SP signed-note.
C2SP_NOTE = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""

LOG = KeySigner(b"\x01" * 32)
WITNESS = KeySigner(b"\x02" * 32)
ORIGIN = "example.test/log/1"
LOG_KEY = VerifierKey(name=ORIGIN, public=LOG.public())
WITNESS_KEY = VerifierKey(name="example.test/witness", public=WITNESS.public(), type=SignatureType.COSIGNATURE)


def test_signatures_are_those_of_rfc_8032() -> None:
    signer = KeySigner(RFC_8032_SEED)
    assert signer.public().hex() == RFC_8032_PUBLIC
    assert signer.sign(b"").hex() == RFC_8032_SIGNATURE


def test_published_notes_are_signed_and_read_alike() -> None:
    line = signed_line(TEXT, name="PeterNeumann", signer=KeySigner(PETERS_SEED))
    assert line.text() == PETERS_LINE
    assert str(Note(text=TEXT, signatures=(line,))) == f"{TEXT}\n{PETERS_LINE}"
    assert str(read_note(C2SP_NOTE.encode())) == C2SP_NOTE
    peter, enoch = read_verifier_key(PETER), read_verifier_key(ENOCH)
    note = read_note(f"{TEXT}\n{PETERS_LINE}{ENOCHS_LINE}".encode())
    assert [found.key for found in verified_by(note, [peter])] == [peter]
    assert [found.key for found in verified_by(note, [enoch, peter])] == [peter, enoch]
    with pytest.raises(Untrusted):
        verified_by(note, [])


def test_no_mangled_verifier_key_is_taken() -> None:
    assert read_verifier_key(PETER).text() == PETER
    for begin in range(len(PETER)):
        for end in range(begin + 1, len(PETER) + 1):
            if end - begin < len(PETER):
                with pytest.raises(Malformed):
                    read_verifier_key(PETER[begin:end])
    for place, sign in enumerate(PETER):
        with pytest.raises(Malformed):
            read_verifier_key(PETER[:place] + chr(ord(sign) + 1) + PETER[place + 1 :])
    for text in (
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER + "\n",
    ):
        with pytest.raises(Malformed):
            read_verifier_key(text)


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETERS_LINE[:-1]}",
        f"\x01{TEXT}\n{PETERS_LINE}",
        f"{TEXT}\r\n{PETERS_LINE}",
        f"{TEXT}\n{PETERS_LINE.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{PETERS_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETERS_LINE * 101}",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n{PETERS_LINE.replace('AM=', 'AN=')}",
        f"{TEXT}\n-{PETERS_LINE[1:]}",
        "x" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(content: str) -> None:
    with pytest.raises(Malformed):
        read_note(content.encode())


def test_bytes_that_are_not_text_are_no_note() -> None:
    with pytest.raises(Malformed):
        read_note(b"\xff" + f"{TEXT}\n{PETERS_LINE}".encode())


def test_a_wrong_line_of_a_known_key_spoils_the_note() -> None:
    peter, enoch = read_verifier_key(PETER), read_verifier_key(ENOCH)
    spoiled = PETERS_LINE[:60] + "ABCD" + PETERS_LINE[60:]
    with pytest.raises(Refuted):
        verified_by(read_note(f"{TEXT}\n{ENOCHS_LINE}{spoiled}".encode()), [peter, enoch])
    only_enoch = verified_by(read_note(f"{TEXT}\n{ENOCHS_LINE}{spoiled}".encode()), [enoch])
    assert [found.key for found in only_enoch] == [enoch]


def test_a_name_or_an_id_alone_is_another_key() -> None:
    note = read_note(f"{TEXT}\n{PETERS_LINE.replace('PeterNeumann', 'CarmenSandiego')}".encode())
    with pytest.raises(Untrusted):
        verified_by(note, [read_verifier_key(PETER)])
    note = read_note(f"{TEXT}\n{PETERS_LINE.replace('x08g', 'xxxx')}".encode())
    with pytest.raises(Untrusted):
        verified_by(note, [read_verifier_key(PETER)])


def checkpoint(size: int = 3) -> Checkpoint:
    return Checkpoint(origin=ORIGIN, size=size, root=leaf_hash(b"root") if size else EMPTY_ROOT)


def test_a_checkpoint_comes_back_with_its_witness_and_time() -> None:
    note = signed_checkpoint(checkpoint(), signer=LOG)
    note = note.joined([cosigned_line(note.text, name=WITNESS_KEY.name, signer=WITNESS, second=1_800_000_000)])
    assert note.joined(note.signatures) == note
    read = read_checkpoint(str(note).encode(), keys=[LOG_KEY], witnesses=[WITNESS_KEY])
    assert read.checkpoint == checkpoint()
    assert [found.second for found in read.signed_by] == [None, 1_800_000_000]


def test_a_key_speaks_for_its_own_log_and_a_witness_for_none() -> None:
    note = signed_checkpoint(checkpoint(), signer=LOG)
    with pytest.raises(Untrusted):
        read_checkpoint(str(note).encode(), keys=[LOG_KEY.renamed("example.test/other/1")])
    text = checkpoint().text()
    lone = Note(text=text, signatures=(cosigned_line(text, name=WITNESS_KEY.name, signer=WITNESS, second=1),))
    with pytest.raises(Refuted):
        read_checkpoint(str(lone).encode(), keys=[LOG_KEY], witnesses=[WITNESS_KEY])


def test_a_cosignature_at_another_time_does_not_verify() -> None:
    text = checkpoint().text()
    line = cosigned_line(text, name=WITNESS_KEY.name, signer=WITNESS, second=7)
    moved = Note(
        text=text, signatures=(type(line)(name=line.name, key_id=line.key_id, signature=b"\x80" + line.signature[1:]),)
    )
    with pytest.raises(Refuted):
        verified_by(moved, [WITNESS_KEY])
    later = Note(
        text=text,
        signatures=(type(line)(name=line.name, key_id=line.key_id, signature=bytes(7) + b"\x08" + line.signature[8:]),),
    )
    with pytest.raises(Refuted):
        verified_by(later, [WITNESS_KEY])


ROOT_LINE = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", f"{ORIGIN}\n3\n", f"\n3\n{ROOT_LINE}\n", f"{ORIGIN}\n03\n{ROOT_LINE}\n", f"{ORIGIN}\n+3\n{ROOT_LINE}\n",
        f"{ORIGIN}\n-1\n{ROOT_LINE}\n", f"{ORIGIN}\n٣\n{ROOT_LINE}\n", f"{ORIGIN}\n 3\n{ROOT_LINE}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT_LINE}\n", f"{ORIGIN}\n{'9' * 5000}\n{ROOT_LINE}\n", f"{ORIGIN}\n3\n{ROOT_LINE[:-4]}\n",
        f"{ORIGIN}\n3\n{ROOT_LINE[:-2]}J=\n", f"{ORIGIN}\n3\n{ROOT_LINE}\n\n", f"{ORIGIN}\n3\n{ROOT_LINE}",
        f"{ORIGIN}\n0\n{ROOT_LINE}\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_text(text)


def test_a_published_checkpoint_is_read_with_its_lines() -> None:
    text = f"example.com/behind-the-sofa\n20852163\n{ROOT_LINE}\nextra\n"
    assert read_text(text).size == 20_852_163
    assert read_text(text).extensions == ("extra",)
    assert read_text(text).text() == text


def test_the_key_is_not_shown() -> None:
    assert "0101" not in repr(LOG)
    assert read_number("0") == 0


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_make_the_readers_stumble(content: bytes) -> None:
    with pytest.raises(Unproven):
        read_checkpoint(content, keys=[LOG_KEY])


@given(st.data())
def test_no_changed_checkpoint_is_taken(data: st.DataObject) -> None:
    content = bytearray(str(signed_checkpoint(checkpoint(), signer=LOG)).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unproven):
        read_checkpoint(bytes(content), keys=[LOG_KEY])
