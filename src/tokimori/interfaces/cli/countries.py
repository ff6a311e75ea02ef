"""``tokimori countries``: make the table of countries out of the registries' published files, without a database."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tokimori.foundation.countries.delegations import (
    LONGEST_FILE,
    REGISTRIES,
    DelegationsRefused,
    RegistryFile,
    read_delegations,
)
from tokimori.foundation.countries.table import compile_table, read_table, write_table


def make_table(*, files: Sequence[Path], output: Path) -> int:
    """Write the table of these files; return 0, or 2 when one is refused, and then nothing is written."""
    try:
        read = [_read(path) for path in files]
        whole = compile_table(read)
        write_table(whole, path=output)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    table = read_table(whole)
    missing = sorted(REGISTRIES - set(table.registries))
    print(f"{output}: {len(table.countries)} countries, known until {table.as_of}, SHA-256 {table.digest}")
    if missing:
        print(f"Not among the files, so that nobody's country is known there: {', '.join(missing)}.", file=sys.stderr)
    return 0


def _read(path: Path) -> RegistryFile:
    if path.stat().st_size > LONGEST_FILE:
        raise DelegationsRefused(f"{path}: longer than any registry's file.")
    try:
        return read_delegations(path.read_bytes().decode("ascii"))
    except (UnicodeDecodeError, DelegationsRefused) as error:
        raise DelegationsRefused(f"{path}: {error}") from error
