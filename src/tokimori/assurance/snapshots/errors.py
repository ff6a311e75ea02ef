"""Refusals about snapshots of the sheet."""

from tokimori.foundation.errors import Conflict


class SheetContradictory(Conflict):
    """Answers contradict one another. Until that is settled, no snapshot is published."""

    code = "assurance.sheet_contradictory"


class SheetHoldsSamples(Conflict):
    """A sample entry would count as evidence. No snapshot is published from it."""

    code = "assurance.sheet_holds_samples"


class SheetChanged(Conflict):
    """The sheet has changed since you looked. Look at it again, then publish."""

    code = "assurance.sheet_changed"
