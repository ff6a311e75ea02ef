"""Why a punch, a file or a correction is refused."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotFound


class UnknownEmployee(NotFound):
    """There is no employee with this code here."""

    code = "punch.unknown_employee"


class PunchInFuture(InvalidInput):
    """The time of this punch lies more than five minutes ahead."""

    code = "punch.in_future"


class PunchTooOld(InvalidInput):
    """The time of this punch lies before the window in which punches are accepted."""

    code = "punch.too_old"


class UnknownPunchKind(InvalidInput):
    """This is not a kind of punch: in, out, break_start, break_end, go_out, return."""

    code = "punch.unknown_kind"


class KeyReused(Conflict):
    """This key was used before for a punch with other content; nothing was changed."""

    code = "punch.key_reused"


class InvalidReport(InvalidInput):
    """This report cannot be read."""

    code = "punch.invalid_report"


class TooManyReports(InvalidInput):
    """Send at most 1000 reports at once."""

    code = "punch.too_many"
    status = 413


class MissingColumns(InvalidInput):
    """The first line must name the columns employee_code, date, time and kind."""

    code = "import.missing_columns"


class PunchNotCorrectable(Conflict):
    """This punch was already withdrawn or replaced."""

    code = "correction.not_current"
