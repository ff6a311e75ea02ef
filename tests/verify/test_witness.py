"""The witness signs what goes on from what it signed before, and nothing else; over HTTP, as C2SP tlog-witness says."""

import http.client
import json
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import tokimori_verify
import tokimori_witness
from hypothesis import given
from hypothesis import strategies as st
from tokimori_witness import Kept, Refuted, Unchecked, Witness, make_server, read_logs, read_own_key, write_key

from support.proofs import NEXT_SIGNER, Log, small_log, write_tiled
from tokimori.foundation.transparency.checkpoints import read_checkpoint
from tokimori.foundation.transparency.notes import encoded, read_verifier_key

NAME = "witness.test/w1"
FILE = Path(tokimori_witness.__file__)


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    write_key(NAME, tmp_path / "key")
    kept = Kept(tmp_path / "state.json")
    yield Witness(read_own_key(tmp_path / "key"), kept, read_logs([small_log(0).key.text()]))
    kept.close()


def request(log: Log, old: int, size: int) -> bytes:
    proof = log.consistency(old, size) if 0 < old < size else ()
    return f"old {old}\n{''.join(encoded(part) + chr(10) for part in proof)}\n{log.head(size)}".encode()


def test_a_growing_log_is_cosigned_and_the_product_reads_it(witness: Witness) -> None:
    log = small_log(20)
    for old, size in ((0, 5), (5, 5), (5, 12), (12, 20)):
        answer = witness.answer(request(log, old, size), 1_790_000_000)
        assert answer.status == 200, answer
        cosigned = (str(log.head(size)) + answer.body).encode()
        key = read_verifier_key(witness.own.key.text())
        read = read_checkpoint(cosigned, keys=[log.key], witnesses=[key])
        assert [found.second for found in read.signed_by] == [None, 1_790_000_000]
    assert json.loads(witness.kept.path.read_text())["logs"][log.origin]["size"] == 20


def test_each_refusal_has_its_status(witness: Witness) -> None:
    log, other = small_log(20), small_log(20)
    other.entries[3] = b"another"
    assert witness.answer(request(log, 0, 12), 1).status == 200
    stale = witness.answer(request(log, 5, 20), 1)
    assert (stale.status, stale.body, stale.kind) == (409, "12\n", "text/x.tlog.size")
    assert witness.answer(request(log, 0, 20), 1).status == 409
    fork = witness.answer(request(other, 12, 12), 1)
    assert (fork.status, fork.body) == (409, "12\n")
    assert witness.answer(request(other, 12, 20), 1).status == 422
    assert witness.answer(f"old 12\n\n{log.head(20)}".encode(), 1).status == 422
    assert witness.answer(f"old 12\n{encoded(bytes(32))}\n\n{log.head(12)}".encode(), 1).status == 422
    assert witness.answer(f"old 20\n\n{log.head(12)}".encode(), 1).status == 400
    assert witness.answer(request(Log(log="ff" * 16, entries=log.entries), 0, 12), 1).status == 404
    assert witness.answer(request(Log(entries=log.entries, signer=NEXT_SIGNER), 12, 20), 1).status == 403
    spoiled = request(log, 12, 20)[:-5] + b"AAA=\n"
    assert witness.answer(spoiled, 1).status in (400, 403)
    assert witness.kept.head(log.origin) == (log.origin, 12, tokimori_witness.read_head(log.head(12).text).root)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"old 0", b"old 0\n", b"old 00\n\n", b"old -1\n\n", b"old +0\n\n", b"Old 0\n\n", b"old  0\n\n",
        b"old 0\nAA==\n\n", b"old 0\n\xff\n\n", b"old 99999999999999999999\n\n",
        b"old 0\n" + (encoded(bytes(32)).encode() + b"\n") * 64 + b"\n",
        b"old 0\n\nno checkpoint", b"old 0\n\n" + b"x" * 1_000_001,
    ],
)  # fmt: skip
def test_what_is_no_request_is_a_bad_one(witness: Witness, body: bytes) -> None:
    whole = body + str(small_log(3).head()).encode() if body.endswith(b"\n\n") else body
    assert witness.answer(whole, 1).status == 400


def test_two_witnesses_never_share_a_state_and_a_damaged_one_is_not_forgotten(witness: Witness, tmp_path: Path) -> None:
    with pytest.raises(Unchecked):
        Kept(witness.kept.path)
    for content in (
        "",
        "{}",
        '{"format":"x","logs":{}}',
        '{"format":"tokimori-witness-state/v1","logs":{"a":{"size":-1,"root":""}}}',
    ):
        damaged = tmp_path / "damaged.json"
        damaged.write_text(content)
        with pytest.raises(Unchecked):
            Kept(damaged)


