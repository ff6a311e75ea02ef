"""Rooms that keep registers name owners and say what ends; without them nobody is named, and that is shown."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse

from support.provider import new_worker
from tokimori.assurance import stewards
from tokimori.assurance.compliance.queries import what_ends
from tokimori.assurance.compliance.values import Ending, Expiry
from tokimori.foundation import clock
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


def test_who_is_named_stands_at_his_row_and_nobody_at_the_others() -> None:
    def first(now: datetime) -> Mapping[int, str]:
        return {18: "Security officer", 19: "  "} if now else {}

    def second(now: datetime) -> Mapping[int, str]:
        return {18: "Somebody else", 20: "Data protection officer"} if now else {}

    for source in (first, second):
        stewards.add_owners(source)
    try:
        found = stewards.owners_of_rows(now=clock.now())
        page = Client(SERVER_NAME="localhost").get(reverse("trust_row", args=[18])).content.decode()
    finally:
        for source in (first, second):
            stewards.forget_source(source)

    assert found == {18: "Security officer", 20: "Data protection officer"}, "the first source counts"
    assert "Security officer" in page
    assert "nobody named" not in page
    assert "nobody named" in Client(SERVER_NAME="localhost").get(reverse("trust_row", args=[18])).content.decode()


def test_what_other_rooms_say_ends_as_well() -> None:
    worker, now = new_worker(), clock.now()
    entry = Expiry(kind=Ending.REGISTER_ENTRY, at=now + timedelta(days=6), name="A contract", url="/operators")

    def source(actor: Principal, at: datetime) -> list[Expiry]:
        return [entry] if actor.account_id == worker.account_id and at == now else []

    stewards.add_expiries(source)
    try:
        with tenant_transaction(PROVIDER):
            assert entry in what_ends(actor=worker.principal, now=now)
    finally:
        stewards.forget_source(source)
