"""Gather requests for a few milliseconds and record them together: one durable commit for many answers."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import close_old_connections

from tokimori.domains.timekeeping.reports import MOST_REPORTS, PunchAnswer, PunchReport
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.foundation import clock
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.carried_secrets import CarriedSecret
from tokimori.foundation.identity.errors import TokenWrongAddress
from tokimori.foundation.identity.services.addresses import AddressRefused, note_refused_address
from tokimori.foundation.identity.services.failures import note_refused_token
from tokimori.foundation.identity.services.tokens import note_wrong_address, principal_of_access_token
from tokimori.foundation.logs import logger
from tokimori.foundation.request_origin import RequestOrigin, coming_from
from tokimori.foundation.tenancy.context import tenant_transaction

GATHERING_SECONDS: Final = 0.003
DATABASE_THREADS: Final = 4
_STATUSES_NOTED: Final = frozenset({401, 403})

_log = logger("tokimori.gate")


class GateOverloaded(Refusal):
    """The gate is busy; nothing was stored, send it again."""

    code = "gate.overloaded"
    status = 503


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delivery:
    """One request's reports, who carries them, where from, and where their answers are awaited."""

    carried: CarriedSecret
    reports: Sequence[PunchReport]
    answers: "asyncio.Future[Sequence[PunchAnswer]]"
    origin: RequestOrigin = field(default_factory=lambda: RequestOrigin(address="", device=""))


