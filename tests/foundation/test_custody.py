"""Keys are rotated at each level while everything goes on; a person's are destroyed and everything else stays."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from support.browser import signed_in
from support.cast import NOON, Cast, whole_cast
from tokimori.domains.people.models import Employee
from tokimori.domains.people.queries import employee
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.custody.errors import NoSuchKey
from tokimori.foundation.custody.queries import keys_overview
from tokimori.foundation.custody.services.destruction import destroy_subject_key
from tokimori.foundation.custody.services.resealing import begin_resealing, continue_resealing, reseal_everything
from tokimori.foundation.custody.services.rotation import rewrap_under_root, rotate_subject_key, rotate_tenant_key
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identity.errors import AccountErased
from tokimori.foundation.identity.models import Account, LoginName
from tokimori.foundation.identity.queries import account_of_login_id
from tokimori.foundation.identity.services.lifecycle import deactivate_account, reactivate_account
from tokimori.foundation.keys.file_root import add_root_key
from tokimori.foundation.keys.models import SubjectKey, TenantKey
from tokimori.foundation.keys.services import ring
from tokimori.foundation.keys.wrapping import KeyUse
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.sealed_fields import found_by
from tokimori.foundation.tenancy.context import tenant_transaction


def address_of(cast: Cast, name: str) -> str:
    return f"{name}@{str(cast.tenant)[-12:]}.example"


def names(cast: Cast) -> list[str]:
    return sorted(f"{row.family_name} {row.given_name}" for row in Employee.objects.filter(tenant_id=cast.tenant))


def recorded(cast: Cast, name: EventName) -> int:
    return LedgerEvent.objects.filter(tenant_id=cast.tenant, name=name.value).count()


def test_a_company_has_its_keys_from_the_beginning_with_their_events(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        assert {row.use for row in TenantKey.objects.all()} == {"fields", "index"}
        assert recorded(cast, EventName.KEY_MADE) == 2


@pytest.mark.control(56)
def test_a_rotated_company_key_seals_anew_whatever_may_change_and_nothing_is_lost(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        before = names(cast)
        first = TenantKey.objects.get(use="fields")
        assert rotate_tenant_key(actor=cast.system, use=KeyUse.FIELDS, now=NOON) == 2
        second = TenantKey.objects.get(use="fields", version=2)
        assert names(cast) == before, "before anything was sealed anew"
        progress = reseal_everything(actor=cast.system, now=NOON)

        assert progress.is_finished
        assert names(cast) == before
        assert set(SubjectKey.objects.values_list("tenant_key_id", flat=True)) == {second.id}
        assert TenantKey.objects.get(id=first.id).retired_at == NOON
        assert (recorded(cast, EventName.KEY_ROTATED), recorded(cast, EventName.KEYS_RESEALED)) == (1, 1)


def test_a_run_goes_on_where_it_was_interrupted_and_says_how_far_it_is(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        rotate_subject_key(actor=cast.system, subject_id=cast["aiko"].employee_id, now=NOON)
        run = begin_resealing(actor=cast.system, now=NOON)
        seen = []
        while not run.is_finished:
            seen.append(run.seen)
            assert begin_resealing(actor=cast.system, now=NOON).run_id == run.run_id
            run = continue_resealing(actor=cast.system, run_id=run.run_id, now=NOON, at_once=2)

        assert len(seen) > 3
        assert seen == sorted(seen)
        assert run.seen == run.total
        assert run.sealed == 1
        aiko = cast["aiko"].employee_id
        assert Employee.objects.get(id=aiko).given_name == "Aiko"
        # The first version sealed nothing any more that may change: without it everything opens.
        SubjectKey.objects.filter(subject_id=aiko, version=1).update(wrapped=None, destroyed_at=NOON)
        ring.forget_everything()
        assert Employee.objects.get(id=aiko).given_name == "Aiko"


def test_a_rotated_index_key_finds_what_both_versions_wrote(cast: Cast) -> None:
    aiko = cast["aiko"].account_id
    with tenant_transaction(cast.tenant):
        rotate_tenant_key(actor=cast.system, use=KeyUse.INDEX, now=NOON)
        assert account_of_login_id(tenant=cast.tenant, name=address_of(cast, "aiko")) == aiko
        old = bytes(Account.objects.get(id=aiko).email_index or b"")
        reseal_everything(actor=cast.system, now=NOON)
        new = bytes(Account.objects.get(id=aiko).email_index or b"")

        assert (old[:2], new[:2]) == (b"\0\1", b"\0\2")
        assert account_of_login_id(tenant=cast.tenant, name=address_of(cast, "aiko")) == aiko
        assert LoginName.objects.filter(**found_by(LoginName, "name_index", "aiko", tenant=cast.tenant)).exists()


def test_a_new_root_key_takes_over_without_touching_a_value(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "root.keys"
    file.touch(mode=0o600)
    file.write_text(Path(settings.ROOT_KEYS.file).read_text())
    running = replace(settings.ROOT_KEYS, file=file)
    monkeypatch.setattr(settings, "ROOT_KEYS", running)
    with tenant_transaction(cast.tenant):
        before = names(cast)
        assert rewrap_under_root(actor=cast.system, now=NOON) == 0
        add_root_key(file, name="root-2")
        # Another process, which reads the file as it is now.
        monkeypatch.setattr(settings, "ROOT_KEYS", replace(running, transit_key="of another process"))
        assert rewrap_under_root(actor=cast.system, now=NOON) == 2
        assert {row.root_name for row in TenantKey.objects.all()} == {"root-2"}
        # And the first one again, which did not know the new key when it began.
        monkeypatch.setattr(settings, "ROOT_KEYS", running)
        ring.forget_everything()
        assert names(cast) == before
        # Back under the key that other tests know, which reads everybody's.
        back = tmp_path / "back.keys"
        back.touch(mode=0o600)
        back.write_text("".join(reversed(file.read_text().splitlines(keepends=True))))
        monkeypatch.setattr(settings, "ROOT_KEYS", replace(running, file=back))
        assert rewrap_under_root(actor=cast.system, now=NOON) == 2
        assert {row.root_name for row in TenantKey.objects.all()} == {"root-1"}


def test_without_the_key_nothing_is_left_of_a_person_and_everything_else_goes_on() -> None:
    cast = whole_cast()
    aiko, system = cast["aiko"], cast.system
    with tenant_transaction(cast.tenant):
        assert destroy_subject_key(actor=system, subject_id=aiko.employee_id, now=NOON) == 1
        assert destroy_subject_key(actor=system, subject_id=aiko.account_id, now=NOON) == 1
        with pytest.raises(NoSuchKey):
            destroy_subject_key(actor=system, subject_id=aiko.account_id, now=NOON)
        with pytest.raises(NoSuchKey):
            rotate_subject_key(actor=system, subject_id=aiko.account_id, now=NOON)

        account = Account.objects.get(id=aiko.account_id)
        assert (account.email, account.email_index) == ("(erased)", None)
        assert account_of_login_id(tenant=cast.tenant, name=address_of(cast, "aiko")) is None
        assert employee(tenant=cast.tenant, employee_id=cast["ben"].employee_id, on=NOON.date()).given_name == "Ben"
        assert recorded(cast, EventName.KEY_DESTROYED) == 2
        reseal_everything(actor=system, now=NOON)
        assert Employee.objects.get(id=aiko.employee_id).family_name == "(erased)"

    for name, pages in {"ben": ("/team",), "chie": ("/people",), "fay": ("/accounts", "/log")}.items():
        browser = signed_in(cast, name)
        for page in pages:
            answer = browser.get(page)
            assert answer.status_code == 200, (name, page, answer.status_code)


@pytest.mark.control(56)
def test_nobody_but_the_service_itself_touches_keys(cast: Cast) -> None:
    actor = replace(cast["chie"].principal, rights=frozenset(Permission) - {Permission.SETUP_WRITE})
    with tenant_transaction(cast.tenant):
        for act in (
            lambda: rotate_tenant_key(actor=actor, use=KeyUse.FIELDS, now=NOON),
            lambda: rotate_subject_key(actor=actor, subject_id=cast["aiko"].employee_id, now=NOON),
            lambda: destroy_subject_key(actor=actor, subject_id=cast["aiko"].employee_id, now=NOON),
            lambda: rewrap_under_root(actor=actor, now=NOON),
            lambda: begin_resealing(actor=actor, now=NOON),
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.control(56)
def test_the_inventory_says_what_keys_there_are_and_how_old(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        rotate_tenant_key(actor=cast.system, use=KeyUse.FIELDS, now=NOON)
        destroy_subject_key(actor=cast.system, subject_id=cast["aiko"].employee_id, now=NOON)
        made = TenantKey.objects.get(use="index").made_at
        overview = keys_overview(actor=cast.system, now=made + timedelta(days=90))

    assert (overview.root.provider, overview.root.algorithm) == ("file", "AES-256-GCM")
    assert [(one.use, one.version, one.state) for one in overview.keys] == [
        ("fields", 2, "live"),
        ("fields", 1, "retired"),
        ("index", 1, "live"),
    ]
    assert overview.keys[-1].age == timedelta(days=90)
    assert overview.keys[-1].algorithm == "HMAC-SHA-256"
    assert overview.subjects.destroyed == 1
    assert overview.subjects.live == overview.subjects.beneath_older_keys == 6
    assert overview.resealing_since is None


def test_the_account_of_an_erased_person_is_not_opened_again(cast: Cast) -> None:
    account_id = cast["aiko"].account_id
    assert account_id is not None
    with tenant_transaction(cast.tenant):
        deactivate_account(actor=cast.system, account_id=account_id, now=NOON)
        destroy_subject_key(actor=cast.system, subject_id=account_id, now=NOON)
        with pytest.raises(AccountErased):
            reactivate_account(actor=cast.system, account_id=account_id, now=NOON)
        assert not Account.objects.get(tenant_id=cast.tenant, id=account_id).is_active
