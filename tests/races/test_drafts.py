"""Two tabs keep what was typed into one form at the same moment: one is kept, the other comes again; nothing breaks."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from support.cast import NOON, Cast
from tokimori.foundation.drafts.errors import DraftTooSoon
from tokimori.foundation.drafts.models import Draft
from tokimori.foundation.drafts.services import discard_draft, keep_draft
from tokimori.foundation.drafts.values import DraftContent, FormPlace
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = pytest.mark.race

PLACE = FormPlace(route="new_correction", subject="2026-04-01")


def words(text: str) -> DraftContent:
    return DraftContent(fields={"reason": (text,)})


def beside(cast: Cast, text: str, *, after: int) -> tuple[threading.Thread, list[BaseException]]:
    """Begin to keep a draft in a connection of its own; return it with what refused it."""
    refused: list[BaseException] = []

    def run() -> None:
        try:
            with tenant_transaction(cast.tenant):
                now = NOON + timedelta(seconds=after)
                keep_draft(actor=cast["aiko"].principal, place=PLACE, content=words(text), now=now)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is looked at by the test
            refused.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, refused


def kept(cast: Cast) -> list[object]:
    with tenant_transaction(cast.tenant):
        return [row.content for row in Draft.objects.all()]


def test_of_two_first_drafts_of_a_form_one_is_kept_and_the_other_comes_again(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        keep_draft(actor=cast["aiko"].principal, place=PLACE, content=words("The first"), now=NOON)
        thread, refused = beside(cast, "The second", after=5)
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the first"
    thread.join()

    assert [type(one) for one in refused] == [DraftTooSoon]
    assert kept(cast) == [words("The first").plain()]


def test_of_two_changes_the_later_one_stays(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        keep_draft(actor=cast["aiko"].principal, place=PLACE, content=words("Begun"), now=NOON)
    with tenant_transaction(cast.tenant):
        now = NOON + timedelta(seconds=5)
        keep_draft(actor=cast["aiko"].principal, place=PLACE, content=words("The first"), now=now)
        thread, refused = beside(cast, "The second", after=10)
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the first"
    thread.join()

    assert refused == []
    assert kept(cast) == [words("The second").plain()]


def test_a_draft_that_is_thrown_away_twice_at_once_is_gone(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        keep_draft(actor=cast["aiko"].principal, place=PLACE, content=words("Begun"), now=NOON)
    found: list[bool] = []

    def throw_away() -> None:
        with tenant_transaction(cast.tenant):
            found.append(discard_draft(actor=cast["aiko"].principal, place=PLACE))
        connection.close()

    with tenant_transaction(cast.tenant):
        assert discard_draft(actor=cast["aiko"].principal, place=PLACE)
        thread = threading.Thread(target=throw_away)
        thread.start()
    thread.join()

    assert found == [False]
    assert kept(cast) == []
