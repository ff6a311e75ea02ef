"""Why a period cannot be sealed or reopened."""

from tokimori.foundation.errors import Conflict, InvalidInput


class PeriodNotReady(Conflict):
    """The month cannot be sealed yet; the list says what is missing."""

    code = "period.not_ready"


class PeriodSealed(Conflict):
    """The month is sealed already."""

    code = "period.sealed"


class PeriodNotSealed(Conflict):
    """The month is not sealed."""

    code = "period.not_sealed"


class ReopeningReasonMissing(InvalidInput):
    """Say why the month is reopened; it is kept with the seal."""

    code = "period.reason_missing"


class PeriodGone(Conflict):
    """The figures of this month were over their time and are gone; the seal and its digests stay."""

    code = "period.gone"


class LaterPeriodSealed(Conflict):
    """A later month is sealed; reopen that one first."""

    code = "period.later_sealed"
