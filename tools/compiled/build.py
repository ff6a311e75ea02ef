"""Compile the engine: a copy of the package in which the pure modules of a day's calculation are machine code.

``./tokimori compile`` builds it under ``.tokimori/compiled``, named by the digest of the sources; the launcher takes it for
the verbs that serve, and only while the digest is that of the sources as they are. The sources stay plain Python, and are
what runs without a C compiler.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "src" / "tokimori"
TARGET: Final = ROOT / ".tokimori" / "compiled"
MODULES: Final = (
    "allowances",
    "assignment",
    "attendance",
    "breaks",
    "clocks",
    "counting",
    "day",
    "facts",
    "intervals",
    "lawful_plans",
    "pairing",
    "periods",
    "policies",
    "results",
    "rules",
)
"""What every calculated day walks through."""


class CannotCompile(RuntimeError):
    """There is no C compiler, or no mypyc; or it refused."""


def digest_of_sources() -> str:
    """Return a digest of every file of the package, and of the Python that would run it."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def built() -> Path | None:
    """Return the directory to import from, if the sources as they are were compiled."""
    directory = TARGET / digest_of_sources()[:32]
    return directory if directory.is_dir() else None


def build() -> Path:
    """Compile unless it was done; return the directory to import from. Raise ``CannotCompile``."""
    known = built()
    if known is not None:
        return known
    mypyc = Path(sys.executable).parent / "mypyc"
    if shutil.which("cc") is None or not mypyc.exists():
        raise CannotCompile("a C compiler (cc) and the development tools are needed")
    directory = TARGET / digest_of_sources()[:32]
    work = directory.with_suffix(".making")
    shutil.rmtree(TARGET, ignore_errors=True)
    shutil.copytree(PACKAGE, work / "tokimori", ignore=shutil.ignore_patterns("__pycache__"))
    modules = [f"tokimori/engine/{name}.py" for name in MODULES]
    done = subprocess.run(  # noqa: S603 -- our own modules
        [str(mypyc), *modules],
        check=False,
        cwd=work,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
    )
    if done.returncode != 0:
        raise CannotCompile(done.stderr or done.stdout)
    for leftover in ("build", ".mypy_cache"):
        shutil.rmtree(work / leftover, ignore_errors=True)
    work.rename(directory)
    return directory


def main() -> None:
    """Build, and say where; with ``--known`` only say where, if it was built."""
    if sys.argv[1:] == ["--known"]:
        print(built() or "")
        return
    try:
        print(build())
    except CannotCompile as refusal:
        sys.exit(f"The engine was not compiled: {refusal}")


if __name__ == "__main__":
    main()
