"""Measure, and print tables: ``python bench/run.py [NAME …] [options]``.

Nothing here judges a speed. A bench fails only when a premise is broken: an answer that is not what it should be, a fact
that was acknowledged and is not there, a cluster that is not durable.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tools, beside the benches

from machine import describe_machine
from report import Table
from stage import PremiseBroken, end_on_signals, staged

BENCHES = ("punches", "engine", "mass", "screens", "log", "ledger", "verifier", "fields", "retention")


def main() -> int:
    """Run the benches that were named, each in a process and on a cluster of its own; return 0, or 1 when one failed."""
    end_on_signals()
    arguments = sys.argv[1:]
    chosen = _parser().parse_args(arguments)
    names = tuple(dict.fromkeys(chosen.names)) or BENCHES
    if unknown := set(names) - set(BENCHES):
        print(f"No such bench: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    if len(names) == 1:
        return _run_here(names[0], chosen)
    return _run_each(names, chosen, [argument for argument in arguments if argument not in names])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure, and print tables.", allow_abbrev=False)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(BENCHES)}; all by default"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each cell of a rate is measured")
    parser.add_argument(
        "--clients", type=int, nargs="+", default=None, help="numbers of clients, in place of a bench's own"
    )
    group = parser.add_argument_group("engine")
    group.add_argument("--people", type=int, default=100, help="whose 31 days are calculated and stored")
    group = parser.add_argument_group("mass")
    group.add_argument("--mass", type=int, default=1000, help="people whose month two workers calculate")
    group = parser.add_argument_group("ledger and verifier")
    group.add_argument(
        "--leaves", type=int, default=200_000, help="events that are recorded and sequenced, or checked as a whole"
    )
    group = parser.add_argument_group("screens")
    group.add_argument("--employees", type=int, default=10_000)
    group.add_argument("--punches", type=int, default=1_000_000)
    group.add_argument("--requests", type=int, default=200, help="for each screen, person and number of clients")
    group.add_argument("--patience", type=float, default=30.0, help="seconds after which a screen's cell ends early")
    group = parser.add_argument_group("log")
    group.add_argument("--events", type=int, default=1_000_000, help="how many events the record has")
    group = parser.add_argument_group("retention")
    group.add_argument("--rows", type=int, default=100_000, help="days whose time is over, and as many events")
    return parser


def _run_here(name: str, chosen: argparse.Namespace) -> int:
    began = time.monotonic()
    try:
        with staged() as stage:
            machine = {**describe_machine(), **stage.describe_database()}
            print("\n".join(f"{label:11} {value}" for label, value in machine.items()), flush=True)
            tables: Sequence[Table] = importlib.import_module(name).measure(stage, chosen)
    except KeyboardInterrupt:
        print("Interrupted; everything that was started is gone.", file=sys.stderr)
        return 130
    except (PremiseBroken, ExceptionGroup) as broken:
        causes = broken.exceptions if isinstance(broken, ExceptionGroup) else [broken]
        for cause in causes:
            print(f"PREMISE BROKEN in {name}: {cause!r}", file=sys.stderr)
        return 1
    for table in tables:
        print(f"\n{table}", flush=True)
    print(f"\n({name}: {time.monotonic() - began:.0f} s in all)", flush=True)
    if chosen.json:
        plain = {"machine": machine, "benches": {name: [table.to_plain() for table in tables]}}
        chosen.json.write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _run_each(names: Sequence[str], chosen: argparse.Namespace, options: Sequence[str]) -> int:
    """Run each in a process of its own: Django knows one database a process, and no bench should warm another's."""
    statuses: list[int] = []
    machine: dict[str, str] = {}
    benches: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="tokimori-bench-json-") as directory:
        for name in names:
            file = Path(directory) / f"{name}.json"
            print(f"\n=== {name}\n", flush=True)
            command = [sys.executable, __file__, name, *options, "--json", str(file)]
            status = _run_child(command)
            statuses.append(status)
            if status < 0 or status >= 128:  # noqa: PLR2004 -- a signal: whoever sent it wants all of this to end
                break
            if file.exists():
                part = json.loads(file.read_text(encoding="utf-8"))
                machine = part["machine"]
                benches |= part["benches"]
    if chosen.json:
        plain = {"machine": machine, "benches": benches}
        chosen.json.write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return next((status for status in statuses if status), 0)


def _run_child(command: Sequence[str]) -> int:
    with subprocess.Popen(command) as process:  # noqa: S603 -- this script
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()  # Ctrl-C reached it as well; it is cleaning up
        except BaseException:
            process.terminate()
            raise


if __name__ == "__main__":
    sys.exit(main())
