"""``tokimori keys``: add a root key, rotate what lies below it, seal anew, say what there is. Nothing stops meanwhile."""

import argparse
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.utils.translation import gettext

from tokimori.foundation import clock
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.custody.queries import keys_overview
from tokimori.foundation.custody.services.destruction import destroy_subject_key
from tokimori.foundation.custody.services.resealing import begin_resealing, continue_resealing
from tokimori.foundation.custody.services.rotation import rewrap_under_root, rotate_subject_key, rotate_tenant_key
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.errors import RootRefused
from tokimori.foundation.keys.file_root import add_root_key
from tokimori.foundation.keys.root_settings import RootProvider
from tokimori.foundation.keys.wrapping import KeyUse
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants, tenant_of_company_code
from tokimori.foundation.tenancy.role_check import refuse_unsafe_role
from tokimori.interfaces.cli.recorded import refuse_unrecorded


def run_keys_act(chosen: argparse.Namespace, *, recorded_by: Principal | None = None) -> int:
    """Do what was asked, in every company or in the one that was named; return 0, or 1 when it was refused.

    Whatever changes or destroys a key runs in a recorded session, once two of the provider's people could open one.
    """
    refuse_unsafe_role()
    try:
        if chosen.act != "show":
            command = f"keys {chosen.act}"
            refuse_unrecorded(command=command, bypass=chosen.bypass, recorded_by=recorded_by, now=clock.now())
        if chosen.act == "add-root":
            return _add_root(chosen.name)
        for tenant in _tenants(chosen.company):
            _ACTS[chosen.act](tenant, chosen, clock.now())
    except Refusal as refusal:
        print(f"{refusal.code}: {gettext(refusal.sentence())}")
        return 1
    except (RootRefused, UnknownCompany) as refused:
        print(refused)
        return 1
    return 0


class UnknownCompany(RuntimeError):
    """There is no company with this code."""


def _add_root(name: str) -> int:
    if settings.ROOT_KEYS.provider is not RootProvider.FILE:
        print("The root key is not in a file: make the new one where it is, and name it in the settings.")
        return 1
    add_root_key(settings.ROOT_KEYS.file, name=name)
    print(f"Added {name}. Keep a copy of the file apart from the database's backups, then run `tokimori keys rewrap`.")
    return 0


def _rewrap(tenant: TenantId, _chosen: argparse.Namespace, now: datetime) -> None:
    with tenant_transaction(tenant):
        count = rewrap_under_root(actor=system_principal(tenant), now=now)
    print(f"{tenant}: {count} keys are wrapped by the newest root key now.")


def _rotate(tenant: TenantId, chosen: argparse.Namespace, now: datetime) -> None:
    with tenant_transaction(tenant):
        version = rotate_tenant_key(actor=system_principal(tenant), use=KeyUse(chosen.use), now=now)
    print(f"{tenant}: the key for {chosen.use} has version {version} now; `tokimori keys reseal` lets it take over.")


def _reseal(tenant: TenantId, _chosen: argparse.Namespace, now: datetime) -> None:
    actor = system_principal(tenant)
    with tenant_transaction(tenant):
        progress = begin_resealing(actor=actor, now=now)
    while not progress.is_finished:
        with tenant_transaction(tenant):
            progress = continue_resealing(actor=actor, run_id=progress.run_id, now=clock.now())
    print(f"{tenant}: {progress.seen} rows were looked at, {progress.sealed} sealed anew.")


def _rotate_person(tenant: TenantId, chosen: argparse.Namespace, now: datetime) -> None:
    with tenant_transaction(tenant):
        version = rotate_subject_key(actor=system_principal(tenant), subject_id=chosen.person, now=now)
    print(f"The person's key has version {version} now.")


def _destroy_person(tenant: TenantId, chosen: argparse.Namespace, now: datetime) -> None:
    with tenant_transaction(tenant):
        destroy_subject_key(actor=system_principal(tenant), subject_id=chosen.person, now=now)
    print(f"Destroyed. What was held by processes is gone within {settings.KEY_CACHE_SECONDS} seconds.")


def _show(tenant: TenantId, _chosen: argparse.Namespace, now: datetime) -> None:
    actor: Principal = system_principal(tenant)
    with tenant_transaction(tenant):
        overview = keys_overview(actor=actor, now=now)
    print(f"{tenant}: root {overview.root.name} ({overview.root.provider}, {overview.root.algorithm})")
    for key in overview.keys:
        print(
            f"  {key.use} version {key.version}: {key.state}, {key.age.days} days, {key.algorithm}, by {key.root_name}"
        )
    subjects = overview.subjects
    print(
        f"  persons: {subjects.live} live, {subjects.retired} retired, {subjects.destroyed} destroyed, "
        f"{subjects.beneath_older_keys} beneath older keys"
    )


def _tenants(code: str | None) -> tuple[TenantId, ...]:
    if code is None:
        return all_tenants()
    tenant = tenant_of_company_code(code)
    if tenant is None:
        raise UnknownCompany(f"There is no company {code!r}.")
    return (tenant,)


_ACTS: Final[Mapping[str, Callable[[TenantId, argparse.Namespace, datetime], None]]] = MappingProxyType(
    {
        "rewrap": _rewrap,
        "rotate": _rotate,
        "reseal": _reseal,
        "rotate-person": _rotate_person,
        "destroy-person": _destroy_person,
        "show": _show,
    }
)
