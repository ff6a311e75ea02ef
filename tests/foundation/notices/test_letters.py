"""Letters: kept with what they tell, sent by a real SMTP conversation, tried again, given up; the log tells nothing."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON, Cast, new_company
from support.mail_server import PASSWORD, USER, Behaviour, a_certificate, a_mail_server
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.custody.services.destruction import destroy_subject_key
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.notices.kinds import NoticeKind, NoticeState, NotSent, Posting
from tokimori.foundation.notices.letters import Sender, written
from tokimori.foundation.notices.mail_service import MailService, MailTransport
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.notices.services.delivery import MOST_ATTEMPTS, send_notice
from tokimori.foundation.notices.services.outbox import (
    MOST_AN_HOUR,
    MOST_FROM_ALL_AN_HOUR,
    Receiver,
    SealedLetter,
    post_notice,
)
from tokimori.foundation.notices.transport import LetterNotSent, message_of
from tokimori.foundation.retention.periods import RecordKind, period_of
from tokimori.foundation.retention.services.run import take_away
from tokimori.foundation.tenancy.context import tenant_transaction

SECRET = "tkl_" + "0" * 32 + "_" + "s" * 43
FACTS = {"at": NOON.isoformat(), "until": NOON.isoformat(), "locked": NOON.isoformat(), "secret": SECRET}
MORE = {
    "day": "2026-12-01",
    "back": "42 (Gap)",
    "country": "TH", "origin": "203.0.113.9", "device": "Firefox", "name": "payroll", "worse": "41 (Gap)", "better": "–",
}  # fmt: skip
SERVICE = MailService(
    host="localhost",
    port=25,
    transport=MailTransport.PLAIN,
    user="",
    password="",
    sender="time@tokimori.example",
    links="https://time.example",
)
WITH_LINK = {NoticeKind.INVITATION, NoticeKind.NEW_LINK, NoticeKind.LOCKED, NoticeKind.SHEET_SUBSCRIPTION}


def sender_of(tenant: TenantId) -> Sender:
    return Sender(company="見本株式会社", zone=ZoneInfo("Asia/Tokyo"))


def receiver(cast: Cast, *, language: str = "en", address: str | None = None) -> Receiver:
    to = f"aiko-{uuid4().hex[:8]}@example.jp" if address is None else address
    return Receiver(account_id=cast["aiko"].account_id, address=to, name="愛子", language=language)


def post(cast: Cast, to: Receiver, *, kind: NoticeKind = NoticeKind.INVITATION, **more: object) -> Posting:
    with tenant_transaction(cast.tenant):
        return post_notice(tenant=cast.tenant, receiver=to, kind=kind, facts=FACTS, now=NOON, **more)  # type: ignore[arg-type]


def the_notice(cast: Cast) -> Notice:
    with tenant_transaction(cast.tenant):
        return Notice.objects.get(tenant_id=cast.tenant)


def send(cast: Cast, *, later: timedelta = timedelta()) -> None:
    send_notice(tenant=cast.tenant, notice_id=the_notice(cast).id, sender_of=sender_of, now=NOON + later)


def events(cast: Cast, name: str) -> list[Mapping[str, str]]:
    with tenant_transaction(cast.tenant):
        return [event.details for event in LedgerEvent.objects.filter(tenant_id=cast.tenant, name=name)]


def test_a_letter_is_sent_in_the_receivers_language_with_its_link_and_then_wiped(cast: Cast) -> None:
    with a_mail_server() as mailbox:
        to = receiver(cast, language="ja")
        assert post(cast, to) is Posting.POSTED
        send(cast)

    (letter,) = mailbox.letters
    assert mailbox.receivers == [to.address]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "見本株式会社" in str(letter["From"])
    assert f"https://time.example/first-sign-in/{SECRET}" in mailbox.text()
    assert "2026" in mailbox.text()
    assert "12:00" in mailbox.text(), "the company's clock"
    html = letter.get_body(("html",))
    assert html is not None
    assert f'href="https://time.example/first-sign-in/{SECRET}"' in html.get_content()
    row = the_notice(cast)
    assert (row.state, bytes(row.sealed_letter)) == (NoticeState.SENT, b"")
    assert events(cast, "notice:sent") == [{"kind": "invitation"}]


def test_what_waits_is_sealed_and_its_job_carries_an_id_alone(cast: Cast) -> None:
    with a_mail_server():
        to = receiver(cast)
        post(cast, to)

    row = the_notice(cast)
    assert to.address.encode() not in bytes(row.sealed_letter)
    assert SECRET.encode() not in bytes(row.sealed_letter)
    with connection.cursor() as cursor:
        cursor.execute(
            "select args::text from procrastinate_jobs where args->>'tenant_id' = %s and task_name = %s",
            [str(cast.tenant), "tokimori:send_notice"],
        )
        ((arguments,),) = cursor.fetchall()
    assert str(row.id) in arguments
    assert SECRET not in arguments
    assert to.address not in arguments


def test_what_is_rolled_back_sends_nothing(cast: Cast) -> None:
    class Undone(Exception):
        pass

    with a_mail_server(), pytest.raises(Undone), tenant_transaction(cast.tenant):
        post_notice(tenant=cast.tenant, receiver=receiver(cast), kind=NoticeKind.LOCKED, facts=FACTS, now=NOON)
        raise Undone
    with tenant_transaction(cast.tenant):
        assert not Notice.objects.filter(tenant_id=cast.tenant).exists()


def test_without_a_service_or_an_address_nothing_is_kept(cast: Cast) -> None:
    assert settings.MAIL is None
    assert post(cast, receiver(cast)) is Posting.NO_SERVICE
    with a_mail_server():
        assert post(cast, receiver(cast, address="")) is Posting.NO_ADDRESS
    with tenant_transaction(cast.tenant):
        assert not Notice.objects.filter(tenant_id=cast.tenant).exists()


def test_one_address_gets_so_many_letters_of_a_kind_and_no_more(cast: Cast) -> None:
    with a_mail_server():
        to = receiver(cast)
        found = [post(cast, to) for _ in range(MOST_AN_HOUR + 2)]
        assert found == [Posting.POSTED] * MOST_AN_HOUR + [Posting.TOO_MANY] * 2
        assert post(cast, to, kind=NoticeKind.ROLES_CHANGED) is Posting.POSTED
        assert post(cast, receiver(cast)) is Posting.POSTED


def test_to_who_was_erased_no_letter_is_written(cast: Cast) -> None:
    with a_mail_server(), tenant_transaction(cast.tenant):
        destroy_subject_key(actor=cast.system, subject_id=cast["aiko"].account_id, now=NOON)
        erased = Account.objects.get(tenant_id=cast.tenant, id=cast["aiko"].account_id)
        assert tell(erased, NoticeKind.ROLES_CHANGED, now=NOON) is Posting.NO_ADDRESS
        assert not Notice.objects.filter(tenant_id=cast.tenant).exists()


def test_what_one_company_sends_silences_no_other_one_but_all_of_them_together_have_their_bound(
    cast: Cast, dan: Cast
) -> None:
    with a_mail_server():
        to = receiver(cast)
        theirs = replace(to, account_id=dan["dan"].account_id)
        for _ in range(3 * MOST_AN_HOUR):
            post(dan, theirs, kind=NoticeKind.NEW_DEVICE)
        assert post(dan, theirs, kind=NoticeKind.NEW_DEVICE) is Posting.TOO_MANY
        assert post(cast, to, kind=NoticeKind.NEW_DEVICE) is Posting.POSTED

        others = [new_company(people={"dan": (frozenset({Role.EMPLOYEE}), None)}) for _ in range(5)]
        found = [
            post(other, replace(to, account_id=other["dan"].account_id), kind=NoticeKind.NEW_DEVICE)
            for other in others
            for _ in range(MOST_AN_HOUR)
        ]
        assert found.count(Posting.POSTED) + MOST_AN_HOUR + 1 == MOST_FROM_ALL_AN_HOUR


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        pytest.param({"data_code": 451}, NotSent.LATER, id="later"),
        pytest.param({"wants_user": True}, NotSent.REFUSED, id="asks for a user"),
    ],
)
def test_a_refusal_is_kept_for_administrators(cast: Cast, behaviour: dict[str, bool], reason: NotSent) -> None:
    with a_mail_server(behaviour=Behaviour(**behaviour)) as mailbox:  # type: ignore[arg-type]
        post(cast, receiver(cast))
        if reason is NotSent.LATER:
            with pytest.raises(LetterNotSent):
                send(cast)
        else:
            send(cast)
    assert mailbox.letters == []
    assert the_notice(cast).reason == reason


def test_an_address_that_does_not_exist_is_given_up_at_once(cast: Cast) -> None:
    to = receiver(cast)
    with a_mail_server(behaviour=Behaviour(receivers={to.address: 550})):
        post(cast, to)
        send(cast)

    row = the_notice(cast)
    assert (row.state, row.reason, row.attempts, bytes(row.sealed_letter)) == ("failed", "refused", 1, b"")
    assert events(cast, "notice:failed") == [{"kind": "invitation", "reason": "refused"}]


def test_what_may_be_tried_later_is_tried_later_and_given_up_in_the_end(cast: Cast) -> None:
    behaviour = Behaviour(data_code=451)
    with a_mail_server(behaviour=behaviour) as mailbox:
        post(cast, receiver(cast))
        for _ in range(MOST_ATTEMPTS - 1):
            with pytest.raises(LetterNotSent):
                send(cast)
        assert the_notice(cast).state == NoticeState.WAITING
        send(cast)
    assert (the_notice(cast).state, mailbox.letters) == (NoticeState.FAILED, [])


def test_a_letter_leaves_once_the_service_takes_it(cast: Cast) -> None:
    behaviour = Behaviour(data_code=451)
    with a_mail_server(behaviour=behaviour) as mailbox:
        post(cast, receiver(cast))
        with pytest.raises(LetterNotSent):
            send(cast)
        behaviour.data_code = 250
        send(cast)
        send(cast)
    assert len(mailbox.letters) == 1
    assert str(the_notice(cast).id) in str(mailbox.letters[0]["Message-ID"])


def test_a_link_that_ran_out_is_not_sent_any_more(cast: Cast) -> None:
    with a_mail_server() as mailbox:
        post(cast, receiver(cast), useless_from=NOON + timedelta(hours=1))
        send(cast, later=timedelta(hours=1))
    assert mailbox.letters == []
    assert (the_notice(cast).state, the_notice(cast).reason) == ("failed", "too_late")


def test_nobody_listening_is_tried_again(cast: Cast) -> None:
    with a_mail_server() as mailbox:
        post(cast, receiver(cast))
    with override_settings(MAIL=mailbox.service), pytest.raises(LetterNotSent) as refused:
        send(cast)
    assert refused.value.reason is NotSent.UNREACHABLE


@pytest.mark.parametrize("transport", [MailTransport.TLS, MailTransport.STARTTLS])
def test_the_line_is_under_tls_and_the_service_proves_itself(
    cast: Cast, transport: MailTransport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    behaviour = Behaviour(offers_starttls=True, wants_user=True)
    with a_mail_server(
        transport=transport, certificate=files, user=USER, password=PASSWORD, behaviour=behaviour
    ) as mailbox:
        post(cast, receiver(cast))
        send(cast)
    assert (mailbox.was_sealed, mailbox.users) == ([True], [USER])


@pytest.mark.parametrize("transport", [MailTransport.TLS, MailTransport.STARTTLS])
def test_a_service_that_cannot_prove_itself_gets_nothing(cast: Cast, transport: MailTransport, tmp_path: Path) -> None:
    files = a_certificate(tmp_path)
    with a_mail_server(transport=transport, certificate=files, behaviour=Behaviour(offers_starttls=True)) as mailbox:
        post(cast, receiver(cast))
        with pytest.raises(LetterNotSent) as refused:
            send(cast)
    assert (refused.value.reason, mailbox.letters) == (NotSent.NO_TLS, [])


def test_a_service_that_offers_no_tls_gets_nothing(cast: Cast) -> None:
    with a_mail_server(transport=MailTransport.STARTTLS) as mailbox:
        post(cast, receiver(cast))
        with pytest.raises(LetterNotSent) as refused:
            send(cast)
    assert (refused.value.reason, mailbox.letters) == (NotSent.NO_TLS, [])


def test_the_log_says_nothing_of_receivers_and_secrets(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    to = receiver(cast)
    with caplog.at_level(logging.DEBUG), a_mail_server(behaviour=Behaviour(data_code=451)):
        post(cast, to)
        with pytest.raises(LetterNotSent) as refused:
            send(cast)
    assert to.address not in caplog.text + str(refused.value)
    assert SECRET not in caplog.text + str(refused.value)


@pytest.mark.parametrize("language", ["ja", "en", "th"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_letter_is_whole_in_every_language(kind: NoticeKind, language: str) -> None:
    facts = {name: value for name, value in {**FACTS, **MORE}.items() if name != "secret" or kind in WITH_LINK}
    sealed = SealedLetter(address="a@example.jp", name="愛子", facts=facts)
    letter = written(kind, sealed, language=language, sender=sender_of(TenantId(uuid4())), links="https://time.example")
    text = letter.as_text()

    assert "%(" not in text + letter.subject
    assert (SECRET in text) == (kind in WITH_LINK)
    assert bool(letter.link) == bool(letter.link_label)
    assert letter.subject
    if language != "en":
        assert not any(word in text for word in ("passphrase", "administrator", "account"))


@given(name=st.text(max_size=120), company=st.text(max_size=120), device=st.text(max_size=200))
def test_no_name_can_add_a_line_to_the_head_of_a_letter(name: str, company: str, device: str) -> None:
    facts = {**FACTS, "device": device, "origin": "203.0.113.9"}
    sealed = SealedLetter(address="a@example.jp", name=name, facts=facts)
    sender = Sender(company=company, zone=ZoneInfo("UTC"))
    letter = written(NoticeKind.NEW_DEVICE, sealed, language="en", sender=sender, links="https://time.example")
    message = message_of(letter, service=SERVICE, notice_id=UUID(int=1), at=NOON)
    head = bytes(message).split(b"\r\n\r\n", 1)[0]
    assert head.count(b"\r\nTo:") == 1
    assert b"\nBcc" not in head


def test_letters_are_forgotten_after_some_months(cast: Cast) -> None:
    with a_mail_server():
        post(cast, receiver(cast))
        send(cast)
    kept = period_of(RecordKind.LETTERS, country="JP").length
    with tenant_transaction(cast.tenant):
        for moment, left in ((NOON + kept, 1), (NOON + kept + timedelta(seconds=1), 0)):
            take_away(actor=cast.system, countries={"JP"}, now=moment)
            assert Notice.objects.count() == left
