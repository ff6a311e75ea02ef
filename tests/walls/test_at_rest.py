"""What lies on the disk: a marked person is written; the files, the log ahead of them and a dump are searched for him."""

import os
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from support import cluster
from support.cast import FOUNDED, NOON, Cast, new_company
from tokimori.domains.organisations.services import create_division
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, hire_employee
from tokimori.domains.timekeeping.models import CorrectionRequest
from tokimori.domains.timekeeping.reports import PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.engine import PunchKind
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.ops.embedded_database import binaries


def marked() -> dict[str, str]:
    """Return values that are nowhere else: of a person, and one that is plain by design."""
    mark = secrets.token_hex(6)
    return {
        "family name": f"姓{mark}A",
        "given name": f"given{mark}B",
        "phonetic name": f"カナ{mark}C",
        "display name": f"shown{mark}D",
        "e-mail": f"e{mark}e@canary.example",
        "place": f"gate{mark}F",
        "reason": f"call 090-{mark}G",
        "division": f"division{mark}H",
    }


def write(cast: Cast, words: Mapping[str, str]) -> None:
    """Let the marked person exist, punch somewhere, and ask for a correction."""
    actor = cast.system
    with tenant_transaction(cast.tenant):
        account = create_account(
            actor=actor,
            account=NewAccount(
                login_id="marked",
                email=words["e-mail"],
                display_name=words["display name"],
                roles=frozenset({Role.EMPLOYEE}),
                language="ja",
            ),
            now=FOUNDED,
        )
        employee = hire_employee(
            actor=actor,
            employee=NewEmployee(
                code="0099",
                family_name=words["family name"],
                given_name=words["given name"],
                phonetic_name=words["phonetic name"],
                account_id=account,
                hired_on=date(2026, 3, 1),
            ),
            terms=EmploymentTerms(
                valid_from=date(2026, 3, 1), site_id=cast.site_id, rule_set_code="jp-fixed", leader_id=None
            ),
            now=FOUNDED,
        )
        create_division(actor=actor, code="canary", name=words["division"], parent_id=None, now=FOUNDED)
        report = PunchReport(
            key=f"canary-{new_id()}",
            employee_code="0099",
            kind=PunchKind.IN,
            occurred_at=NOON,
            source=PunchSource.API,
            place=words["place"],
        )
        record_punches(actor=replace(actor), reports=[report], now=NOON + timedelta(minutes=1))
        CorrectionRequest.objects.create(
            tenant_id=cast.tenant,
            id=new_id(),
            employee_id=employee,
            effect="withdraw",
            zone="Asia/Tokyo",
            work_date=date(2026, 4, 1),
            reason=words["reason"],
            requested_at=NOON,
        )


def found_on_disk(words: Mapping[str, str]) -> set[str]:
    """Return which of the words are in any file of the server."""
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute("checkpoint")
        row = administrator.execute("show data_directory").fetchone()
    assert row is not None
    directory = Path(str(row[0]))
    wanted = {name: word.encode() for name, word in words.items()}
    found: set[str] = set()
    searched = 0
    for folder, _, files in os.walk(directory):
        for file in files:
            content = Path(folder, file).read_bytes()
            searched += len(content)
            found |= {name for name, word in wanted.items() if word in content}
    assert searched > 10_000_000, "the data directory with its write-ahead log"
    return found


def found_in_dump(words: Mapping[str, str]) -> set[str]:
    """Return which of the words are in a dump of this database."""
    command = [str(binaries() / "pg_dump"), "--dbname", cluster.ADMINISTRATION["superuser_url"]]
    dump = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 -- our own server's tool
    assert b"people_employee" in dump
    return {name for name, word in words.items() if word.encode() in dump}


@pytest.mark.skipif(
    "DATABASE_URL" in os.environ and "CLUSTER_OF_TESTS_STATE" not in os.environ, reason="another server"
)
def test_nothing_of_a_marked_person_lies_on_the_disk_or_in_a_dump() -> None:
    cast = new_company(people={"ben": (frozenset({Role.EMPLOYEE, Role.MANAGER}), None)})
    words = marked()
    write(cast, words)

    # The name of a division is plain by design: were it not found, the search itself would be at fault.
    assert found_on_disk(words) == {"division"}
    assert found_in_dump(words) == {"division"}
