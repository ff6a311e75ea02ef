"""A text as a picture for a camera (QR code, ISO/IEC 18004)."""

from dataclasses import dataclass
from typing import Final

import segno

_QUIET: Final = 4
"""Light modules that the standard wants on every side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePicture:
    """A square of so many modules on each side, and the path of the dark ones."""

    size: int
    path: str


def code_picture(text: str) -> CodePicture:
    """Return the picture of a text, with 15 % of it to spare for scratches and reflections."""
    rows = tuple(segno.make(text, error="m").matrix)
    path = "".join(
        f"M{column + _QUIET} {row + _QUIET}h1v1h-1z"
        for row, modules in enumerate(rows)
        for column, is_dark in enumerate(modules)
        if is_dark
    )
    return CodePicture(size=len(rows) + 2 * _QUIET, path=path)
