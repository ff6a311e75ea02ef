"""Search the tree for breaches of the house rules: ``python tools/rules/run.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.rules.catalogue import RULES, breaches, sources


def main() -> None:
    """Print each breach and fail, or print what was searched."""
    searched = tuple(sources())
    found = breaches(searched)
    for breach in found:
        print(breach)
    if found:
        sys.exit(1)
    print(f"{len(RULES)} house rules hold in {len(searched)} files.")


if __name__ == "__main__":
    main()
