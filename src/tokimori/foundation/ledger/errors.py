"""What is refused about the record of who did what."""

from tokimori.foundation.errors import Conflict


class NotUnderCheckpoint(Conflict):
    """This stands under no signed checkpoint yet. That takes a minute at most; try again then."""

    code = "log.not_under_checkpoint"
