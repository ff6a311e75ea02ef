"""``tokimori open-epoch``: after a restore, let each log that went back begin anew, and say so in it."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from tokimori.foundation import clock
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.services.epochs import LogState, open_epoch, root_at, state_of_log
from tokimori.foundation.ledger.services.log_ids import PROVIDER_LOG, existing_log_of
from tokimori.foundation.signing.door import SignerClient
from tokimori.foundation.signing.state import SignedState
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.interfaces.cli.recorded import refuse_unrecorded


def run_open_epoch(chosen: argparse.Namespace, *, recorded_by: Principal | None = None) -> int:
    """Open epochs where logs went back; return 0, or 1 when it was refused: it runs in a recorded session, as keys do."""
    try:
        refuse_unrecorded(command="open-epoch", bypass=chosen.bypass, recorded_by=recorded_by, now=clock.now())
    except Refusal as refusal:
        print(f"{refusal.code}: {gettext(refusal.sentence())}")
        return 1
    return open_epochs(reason=chosen.reason, socket=chosen.socket)


def open_epochs(*, reason: str, socket: Path) -> int:
    """Open an epoch of each log that has fewer leaves than were signed, or others; return 0. Others are left alone."""
    signer = SignerClient(path=socket)
    opened = 0
    for tenant, log in _logs():
        (signed,) = signer.states([log])
        if signed is None:
            continue
        with tenant_transaction(tenant):
            state = state_of_log(tenant=tenant, log=log)
            is_recorded = state.place.epoch == signed.epoch + 1
            if not is_recorded and not _went_back(state, signed):
                continue
            epoch = state.place.epoch
            if not is_recorded:
                epoch = open_epoch(state=state, signed=signed, base=settings.LOG_ORIGIN, reason=reason, now=clock.now())
        signer.open_epoch(log=log, epoch=epoch)  # after the commit: broken off in between, the command is run again
        opened += 1
        print(f"{log}: {signed.size} leaves were signed, {state.size} are there; epoch {epoch} was opened.")
    print(f"{opened} epochs were opened.")
    return 0


def _logs() -> Iterator[tuple[TenantId, str]]:
    for tenant in sorted({*all_tenants(), PROVIDER}):
        with tenant_transaction(tenant):
            log = existing_log_of(tenant)
        if log is not None:
            yield tenant, log
    yield PROVIDER, PROVIDER_LOG


def _went_back(state: LogState, signed: SignedState) -> bool:
    """Whether what was signed is no longer a beginning of what is there."""
    if signed.size == 0 or state.place.epoch != signed.epoch:
        return False
    return state.size < signed.size or root_at(place=state.place, size=signed.size) != signed.root
