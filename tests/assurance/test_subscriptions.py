"""Whoever asks is told of changes of the sheet: after he confirmed it, once for all changes, until he ends it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from support.mail_server import Behaviour, Mailbox, a_mail_server
from tokimori.assurance.catalogue.controls import ROWS, sections
from tokimori.assurance.models import AnswerChange
from tokimori.assurance.subscriptions.errors import SubscriptionNotValid, SubscriptionsLimited
from tokimori.assurance.subscriptions.models import SheetSubscription
from tokimori.assurance.subscriptions.services.subscribing import (
    KEPT_UNCONFIRMED,
    MOST_FROM_ONE_SOURCE,
    ask_for_letters,
    confirm_letters,
    end_letters,
    forget_unconfirmed,
)
from tokimori.assurance.subscriptions.services.telling import tell_subscribers
from tokimori.assurance.subscriptions.wishes import SubscriptionWish, read_rows, rows_in_words, wanted_rows
from tokimori.foundation import clock
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.notices.kinds import NoticeState
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.jobs.notices import send_notice

_MOMENTS = count()


def long_ago() -> datetime:
    """Return a moment of which no other test writes anything down, eight in the morning (UTC)."""
    return datetime(2015, 1, 1, 8, tzinfo=UTC) + timedelta(days=10 * next(_MOMENTS))


@pytest.fixture(autouse=True)
def _nobody_else() -> Iterator[None]:
    """Let no test tell the subscribers of another one."""
    with tenant_transaction(PROVIDER):
        SheetSubscription.objects.filter(tenant_id=PROVIDER).delete()
    yield
    with tenant_transaction(PROVIDER):
        SheetSubscription.objects.filter(tenant_id=PROVIDER).delete()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with a_mail_server() as found:
        yield found


def some_address() -> str:
    return f"{uuid4().hex}@buyer.example"


def some_source() -> str:
    value = uuid4().int
    return f"2001:db8:{value & 0xFFFF:x}:{value >> 16 & 0xFFFF:x}::1"


def wish(address: str, *, rows: str = "", chapters: tuple[str, ...] = (), is_daily: bool = False) -> SubscriptionWish:
    return SubscriptionWish(address=address, language="en", is_daily=is_daily, chapters=chapters, rows=read_rows(rows))


def ask(wanted: SubscriptionWish, *, now: datetime) -> None:
    with tenant_transaction(PROVIDER):
        ask_for_letters(wish=wanted, source=some_source(), now=now)


def deliver(address_of: Mailbox) -> None:
    """Send all letters that wait for subscribers, as the job does."""
    with tenant_transaction(PROVIDER):
        waiting = Notice.objects.filter(tenant_id=PROVIDER, receiver_id__isnull=False, state=NoticeState.WAITING.value)
        keys = list(waiting.order_by("made_at", "id").values_list("id", flat=True))
    for key in keys:
        send_notice(tenant_id=str(PROVIDER), correlation="-", notice_id=str(key))
    assert address_of is not None


def link_in(mailbox: Mailbox, route: str, index: int = -1) -> str:
    """Return the secret of a link in a letter."""
    path = reverse(route, args=["SECRET"]).replace("SECRET", "([A-Za-z0-9_-]{43})")
    found = re.search(rf"https://time\.example{path}\b", mailbox.text(index))
    assert found is not None, mailbox.text(index)
    return found[1]


def subscribed(mailbox: Mailbox, wanted: SubscriptionWish, *, now: datetime) -> str:
    """Subscribe an address and return the secret of the link that ends it. The clock of letters is today's."""
    ask(wanted, now=clock.now())
    deliver(mailbox)
    secret = link_in(mailbox, "confirm_sheet_subscription")
    with tenant_transaction(PROVIDER):
        confirm_letters(secret=secret, now=clock.now())
        SheetSubscription.objects.filter(tenant_id=PROVIDER).update(told_until=now)
    return link_in(mailbox, "end_sheet_subscription")


def happen(*changes: tuple[int, str, str], now: datetime) -> None:
    rows = [
        AnswerChange(tenant_id=PROVIDER, id=new_id(at=now), row=row, before=before, after=after, mark="○", at=now)
        for row, before, after in changes
    ]
    with tenant_transaction(PROVIDER):
        AnswerChange.objects.bulk_create(rows)


