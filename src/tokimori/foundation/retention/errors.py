"""What can be refused about keeping records."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound


class HoldReasonMissing(InvalidInput):
    """Say why these records must stay, in up to 500 characters."""

    code = "legal_hold.reason_missing"


class HoldDaysNotValid(InvalidInput):
    """Give the days as dates, the last one not before the first."""

    code = "legal_hold.days_not_valid"


class NoSuchHold(NotFound):
    """There is no such hold, or it was lifted already."""

    code = "legal_hold.none"


class HoldPersonUnknown(InvalidInput):
    """There is nobody with this login ID."""

    code = "legal_hold.person_unknown"


class LiftingAsked(Conflict):
    """Somebody asked before to lift this hold; another person decides on it."""

    code = "legal_hold.lifting_asked"


class LiftingNotAsked(Conflict):
    """Nobody asked yet to lift this hold: one person asks, and another one lifts it."""

    code = "legal_hold.lifting_not_asked"


class OwnLifting(NotAllowed):
    """Nobody lifts a hold of which they asked the lifting themselves."""

    code = "legal_hold.own_lifting"
