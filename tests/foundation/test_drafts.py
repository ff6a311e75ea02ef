"""Drafts: one's own alone, sealed, for a day, within bounds; gone when sent, thrown away, or when the account closes."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON, Cast
from tokimori.foundation.custody.services.destruction import destroy_subject_key
from tokimori.foundation.drafts.errors import DraftNotReadable, DraftTooLarge, DraftTooSoon
from tokimori.foundation.drafts.models import Draft
from tokimori.foundation.drafts.queries import draft_of, kept_drafts
from tokimori.foundation.drafts.services import discard_draft, forget_drafts, keep_draft
from tokimori.foundation.drafts.values import (
    KEPT_FOR,
    LARGEST_DRAFT,
    MOST_DRAFTS,
    DraftContent,
    FormPlace,
    read_content,
    sounds_secret,
)
from tokimori.foundation.errors import NotAllowed, NotFound, Refusal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.services.lifecycle import deactivate_account
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.sealed_fields import opened
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.jobs.recovery import forget_old_drafts

PLACE = FormPlace(route="new_correction", subject="2026-04-01")
WORDS = DraftContent(fields={"reason": ("The gate did not read my card",), "effect": ("add",)})
SECOND = timedelta(seconds=1)


def keep(
    cast: Cast, name: str = "aiko", *, place: FormPlace = PLACE, content: DraftContent = WORDS, after: int = 0
) -> None:
    with tenant_transaction(cast.tenant):
        keep_draft(actor=cast[name].principal, place=place, content=content, now=NOON + after * SECOND)


@pytest.mark.control(43)
def test_what_was_typed_is_read_again_by_its_person(cast: Cast) -> None:
    keep(cast)

    with tenant_transaction(cast.tenant):
        found = draft_of(actor=cast["aiko"].principal, place=PLACE, now=NOON + SECOND)
        assert found.content == WORDS
        assert found.changed_at == NOON
        assert kept_drafts(actor=cast["aiko"].principal, now=NOON) == {PLACE: NOON}


@pytest.mark.control(43)
@pytest.mark.parametrize("name", ["ben", "chie", "eri"])
def test_nobody_else_of_the_company_finds_it_nor_throws_it_away(cast: Cast, name: str) -> None:
    keep(cast)

    with tenant_transaction(cast.tenant):
        with pytest.raises(NotFound):
            draft_of(actor=cast[name].principal, place=PLACE, now=NOON)
        assert kept_drafts(actor=cast[name].principal, now=NOON) == {}
        assert not discard_draft(actor=cast[name].principal, place=PLACE)
        assert draft_of(actor=cast["aiko"].principal, place=PLACE, now=NOON)


def test_the_service_itself_and_another_company_find_nothing(cast: Cast, dan: Cast) -> None:
    keep(cast)

    with tenant_transaction(cast.tenant):
        assert kept_drafts(actor=cast.system, now=NOON) == {}
        with pytest.raises(NotFound):
            keep_draft(actor=cast.system, place=PLACE, content=WORDS, now=NOON)
    with tenant_transaction(dan.tenant):
        assert kept_drafts(actor=dan["dan"].principal, now=NOON) == {}
        assert not Draft.objects.filter(tenant_id=cast.tenant).exists()


@pytest.mark.control(43)
def test_the_row_holds_nothing_that_can_be_read_without_the_persons_key(cast: Cast) -> None:
    keep(cast)

    with tenant_transaction(cast.tenant), connection.cursor() as cursor:
        cursor.execute("select id, content, drafts_draft::text from drafts_draft")
        [(row, sealed, whole)] = cursor.fetchall()
        assert b"gate" not in bytes(sealed)
        assert "gate" not in whole
        assert b"gate".hex() not in whole
        plain = opened(Draft, "content", bytes(sealed), tenant=cast.tenant, row=row)
        assert plain == WORDS.plain()


def test_a_later_change_takes_the_place_of_the_earlier_one(cast: Cast) -> None:
    later = DraftContent(fields={"reason": ("The gate was locked",)})
    keep(cast)
    keep(cast, content=later, after=5)

    with tenant_transaction(cast.tenant):
        assert draft_of(actor=cast["aiko"].principal, place=PLACE, now=NOON).content == later
        assert Draft.objects.get().expires_at == NOON + 5 * SECOND + KEPT_FOR


def test_the_same_once_more_changes_nothing_and_is_never_too_soon(cast: Cast) -> None:
    keep(cast)
    keep(cast)
    keep(cast, after=60)

    with tenant_transaction(cast.tenant):
        assert Draft.objects.get().changed_at == NOON


@pytest.mark.parametrize("place", [PLACE, FormPlace(route="new_correction", subject="2026-04-02")])
def test_an_account_changes_its_drafts_once_a_second_whichever_form_it_is(cast: Cast, place: FormPlace) -> None:
    keep(cast)

    with pytest.raises(DraftTooSoon):
        keep(cast, place=place, content=DraftContent(fields={"reason": ("Once more",)}))
    keep(cast, place=place, content=DraftContent(fields={"reason": ("Once more",)}), after=1)


def test_what_was_emptied_is_kept_no_more(cast: Cast) -> None:
    keep(cast)
    keep(cast, content=DraftContent(fields={"reason": ("  ",), "effect": ()}), after=2)

    with tenant_transaction(cast.tenant):
        assert not Draft.objects.exists()


def test_the_oldest_makes_room(cast: Cast) -> None:
    places = [FormPlace(route="new_correction", subject=f"day {number}") for number in range(MOST_DRAFTS + 1)]
    for number, place in enumerate(places):
        keep(cast, place=place, after=number)

    with tenant_transaction(cast.tenant):
        assert set(kept_drafts(actor=cast["aiko"].principal, now=NOON)) == set(places[1:])


@pytest.mark.control(43)
def test_after_a_day_it_is_not_shown_and_then_removed_by_the_job(cast: Cast) -> None:
    keep(cast)
    over = NOON + KEPT_FOR

    with tenant_transaction(cast.tenant):
        assert kept_drafts(actor=cast["aiko"].principal, now=over) == {}
        with pytest.raises(NotFound):
            draft_of(actor=cast["aiko"].principal, place=PLACE, now=over)
        assert forget_drafts(tenant=cast.tenant, now=over - SECOND) == 0
    forget_old_drafts(0)
    with tenant_transaction(cast.tenant):
        assert not Draft.objects.exists()


def test_a_draft_is_thrown_away_once(cast: Cast) -> None:
    keep(cast)

    with tenant_transaction(cast.tenant):
        assert discard_draft(actor=cast["aiko"].principal, place=PLACE)
        assert not discard_draft(actor=cast["aiko"].principal, place=PLACE)


@pytest.mark.control(43)
def test_the_drafts_of_a_closed_account_are_gone_and_others_stay(cast: Cast) -> None:
    keep(cast)
    keep(cast, "chie")

    with tenant_transaction(cast.tenant):
        deactivate_account(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        assert [row.account_id for row in Draft.objects.all()] == [cast["chie"].account_id]


def test_the_drafts_of_a_person_whose_key_is_destroyed_are_gone(cast: Cast) -> None:
    keep(cast)

    with tenant_transaction(cast.tenant):
        destroy_subject_key(actor=cast.system, subject_id=cast["aiko"].account_id, now=NOON)
        assert not Draft.objects.exists()


def test_a_draft_is_no_fact_and_leaves_no_event(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        before = LedgerEvent.objects.count()
    keep(cast)

    with tenant_transaction(cast.tenant):
        discard_draft(actor=cast["aiko"].principal, place=PLACE)
        assert LedgerEvent.objects.count() == before


def test_whoever_has_not_come_in_keeps_nothing(cast: Cast) -> None:
    half = replace(cast["aiko"].principal, rights=frozenset())
    with tenant_transaction(cast.tenant):
        with pytest.raises(NotAllowed):
            keep_draft(actor=half, place=PLACE, content=WORDS, now=NOON)
        with pytest.raises(NotAllowed):
            discard_draft(actor=half, place=PLACE)


def test_the_database_takes_no_draft_of_an_account_of_elsewhere(cast: Cast, dan: Cast) -> None:
    def put_elsewhere() -> None:
        with tenant_transaction(cast.tenant):
            Draft.objects.create(
                tenant_id=cast.tenant, id=new_id(), account_id=dan["dan"].account_id, route="new_correction",
                content={}, changed_at=NOON, expires_at=NOON + KEPT_FOR,
            )  # fmt: skip

    with pytest.raises(IntegrityError):
        put_elsewhere()


def test_what_is_called_like_a_secret_is_dropped_whatever_a_form_keeps() -> None:
    names = {"reason", "password", "new_passphrase", "recovery-code", "Token", "client_secret", "api_key", "encoding"}
    typed = DraftContent(fields=dict.fromkeys((*names, "further"), ("x",)))

    assert set(typed.only(names).fields) == {"reason", "encoding"}
    assert not sounds_secret("decode_it")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"reason": "a"}',
        '{"reason": [1]}',
        '{"reason": [null]}',
        '{"reason": ["a"], "reason": ["b"]}',
        '{"": ["a"]}',
        '{"reason": ["a\\u0000b"]}',
        '{"reason": ["\\ud800"]}',
        '{"r\\u00e9ason": ["a"]}',
        json.dumps({"a" * 81: ["a"]}),
        json.dumps({f"field{number}": [] for number in range(121)}),
        json.dumps({"boxes": ["a"] * 201}),
        "[" * 40_000,
        '{"reason": ["a"]} ',
    ],
)
def test_what_is_no_draft_is_refused(text: str) -> None:
    if text.endswith(" "):
        assert read_content(text) == DraftContent(fields={"reason": ("a",)})
        return
    with pytest.raises(DraftNotReadable):
        read_content(text)


@pytest.mark.parametrize("letter", ["a", "勤"])
def test_what_is_too_long_is_refused_by_its_bytes(letter: str) -> None:
    fits = (LARGEST_DRAFT - 20) // len(letter.encode())

    assert read_content(json.dumps({"reason": [letter * fits]}, ensure_ascii=False))
    with pytest.raises(DraftTooLarge):
        read_content(json.dumps({"reason": [letter * (fits + 20)]}, ensure_ascii=False))


@given(
    st.text()
    | st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(
        json.dumps
    )
)
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        found = read_content(text)
    except Refusal:
        return
    assert read_content(json.dumps(found.plain())) == found
