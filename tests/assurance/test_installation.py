"""What runs around the program: processes, ports, parts, methods, columns and clocks, each weakened for real."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from support import cluster
from support.probing import ALONE_WITH_PORTS, as_superuser, is_red, outcome, switches_off
from tokimori.assurance import components
from tokimori.assurance.components import AdvisoriesUnreadable, bill_of_materials, known_against, read_advisories
from tokimori.assurance.probes import build, cryptography, time_source
from tokimori.assurance.probes import processes as process_probes
from tokimori.assurance.services.canaries import FIRST, canaries
from tokimori.foundation import clock
from tokimori.foundation.listeners import read_listener
from tokimori.ops.installation import inherited_environment

ALONE_WITH_SIGNERS = pytest.mark.xdist_group("signers of this machine")


@contextmanager
def running(directory: Path, **told: str) -> Iterator[None]:
    """Run the product's own signer, told what is given."""
    files = {name: str(directory / name) for name in ("key", "state", "door")}
    arguments = ["--key", files["key"], "--state", files["state"], "--socket", files["door"], "--make-key"]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own command
            [Path(sys.executable).parent / "tokimori", "sign-checkpoints", *arguments],
            env={**inherited_environment(os.environ), "TOKIMORI_LOG_ORIGIN": "localhost/tests", **told},
            stdout=log,
            stderr=log,
        )
        try:
            for _ in range(100):
                if (directory / "door").exists():
                    break
                assert process.poll() is None, (directory / "log").read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait()


@ALONE_WITH_SIGNERS
@pytest.mark.control(121)
@switches_off("processes.apart")
def test_a_signer_that_was_told_of_the_database_is_noticed(tmp_path: Path) -> None:
    with running(tmp_path, DATABASE_URL="postgresql://somebody:something@localhost/any"):
        assert is_red("processes.apart")
        assert "the_signer_knows_no_database" in outcome("processes.apart")[1]


@ALONE_WITH_SIGNERS
def test_a_signer_by_itself_runs_apart_and_knows_nothing(tmp_path: Path) -> None:
    with running(tmp_path):
        reason = outcome("processes.apart")[1]

    assert "runs_apart:sign-checkpoints" not in reason
    assert "the_signer_knows_no_database" not in reason


@ALONE_WITH_PORTS
@pytest.mark.control(107)
@switches_off("ports.declared")
def test_a_port_that_is_open_and_not_declared_is_noticed(settings: Settings) -> None:
    with socket.socket() as everybody:
        everybody.bind(("0.0.0.0", 0))  # noqa: S104 -- the mistake to be found
        everybody.listen()
        port = everybody.getsockname()[1]

        assert is_red("ports.declared")
        assert f"is_declared:{port}" in outcome("ports.declared")[1]

        settings.LISTENERS = (read_listener(f"https://time.example:{port}"),)
        assert f"is_declared:{port}" not in outcome("ports.declared")[1]


@pytest.mark.control(58, 122)
@switches_off("database.routes")
def test_somebody_above_the_walls_who_is_connected_is_noticed() -> None:
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]):
        assert is_red("database.routes")
        assert "nobody_stands_above_the_walls" in outcome("database.routes")[1]


def test_a_login_that_is_not_ours_is_noticed() -> None:
    database = cluster.ADMINISTRATION["database"]
    url = cluster.ADMINISTRATION["superuser_url"]
    with (
        as_superuser(
            f"create role stranger login password 'x'; grant connect on database {database} to stranger",
            f"revoke connect on database {database} from stranger; drop role stranger",
        ),
        psycopg.connect(url, user="stranger", password="x"),
    ):
        assert "is_a_login_of_ours:stranger" in outcome("database.routes")[1]


@pytest.mark.control(55)
@switches_off("cryptography.inventory")
def test_a_method_that_nobody_approved_is_noticed() -> None:
    canary, _ = canaries(now=clock.now())
    person = f"where tenant_id = '{FIRST}' and id = '{canary.account_id}'"
    with as_superuser(
        f"update identity_account set password = 'md5$salt$digest' {person}",  # noqa: S608 -- our own ids
        f"update identity_account set password = '!nothing' {person}",  # noqa: S608 -- as above
        past_triggers=True,
    ):
        assert is_red("cryptography.inventory")
        assert "is_approved:md5" in outcome("cryptography.inventory")[1]
    assert "is_approved:md5" not in outcome("cryptography.inventory")[1]


def test_the_page_on_cryptography_lists_what_is_approved() -> None:
    page = (build.ROOT / "docs" / "reference" / "cryptography.md").read_text(encoding="utf-8")
    listed = {line.split("|")[1].strip().strip("`") for line in page.splitlines() if line.startswith("| `")}

    assert listed == cryptography.APPROVED


@pytest.mark.control(10)
@switches_off("inventory.columns")
def test_a_column_that_nobody_described_is_noticed() -> None:
    with as_superuser(
        "alter table people_employee add column nickname text", "alter table people_employee drop column nickname"
    ):
        assert is_red("inventory.columns")
        assert "is_described:people_employee.nickname" in outcome("inventory.columns")[1]


@pytest.mark.control(70)
@switches_off("docs.current")
def test_a_page_that_is_behind_the_program_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    directory = tmp_path / "docs" / "reference"
    directory.mkdir(parents=True)
    for name in ("audit-events.md", "permissions.md"):
        lines = (build.ROOT / "docs" / "reference" / name).read_text(encoding="utf-8").splitlines()
        (directory / name).write_text("\n".join(line for line in lines if "sign_in:failed" not in line))
    monkeypatch.setattr(build, "ROOT", tmp_path)

    assert outcome("docs.current") == ("failed", "event_has_its_line:sign_in:failed")
    assert is_red("docs.current")


