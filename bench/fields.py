"""What sealed columns cost: one value, and the list of a company of 10,000 people."""

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median

from company import BenchCompany, found_company
from report import Table
from stage import Stage
from volume import hire_many

from tokimori.domains.people.models import Employee
from tokimori.domains.people.queries import search_employees
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.keys.services import ring
from tokimori.foundation.sealing import blind_indexes, seal, unseal
from tokimori.foundation.tenancy.context import tenant_transaction

_TIMES = 5
_VALUES = 10_000
_PLACE = "a_table.a_column"


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Measure single values, then the list."""
    del stage
    company = found_company(now=clock.now())
    with tenant_transaction(company.tenant):
        hired = _seconds(lambda: hire_many(company, count=options.employees, leader=None))
    with tenant_transaction(company.tenant):
        return [_single(company), _list(company, employees=options.employees, hired=hired)]


def _single(company: BenchCompany) -> Table:
    text, tenant = b"name of somebody, of fifty bytes, as it is sealed", company.tenant
    subject, rows = new_id(), [new_id() for _ in range(_VALUES)]
    seal(text, tenant=tenant, purpose=_PLACE, row=rows[0], subject=subject)
    sealed = [seal(text, tenant=tenant, purpose=_PLACE, row=row) for row in rows]

    def seal_all() -> None:
        for row in rows:
            seal(text, tenant=tenant, purpose=_PLACE, row=row)

    def unseal_all() -> None:
        for row, value in zip(rows, sealed, strict=True):
            unseal(value, tenant=tenant, purpose=_PLACE, row=row)

    def index_all() -> None:
        for number in range(_VALUES):
            blind_indexes(f"somebody{number}@example.jp", tenant=tenant, purpose=_PLACE)

    return Table(
        title="One value of fifty bytes: microseconds, one thread",
        columns=("what", "µs", "of them CPU"),
        rows=[
            [name, *(seconds / _VALUES * 1e6 for seconds in _best(act))]
            for name, act in (("seal", seal_all), ("unseal", unseal_all), ("blind index", index_all))
        ],
        notes=(f"The median of {_TIMES} rounds of {_VALUES:,}; keys at hand.",),
    )


def _list(company: BenchCompany, *, employees: int, hired: tuple[float, float]) -> Table:
    tenant, today = company.tenant, date(2026, 4, 1)
    people = Employee.objects.filter(tenant_id=tenant)

    def plain() -> None:
        assert len(list(people.values_list("id", "code", "hired_on"))) == employees

    def names() -> None:
        found = people.values_list("id", "family_name", "given_name", "phonetic_name")
        assert len(sorted(found, key=lambda row: (row[3], row[1], row[2]))) == employees

    def cold() -> None:
        ring.forget_everything()
        names()

    def page(words: str) -> Callable[[], object]:
        return lambda: search_employees(tenant=tenant, words=words, site_id=None, on=today, offset=0, limit=50)

    return Table(
        title=f"The list of {employees:,} people: milliseconds, one thread",
        columns=("what", "ms", "of them CPU"),
        rows=[
            ["hire them all at once, with a key for each", *_milliseconds(hired)],
            ["read id, code and day of all (nothing is sealed)", *_milliseconds(_best(plain))],
            ["read and sort three names of all, keys at hand", *_milliseconds(_best(names))],
            ["the same, keys to be fetched and unwrapped", *_milliseconds(_best(cold))],
            ["first page of fifty, by code", *_milliseconds(_best(page("")))],
            ["search by a part of a name", *_milliseconds(_best(page("99号")))],
        ],
        notes=(
            f"The median of {_TIMES}; each person has a key of his own.",
            "CPU is of the process that asks, without the server's.",
            "Keys are held for a minute, so that the slow line is met once a minute and process at most.",
        ),
    )


def _best(act: Callable[[], object]) -> tuple[float, float]:
    """Return the medians of the seconds that passed and of those in which this process worked."""
    passed, worked = zip(*(_seconds(act) for _ in range(_TIMES)), strict=True)
    return median(passed), median(worked)


def _seconds(act: Callable[[], object]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began, time.process_time() - worked


def _milliseconds(seconds: tuple[float, float]) -> tuple[float, float]:
    return seconds[0] * 1000, seconds[1] * 1000
