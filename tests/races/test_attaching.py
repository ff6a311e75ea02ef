"""A file comes while its entry is handed in: it is part of what is approved, or it does not come at all."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from support.registers import Desk, content, drafted, new_desk
from tokimori.assurance.registers.errors import EntryNotOpen
from tokimori.assurance.registers.queries.reading import attachments_of, entry_of
from tokimori.assurance.registers.services.attaching import NewFile, attach_file
from tokimori.assurance.registers.services.writing import submit_entry
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

pytestmark = pytest.mark.race

RISK = {"likelihood": 2, "impact": 4, "treatment": "reduce", "measure": "A second supplier"}


@pytest.fixture
def desk() -> Desk:
    return new_desk()


def beside(act: Callable[[], None]) -> tuple[threading.Thread, list[BaseException]]:
    """Begin an act in a connection of its own; return it with what refused it."""
    refused: list[BaseException] = []

    def run() -> None:
        try:
            with tenant_transaction(PROVIDER):
                act()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is looked at by the test
            refused.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, refused


def attach(desk: Desk, entry_id: UUID) -> None:
    file = NewFile(name="late.txt", content=b"said later")
    attach_file(actor=desk.writer.principal, entry_id=entry_id, file=file, now=clock.now())


def submit(desk: Desk, entry_id: UUID) -> None:
    submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=clock.now())


def test_an_entry_is_handed_in_with_the_file_that_was_coming(desk: Desk) -> None:
    entry_id = drafted(desk, "risks", content(desk.writer, "risks", RISK))

    with tenant_transaction(PROVIDER):
        attach(desk, entry_id)
        thread, refused = beside(lambda: submit(desk, entry_id))
        thread.join(0.5)
        assert thread.is_alive()  # it waits for the file that is not durable yet
    thread.join()

    assert refused == []
    with tenant_transaction(PROVIDER):
        entry, files = entry_of(entry_id), attachments_of(entry_id)
    assert entry.digest == entry.content.digest_with(tuple(one.digest for one in files))
    assert len(files) == 1


def test_a_file_that_comes_while_its_entry_is_handed_in_is_refused(desk: Desk) -> None:
    entry_id = drafted(desk, "risks", content(desk.writer, "risks", RISK))

    with tenant_transaction(PROVIDER):
        submit(desk, entry_id)
        thread, refused = beside(lambda: attach(desk, entry_id))
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()

    assert [type(one) for one in refused] == [EntryNotOpen]
    with tenant_transaction(PROVIDER):
        assert attachments_of(entry_id) == []
