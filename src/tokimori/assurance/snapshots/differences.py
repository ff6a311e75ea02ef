"""Which rows stand otherwise than in a snapshot."""

from dataclasses import dataclass

from tokimori.assurance.evaluation.states import Mark, State
from tokimori.assurance.queries import Sheet
from tokimori.assurance.snapshots.content import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A row whose state or mark is another one now."""

    row: int
    before: State
    before_mark: Mark
    after: State
    after_mark: Mark


def differences(snapshot: Snapshot, sheet: Sheet) -> tuple[Difference, ...]:
    """Return the rows of the sheet that stand otherwise than in the snapshot, in order."""
    pairs = ((one, sheet.answers[one.row]) for one in snapshot.rows)
    return tuple(
        Difference(
            row=one.row,
            before=State(one.state),
            before_mark=Mark(one.mark),
            after=answer.state,
            after_mark=answer.mark,
        )
        for one, answer in pairs
        if (one.state, one.mark) != (answer.state.value, answer.mark.value)
    )
