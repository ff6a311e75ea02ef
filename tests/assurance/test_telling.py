"""Changes are told once for each run, in the console and by letter; a flapping row sends no storm."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import override_settings

from support.provider import Worker, new_worker
from tokimori.assurance.compliance.queries import unread_notices
from tokimori.assurance.models import AnswerChange, SheetNotice
from tokimori.assurance.services.telling import note_reading, notice_changes, watch_sheet, watchers
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.notices.mail_service import MailService, MailTransport
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.notices.services.outbox import letter_in
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

SERVICE = MailService(
    host="localhost", port=25, transport=MailTransport.PLAIN, user="", password="", sender="t@example.jp",
    links="https://time.example",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    with tenant_transaction(PROVIDER):
        SheetNotice.objects.filter(tenant_id=PROVIDER).update(mailed_at=clock.now() - timedelta(days=9))
    with override_settings(MAIL=SERVICE):
        yield


@pytest.fixture
def haru() -> Iterator[Worker]:
    worker = new_worker("Haru")
    with tenant_transaction(PROVIDER):
        account = Account.objects.get(tenant_id=PROVIDER, id=worker.account_id)
        account.email = f"{worker.login_id}@example.jp"
        account.save(update_fields=["email"])
        watch_sheet(actor=worker.principal, is_told=True, now=clock.now())
    yield worker
    with tenant_transaction(PROVIDER):
        watch_sheet(actor=worker.principal, is_told=False, now=clock.now())


def change(row: int, before: str, after: str, *, now: datetime) -> AnswerChange:
    return AnswerChange(tenant_id=PROVIDER, id=new_id(at=now), row=row, before=before, after=after, mark="○", at=now)


def happen(changes: Sequence[tuple[int, str, str]], *, now: datetime) -> None:
    rows = [change(*one, now=now) for one in changes]
    with tenant_transaction(PROVIDER):
        AnswerChange.objects.bulk_create(rows)
        notice_changes(rows, now=now)


def letters(worker: Worker) -> list[dict[str, str]]:
    with tenant_transaction(PROVIDER):
        rows = Notice.objects.filter(
            tenant_id=PROVIDER, account_id=worker.account_id, kind=NoticeKind.SHEET_CHANGED.value
        )
        return [dict(letter_in(row).facts) for row in rows.order_by("made_at")]


def rows_in(told: str) -> list[str]:
    """Return which rows a letter names; how each stands now is told beside it."""
    assert re.fullmatch(r"[0-9]+ \([A-Za-z ]+\)(, [0-9]+ \([A-Za-z ]+\))*", told)
    return re.findall(r"[0-9]+", told)


def yesterday() -> datetime:
    """Return a moment that lies before whatever the other tests wrote down."""
    return clock.now() - timedelta(days=1)


def notices(at: datetime) -> list[SheetNotice]:
    with tenant_transaction(PROVIDER):
        return list(SheetNotice.objects.filter(tenant_id=PROVIDER, at=at))


def test_one_run_is_one_notice_and_one_letter_however_many_rows_changed(haru: Worker) -> None:
    now = yesterday()

    happen([(41, "proven", "gap"), (42, "gap", "proven"), (43, "no_evidence", "stale")], now=now)

    (notice,) = notices(now)
    assert (notice.worse, notice.better, notice.at, notice.mailed_at) == ([41, 43], [42], now, now)
    (letter,) = letters(haru)
    assert rows_in(letter["worse"]) == ["41", "43"]
    assert rows_in(letter["better"]) == ["42"]


def test_within_an_hour_there_is_no_second_letter_and_nothing_is_lost(haru: Worker) -> None:
    now = yesterday()
    happen([(41, "proven", "gap")], now=now)
    happen([(41, "gap", "proven")], now=now + timedelta(minutes=5))
    happen([(42, "proven", "gap")], now=now + timedelta(minutes=10))
    assert len(letters(haru)) == 1

    happen([], now=now + timedelta(minutes=61))

    told = letters(haru)
    assert len(told) == 2
    assert rows_in(told[1]["worse"]) == ["42"]
    assert rows_in(told[1]["better"]) == ["41"]
    happen([], now=now + timedelta(hours=5))
    assert len(letters(haru)) == 2, "without a change there is no letter"


def test_the_first_answer_to_a_row_is_no_change(haru: Worker) -> None:
    now = yesterday()

    happen([(41, "", "gap")], now=now)

    assert notices(now) == []
    assert letters(haru) == []


def test_only_who_asked_for_letters_gets_them_and_asking_is_recorded(haru: Worker) -> None:
    other, now = new_worker("Jun"), yesterday()
    happen([(41, "proven", "gap")], now=now)
    with tenant_transaction(PROVIDER):
        assert haru.account_id in watchers()
        assert other.account_id not in watchers()
        watch_sheet(actor=haru.principal, is_told=False, now=clock.now())
        watch_sheet(actor=haru.principal, is_told=False, now=clock.now())
        assert haru.account_id not in watchers()

    happen([(42, "proven", "gap")], now=now + timedelta(hours=2))

    assert len(letters(haru)) == 1
    assert letters(other) == []
    assert _events_of(haru.account_id) == 2, "asked for, and asked for no more; the third act changed nothing"


def _events_of(account_id: UUID) -> int:
    with tenant_transaction(PROVIDER):
        rows = LedgerEvent.objects.filter(tenant_id=PROVIDER, name=EventName.CONTROL_WATCHED, actor_id=account_id)
        return rows.count()


def test_what_was_read_is_read_for_one_alone(haru: Worker) -> None:
    other, now = new_worker("Jun"), yesterday()
    happen([(41, "proven", "gap")], now=now)
    with tenant_transaction(PROVIDER):
        assert unread_notices(actor=haru.principal) >= 1
        note_reading(actor=haru.principal, now=clock.now())
        assert unread_notices(actor=haru.principal) == 0
        assert unread_notices(actor=other.principal) >= 1
