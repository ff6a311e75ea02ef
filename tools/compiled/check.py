"""Run the engine's tests on the compiled engine; without a C compiler, say so and pass."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.compiled.build import ROOT, CannotCompile, build


def main() -> None:
    """Compile and test; leave with the tests' status."""
    try:
        directory = build()
    except CannotCompile as refusal:
        print(f"The compiled engine was not tested: {refusal}.")
        return
    environment = {**os.environ, "PYTHONPATH": str(directory), "ENGINE_IS_COMPILED": "1"}
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/engine", "tests/cases"]
    sys.exit(subprocess.run(tests, check=False, cwd=ROOT, env=environment).returncode)  # noqa: S603 -- our own tests


if __name__ == "__main__":
    main()
