"""``tokimori demo``: database, web, gate and worker as ordinary processes, a company to try, and the way in."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from tokimori.foundation import clock
from tokimori.ops.database_preparation import drop_database
from tokimori.ops.demo.authority import NAME as AUTHORITY
from tokimori.ops.demo.authority import DoorFiles, door_files
from tokimori.ops.demo.countries import write_sample_table
from tokimori.ops.demo.plain_door import sending_on
from tokimori.ops.demo.time_authority import kept_time_authority, serving
from tokimori.ops.installation import Installation
from tokimori.ops.scratch_database import scratch_name
from tokimori.settings.demo_doors import Doors, certificate_arguments, over_tls, remembered_listeners, with_listeners

ROOT: Final = Path(__file__).resolve().parents[3]
_HOSTS: Final = "127.0.0.1,localhost"
_LONGEST_START_SECONDS: Final = 60
_LONGEST_STOP_SECONDS: Final = 30


class DemoFailed(RuntimeError):
    """The demo could not start; the message says where to look."""


def run_demo(*, port: int, is_fresh: bool) -> int:
    """Start everything, fill the company at the first run, print the way in, and stop everything at Ctrl-C."""
    installation = _installation()
    state = installation.state
    external = os.environ.get("DATABASE_URL")
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, _interrupt)  # SIGINT too: a shell may have started us with it ignored
    try:
        with ExitStack() as running:
            doors = Doors(port=port)
            for one in doors.all:
                _refuse_taken_port(one)
            _clear_away(installation, external, is_fresh=is_fresh)
            if external is None:
                running.callback(installation.embedded.stop)
            environment = _prepared(installation, external)
            files = door_files(state, at=clock.now())
            environment = with_listeners(environment, doors=doors, files=files, state=state)
            environment["TOKIMORI_COUNTRIES"] = _countries(state)
            processes = {
                "web": _start(running, state, "web", ["serve", "--port", str(port)], environment),
                "gate": _start(running, state, "gate", ["gate", "--port", str(doors.gate)], environment),
                "worker": _start(running, state, "worker", ["work"], {**environment, **_drill(installation, external)}),
                **_encrypted_doors(running, state, doors, files, environment),
                **_log_keepers(running, installation, external),
            }
            _wait_for_web(port, state, processes["web"])
            _tell(installation, doors=doors, environment=environment)
            _watch(processes, state)
    except KeyboardInterrupt:
        print("\nStopped. The data stays for the next time; --fresh begins anew.")
        return 0
    except DemoFailed as failure:
        print(failure)
        return 1


def demo_environment() -> dict[str, str]:
    """Return the environment of the demo that is running, for a verb that is to speak to it."""
    installation = _installation()
    try:
        url = installation.runtime_url(administrator_url=os.environ.get("DATABASE_URL"))
    except KeyError as error:
        raise DemoFailed("There is no demo here yet; start it with ./tokimori demo.") from error
    return {
        **installation.environment(database_url=url, hosts=_HOSTS),
        **remembered_listeners(installation.state),
        **_drill(installation, os.environ.get("DATABASE_URL")),
    }


def _drill(installation: Installation, external: str | None) -> dict[str, str]:
    """Name the scratch database to whoever holds the drill; nothing in a demo that was made before there was one."""
    try:
        return {"TOKIMORI_DRILL_DATABASE_URL": installation.drill_url(administrator_url=external)}
    except KeyError:
        return {}


def _log_keepers(
    running: ExitStack, installation: Installation, external: str | None
) -> dict[str, subprocess.Popen[bytes]]:
    """Start signer and sequencer, each with what it needs and none of the other processes' secrets."""
    state = installation.state
    sequencer = {**_sequencer_environment(installation, external), **_time_stamps(running, state)}
    return {
        "signer": _start(running, state, "signer", _signer(installation), installation.log_keeping_environment()),
        "sequencer": _start(running, state, "sequencer", ["sequence"], sequencer),
    }


def _encrypted_doors(
    running: ExitStack, state: Path, doors: Doors, files: DoorFiles, environment: Mapping[str, str]
) -> dict[str, subprocess.Popen[bytes]]:
    """Serve the same once more as an installation does: TLS alone, and an http port that only sends on to it."""
    running.enter_context(sending_on(port=doors.plain, to=doors.origin))
    certificate, strict = certificate_arguments(files), over_tls(environment)
    web = ["serve", "--port", str(doors.encrypted), "--workers", "1", *certificate]
    gate = ["gate", "--port", str(doors.encrypted_gate), *certificate]
    return {
        "web-tls": _start(running, state, "web-tls", web, strict),
        "gate-tls": _start(running, state, "gate-tls", gate, strict),
    }


def _signer(installation: Installation) -> list[str]:
    """Return the signer's command line: key, state and door lie in the demo's own directory."""
    files = {name: str(installation.state / f"signer-{name}") for name in ("key", "state")}
    door = str(installation.signer_socket)
    return ["sign-checkpoints", "--key", files["key"], "--state", files["state"], "--socket", door, "--make-key"]


def _sequencer_environment(installation: Installation, external: str | None) -> dict[str, str]:
    return installation.log_keeping_environment(database_url=installation.sequencer_url(administrator_url=external))