def tell(*, now: datetime) -> int:
    with tenant_transaction(PROVIDER):
        return tell_subscribers(now=now)


def known() -> int:
    with tenant_transaction(PROVIDER):
        return SheetSubscription.objects.filter(tenant_id=PROVIDER).count()


def test_nothing_is_told_before_the_link_was_used_and_the_address_is_removed_after_three_days(
    mailbox: Mailbox,
) -> None:
    now = clock.now()
    ask(wish(some_address()), now=now)
    deliver(mailbox)
    secret = link_in(mailbox, "confirm_sheet_subscription")
    happen((41, "proven", "gap"), now=long_ago())
    assert tell(now=now + timedelta(hours=2)) == 0

    with tenant_transaction(PROVIDER):
        assert forget_unconfirmed(now=now + KEPT_UNCONFIRMED - timedelta(minutes=1)) == 0
        assert forget_unconfirmed(now=now + KEPT_UNCONFIRMED) == 1
    assert known() == 0
    with pytest.raises(NotFound), tenant_transaction(PROVIDER):
        confirm_letters(secret=secret, now=now)


def test_a_link_confirms_once_and_not_after_three_days(mailbox: Mailbox) -> None:
    now = clock.now()
    ask(wish(some_address()), now=now)
    deliver(mailbox)
    secret = link_in(mailbox, "confirm_sheet_subscription")
    with pytest.raises(NotFound), tenant_transaction(PROVIDER):
        confirm_letters(secret=secret, now=now + KEPT_UNCONFIRMED)
    with tenant_transaction(PROVIDER):
        confirm_letters(secret=secret, now=now)
    with pytest.raises(NotFound), tenant_transaction(PROVIDER):
        confirm_letters(secret=secret, now=now)


def test_all_changes_of_rows_that_are_wanted_make_one_letter(mailbox: Mailbox) -> None:
    now = long_ago()
    address = some_address()
    subscribed(mailbox, wish(address, rows="41-43, 45"), now=now)
    happen((41, "proven", "gap"), (42, "gap", "proven"), (44, "proven", "gap"), now=now + timedelta(minutes=5))
    happen((43, "proven", "stale"), now=now + timedelta(minutes=6))
    happen((43, "stale", "proven"), now=now + timedelta(minutes=7))
    happen((45, "", "gap"), now=now + timedelta(minutes=8))

    assert tell(now=now + timedelta(minutes=10)) == 1
    deliver(mailbox)

    assert mailbox.receivers[-1] == address
    text = mailbox.text()
    worse, better, back = (
        text.index(words) for words in ("Worse than before", "Better than before", "Changed and came back")
    )
    assert worse < text.index("\n41 · ") < better < text.index("\n42 · ") < back < text.index("\n43 · ")
    assert "Proven → Gap" in text
    assert "44 · " not in text, "nobody asked for it"
    assert "45 · " not in text, "the first answer is no change"


def test_letters_that_come_at_once_leave_an_hour_between_them_and_lose_nothing(mailbox: Mailbox) -> None:
    now = long_ago()
    subscribed(mailbox, wish(some_address()), now=now)
    happen((41, "proven", "gap"), now=now + timedelta(minutes=1))
    assert tell(now=now + timedelta(minutes=5)) == 1
    happen((41, "gap", "proven"), now=now + timedelta(minutes=6))
    assert tell(now=now + timedelta(minutes=10)) == 0
    happen((42, "proven", "gap"), now=now + timedelta(minutes=20))
    assert tell(now=now + timedelta(minutes=66)) == 1
    assert tell(now=now + timedelta(hours=9)) == 0, "without a change there is no letter"
    deliver(mailbox)
    assert "41 · " in mailbox.text()
    assert "42 · " in mailbox.text()


