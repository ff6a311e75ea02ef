"""A person checks the receipt of a punch in the browser, offline; the page agrees with the product and the verifier."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from support.proofs import Log, small_log
from support.visitor import Visitor
from tokimori.foundation.transparency.leaves import Leaf

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def visitor(chromium: Browser, product: str) -> Iterator[Visitor]:
    person = Visitor(chromium, product)
    person.page.goto("/verify")
    yield person
    person.context.close()


@pytest.fixture
def log() -> Log:
    return small_log(11)


@pytest.fixture
def mine(log: Log) -> Leaf:
    leaf = log.add(note="mine")
    log.add(note="later")
    return leaf


def verdict(visitor: Visitor, *, receipt: str = "", proof: str = "", keys: str = "") -> str:
    for name, text in (("receipt", receipt), ("proof", proof), ("keys", keys)):
        visitor.page.fill(f"#{name}", text)
    visitor.page.evaluate("document.querySelector('[data-findings]').replaceChildren()")
    visitor.page.get_by_role("button", name="Check").click()
    box = visitor.page.locator("[data-verdict]")
    expect(box).to_be_visible()
    return str(box.get_attribute("data-verdict"))


def test_a_receipt_is_checked_and_then_its_promise(visitor: Visitor, log: Log, mine: Leaf) -> None:
    visitor.look("check a receipt")
    visitor.context.set_offline(True)
    receipt, proof = str(log.receipt(mine)), log.proof(11).decode()
    keys = f"{log.key.text()}\n{log.receipt_key.text()}\n"

    assert verdict(visitor, receipt=receipt, keys=keys) == "proven"
    visitor.sees("That time is over")
    assert verdict(visitor, receipt=receipt, proof=proof, keys=keys) == "proven"
    visitor.sees("the promise was kept")
    visitor.look("a promise that was kept")
    assert verdict(visitor, proof=proof, keys=log.key.text()) == "proven"


def test_what_was_changed_is_refuted_and_what_says_nothing_is_not_checked(
    visitor: Visitor, log: Log, mine: Leaf
) -> None:
    receipt, proof = str(log.receipt(mine)), log.proof(11).decode()
    keys = f"{log.key.text()}\n{log.receipt_key.text()}\n"
    body, _, note = proof.partition("\n\n")
    lines = body.split("\n")
    refuted = (
        {"receipt": receipt.replace("00:11:00", "00:10:00", 1)},
        {"receipt": receipt, "proof": log.proof(3).decode()},
        {"proof": proof.replace("index 11", "index 10")},
        {"proof": "\n".join(lines[:-1]) + "\n\n" + note},
        {"proof": body + "\n" + lines[-1] + "\n\n" + note},
        {"proof": "\n".join([*lines[:2], lines[2], lines[4], lines[3], *lines[5:]]) + "\n\n" + note},
        {"proof": proof.replace("\n13\n", "\n14\n")},
    )
    for texts in refuted:
        assert verdict(visitor, keys=keys, **texts) == "refuted", texts
    unchecked = (
        {"receipt": receipt, "keys": ""},
        {"receipt": receipt, "keys": log.key.text()},
        {"receipt": receipt, "keys": log.receipt_key.text()[:-2]},
        {"receipt": receipt[: len(receipt) // 2], "keys": keys},
        {"receipt": str(log.head()), "keys": keys},
        {"proof": log.proof(11, extra=False).decode(), "keys": keys},
        {"proof": proof.replace("index 11", "index 011"), "keys": keys},
        {"keys": keys},
    )
    for texts in unchecked:
        assert verdict(visitor, **texts) == "unchecked", texts
    visitor.look("nothing to check")


def test_a_file_is_read_where_it_is_chosen_and_nothing_is_sent(
    visitor: Visitor, log: Log, mine: Leaf, tmp_path: Path
) -> None:
    file = tmp_path / "receipt.note"
    file.write_text(str(log.receipt(mine)))
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))

    visitor.page.set_input_files("[data-into=receipt]", file)
    expect(visitor.page.locator("#receipt")).to_have_value(str(log.receipt(mine)))
    assert verdict(visitor, receipt=visitor.page.input_value("#receipt"), keys=log.receipt_key.text()) == "proven"
    assert asked == []


def test_a_browser_without_the_means_says_so(chromium: Browser, product: str, log: Log, mine: Leaf) -> None:
    person = Visitor(chromium, product)
    person.page.add_init_script(
        "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))"
    )
    person.page.goto("/verify")
    assert verdict(person, receipt=str(log.receipt(mine)), keys=log.receipt_key.text()) == "unchecked"
    person.sees("does not know Ed25519")
    person.context.close()