def test_what_cannot_be_written_down_is_not_signed(witness: Witness, tmp_path: Path) -> None:
    witness.kept.path = tmp_path / "absent" / "state.json"
    answer = witness.answer(request(small_log(3), 0, 3), 1)
    assert answer.status == 500
    assert witness.kept.head(small_log(3).origin) is None


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = write_key(NAME, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_own_key(path).key == key
    with pytest.raises(Unchecked):
        write_key(NAME, path)
    with pytest.raises(Unchecked):
        write_key("a name", tmp_path / "other")
    path.chmod(0o644)
    with pytest.raises(Unchecked):
        read_own_key(path)
    path.chmod(0o600)
    path.write_text(path.read_text().replace("w1", "w2"))
    with pytest.raises(Unchecked):
        read_own_key(path)
    with pytest.raises(Unchecked):
        read_logs([key.text()])


def post(port: int, body: bytes, path: str = "/add-checkpoint", **headers: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.headers["Content-Type"]


def test_it_answers_over_http(witness: Witness) -> None:
    server = make_server(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port, log = server.server_address[1], small_log(8)
    try:
        status, text, _ = post(port, request(log, 0, 4))
        assert status == 200
        assert text.startswith(f"\u2014 {NAME} ")
        assert post(port, request(log, 0, 8)) == (409, "4\n", "text/x.tlog.size")
        assert post(port, b"", path="/other")[0] == 404
        assert post(port, b"x", **{"Content-Length": "99999999"})[0] == 413
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/add-checkpoint")
        assert connection.getresponse().status == 501
        connection.close()
        statuses: list[int] = []
        same = [threading.Thread(target=lambda: statuses.append(post(port, request(log, 4, 8))[0])) for _ in range(6)]
        for one in same:
            one.start()
        for one in same:
            one.join()
        assert sorted(statuses) == [200, 409, 409, 409, 409, 409]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_it_watches_a_log_by_itself(tmp_path: Path) -> None:
    log = small_log(600)
    folder = write_tiled(log, tmp_path / "log", sizes=(300,))
    early = (folder / "checkpoint.300").read_bytes()
    newest = (folder / "checkpoint").read_bytes()
    python = [sys.executable, str(FILE)]
    generate = [*python, "generate", NAME, "--key", str(tmp_path / "key")]
    made = subprocess.run(generate, capture_output=True, text=True, check=True)  # noqa: S603 -- our own program
    common = ["--key", str(tmp_path / "key"), "--state", str(tmp_path / "state"), "--log", log.key.text(), "--once"]
    seen = tmp_path / "seen"

    def watch(checkpoint: bytes) -> subprocess.CompletedProcess[str]:
        (folder / "checkpoint").write_bytes(checkpoint)
        command = [*python, "watch", str(folder), *common, "--out", str(seen)]
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own program

    assert watch(early).returncode == 0
    assert "600 entries, consistent with the 300 before" in watch(newest).stdout
    arguments = ["checkpoint", str(seen), "--vkey", log.key.text(), "--witness", made.stdout.strip()]
    assert tokimori_verify.run(arguments)[0].verdict() == tokimori_verify.PROVEN
    rolled_back = watch(early)
    assert rolled_back.returncode == 1
    assert "ROLLBACK" in rolled_back.stderr
    fork = small_log(600)
    fork.entries[9] = b"another"
    assert "FORK" in watch(str(fork.head()).encode()).stderr
    assert watch(b"nothing").returncode == 2


def test_what_both_programs_share_is_the_same() -> None:
    def core(path: str) -> str:
        text = Path(path).read_text(encoding="utf-8")
        return text[text.index("- core\n") : text.index("- end of core\n")]

    assert core(tokimori_verify.__file__) == core(tokimori_witness.__file__)


def test_a_wrong_log_is_refuted_when_watched(witness: Witness, tmp_path: Path) -> None:
    folder = write_tiled(small_log(300), tmp_path / "log")
    tokimori_witness.look(witness, str(folder), None, 1)
    forged = small_log(400)
    forged.entries[5] = b"another"
    with pytest.raises(Refuted):
        tokimori_witness.look(witness, str(write_tiled(forged, tmp_path / "forged")), None, 1)


@given(st.data())
def test_no_request_makes_it_stumble_and_no_changed_one_is_signed(data: st.DataObject) -> None:
    log = small_log(4)

    class Nowhere(Kept):
        def __init__(self) -> None:
            self.logs = {}

        def keep(self, head: tokimori_witness.Head, note: bytes) -> None:
            del head, note

    own = tokimori_witness.OwnKey(NAME, bytes(32))
    witness = Witness(own, Nowhere(), read_logs([log.key.text()]))
    body = bytearray(request(log, 0, 4))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    assert witness.answer(bytes(body), 1).status in (400, 403, 404, 409, 422)
    assert witness.answer(data.draw(st.binary(max_size=200)), 1).status in (400, 404)