def test_a_daily_letter_comes_at_its_hour_with_all_of_the_day(mailbox: Mailbox) -> None:
    now = long_ago()
    subscribed(mailbox, wish(some_address(), is_daily=True), now=now)
    happen((41, "proven", "gap"), now=now + timedelta(hours=1))
    happen((42, "proven", "gap"), now=now + timedelta(hours=5))
    evening = now.replace(hour=22)
    assert tell(now=evening - timedelta(minutes=1)) == 0
    assert tell(now=evening + timedelta(minutes=2)) == 1
    happen((43, "proven", "gap"), now=evening + timedelta(minutes=3))
    assert tell(now=evening + timedelta(hours=23)) == 0
    assert tell(now=evening + timedelta(hours=24, minutes=2)) == 1


def test_the_link_of_a_letter_ends_it_and_removes_the_address_and_what_still_waits(mailbox: Mailbox) -> None:
    now = long_ago()
    secret = subscribed(mailbox, wish(some_address()), now=now)
    happen((41, "proven", "gap"), now=now + timedelta(minutes=1))
    assert tell(now=now + timedelta(minutes=5)) == 1

    with tenant_transaction(PROVIDER):
        end_letters(secret=secret, now=clock.now())

    assert known() == 0
    before = len(mailbox.raw)
    deliver(mailbox)
    assert len(mailbox.raw) == before, "the letter that waited is gone"
    with pytest.raises(NotFound), tenant_transaction(PROVIDER):
        end_letters(secret=secret, now=clock.now())


def test_letters_tell_mail_programs_how_to_end_them_with_one_click(mailbox: Mailbox) -> None:
    subscribed(mailbox, wish(some_address()), now=long_ago())
    letter = mailbox.letters[-1]
    secret = link_in(mailbox, "end_sheet_subscription")
    address = reverse("end_sheet_subscription", args=[secret])
    assert letter["List-Unsubscribe"] == f"<https://time.example{address}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    machine = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert machine.get(address).status_code == 200
    assert known() == 1, "looking alone ends nothing"
    assert machine.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert known() == 0
    assert machine.post(address).status_code == 404


def test_what_was_wanted_before_ends_when_the_same_address_confirms_anew(mailbox: Mailbox) -> None:
    address = some_address()
    subscribed(mailbox, wish(address, rows="41"), now=long_ago())
    ask(wish(address, rows="42"), now=clock.now())
    assert known() == 2, "until then the first one holds"
    deliver(mailbox)
    with tenant_transaction(PROVIDER):
        confirm_letters(secret=link_in(mailbox, "confirm_sheet_subscription"), now=clock.now())
        (row,) = SheetSubscription.objects.filter(tenant_id=PROVIDER)
    assert row.rows == [42]


def test_an_address_that_is_refused_for_good_is_removed() -> None:
    now = long_ago()
    address = some_address()
    behaviour = Behaviour()
    with a_mail_server(behaviour=behaviour) as mailbox:
        subscribed(mailbox, wish(address), now=now)
        behaviour.receivers[address] = 550
        happen((41, "proven", "gap"), now=now + timedelta(minutes=1))
        assert tell(now=now + timedelta(minutes=5)) == 1
        deliver(mailbox)
        assert tell(now=now + timedelta(hours=5)) == 0
    assert known() == 0


