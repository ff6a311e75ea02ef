"""Changes of the sheet are posted to programs of companies: signed, once, tried again, and never into anybody's network."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.provider import new_worker
from tokimori.assurance.models import AnswerChange, SheetNotice
from tokimori.assurance.webhooks.errors import TooManyWebhooks, WebhookNotValid, WebhooksOff
from tokimori.assurance.webhooks.messages import DeliveryState
from tokimori.assurance.webhooks.models import SheetWebhook, WebhookDelivery
from tokimori.assurance.webhooks.queries import WebhookView, webhooks
from tokimori.assurance.webhooks.services.keeping import (
    MOST,
    MOST_TESTS_AN_HOUR,
    WebhookWish,
    add_webhook,
    remove_webhook,
    try_webhook,
)
from tokimori.assurance.webhooks.services.sending import MOST_ATTEMPTS, NotDelivered, send_webhook
from tokimori.assurance.webhooks.services.spreading import KEPT, forget_deliveries, spread_changes
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


@dataclass(slots=True, kw_only=True)
class Receiver:
    """A program that takes messages, and answers as a test wants."""

    address: str
    status: int = 204
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.WEBHOOKS = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver(address="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.status)
            if found.status == 302:
                self.send_header("Location", found.address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_address[1]}/hooks?key=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def company() -> Cast:
    return new_company(
        people={
            "fay": (frozenset({Role.ADMINISTRATOR}), None),
            "eri": (frozenset({Role.AUDITOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


@pytest.fixture
def fay(company: Cast) -> Principal:
    return company["fay"].principal


def add(actor: Principal, address: str, *, rows: tuple[int, ...] = (), now: datetime | None = None) -> str:
    with tenant_transaction(actor.tenant_id):
        return add_webhook(actor=actor, wish=WebhookWish(address=address, rows=rows), now=now or clock.now())


def the_webhook(actor: Principal) -> WebhookView:
    with tenant_transaction(actor.tenant_id):
        (found,) = webhooks(actor=actor, limit=20)
    return found


def happen(*changes: tuple[int, str, str]) -> datetime:
    """Let rows change in one run, just now."""
    now = clock.now()
    rows = [
        AnswerChange(tenant_id=PROVIDER, id=new_id(at=now), row=row, before=before, after=after, mark="○", at=now)
        for row, before, after in changes
    ]
    with tenant_transaction(PROVIDER):
        AnswerChange.objects.bulk_create(rows)
        SheetNotice.objects.create(tenant_id=PROVIDER, id=new_id(at=now), worse=[41], better=[], at=now, mailed_at=now)
    return now


def waiting(tenant: TenantId) -> list[UUID]:
    with tenant_transaction(tenant):
        rows = WebhookDelivery.objects.filter(tenant_id=tenant, state=DeliveryState.WAITING.value)
        return list(rows.order_by("made_at", "id").values_list("id", flat=True))


def deliver(tenant: TenantId) -> None:
    for key in waiting(tenant):
        send_webhook(tenant=tenant, delivery_id=key, now=clock.now())


def names(tenant: TenantId) -> list[str]:
    with tenant_transaction(tenant):
        rows = LedgerEvent.objects.filter(tenant_id=tenant, name__startswith="webhook:").order_by("id")
        return [str(row.name) for row in rows]


def test_one_run_is_one_message_with_the_rows_that_are_wanted_signed_under_the_secret(
    fay: Principal, receiver: Receiver
) -> None:
    secret = add(fay, receiver.address, rows=(41, 42))
    at = happen((41, "proven", "gap"), (42, "gap", "proven"), (43, "proven", "gap"))
    spread_changes(now=clock.now())
    spread_changes(now=clock.now())
    deliver(fay.tenant_id)

    ((headers, body),) = receiver.taken
    told = json.loads(body)
    assert told["type"] == "sheet.changed"
    assert told["timestamp"] == at.isoformat()
    assert [(one["row"], one["before"], one["after"]) for one in told["data"]["rows"]] == [
        (41, "proven", "gap"),
        (42, "gap", "proven"),
    ]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    (sent,) = the_webhook(fay).deliveries
    assert (sent.state, sent.status, sent.attempts, sent.is_test) == (DeliveryState.DELIVERED, 204, 1, False)
    assert names(fay.tenant_id) == ["webhook:added", "webhook:delivered"]


def test_what_changed_before_a_webhook_was_added_is_not_told(fay: Principal, receiver: Receiver) -> None:
    happen((41, "proven", "gap"))
    add(fay, receiver.address)
    spread_changes(now=clock.now())
    assert waiting(fay.tenant_id) == []


def test_a_receiver_that_does_not_take_it_is_tried_eight_times_with_the_same_bytes(
    fay: Principal, receiver: Receiver
) -> None:
    add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        try_webhook(actor=fay, webhook_id=webhooks(actor=fay, limit=1)[0].id, now=clock.now())
    (key,) = waiting(fay.tenant_id)
    receiver.status = 302
    for number in range(1, MOST_ATTEMPTS):
        with pytest.raises(NotDelivered):
            send_webhook(tenant=fay.tenant_id, delivery_id=key, now=clock.now())
        assert the_webhook(fay).deliveries[0].attempts == number
    send_webhook(tenant=fay.tenant_id, delivery_id=key, now=clock.now())
    (sent,) = the_webhook(fay).deliveries
    assert (sent.state, sent.status, sent.attempts) == (DeliveryState.FAILED, 302, MOST_ATTEMPTS)
    assert len(receiver.taken) == MOST_ATTEMPTS, "no redirect was followed"
    assert len({body for _, body in receiver.taken}) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
    assert names(fay.tenant_id) == ["webhook:added", "webhook:tested", "webhook:failed"]
    send_webhook(tenant=fay.tenant_id, delivery_id=key, now=clock.now())
    assert len(receiver.taken) == MOST_ATTEMPTS


def test_a_receiver_that_is_gone_is_not_tried_again(fay: Principal, receiver: Receiver) -> None:
    add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        try_webhook(actor=fay, webhook_id=webhooks(actor=fay, limit=1)[0].id, now=clock.now())
    receiver.status = 410
    deliver(fay.tenant_id)
    assert the_webhook(fay).deliveries[0].state is DeliveryState.FAILED


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.1/", "https://169.254.169.254/latest/", "https://[fd00::1]/", "https://[::ffff:10.0.0.1]/",
        "https://127.0.0.1/", "https://localhost/", "https://0.0.0.0/", "https://name.invalid/",
    ],
)  # fmt: skip
def test_nothing_is_sent_into_a_network(fay: Principal, settings: Any, address: str) -> None:
    """Where the address leads is looked at when it is sent, whatever was typed when it was added."""
    add(fay, address)
    with tenant_transaction(fay.tenant_id):
        try_webhook(actor=fay, webhook_id=webhooks(actor=fay, limit=1)[0].id, now=clock.now())
    settings.SESSION_COOKIE_SECURE = True
    (key,) = waiting(fay.tenant_id)
    with pytest.raises(NotDelivered):
        send_webhook(tenant=fay.tenant_id, delivery_id=key, now=clock.now())
    assert the_webhook(fay).deliveries[0].status is None


@pytest.mark.parametrize(
    "address",
    ["", "http://receiver.example/", "https://user:secret@receiver.example/", "ftp://receiver.example/", "https://"],
)
def test_only_https_without_user_and_password_is_taken(address: str) -> None:
    with pytest.raises(WebhookNotValid):
        WebhookWish(address=address)


def test_where_we_are_served_by_tls_this_machine_is_no_receiver(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    for address in ("http://127.0.0.1:9/", "https://localhost/"):
        with pytest.raises(WebhookNotValid):
            WebhookWish(address=address)


def test_where_webhooks_are_off_nothing_is_added_spread_or_sent(
    fay: Principal, receiver: Receiver, settings: Any
) -> None:
    add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        try_webhook(actor=fay, webhook_id=webhooks(actor=fay, limit=1)[0].id, now=clock.now())
    settings.WEBHOOKS = False
    happen((41, "proven", "gap"))
    assert spread_changes(now=clock.now()) == 0
    deliver(fay.tenant_id)
    assert receiver.taken == []
    with pytest.raises(WebhooksOff):
        add(fay, receiver.address)


def test_there_are_five_at_most_and_ten_tests_an_hour(fay: Principal, receiver: Receiver) -> None:
    now = clock.now()
    for _ in range(MOST):
        add(fay, receiver.address)
    with pytest.raises(TooManyWebhooks):
        add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        key = webhooks(actor=fay, limit=1)[0].id
        for _ in range(MOST_TESTS_AN_HOUR):
            try_webhook(actor=fay, webhook_id=key, now=now)
        with pytest.raises(TooManyWebhooks):
            try_webhook(actor=fay, webhook_id=key, now=now)
        remove_webhook(actor=fay, webhook_id=key, now=now)
    add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        anew = webhooks(actor=fay, limit=1)[0].id
        with pytest.raises(TooManyWebhooks):
            try_webhook(actor=fay, webhook_id=anew, now=now)
        try_webhook(actor=fay, webhook_id=anew, now=now + timedelta(hours=1, seconds=1))


def test_another_companys_webhook_is_not_found_and_without_the_right_nothing_is_changed(
    fay: Principal, company: Cast, receiver: Receiver, dan: Cast
) -> None:
    add(fay, receiver.address)
    key = the_webhook(fay).id
    stranger = dan["dan"].principal
    with tenant_transaction(stranger.tenant_id):
        assert webhooks(actor=stranger, limit=1) == ()
        with pytest.raises(NotFound):
            remove_webhook(actor=stranger, webhook_id=key, now=clock.now())
    eri = company["eri"].principal
    with tenant_transaction(eri.tenant_id):
        assert len(webhooks(actor=eri, limit=1)) == 1
        for act in (remove_webhook, try_webhook):
            with pytest.raises(NotAllowed):
                act(actor=eri, webhook_id=key, now=clock.now())


def test_removing_takes_address_secret_and_messages_along(fay: Principal, receiver: Receiver) -> None:
    add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        key = webhooks(actor=fay, limit=1)[0].id
        try_webhook(actor=fay, webhook_id=key, now=clock.now())
        remove_webhook(actor=fay, webhook_id=key, now=clock.now())
        assert not SheetWebhook.objects.filter(tenant_id=fay.tenant_id).exists()
    assert waiting(fay.tenant_id) == []
    assert names(fay.tenant_id)[-1] == "webhook:removed"


def test_messages_are_forgotten_after_ninety_days(fay: Principal, receiver: Receiver) -> None:
    now = clock.now()
    add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        try_webhook(actor=fay, webhook_id=webhooks(actor=fay, limit=1)[0].id, now=now)
        assert forget_deliveries(tenant=fay.tenant_id, now=now + KEPT) == 0
        assert forget_deliveries(tenant=fay.tenant_id, now=now + KEPT + timedelta(seconds=1)) == 1


def test_the_page_adds_one_shows_its_secret_once_and_tries_it(company: Cast, receiver: Receiver) -> None:
    browser = signed_in(company, "fay")
    shown = browser.post(reverse("add_own_webhook"), {"address": receiver.address, "rows": "38-57"})
    assert "whsec_" in shown.content.decode()
    page = browser.get(reverse("own_webhooks")).content.decode()
    assert "whsec_" not in page
    assert "rows 38-57" in page
    key = the_webhook(company["fay"].principal).id
    assert browser.post(reverse("test_own_webhook", args=[key])).status_code == 302
    deliver(company.tenant)
    assert json.loads(receiver.taken[0][1])["type"] == "sheet.test"
    assert "answered 204" in browser.get(reverse("own_webhooks")).content.decode()
    refused = browser.post(reverse("add_own_webhook"), {"address": "ftp://x", "rows": ""})
    assert refused.status_code == 422
    assert browser.post(reverse("remove_own_webhook", args=[key])).status_code == 302
    assert browser.post(reverse("remove_own_webhook", args=[uuid4()])).status_code == 404


def test_where_webhooks_are_off_the_page_says_so(company: Cast, settings: Any) -> None:
    settings.WEBHOOKS = False
    browser = signed_in(company, "fay")
    page = browser.get(reverse("own_webhooks")).content.decode()
    assert "TOKIMORI_WEBHOOKS" in page
    assert 'name="address"' not in page
    assert browser.post(reverse("add_own_webhook"), {"address": "https://a.example/"}).status_code == 409


def test_the_provider_has_webhooks_of_its_own(receiver: Receiver) -> None:
    worker = new_worker()
    add(worker.principal, receiver.address)
    try:
        happen((41, "proven", "gap"))
        spread_changes(now=clock.now())
        deliver(PROVIDER)
        assert len(receiver.taken) == 1
    finally:
        with tenant_transaction(PROVIDER):
            WebhookDelivery.objects.filter(tenant_id=PROVIDER).delete()
            SheetWebhook.objects.filter(tenant_id=PROVIDER).delete()


def test_the_log_holds_no_address_and_no_secret(fay: Principal, receiver: Receiver) -> None:
    secret = add(fay, receiver.address)
    with tenant_transaction(fay.tenant_id):
        rows = LedgerEvent.objects.filter(tenant_id=fay.tenant_id, name__startswith="webhook:")
        told = " ".join(str(vars(row)) for row in rows)
    assert receiver.address not in told
    assert secret not in told
