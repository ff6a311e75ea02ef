"""The words of the public sheet: states, reasons, marks."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.assurance.catalogue.controls import Kind
from tokimori.assurance.evaluation.answers import Answer, Why
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.evaluation.states import Literal, Mark, State

STATES: Final[Mapping[State, Promise]] = MappingProxyType(
    {
        State.PROVEN: pgettext_lazy("state of a row", "Proven"),
        State.ATTESTED: pgettext_lazy("state of a row", "Attested"),
        State.DECLARED: pgettext_lazy("state of a row", "Declared"),
        State.INHERITED: pgettext_lazy("state of a row", "Inherited"),
        State.NOT_APPLICABLE: pgettext_lazy("state of a row", "Does not apply"),
        State.GAP: pgettext_lazy("state of a row", "Gap"),
        State.STALE: pgettext_lazy("state of a row", "Out of date"),
        State.NO_EVIDENCE: pgettext_lazy("state of a row", "No evidence"),
    }
)
MEANINGS: Final[Mapping[State, Promise]] = MappingProxyType(
    {
        State.PROVEN: _("A probe tried it on the running system, and not long ago."),
        State.ATTESTED: _("Somebody answers for it in a register, approved and not expired."),
        State.DECLARED: _("A published fact."),
        State.INHERITED: _("A supplier's report says so, and is still valid."),
        State.NOT_APPLICABLE: _("It does not apply, for a reason that a policy gives."),
        State.GAP: _("It was looked at, and it is not as it should be."),
        State.STALE: _("The last look is too old, or the probe could not look."),
        State.NO_EVIDENCE: _("Nothing shows it. The row claims nothing."),
    }
)
WHYS: Final[Mapping[Why, Promise | str]] = MappingProxyType(
    {
        Why.NONE: "",
        Why.NOTHING_LOOKS: _("Nothing in the product observes this yet."),
        Why.NO_ENTRY: _("No entry in a register answers for this yet."),
        Why.NOT_RUN: _("A probe of this row has not run yet."),
        Why.FAILED: _("A probe looked and found that something does not hold."),
        Why.ERRORED: _("A probe could not look."),
        Why.EXPIRED: _("The last evidence has become too old."),
        Why.ONLY_SAMPLE: _("What is shown is a sample. It proves nothing."),
    }
)
MARKS: Final[Mapping[Mark, Promise]] = MappingProxyType(
    {
        Mark.YES: pgettext_lazy("mark of a row", "yes"),
        Mark.CONDITIONAL: pgettext_lazy("mark of a row", "yes, under a condition"),
        Mark.NO: pgettext_lazy("mark of a row", "no"),
        Mark.NONE: pgettext_lazy("mark of a row", "no answer"),
    }
)
OUTCOMES: Final[Mapping[Outcome, Promise]] = MappingProxyType(
    {
        Outcome.PASSED: pgettext_lazy("outcome of a probe", "held"),
        Outcome.FAILED: pgettext_lazy("outcome of a probe", "did not hold"),
        Outcome.ERRORED: pgettext_lazy("outcome of a probe", "could not look"),
    }
)
FOUNDED_WORD: Final = _("Founded")
"""All states in which something stands behind the good answer."""
KINDS: Final[Mapping[Kind, Promise]] = MappingProxyType(
    {
        Kind.PRODUCT: pgettext_lazy("kind of a row", "Product"),
        Kind.PLATFORM: pgettext_lazy("kind of a row", "Platform"),
        Kind.PROCESS: pgettext_lazy("kind of a row", "People and processes"),
        Kind.FACT: pgettext_lazy("kind of a row", "Fact"),
    }
)


def colour_of(state: State) -> str:
    """Return the kind in which a state is shown; its word and its icon say the same."""
    match state:
        case State.PROVEN | State.ATTESTED:
            return "ok"
        case State.GAP:
            return "act"
        case State.STALE:
            return "wait"
        case _:
            return "quiet"


def unknown_counts_against(answer: Answer) -> bool:
    """Whether the mark stands there only because nothing proves the better one."""
    return answer.literal is Literal.UNKNOWN and answer.mark is not Mark.NONE
