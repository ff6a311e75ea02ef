"""The program that ``holding`` starts beside the scratch database: it sets itself up there, and prints one line of JSON."""

import json
import os
import sys
from pathlib import Path

import django


def main() -> None:
    """Hold the drill where the environment says, and print what came of it."""
    django.setup()
    from tokimori.assurance.drill.trials import drill  # noqa: PLC0415 -- models exist only after the set-up
    from tokimori.foundation import clock  # noqa: PLC0415 -- as above

    found = drill(url=os.environ["DATABASE_URL"], folder=Path.cwd(), now=clock.now())
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