def _time_stamps(running: ExitStack, state: Path) -> dict[str, str]:
    """Serve a test authority from this process, which says of itself that it proves nothing; return its settings."""
    authority = kept_time_authority(state / "time-authority-key.pem", at=clock.now())
    certificate = state / "time-authority.pem"
    certificate.write_bytes(authority.pem)
    return {
        "TOKIMORI_TIMESTAMP_URL": running.enter_context(serving(authority)),
        "TOKIMORI_TIMESTAMP_CERTIFICATE": str(certificate),
    }


def _countries(state: Path) -> str:
    """Write the made-up table of countries and return its name."""
    path = state / "countries"
    write_sample_table(path, as_of=clock.now().date())
    return str(path)


def _installation() -> Installation:
    state = Path(os.environ.get("TOKIMORI_STATE", ROOT / ".tokimori" / "demo")).resolve()
    return Installation(state=state, database_name="tokimori_demo")


def _prepared(installation: Installation, external: str | None) -> dict[str, str]:
    """Return the environment of the runtime's processes, with the database migrated."""
    print("Starting the database …", flush=True)
    prepared = installation.prepare(administrator_url=external)
    installation.prepare_drill(administrator_url=external)
    command = [str(Path(sys.executable).parent / "tokimori"), "migrate"]
    owner = installation.environment(database_url=prepared.owner_url, hosts=_HOSTS)
    migration = subprocess.run(command, check=False, env=owner, capture_output=True, text=True)  # noqa: S603 -- ours
    if migration.returncode != 0:
        raise DemoFailed(f"The database could not be migrated:\n{migration.stderr[-2000:]}")
    return installation.environment(database_url=prepared.runtime_url, hosts=_HOSTS)


def _start(
    running: ExitStack, state: Path, name: str, arguments: list[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    log = running.enter_context((state / f"{name}.log").open("ab"))
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [str(Path(sys.executable).parent / "tokimori"), *arguments],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C reaches us alone; we stop the others in order
    )
    running.callback(_stop, process)
    return process


def _watch(processes: Mapping[str, subprocess.Popen[bytes]], state: Path) -> NoReturn:
    """Return never; raise when one of the processes ends by itself."""
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise DemoFailed(f"The process {name} ended by itself; its log is {state / f'{name}.log'}.")
        time.sleep(0.5)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=_LONGEST_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _clear_away(installation: Installation, external: str | None, *, is_fresh: bool) -> None:
    """Throw the data away when that is asked for, and when the first start was broken off with the company half founded."""
    if not is_fresh and not installation.unfinished_mark.exists():
        return
    if not is_fresh:
        print("The first start was broken off; the company is founded anew.", flush=True)
    if external is None:
        installation.embedded.stop()
    else:
        for database in (installation.database_name, scratch_name(installation.database_name)):
            drop_database(administrator_url=external, database=database)
    if installation.state.exists():
        shutil.rmtree(installation.state)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoFailed(f"Port {port} is taken; name another with --port.") from error


def _wait_for_web(port: int, state: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _LONGEST_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.15)
    raise DemoFailed(f"The web server does not answer; its log is {state / 'web.log'}.")


def _tell(installation: Installation, *, doors: Doors, environment: Mapping[str, str]) -> None:
    """Fill the company at the first run, and print the addresses and the links."""
    port = doors.port
    os.environ.update(environment)
    import django  # noqa: PLC0415 -- its settings stand in the environment only now

    django.setup()
    from tokimori.assurance.registers.services.sampling import fill_with_samples  # noqa: PLC0415 -- as above
    from tokimori.foundation import clock  # noqa: PLC0415 -- as above
    from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction  # noqa: PLC0415 -- as above
    from tokimori.foundation.tenancy.directory import tenant_of_company_code  # noqa: PLC0415 -- as above
    from tokimori.ops.demo.company import COMPANY_CODE  # noqa: PLC0415 -- as above
    from tokimori.ops.demo.story import fill_demo, first_sign_in_links, one_day_token  # noqa: PLC0415 -- as above

    if is_first := tenant_of_company_code(COMPANY_CODE) is None:
        installation.unfinished_mark.touch()
    tenant = fill_demo(port=port, environment=environment, now=clock.now(), say=lambda text: print(text, flush=True))
    with tenant_transaction(PROVIDER):
        fill_with_samples(now=clock.now())
    if is_first:
        installation.unfinished_mark.unlink()
    address = f"http://localhost:{port}"  # by name: passkeys are bound to one
    print(f"\nTokimori is at {address} (company code: minato)\n")
    for name, role, link in first_sign_in_links(tenant=tenant, now=clock.now()):
        print(f"  {role:20} {name}")
        print(f"  {'':20} {address}{link}" if link else f"  {'':20} signs in with the passphrase chosen before")
    print(f"\nFor the API, until tomorrow: TOKEN={one_day_token(tenant=tenant, now=clock.now())}")
    print("Punches from a file: ./tokimori import-punches FILE --company minato --demo")
    print(f"Punches in bursts: http://localhost:{doors.gate}/api/v1/punches (the punch gate)")
    print(f"The same over TLS: {doors.origin} (signed by: {AUTHORITY})")
    print(f"Logs and data: {installation.state}. Ctrl-C stops everything.", flush=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