def test_the_answer_of_the_page_is_the_same_whether_an_address_is_known_or_not(mailbox: Mailbox) -> None:
    address = some_address()
    subscribed(mailbox, wish(address), now=long_ago())
    visitor = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=some_source())
    pages = [
        visitor.post(reverse("subscribe_to_sheet"), {"address": one, "language": "en", "pace": "daily"})
        for one in (address.upper(), some_address())
    ]
    assert [one.status_code for one in pages] == [200, 200]
    plain = [re.sub(r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"', "", one.content.decode()) for one in pages]
    assert plain[0] == plain[1]
    assert address not in plain[0]


def test_a_source_that_asks_too_often_is_refused_and_an_address_gets_no_more_than_five_links(
    mailbox: Mailbox,
) -> None:
    now, source = clock.now(), some_source()
    with tenant_transaction(PROVIDER):
        for _ in range(MOST_FROM_ONE_SOURCE):
            ask_for_letters(wish=wish(some_address()), source=source, now=now)
    with pytest.raises(SubscriptionsLimited), tenant_transaction(PROVIDER):
        ask_for_letters(wish=wish(some_address()), source=source, now=now)

    before, address = known(), some_address()
    for _ in range(9):
        ask(wish(address), now=now)
    assert known() - before == 5
    assert mailbox is not None


def test_the_page_walks_from_form_to_confirmation(mailbox: Mailbox) -> None:
    visitor = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=some_source())
    assert 'value="41"' in visitor.get(reverse("subscribe_to_sheet"), {"row": "41"}).content.decode()
    sent = {"address": some_address(), "language": "ja", "pace": "at_once", "rows": "38–57", "chapter": "logs"}
    assert visitor.post(reverse("subscribe_to_sheet"), sent).status_code == 200
    deliver(mailbox)
    assert "確認" in str(mailbox.letters[-1]["Subject"])
    page = reverse("confirm_sheet_subscription", args=[link_in(mailbox, "confirm_sheet_subscription")])
    shown = visitor.get(page)
    assert "38-57" in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex"
    assert visitor.post(page).status_code == 200
    assert visitor.get(page).status_code == 404
    with tenant_transaction(PROVIDER):
        (row,) = SheetSubscription.objects.filter(tenant_id=PROVIDER)
    assert row.confirmed_at is not None
    assert row.chapters == ["logs"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "nobody"}, {"address": "a@b.example\r\nBcc: c@d.example"}, {"language": "xx"}, {"pace": ""},
        {"rows": "0"}, {"rows": "136"}, {"rows": "57-38"}, {"rows": "x"}, {"chapter": "nothing"},
    ],
)  # fmt: skip
def test_what_is_no_wish_is_refused_beside_its_field(mailbox: Mailbox, wrong: dict[str, str]) -> None:
    visitor = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=some_source())
    sent = {"address": some_address(), "language": "en", "pace": "daily", **wrong}
    answer = visitor.post(reverse("subscribe_to_sheet"), sent)
    assert answer.status_code == 422
    assert "A subscription has an e-mail address" in answer.content.decode()
    assert (known(), mailbox.raw) == (0, [])


def test_without_a_mail_service_the_page_says_so_and_keeps_nothing() -> None:
    visitor = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=some_source())
    assert "sends no letters" in visitor.get(reverse("subscribe_to_sheet")).content.decode()
    sent = {"address": some_address(), "language": "en", "pace": "daily"}
    assert visitor.post(reverse("subscribe_to_sheet"), sent).status_code == 409
    assert known() == 0


def test_the_log_says_what_was_asked_and_ended_and_never_for_which_address(mailbox: Mailbox) -> None:
    address = some_address()
    secret = subscribed(mailbox, wish(address), now=long_ago())
    with tenant_transaction(PROVIDER):
        key = SheetSubscription.objects.get(tenant_id=PROVIDER).id
        end_letters(secret=secret, now=clock.now())
        events = list(LedgerEvent.objects.filter(tenant_id=PROVIDER, subject_id=key).order_by("id"))
    assert [one.name for one in events] == [
        "subscription:asked", "notice:sent", "subscription:confirmed", "subscription:ended",
    ]  # fmt: skip
    assert all(address not in str(vars(one)) for one in events)


@given(rows=st.sets(st.integers(min_value=ROWS.start, max_value=ROWS.stop - 1)))
def test_rows_are_read_as_they_are_written(rows: set[int]) -> None:
    assert read_rows(rows_in_words(rows)[:200]) == tuple(sorted(rows)) or len(rows_in_words(rows)) > 200


@given(text=st.text(max_size=210) | st.text(alphabet="0123456789-, –,", max_size=210))
def test_any_text_names_rows_of_the_sheet_or_is_refused(text: str) -> None:
    try:
        found = read_rows(text)
    except SubscriptionNotValid:
        return
    assert set(found) <= set(ROWS)
    assert found == tuple(sorted(set(found)))


def test_no_choice_means_all_rows_and_chapters_add_to_rows() -> None:
    logs = {one.row for section in sections() if section.code == "logs" for one in section.controls}
    assert wanted_rows(chapters=(), rows=()) == frozenset(ROWS)
    assert wanted_rows(chapters=("logs",), rows=(1,)) == logs | {1}
    assert KEPT_UNCONFIRMED.days == 3
