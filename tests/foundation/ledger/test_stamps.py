"""An authority stamps the provider's checkpoint once an hour; what it did not sign, or not of this, is refused."""

import hashlib
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from support.browser import signed_in
from support.cast import NOON, Cast
from support.logkeeping import LogKeeping, log_keeping
from tokimori.foundation import clock
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries.logs import stamps
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.sequencing.stamping import (
    StampAuthority,
    Stamping,
    StampRefused,
    checked_stamp,
    read_authority,
)
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.ops.demo.time_authority import NAME, TimeAuthority, kept_time_authority, new_time_authority, serving

NOW = clock.now()
AUTHORITY = new_time_authority(at=NOW)
CHECKPOINT = b"localhost/tokimori/provider/1\n7\nroot\n\n"


def pinned(authority: TimeAuthority = AUTHORITY, url: str = "http://127.0.0.1:1/") -> StampAuthority:
    return StampAuthority(url=url, certificate=authority.certificate)


def asked(
    authority: TimeAuthority = AUTHORITY, *, of: bytes = CHECKPOINT, digest: HashAlgorithm = HashAlgorithm.SHA256
) -> tuple[bytes, int | None]:
    request = TimestampRequestBuilder().data(of).hash_algorithm(digest).build()
    return authority.answer(request.as_bytes(), at=NOW), request.nonce


def test_a_genuine_stamp_tells_its_time() -> None:
    answer, nonce = asked()

    at = checked_stamp(answer, of=CHECKPOINT, nonce=nonce, authority=pinned(), now=NOW)

    assert at == NOW.replace(microsecond=0)
    assert hashlib.sha256(CHECKPOINT).digest() in answer


def test_a_stamp_of_another_certificate_of_the_same_name_is_refused() -> None:
    answer, nonce = asked(new_time_authority(at=NOW))

    with pytest.raises(StampRefused, match="certificate"):
        checked_stamp(answer, of=CHECKPOINT, nonce=nonce, authority=pinned(), now=NOW)


def test_a_stamp_that_shows_the_pinned_certificate_and_was_signed_by_another_key_is_refused() -> None:
    forged = TimeAuthority(key=new_time_authority(at=NOW).key, certificate=AUTHORITY.certificate)
    answer, nonce = asked(forged)

    with pytest.raises(StampRefused, match="signature"):
        checked_stamp(answer, of=CHECKPOINT, nonce=nonce, authority=pinned(), now=NOW)


def test_a_stamp_of_another_digest_is_refused() -> None:
    answer, nonce = asked(of=CHECKPOINT + b"x")

    with pytest.raises(StampRefused, match="Mismatch"):
        checked_stamp(answer, of=CHECKPOINT, nonce=nonce, authority=pinned(), now=NOW)


def test_a_stamp_of_another_kind_of_digest_or_of_another_question_or_time_is_refused() -> None:
    answer, nonce = asked(digest=HashAlgorithm.SHA512)
    with pytest.raises(StampRefused, match="SHA-256"):
        checked_stamp(answer, of=CHECKPOINT, nonce=nonce, authority=pinned(), now=NOW)
    answer, nonce = asked()
    with pytest.raises(StampRefused, match="Nonce"):
        checked_stamp(answer, of=CHECKPOINT, nonce=(nonce or 0) + 1, authority=pinned(), now=NOW)
    with pytest.raises(StampRefused, match="clock"):
        checked_stamp(answer, of=CHECKPOINT, nonce=nonce, authority=pinned(), now=NOW + timedelta(hours=1))


@given(place=st.integers(0, 2000), value=st.integers(1, 255))
def test_a_stamp_with_a_byte_changed_is_refused_or_says_the_same(place: int, value: int) -> None:
    answer, nonce = asked()
    changed = bytearray(answer)
    changed[place % len(answer)] ^= value

    try:
        at = checked_stamp(bytes(changed), of=CHECKPOINT, nonce=nonce, authority=pinned(), now=NOW)
    except StampRefused:
        return
    assert at == NOW.replace(microsecond=0)
    assert decode_timestamp_response(bytes(changed)).tst_info.message_imprint.message in answer


