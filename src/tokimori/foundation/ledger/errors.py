"""What is refused about the record of who did what."""

from tokimori.foundation.errors import Conflict


class NotUnderCheckpoint(Conflict):
    """This stands under no signed checkpoint yet. That takes a minute at most; try again then."""

    code = "log.not_under_checkpoint"


class TooManySelected(Conflict):
    """So many events do not fit into one bundle. Choose a shorter time."""

    code = "log.too_many_selected"
