"""Employee-days per second of the engine that is first on the path, as JSON. ``engine.py`` runs it once for each engine."""

import json
import sys
import time

from weeks import WORKERS, facts

from tokimori.engine import calculate_days


def main() -> None:
    """Measure each kind of worker, with steps and without, for so many seconds of processor time each."""
    seconds = float(sys.argv[1])
    found = {
        name: [_rate(name, seconds=seconds, with_steps=with_steps) for with_steps in (True, False)] for name in WORKERS
    }
    print(json.dumps(found))


def _rate(name: str, *, seconds: float, with_steps: bool) -> float:
    calendar, punches = facts(WORKERS[name])
    days = 0
    began = time.process_time()
    while (spent := time.process_time() - began) < seconds:
        results = calculate_days(days=calendar, punches=punches, with_steps=with_steps)
        assert any(result.figures.worked_minutes for result in results)
        days += len(results)
    return days / spent


if __name__ == "__main__":
    main()
