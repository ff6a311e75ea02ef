"""What the figures were measured on."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from tokimori.foundation import clock


def describe_machine() -> dict[str, str]:
    """Return what a reader needs to judge a figure by; the database's part is added by the stage."""
    return {
        "date": clock.now().strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{_processor()}, {os.cpu_count()} cores seen",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def processor_seconds(root: int) -> float:
    """Return the processor time of a process and all that descend from it, the dead and reaped ones included."""
    times = _process_times()
    wanted = {root}
    for process, (parent, _) in sorted(times.items()):
        if parent in wanted:
            wanted.add(process)
    return sum(seconds for process, (_, seconds) in times.items() if process in wanted)


def _process_times() -> Mapping[int, tuple[int, float]]:
    found: dict[int, tuple[int, float]] = {}
    ticks = os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        found[int(entry.name)] = (int(fields[1]), sum(int(field) for field in fields[11:15]) / ticks)
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())