@given(content=st.binary(max_size=300))
def test_what_is_no_answer_and_what_is_no_query_is_refused(content: bytes) -> None:
    with pytest.raises(StampRefused):
        checked_stamp(content, of=CHECKPOINT, nonce=1, authority=pinned(), now=NOW)
    with pytest.raises(ValueError, match=r".+"):
        AUTHORITY.answer(content, at=NOW)


def grown(cast: Cast, keeping: LogKeeping) -> None:
    with tenant_transaction(cast.tenant):
        record_events([Event(name=EventName.SIGN_OUT, subject_id=None)], actor=cast.system, at=NOON)
    assert keeping.publish(now=NOON).provider is not None


def test_an_authority_that_is_foreign_or_away_holds_nothing_up_and_leaves_nothing(cast: Cast) -> None:
    with log_keeping() as keeping, serving(new_time_authority(at=NOW)) as url:
        grown(cast, keeping)
        for authority in (pinned(url=url), pinned(), None):
            assert not Stamping(connection=keeping.connection, authority=authority).stamp_if_due(now=clock.now())
        with tenant_transaction(cast.tenant):
            assert stamps(most=5) == ()
        page = signed_in(cast, "eri").get(reverse("log_proof")).content.decode()
    assert "No time stamps" in page or "タイムスタンプは付与されていません" in page


def test_the_newest_checkpoint_is_stamped_once_an_hour_shown_and_bundled(cast: Cast) -> None:
    with log_keeping() as keeping, serving(AUTHORITY) as url:
        stamping = Stamping(connection=keeping.connection, authority=pinned(url=url))
        grown(cast, keeping)
        now = clock.now()
        assert stamping.stamp_if_due(now=now)
        grown(cast, keeping)
        assert not stamping.stamp_if_due(now=now + timedelta(minutes=59))

        with tenant_transaction(cast.tenant):
            (stamp,) = stamps(most=5)
        browser = signed_in(cast, "eri")
        page = browser.get(reverse("log_proof")).content.decode()
        bundle = b"".join(browser.get(reverse("log_bundle")).streaming_content)  # type: ignore[arg-type]

    checked_stamp(stamp.token, of=stamp.note.encode(), nonce=None, authority=pinned(), now=now)
    assert stamp.authority == NAME
    assert NAME in page
    with zipfile.ZipFile(BytesIO(bundle)) as opened:
        assert opened.read(f"stamps/{stamp.size}.tsr") == stamp.token
        digest = hashlib.sha256(opened.read(f"stamps/{stamp.size}.checkpoint")).digest()
    assert digest in stamp.token


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    file = tmp_path / "authority.pem"
    file.write_bytes(AUTHORITY.pem)
    return str(file)


def test_an_authority_is_named_by_address_and_certificate_together(certificate: str, tmp_path: Path) -> None:
    def read(url: str, file: str) -> Callable[[], StampAuthority | None]:
        return lambda: read_authority({"TOKIMORI_TIMESTAMP_URL": url, "TOKIMORI_TIMESTAMP_CERTIFICATE": file})

    assert read_authority({}) is None
    for url in ("https://stamps.example/tsa", "http://127.0.0.1:3161/"):
        found = read(url, certificate)()
        assert found is not None
        assert (found.url, found.name) == (url, NAME)
    for url, file in (
        ("https://stamps.example", ""),
        ("", certificate),
        ("http://stamps.example", certificate),
        ("ftp://127.0.0.1", certificate),
        ("https://me:secret@stamps.example", certificate),
        ("https://", certificate),
        ("https://stamps.example", str(tmp_path / "nothing")),
        ("https://stamps.example", __file__),
    ):
        with pytest.raises(ValueError, match="TOKIMORI_TIMESTAMP"):
            read(url, file)()


def test_a_kept_authority_is_the_same_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"

    assert kept_time_authority(file, at=NOW).pem == kept_time_authority(file, at=NOW).pem
    assert file.stat().st_mode & 0o077 == 0