class Batcher:
    """Takes deliveries in, and answers each after the commit of the batch that it went into."""

    def __init__(self, *, most_waiting: int = 20_000) -> None:
        self._waiting: asyncio.Queue[Delivery] = asyncio.Queue(maxsize=most_waiting)
        self._threads = ThreadPoolExecutor(max_workers=DATABASE_THREADS, thread_name_prefix="gate")
        self._running: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(DATABASE_THREADS)

    async def record(
        self, *, carried: CarriedSecret, reports: Sequence[PunchReport], origin: RequestOrigin
    ) -> Sequence[PunchAnswer]:
        """Return the answers to the reports once they are durable; raise the refusal of the whole, if it was refused."""
        answers: asyncio.Future[Sequence[PunchAnswer]] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait(Delivery(carried=carried, reports=reports, answers=answers, origin=origin))
        except asyncio.QueueFull as error:
            raise GateOverloaded from error
        return await answers

    async def run(self) -> None:
        """Form batches until cancelled. While all threads are at work, the next batch grows."""
        while True:
            first = await self._waiting.get()
            await self._slots.acquire()
            await asyncio.sleep(GATHERING_SECONDS)
            batch = [first, *self._more(most=MOST_REPORTS - len(first.reports))]
            task = asyncio.create_task(self._record_batch(batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _more(self, *, most: int) -> list[Delivery]:
        """Return what else waits, as long as a batch may be; what does not fit any more goes to the next."""
        taken: list[Delivery] = []
        count = 0
        while count < most and not self._waiting.empty():
            delivery = self._waiting.get_nowait()
            count += len(delivery.reports)
            taken.append(delivery)
        return taken

    async def _record_batch(self, batch: Sequence[Delivery]) -> None:
        loop = asyncio.get_running_loop()
        try:
            outcomes = await loop.run_in_executor(self._threads, record_batch, batch)
            for delivery, outcome in zip(batch, outcomes, strict=True):
                _resolve(delivery, outcome)
        finally:
            self._slots.release()
            for delivery in batch:
                if not delivery.answers.done():
                    delivery.answers.set_exception(GateOverloaded())


Answers = Sequence[PunchAnswer]


def record_batch(batch: Sequence[Delivery]) -> list[Answers | Refusal]:
    """Record a batch, one transaction for each tenant in it; return what to answer each delivery.

    Where a tenant's transaction fails as a whole, its deliveries are tried one by one, so that none suffers for another.
    """
    by_tenant: defaultdict[TenantId, list[int]] = defaultdict(list)
    for position, delivery in enumerate(batch):
        by_tenant[delivery.carried.tenant_id].append(position)
    outcomes: dict[int, Answers | Refusal] = {}
    close_old_connections()
    try:
        for tenant, positions in by_tenant.items():
            outcomes.update(_record_patiently(tenant, {position: batch[position] for position in positions}))
        _note_refusals(batch, outcomes)
    finally:
        close_old_connections()
    return [outcomes[position] for position in range(len(batch))]


def _record_patiently(tenant: TenantId, deliveries: Mapping[int, Delivery]) -> Mapping[int, Answers | Refusal]:
    try:
        return _record_together(tenant, deliveries)
    except Exception as error:  # noqa: BLE001 # rule: broad-except -- an outermost door; the cause is logged
        _log.warning("batch failed", exc_info=error, count=len(deliveries))
    if len(deliveries) == 1:
        return dict.fromkeys(deliveries, GateOverloaded())
    outcomes: dict[int, Answers | Refusal] = {}
    for position, delivery in deliveries.items():
        outcomes.update(_record_patiently(tenant, {position: delivery}))
    return outcomes


def _record_together(tenant: TenantId, deliveries: Mapping[int, Delivery]) -> Mapping[int, Answers | Refusal]:
    now = clock.now()
    by_token: defaultdict[tuple[bytes, RequestOrigin], list[int]] = defaultdict(list)
    for position, delivery in deliveries.items():
        by_token[delivery.carried.digest, delivery.origin].append(position)
    outcomes: dict[int, Answers | Refusal] = {}
    with tenant_transaction(tenant):
        for positions in (portion for all_of_one in by_token.values() for portion in _portions(all_of_one, deliveries)):
            first = deliveries[positions[0]]
            reports = [report for position in positions for report in deliveries[position].reports]
            with coming_from(first.origin):
                outcome = _record_for_one(first, reports, now=now)
            if isinstance(outcome, Refusal):
                outcomes.update(dict.fromkeys(positions, outcome))
                continue
            taken = iter(outcome)
            for position in positions:
                outcomes[position] = [next(taken) for _ in deliveries[position].reports]
    return outcomes


def _record_for_one(first: Delivery, reports: Sequence[PunchReport], *, now: datetime) -> Answers | Refusal:
    """Record what one token brings from one place, or return why it may not."""
    try:
        actor = principal_of_access_token(carried=first.carried, address=first.origin.address, now=now)
        return record_punches(actor=actor, reports=reports, now=now)
    except AddressRefused as refusal:
        note_refused_address(refusal, now=now)
        return refusal
    except TokenWrongAddress as refusal:
        note_wrong_address(carried=first.carried, address=first.origin.address, now=now)
        return refusal
    except Refusal as refusal:
        return refusal


def _note_refusals(batch: Sequence[Delivery], outcomes: Mapping[int, Answers | Refusal]) -> None:
    """Write down whose token had no right, once for each token, address and reason, now that the batch is over."""
    refused = {
        (batch[position].carried, batch[position].origin, outcome.code)
        for position, outcome in outcomes.items()
        if isinstance(outcome, Refusal)
        and outcome.status in _STATUSES_NOTED
        and not isinstance(outcome, AddressRefused | TokenWrongAddress)
    }
    for carried, origin, code in refused:
        with coming_from(origin):
            note_refused_token(carried=carried, code=code, route="punch_gate", now=clock.now())


def _portions(positions: Sequence[int], deliveries: Mapping[int, Delivery]) -> Iterator[list[int]]:
    """Yield the positions in runs of no more reports than one call may record."""
    run: list[int] = []
    count = 0
    for position in positions:
        length = len(deliveries[position].reports)
        if run and count + length > MOST_REPORTS:
            yield run
            run, count = [], 0
        run.append(position)
        count += length
    if run:
        yield run


def _resolve(delivery: Delivery, outcome: Answers | Refusal) -> None:
    if delivery.answers.done():
        return
    if isinstance(outcome, Refusal):
        delivery.answers.set_exception(outcome)
    else:
        delivery.answers.set_result(outcome)
