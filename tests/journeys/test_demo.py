"""``tokimori demo`` as a stranger runs it: it starts, shows the way in, stops at Ctrl-C, and continues."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tokimori.foundation import clock
from tokimori.ops.installation import inherited_environment

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


def free_ports() -> int:
    """Return a port that is free together with the four that follow it."""
    for _ in range(50):
        with ExitStack() as held:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                for number in range(port + 1, port + 5):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except (OSError, OverflowError):
                continue
            return port
    pytest.fail("No five neighbouring ports are free.")


class Demo:
    """One run of the demo."""

    def __init__(self, state: Path, port: int, output: Path) -> None:
        self.output = output
        coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "tokimori"), "demo", "--port", str(port)],
                env={**inherited_environment(os.environ), **coverage, "TOKIMORI_STATE": str(state)},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said_within(self, seconds: int, *, until: str = "Ctrl-C stops everything") -> str:
        """Return what it said until it was ready, or until it said something else."""
        for _ in range(seconds * 5):
            said = self.output.read_text()
            if until in said:
                return said
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        pytest.fail(f"The demo did not get ready:\n{self.output.read_text()}")

    def stop(self) -> int:
        """Press Ctrl-C and return the status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=90)


def report(port: int, said: str) -> None:
    """Use the token that the demo printed, as the README does."""
    token = re.search(r"TOKEN=(\S+)", said)
    assert token
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/punches",
        json.dumps(
            {"key": "try-1", "employee_code": "1006", "occurred_at": clock.now().isoformat(), "kind": "in"}
        ).encode(),
        {"Authorization": f"Bearer {token[1]}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 -- as above
        assert json.load(answer)["outcome"] == "recorded"


def import_a_file(state: Path, directory: Path) -> None:
    """Read a file into the running demo by the command that it printed."""
    file = directory / "punches.csv"
    file.write_text(f"employee_code,date,time,kind\n1007,{clock.now().date()},00:01,in\n")
    answer = subprocess.run(
        [Path(sys.executable).parent / "tokimori", "import-punches", file, "--company", "minato", "--demo"],
        check=False,
        capture_output=True,
        text=True,
        env={**inherited_environment(os.environ), "TOKIMORI_STATE": str(state)},
    )
    assert "UTF-8: 1 recorded" in answer.stdout, answer.stderr


def look_at_the_doors(state: Path) -> None:
    """Run the probes of the listeners by the command, on the doors of the running demo."""
    probes = [f"listener.{name}" for name in ("certificate", "headers", "pages", "tls_floor", "transport")]
    answer = subprocess.run(
        [Path(sys.executable).parent / "tokimori", "probe", "--demo", *probes],
        check=False,
        capture_output=True,
        text=True,
        env={**inherited_environment(os.environ), "TOKIMORI_STATE": str(state)},
    )
    assert [line.split()[0] for line in answer.stdout.splitlines()[:5]] == ["passed"] * 5, answer.stdout


def test_the_demo_starts_stops_and_continues(tmp_path: Path) -> None:
    port = free_ports()
    state = tmp_path / "state"

    broken_off = Demo(state, port, tmp_path / "broken off")
    broken_off.said_within(120, until="Bringing in")
    assert broken_off.stop() == 0

    first = Demo(state, port, tmp_path / "first")
    said = first.said_within(240)
    assert "The first start was broken off" in said
    links = re.findall(r"http://localhost:\d+/first-sign-in/\S+", said)
    with urllib.request.urlopen(links[0].replace("localhost", "127.0.0.1")) as page:  # noqa: S310 -- our own server
        assert page.status == 200
    assert len(links) == 6
    report(port, said)
    import_a_file(state, tmp_path)
    look_at_the_doors(state)
    assert first.stop() == 0

    second = Demo(state, port, tmp_path / "second")
    assert "Founding" not in second.said_within(60)
    assert second.stop() == 0

    assert not (state / "postgresql" / "data" / "postmaster.pid").exists()
    for log in ("web.log", "worker.log", "gate.log", "web-tls.log", "gate-tls.log"):
        lines = (state / log).read_text().splitlines()
        assert [line for line in lines if not isinstance(json.loads(line), dict)] == []
        assert "Traceback" not in "".join(lines)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