@pytest.mark.control(100)
@switches_off("components.support")
def test_a_part_whose_support_has_ended_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = json.loads(components._SUPPORT.read_text(encoding="utf-8"))  # noqa: SLF001 -- the list itself
    (tmp_path / "list.json").write_text(json.dumps([{**one, "ends": "2026-01-01"} for one in ended]))
    monkeypatch.setattr(components, "_SUPPORT", tmp_path / "list.json")

    assert is_red("components.support")
    assert outcome("components.support")[1].startswith("is_supported:python")


def advisories(directory: Path, *, part: str = "Django", version: str = "", **more: object) -> Path:
    import django  # noqa: PLC0415 -- for its version alone

    file = directory / "advisories.json"
    affected = [{"package": {"ecosystem": "PyPI", "name": part}, "versions": [version or django.get_version()]}]
    file.write_text(json.dumps([{"id": "PYSEC-1", "affected": affected, **more}]), encoding="utf-8")
    return file


@switches_off("components.support")
def test_what_is_known_against_an_installed_part_is_noticed(settings: Settings, tmp_path: Path) -> None:
    settings.ADVISORIES = advisories(tmp_path)

    assert is_red("components.support")
    assert "nothing_is_known_against:django PYSEC-1" in outcome("components.support")[1]


def test_advisories_grow_old_and_do_not_concern_other_versions(settings: Settings, tmp_path: Path) -> None:
    settings.ADVISORIES = advisories(tmp_path, version="0.1")
    assert outcome("components.support") == ("passed", "")

    old = (clock.now() - timedelta(days=8)).timestamp()
    os.utime(settings.ADVISORIES, (old, old))
    assert outcome("components.support") == ("failed", "advisories_are_fresh")


def test_a_withdrawn_advisory_counts_no_longer(tmp_path: Path) -> None:
    assert known_against(read_advisories(advisories(tmp_path))) == ("django PYSEC-1",)
    assert known_against(read_advisories(advisories(tmp_path, withdrawn="2026-01-01T00:00:00Z"))) == ()


@given(content=st.one_of(st.text(), st.from_type(dict).map(str), st.lists(st.integers()).map(json.dumps)))
def test_any_file_of_advisories_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_bytes(content.encode("utf-8", errors="surrogatepass"))

    with suppress(AdvisoriesUnreadable):
        assert read_advisories(file) == ()


def test_the_bill_of_materials_lists_every_part_once_with_its_address() -> None:
    bill = bill_of_materials(now=clock.now())
    listed = [one["bom-ref"] for one in bill["components"]]

    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert len(set(listed)) == len(listed) > 40
    assert {"django", "psycopg", "cryptography"} <= {one["name"] for one in bill["components"]}
    assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in bill["components"])
    assert bill["dependencies"][0]["dependsOn"] == listed
    assert json.loads(json.dumps(bill)) == bill


@contextmanager
def time_server(*, ahead: timedelta, leap: int = 0, stratum: int = 2, is_echo: bool = True) -> Iterator[str]:
    """Answer one time request after the other, so far ahead of this machine."""

    def answer() -> None:
        while True:
            try:
                asked, place = server.recvfrom(48)
            except OSError:
                return
            seconds = (clock.now() + ahead - time_source._EPOCH).total_seconds()  # noqa: SLF001 -- the same beginning
            stamp = struct.pack("!II", int(seconds), int(seconds % 1 * 2**32))
            mark = asked[40:48] if is_echo else b"12345678"
            server.sendto(struct.pack("!BB22x", leap << 6 | 4 << 3 | 4, stratum) + mark + stamp + stamp, place)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"ntp://127.0.0.1:{server.getsockname()[1]}"
        server.close()


@pytest.mark.parametrize(("ahead", "ended"), [(timedelta(0), "passed"), (timedelta(milliseconds=900), "passed")])
def test_a_clock_that_agrees_with_its_source_passes(settings: Settings, ahead: timedelta, ended: str) -> None:
    with time_server(ahead=ahead) as settings.TIME_SOURCE:
        assert outcome("clock.offset")[0] == ended


@switches_off("clock.offset")
@pytest.mark.parametrize("ahead", [timedelta(seconds=3), timedelta(seconds=-3), timedelta(days=400)])
def test_a_clock_that_differs_from_its_source_is_noticed(settings: Settings, ahead: timedelta) -> None:
    with time_server(ahead=ahead) as settings.TIME_SOURCE:
        assert is_red("clock.offset")
        assert outcome("clock.offset")[1] == "the_source_agrees"


@pytest.mark.parametrize("fault", [{"leap": 3}, {"stratum": 0}, {"is_echo": False}])
def test_an_answer_that_is_not_sound_counts_as_none(settings: Settings, fault: dict[str, int]) -> None:
    with time_server(ahead=timedelta(0), **fault) as settings.TIME_SOURCE:  # type: ignore[arg-type]  # a table of faults
        assert outcome("clock.offset") == ("errored", "time_source_does_not_answer:127.0.0.1")


def test_a_process_of_somebody_else_is_not_ours() -> None:
    ours = {one.place.name for one in process_probes.our_processes()}

    assert str(os.getpid()) in ours
    assert "1" not in ours
