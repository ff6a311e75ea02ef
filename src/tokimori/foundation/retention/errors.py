"""What can be refused about keeping records."""

from tokimori.foundation.errors import InvalidInput, NotFound


class HoldReasonMissing(InvalidInput):
    """Say why these records must stay, in up to 500 characters."""

    code = "legal_hold.reason_missing"


class NoSuchHold(NotFound):
    """There is no such hold, or it was lifted already."""

    code = "legal_hold.none"


class HoldPersonUnknown(InvalidInput):
    """There is nobody with this login ID."""

    code = "legal_hold.person_unknown"
