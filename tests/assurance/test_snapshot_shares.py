"""A shared link opens one snapshot to who answers what it asks, notes who looked, and once taken back is not found."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from support.probing import settle
from support.provider import Worker, at_console, new_worker
from tokimori.assurance.models import SheetShare
from tokimori.assurance.snapshots.errors import ShareNotValid
from tokimori.assurance.snapshots.queries import ShareView, shares
from tokimori.assurance.snapshots.services.publishing import publish_snapshot
from tokimori.assurance.snapshots.services.sharing import ShareWish, end_share, live_share, share_snapshot
from tokimori.foundation import clock
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

PASSWORD = "four quiet words here"


@pytest.fixture(scope="module")
def worker() -> Worker:
    return new_worker()


@pytest.fixture(scope="module")
def snapshot_id(worker: Worker) -> UUID:
    """A snapshot that is on no public page."""
    settle()
    with tenant_transaction(PROVIDER):
        return publish_snapshot(actor=worker.principal, now=clock.now(), is_listed=False)


def share(worker: Worker, snapshot_id: UUID, *, password: str = "", asks_viewer: bool = False) -> str:
    wish = ShareWish(snapshot_id=snapshot_id, label="A buyer", days=7, password=password, asks_viewer=asks_viewer)
    with tenant_transaction(PROVIDER):
        return share_snapshot(actor=worker.principal, wish=wish, now=clock.now())


def newest() -> ShareView:
    with tenant_transaction(PROVIDER):
        return shares(limit=1, visits=20)[0]


def browser(address: str = "127.0.0.1") -> Client:
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=address)


def refusals() -> int:
    with tenant_transaction(PROVIDER):
        return LedgerEvent.objects.filter(
            tenant_id=PROVIDER, name="sheet:share_refused", subject_id=newest().id
        ).count()


def page(secret: str) -> str:
    return reverse("shared_sheet", args=[secret])


def file(secret: str) -> str:
    return reverse("shared_sheet_file", args=[secret, "sheet.json"])


def test_a_plain_link_opens_the_snapshot_and_every_look_is_noted(worker: Worker, snapshot_id: UUID) -> None:
    secret = share(worker, snapshot_id)
    visitor = browser()

    shown = visitor.get(page(secret))
    assert "sheet.ja.xlsx" in shown.content.decode()
    assert shown["Referrer-Policy"] == "same-origin"
    assert visitor.get(file(secret)).content.startswith(b"{")

    assert [one.file for one in newest().visits] == ["sheet.json", ""]
    with tenant_transaction(PROVIDER):
        assert (
            LedgerEvent.objects.filter(tenant_id=PROVIDER, name="sheet:share_opened", subject_id=newest().id).count()
            == 2
        )


def test_the_secret_is_kept_as_a_digest_alone(worker: Worker, snapshot_id: UUID) -> None:
    secret = share(worker, snapshot_id, password=PASSWORD)
    with tenant_transaction(PROVIDER):
        row = SheetShare.objects.get(tenant_id=PROVIDER, id=newest().id)
    assert secret.encode() not in bytes(row.secret_digest)
    assert row.password_hash.startswith("argon2")


def test_a_link_that_asks_opens_only_to_the_right_answer(worker: Worker, snapshot_id: UUID) -> None:
    secret = share(worker, snapshot_id, password=PASSWORD, asks_viewer=True)
    visitor = browser()

    assert "sheet.ja.xlsx" not in visitor.get(page(secret)).content.decode()
    assert visitor.get(file(secret)).status_code == 404
    for answer in (
        {"password": "wrong", "viewer": "buyer@example.com"},
        {"password": PASSWORD, "viewer": "nobody"},
        {"password": PASSWORD},
    ):
        refused = visitor.post(page(secret), answer)
        assert refused.status_code == 403
        assert "sheet.ja.xlsx" not in refused.content.decode()

    assert visitor.post(page(secret), {"password": PASSWORD, "viewer": "buyer@example.com"}).status_code == 302
    assert "sheet.ja.xlsx" in visitor.get(page(secret)).content.decode()
    assert visitor.get(file(secret)).status_code == 200
    assert {one.viewer for one in newest().visits} == {"buyer@example.com"}
    assert refusals() == 3


def test_a_visit_opens_no_other_link_and_no_forged_one_opens_any(worker: Worker, snapshot_id: UUID) -> None:
    first, second = (share(worker, snapshot_id, password=PASSWORD) for _ in range(2))
    visitor = browser()
    visitor.post(page(first), {"password": PASSWORD})
    cookie = visitor.cookies["tokimori-sheet-visit"].value

    other = browser()
    other.cookies["tokimori-sheet-visit"] = cookie
    assert other.get(file(second)).status_code == 404
    other.cookies["tokimori-sheet-visit"] = cookie[:-1] + ("A" if cookie[-1] != "A" else "B")
    assert other.get(file(first)).status_code == 404


def test_after_ten_failures_from_an_address_the_right_password_does_not_open_it_either(
    worker: Worker, snapshot_id: UUID
) -> None:
    secret = share(worker, snapshot_id, password=PASSWORD)
    visitor = browser()
    for _ in range(13):
        assert visitor.post(page(secret), {"password": "wrong"}).status_code == 403

    assert visitor.post(page(secret), {"password": PASSWORD}).status_code == 403
    assert refusals() == 11  # each failure, and once that the link is shut to the address


def test_who_fails_at_a_link_does_not_shut_it_to_others(worker: Worker, snapshot_id: UUID) -> None:
    secret = share(worker, snapshot_id, password=PASSWORD)
    for number in range(11):  # all of one network of 64 bits
        browser(f"2001:db8::{number}").post(page(secret), {"password": "wrong"})
    assert browser("2001:db8::ffff").post(page(secret), {"password": PASSWORD}).status_code == 403

    assert browser("2001:db8:0:1::1").post(page(secret), {"password": PASSWORD}).status_code == 302


def test_who_comes_in_often_has_not_failed_often(worker: Worker, snapshot_id: UUID) -> None:
    secret = share(worker, snapshot_id, password=PASSWORD)
    visitor = browser()

    statuses = [visitor.post(page(secret), {"password": PASSWORD}).status_code for _ in range(12)]

    assert set(statuses) == {302}


def test_looks_from_one_address_are_written_down_once_an_hour_and_questions_for_the_head_not_at_all(
    worker: Worker, snapshot_id: UUID
) -> None:
    secret = share(worker, snapshot_id)
    visitor = browser()
    assert visitor.head(page(secret)).status_code == visitor.head(file(secret)).status_code == 200
    assert newest().visits == ()

    for _ in range(3):
        assert visitor.get(page(secret)).status_code == visitor.get(file(secret)).status_code == 200
    assert browser("203.0.113.5").get(page(secret)).status_code == 200

    assert [(one.address, one.file) for one in newest().visits] == [
        ("203.0.113.5", ""),
        ("127.0.0.1", "sheet.json"),
        ("127.0.0.1", ""),
    ]


def test_nobody_fills_the_log_of_viewers_with_names_that_he_makes_up(worker: Worker, snapshot_id: UUID) -> None:
    secret = share(worker, snapshot_id, asks_viewer=True)
    visitor = browser()

    for number in range(25):
        assert visitor.post(page(secret), {"viewer": f"viewer{number}@example.com"}).status_code == 302
    assert "sheet.ja.xlsx" in visitor.get(page(secret)).content.decode()

    with tenant_transaction(PROVIDER):
        assert len(shares(limit=1, visits=100)[0].visits) == 20


def test_a_link_that_was_taken_back_or_is_over_is_not_found(worker: Worker, snapshot_id: UUID) -> None:
    secret = share(worker, snapshot_id)
    with tenant_transaction(PROVIDER), pytest.raises(NotFound):
        live_share(secret=secret, now=clock.now() + timedelta(days=8))

    with tenant_transaction(PROVIDER):
        end_share(actor=worker.principal, share_id=newest().id, now=clock.now())

    assert browser().get(page(secret)).status_code == 404
    assert browser().get(file(secret)).status_code == 404
    with tenant_transaction(PROVIDER), pytest.raises(NotFound):
        end_share(actor=worker.principal, share_id=newest().id, now=clock.now())


@pytest.mark.parametrize(
    ("label", "days", "password"), [("", 7, ""), ("x" * 121, 7, ""), ("x", 0, ""), ("x", 366, ""), ("x", 7, "short")]
)
def test_odd_wishes_are_refused(snapshot_id: UUID, label: str, days: int, password: str) -> None:
    with pytest.raises(ShareNotValid):
        ShareWish(snapshot_id=snapshot_id, label=label, days=days, password=password)


def test_who_shares_sees_the_link_once_and_takes_it_back(worker: Worker, snapshot_id: UUID) -> None:
    console = at_console(worker)
    made = console.post(
        reverse("share_sheet"), {"snapshot": str(snapshot_id), "label": "Kaisha K.K.", "days": "30"}
    ).content.decode()
    secret = re.search(r"/trust/shared/([\w-]{20,})", made)
    assert secret
    assert browser().get(page(secret[1])).status_code == 200

    later = console.get(reverse("sheet_links")).content.decode()
    assert secret[1] not in later
    assert "Kaisha K.K." in later
    assert "127.0.0.1" in later
    assert console.post(reverse("end_sheet_share", args=[newest().id])).status_code == 302
    assert browser().get(page(secret[1])).status_code == 404
    assert console.post(reverse("share_sheet"), {"snapshot": "x", "label": "x", "days": "y"}).status_code == 422
