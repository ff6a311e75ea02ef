"""Keys of companies and persons, and what they seal."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import DataError, ProgrammingError, connection, transaction
from django.db.models import Count, F

from support.cast import NOON, Cast
from tokimori.domains.people.models import Employee
from tokimori.domains.people.queries import employee, search_employees
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.keys.models import SubjectKey, TenantKey
from tokimori.foundation.keys.services import ring
from tokimori.foundation.keys.services.making import sealing_key
from tokimori.foundation.sealed_fields import ComparesSealed, SealedBytes, found_by
from tokimori.foundation.sealing import CannotUnseal, Erased, blind_indexes, seal, unseal
from tokimori.foundation.tenancy.context import tenant_transaction

PURPOSE = "a_table.a_column"


@pytest.mark.parametrize("subject", [None, UUID(int=7)], ids=["company", "person"])
@pytest.mark.parametrize("change", ["tenant", "purpose", "row", "byte", "version", "key", "nothing left"])
def test_what_is_sealed_opens_in_its_place_alone(cast: Cast, dan: Cast, change: str, subject: UUID | None) -> None:
    row = new_id()
    place = {"tenant": cast.tenant, "purpose": PURPOSE, "row": row}
    with tenant_transaction(cast.tenant):
        sealed = seal(b"secret", **place, subject=subject)
        assert unseal(sealed, **place) == b"secret"
        assert seal(b"secret", **place, subject=subject) != sealed
    opened_by = cast.tenant

    match change:
        case "byte":
            sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        case "version":
            sealed = b"\1" + sealed[1:]
        case "key":
            sealed = sealed[:1] + new_id().bytes + sealed[17:]
        case "nothing left":
            sealed = sealed[:5]
        case "tenant":
            place["tenant"] = opened_by = dan.tenant
        case _:
            other: dict[str, object] = {"purpose": "another", "row": UUID(int=1)}
            place[change] = other[change]

    with tenant_transaction(opened_by), pytest.raises(CannotUnseal):
        unseal(sealed, **place)


def test_what_was_sealed_before_there_were_keys_still_opens(cast: Cast) -> None:
    row = new_id()
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tokimori sealing\0" + cast.tenant.bytes)
    key, nonce = AESGCM(derivation.derive(settings.SEALING_KEY)), bytes(12)
    old = b"\1" + nonce + key.encrypt(nonce, b"secret", b"\0".join((cast.tenant.bytes, b"old", row.bytes)))

    with tenant_transaction(cast.tenant):
        assert unseal(old, tenant=cast.tenant, purpose="old", row=row) == b"secret"


@pytest.mark.control(56)
def test_keys_lie_in_the_database_wrapped_alone(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        company = TenantKey.objects.get(use="fields")
        person = SubjectKey.objects.get(subject_id=cast["aiko"].employee_id)

    assert company.root_name == "root-1"
    assert (len(bytes(company.wrapped or b"")), len(bytes(person.wrapped or b""))) == (60, 60)
    assert person.tenant_key_id == company.id


def test_a_row_that_is_moved_to_another_persons_does_not_open(cast: Cast) -> None:
    aiko, ben = cast["aiko"].employee_id, cast["ben"].employee_id
    with tenant_transaction(cast.tenant), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "update people_employee set given_name = (select given_name from people_employee where id = %s) "
                "where id = %s",
                [ben, aiko],
            )
        with pytest.raises(CannotUnseal):
            Employee.objects.get(id=aiko)
        transaction.set_rollback(True)


@pytest.mark.control(57)
def test_names_are_read_and_written_through_the_model_and_lie_sealed(cast: Cast) -> None:
    aiko = cast["aiko"].employee_id
    with tenant_transaction(cast.tenant):
        row = Employee.objects.get(id=aiko)
        row.given_name = "愛子"
        row.save(update_fields=["given_name"])
        with connection.cursor() as cursor:
            cursor.execute("select family_name, given_name, phonetic_name from people_employee where id = %s", [aiko])
            stored = cursor.fetchone()

        assert Employee.objects.get(id=aiko).given_name == "愛子"
        assert list(Employee.objects.filter(id=aiko).values_list("given_name", flat=True)) == ["愛子"]
        assert Employee.objects.only("code").get(id=aiko).given_name == "愛子", "a column that is read later"
    assert stored is not None
    family, given, phonetic = map(bytes, stored)
    assert (family[0], given[0], phonetic) == (3, 3, b"")
    assert "愛子".encode() not in given


def test_nothing_compares_a_sealed_column_in_the_database(cast: Cast) -> None:
    people = Employee.objects.all()
    with tenant_transaction(cast.tenant):
        for mistake in (
            lambda: people.filter(given_name="Aiko"),
            lambda: people.filter(given_name__icontains="Aiko"),
            lambda: people.exclude(given_name__in=["Aiko"]),
            lambda: people.filter(given_name__lower="aiko"),
        ):
            with pytest.raises(ComparesSealed):
                mistake()
        for mistake in (
            lambda: people.update(given_name="Aiko"),
            lambda: Employee.objects.bulk_update([people.all()[0]], ["given_name"]),
            lambda: list(people.order_by("given_name")),
            lambda: list(people.order_by("-given_name").values_list("code", flat=True)),
            lambda: list(people.order_by("given_name").values_list("given_name", flat=True)),
            lambda: list(people.filter(given_name=F("family_name"))),
            lambda: list(people.values("given_name").annotate(count=Count("id"))),
        ):
            with pytest.raises((ComparesSealed, ProgrammingError)), transaction.atomic():
                mistake()
        assert Account.objects.filter(email=None).count() == 0
        assert Account.objects.filter(email__isnull=False).count() == 4


def test_what_is_too_long_is_refused_as_before(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        row = Employee.objects.get(id=cast["aiko"].employee_id)
        row.given_name = "x" * 61
        with pytest.raises(DataError):
            row.save(update_fields=["given_name"])


def test_an_address_is_found_by_its_blind_index_which_differs_from_company_to_company(cast: Cast, dan: Cast) -> None:
    address = f"aiko@{str(cast.tenant)[-12:]}.example"
    with tenant_transaction(cast.tenant):
        found = Account.objects.get(**found_by(Account, "email_index", address, tenant=cast.tenant))
        ours = blind_indexes(address, tenant=cast.tenant, purpose="identity_account.email")
        other_column = blind_indexes(address, tenant=cast.tenant, purpose="identity_loginname.name")
    with tenant_transaction(dan.tenant):
        theirs = blind_indexes(address, tenant=dan.tenant, purpose="identity_account.email")

    assert found.email == address
    assert bytes(found.email_index or b"") == ours[0]
    assert not set(ours) & (set(theirs) | set(other_column))


def test_a_key_of_a_transaction_that_was_taken_back_seals_nothing_afterwards(cast: Cast) -> None:
    subject, row = new_id(), new_id()
    place = {"tenant": cast.tenant, "purpose": PURPOSE, "row": row}
    with tenant_transaction(cast.tenant):
        with transaction.atomic():
            lost = sealing_key(tenant=cast.tenant, subject=subject)
            assert ring.is_there(lost)
            transaction.set_rollback(True)
        assert not ring.is_there(lost)
        sealed = seal(b"secret", **place, subject=subject)
    ring.forget_everything()

    with tenant_transaction(cast.tenant):
        assert sealed[1:17] != lost.id
        assert unseal(sealed, **place) == b"secret"


def test_a_destroyed_key_is_gone_from_this_process_when_the_time_of_holding_is_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    aiko, place = cast["aiko"].employee_id, {"tenant": cast.tenant, "purpose": PURPOSE, "row": new_id()}
    with tenant_transaction(cast.tenant):
        sealed = seal(b"secret", **place, subject=aiko)
        assert unseal(sealed, **place) == b"secret"
        # As another process would: this one is not told.
        SubjectKey.objects.filter(subject_id=aiko).update(wrapped=None, destroyed_at=NOON)
    later = ring.clock.monotonic_seconds() + settings.KEY_CACHE_SECONDS
    monkeypatch.setattr(ring.clock, "monotonic_seconds", lambda: later)

    with tenant_transaction(cast.tenant):
        with pytest.raises(Erased):
            unseal(sealed, **place)
        row = Employee.objects.get(id=aiko)
        assert (row.family_name, row.given_name, row.phonetic_name) == ("(erased)", "(erased)", "")
        row.save(update_fields=["family_name", "given_name"])
        assert Employee.objects.get(id=cast["ben"].employee_id).given_name == "Ben"
        assert employee(tenant=cast.tenant, employee_id=aiko, on=NOON.date()).name == "(erased) (erased)"
        found = search_employees(
            tenant=cast.tenant, words="aiko", site_id=None, on=NOON.date(), offset=0, limit=9, only=None
        )
        assert found.total == 0
        again = seal(b"about nobody", **place, subject=aiko)
        assert again[0] == 2, "what is written about an erased person is the company's"


def test_a_list_of_many_asks_for_their_keys_at_once(cast: Cast) -> None:
    ring.forget_everything()
    with tenant_transaction(cast.tenant):
        subjects = [new_id() for _ in range(30)]
        rows = [new_id() for _ in subjects]
        sealed = [
            seal(b"x", tenant=cast.tenant, purpose=PURPOSE, row=row, subject=subject)
            for row, subject in zip(rows, subjects, strict=True)
        ]
    ring.forget_everything()
    with tenant_transaction(cast.tenant):
        connection.force_debug_cursor = True
        before = len(connection.queries_log)
        for row, value in zip(rows, sealed, strict=True):
            assert unseal(value, tenant=cast.tenant, purpose=PURPOSE, row=row) == b"x"
        asked = len(connection.queries_log) - before
        connection.force_debug_cursor = False

    assert asked == 1 + ring.MISSES_BEFORE_ALL + 1


def test_a_sealed_value_is_not_sealed_twice(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        row = Employee.objects.get(id=cast["aiko"].employee_id)
        field = Employee._meta.get_field("given_name")
        once = field.pre_save(row, False)  # noqa: FBT003 -- Django's signature
        row.given_name = once

        assert isinstance(once, SealedBytes)
        assert field.pre_save(row, False) is once  # noqa: FBT003 -- as above


def test_another_companys_key_cannot_be_made(cast: Cast) -> None:
    with tenant_transaction(cast.tenant), pytest.raises(ProgrammingError), transaction.atomic():
        seal(b"x", tenant=TenantId(new_id()), purpose=PURPOSE, row=new_id())
