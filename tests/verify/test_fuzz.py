"""Whatever is fed to the verifier, it answers, and it never calls proven what was changed."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import tokimori_verify
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokimori_verify import PROVEN, Refuted, Unchecked

from support.proofs import (
    SIGNER,
    WITNESS_KEY,
    Log,
    bundle_members,
    seal_file,
    small_log,
    with_provider,
    write_bundle,
)
from tokimori.foundation.transparency import checkpoints, notes, proof_files, proofs
from tokimori.foundation.transparency.faults import Unproven
from tokimori.foundation.transparency.notes import VerifierKey

LOG = small_log(6)
LEAF = LOG.add(note="𠮷野 mine", text="\u2028")
KEY = LOG.key.text()
RECEIPT_KEY = LOG.receipt_key.text()
MEMBERS, PROVIDER = with_provider(bundle_members(LOG), LOG)
SEAL = json.dumps(seal_file(sequence=1, previous="0" * 64)).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def verdict(*arguments: object) -> str:
    return tokimori_verify.run([str(one) for one in arguments])[0].verdict()


def changed(data: st.DataObject, content: bytes) -> bytes:
    """Return the content with one part changed, removed, doubled or put elsewhere; never the content itself."""
    begin = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(begin + 1, min(len(content), begin + 200)))
    ways: dict[str, Callable[[], bytes]] = {
        "flip": lambda: (
            content[:begin] + bytes([content[begin] ^ data.draw(st.integers(1, 255))]) + content[begin + 1 :]
        ),
        "cut": lambda: content[:begin] + content[end:],
        "end": lambda: content[:begin],
        "twice": lambda: content[:end] + content[begin:],
        "insert": lambda: content[:begin] + data.draw(st.binary(min_size=1, max_size=20)) + content[begin:],
        "digit": lambda: (
            content[:begin] + data.draw(st.sampled_from([b"0", b"-", b"9" * 40, b"\n", b" "])) + content[begin:]
        ),
    }
    made = ways[data.draw(st.sampled_from(sorted(ways)))]()
    return made if made != content else content + b"\n"


@given(st.data())
@settings(max_examples=300)
def test_no_changed_checkpoint_is_proven(folder: Path, data: st.DataObject) -> None:
    file = folder / "checkpoint"
    head = str(LOG.head(is_witnessed=True)).encode()
    made = changed(data, head)
    file.write_bytes(made)
    answer = verdict("checkpoint", file, "--vkey", KEY, "--witness", WITNESS_KEY.text())
    # The same signature twice, or one more line by a key that nobody knows, changes nothing of what was signed.
    text = made.decode("utf-8", "replace").rpartition("\n\n")[0]
    assert answer != PROVEN or text == head.decode().rpartition("\n\n")[0]


@given(st.data())
@settings(max_examples=300)
def test_no_changed_proof_is_proven(folder: Path, data: st.DataObject) -> None:
    file, opening = folder / "proof", folder / "opening"
    content, opened = LOG.proof(6), json.dumps(LOG.opening(6)).encode()
    if data.draw(st.booleans()):
        content = changed(data, content.rpartition(b"\n\n")[0] + b"\n\n") + content.rpartition(b"\n\n")[2]
    else:
        opened = changed(data, opened)
    file.write_bytes(content)
    opening.write_bytes(opened)
    answer = verdict("inclusion", file, "--vkey", KEY, "--opening", opening)
    if answer == PROVEN:
        assert content == LOG.proof(6)
        assert json.loads(opened)["payload"] == LOG.opening(6)["payload"]
        assert json.loads(opened)["nonce"] == LOG.opening(6)["nonce"]


@given(st.data())
@settings(max_examples=200)
def test_no_changed_receipt_is_proven(folder: Path, data: st.DataObject) -> None:
    file = folder / "receipt"
    content = str(LOG.receipt(LEAF)).encode()
    made = changed(data, content)
    file.write_bytes(made)
    answer = verdict("receipt", file, "--vkey", RECEIPT_KEY)
    assert answer != PROVEN or made.rpartition(b"\n\n")[0] == content.rpartition(b"\n\n")[0]


@given(st.data())
@settings(max_examples=200)
def test_no_changed_member_of_a_bundle_is_proven(folder: Path, data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(["events.jsonl", "checkpoint", "provider-proof.tlog-proof", "provider-opening.json"])
    )
    made = changed(data, MEMBERS[name])
    file = write_bundle(folder / "bundle.zip", {**MEMBERS, name: made})
    answer = verdict("export", file, "--vkey", KEY, "--provider-vkey", PROVIDER.key.text())
    if answer == PROVEN:
        assert said(name, made) == said(name, MEMBERS[name])


def said(name: str, content: bytes) -> object:
    """Return what a member says, without how it is laid out, and without lines below a note that nobody knows."""
    if name == "events.jsonl":
        facts = ("index", "leaf", "nonce", "payload")
        return [{fact: line[fact] for fact in facts} for line in map(json.loads, content.splitlines())]
    if name == "provider-opening.json":
        return {fact: json.loads(content)[fact] for fact in ("nonce", "payload")}
    return content.rpartition(b"\n\n")[0]


@given(st.data())
@settings(max_examples=200)
def test_no_broken_zip_makes_it_stumble(folder: Path, data: st.DataObject) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in MEMBERS.items():
            packed.writestr(name, content)
    file = folder / "broken.zip"
    file.write_bytes(changed(data, whole.getvalue()))
    verdict("export", file, "--vkey", KEY)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "index",
    "leaf",
    "nonce",
    "payload",
    "proof",
    "content",
    "digest",
    "timesheets",
    "sequence",
    "leafIdx",
    "size1",
]


@given(st.dictionaries(st.sampled_from(NAMES), plain) | plain)
@example({"leafIdx": 0, "treeSize": 1, "proof": [None]})
@settings(max_examples=200)
def test_no_json_makes_it_stumble(folder: Path, value: object) -> None:
    file = folder / "value.json"
    file.write_text(json.dumps(value), encoding="utf-8", errors="surrogatepass")
    opening = ("--vkey", KEY, "--opening", file)
    (folder / "good").write_bytes(LOG.proof(2))
    for arguments in (
        ("inclusion", file), ("consistency", file), ("seal", file), ("vectors", file),
        ("inclusion", folder / "good", *opening),
        ("checkpoint", file, "--vkey", KEY, "--key-change", file), ("sheet", file, "--proof", folder / "good", *opening),
    ):  # fmt: skip
        assert verdict(*arguments) != PROVEN
    bundle = write_bundle(
        folder / "json.zip", {**MEMBERS, "manifest.json": file.read_bytes(), "seals/1.json": file.read_bytes()}
    )
    assert verdict("export", bundle, "--vkey", KEY) != PROVEN
    state = ("checkpoint", folder / "c", "--vkey", KEY, "--state", file)
    (folder / "c").write_bytes(str(LOG.head()).encode())
    assert verdict(*state) != PROVEN


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_no_bytes_make_it_stumble(folder: Path, content: bytes) -> None:
    file = folder / "bytes"
    file.write_bytes(content)
    for command in ("checkpoint", "note", "inclusion", "consistency", "receipt", "export", "seal", "vectors", "log"):
        assert verdict(command, file, "--vkey", KEY) != PROVEN
    assert verdict("sheet", file, "--proof", file, "--vkey", KEY) != PROVEN
    assert verdict("checkpoint", file, "--vkey", f"@{file}") != PROVEN


@given(st.data())
@settings(max_examples=100)
def test_no_changed_seal_is_proven(folder: Path, data: st.DataObject) -> None:
    file = folder / "seal.json"
    made = changed(data, SEAL)
    file.write_bytes(made)
    if verdict("seal", file) == PROVEN:
        parts = ("content", "digest")
        assert {part: json.loads(made)[part] for part in parts} == {part: json.loads(SEAL)[part] for part in parts}


# The verifier and the product's own code are two implementations; they must agree about everything.

hashes = st.binary(min_size=32, max_size=32) | st.sampled_from([b"", bytes(31), bytes(33)])


def agrees(ours: Callable[[], object], theirs: Callable[[], object]) -> bool:
    try:
        theirs()
        is_shown = True
    except Unproven:
        is_shown = False
    try:
        ours()
    except (Refuted, Unchecked):
        return not is_shown
    return is_shown


@given(index=st.integers(-1, 40), size=st.integers(-1, 40), data=st.data())
@settings(max_examples=500)
def test_both_judge_paths_alike(index: int, size: int, data: st.DataObject) -> None:
    log = Log(entries=[bytes([number]) for number in range(40)])
    proof = list(log.path(index, size)) if 0 <= index < size else []
    leaf, root = log.hashes[max(index, 0) % 40], tokimori_verify.EMPTY_ROOT
    if size > 0:
        root = checkpoints.read_text(log.head(size).text).root
    if data.draw(st.booleans()):
        proof = data.draw(st.permutations(proof)) + data.draw(st.lists(hashes, max_size=2))
    if data.draw(st.integers(0, 5)) == 0:
        leaf, root = data.draw(hashes), data.draw(hashes)

    def ours() -> None:
        if tokimori_verify.inclusion_root(index, size, leaf, proof) != tokimori_verify.checked_hash(root, ""):
            raise Refuted

    assert agrees(ours, lambda: proofs.verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=root))


@given(old_size=st.integers(-1, 40), size=st.integers(-1, 40), data=st.data())
@settings(max_examples=500)
def test_both_judge_growth_alike(old_size: int, size: int, data: st.DataObject) -> None:
    log = Log(entries=[bytes([number]) for number in range(40)])
    proof = list(log.consistency(old_size, size)) if 0 < old_size <= size else []
    roots = [checkpoints.read_text(log.head(max(one, 0)).text).root for one in (old_size, size)]
    if data.draw(st.booleans()):
        proof = data.draw(st.permutations(proof)) + data.draw(st.lists(hashes, max_size=2))
    if data.draw(st.integers(0, 5)) == 0:
        roots[data.draw(st.integers(0, 1))] = data.draw(hashes)
    assert agrees(
        lambda: tokimori_verify.check_consistency(old_size, size, roots[0], roots[1], proof),
        lambda: proofs.verify_consistency(old_size=old_size, size=size, old_root=roots[0], root=roots[1], proof=proof),
    )


@given(st.data())
@settings(max_examples=300)
def test_both_judge_notes_and_proof_files_alike(data: st.DataObject) -> None:
    head = str(LOG.head(is_witnessed=True)).encode()
    content = changed(data, head) if data.draw(st.booleans()) else data.draw(st.binary(max_size=200))
    trust = tokimori_verify.Trust([KEY], [WITNESS_KEY.text()])
    assert (
        agrees(
            lambda: trust.open_head(content),
            lambda: checkpoints.read_checkpoint(content, keys=[LOG.key], witnesses=[WITNESS_KEY]),
        )
        or b"log.test" not in content.split(b"\n")[0]
    )
    file = changed(data, LOG.proof(2))
    assert agrees(lambda: tokimori_verify.read_proof_file(file), lambda: proof_files.read_proof_file(file))


@given(st.text(max_size=100) | st.just(KEY))
@settings(max_examples=200)
def test_both_read_keys_alike(text: str) -> None:
    assert agrees(lambda: tokimori_verify.read_key(text), lambda: notes.read_verifier_key(text))
    for place in range(len(text)):
        mangled = text[:place] + text[place + 1 :]
        assert agrees(
            lambda mangled=mangled: tokimori_verify.read_key(mangled),
            lambda mangled=mangled: notes.read_verifier_key(mangled),
        )


def test_both_derive_the_same_key_ids() -> None:
    key = VerifierKey(name="a/b", public=SIGNER.public())
    assert tokimori_verify.read_key(key.text()).text() == key.text()
