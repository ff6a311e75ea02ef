"""``tokimori calculate`` and ``tokimori explain``: the engine on a file of cases, without a database."""

import json
import sys
from pathlib import Path

from tokimori.interfaces.cases import answer_cases
from tokimori.interfaces.cases.case import CasesUnreadable
from tokimori.interfaces.cases.description import described_kinds


def calculate_file(*, path: Path, with_steps: bool) -> int:
    """Print a JSON list of answers.

    Return 0 when every case was answered, 1 when some were refused, 2 when none could be read.
    """
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        answered = answer_cases(content, with_steps=with_steps)
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return 2
    except CasesUnreadable as refusal:
        print(f"{path}: {refusal}", file=sys.stderr)
        return 2
    print(json.dumps(answered, ensure_ascii=False, indent=2))
    return 1 if any("refused" in one for one in answered) else 0


def print_kinds() -> int:
    """Print what every kind of case reads, in Markdown; return 0."""
    print(described_kinds(), end="")
    return 0
