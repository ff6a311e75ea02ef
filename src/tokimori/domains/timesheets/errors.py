"""Why a month cannot be handed in or approved."""

from tokimori.foundation.errors import Conflict


class MonthNotOver(Conflict):
    """The month is not over yet."""

    code = "month.not_over"


class MonthHasGaps(Conflict):
    """Some days miss a punch; correct them first."""

    code = "month.has_gaps"


class MonthInCalculation(Conflict):
    """The month is being calculated; try again in a moment."""

    code = "month.in_calculation"


class MonthChanged(Conflict):
    """The month has changed since it was handed in; look at it again."""

    code = "month.changed"


class CorrectionsWaiting(Conflict):
    """Corrections of this month wait for a decision; decide on them first."""

    code = "month.corrections_waiting"
