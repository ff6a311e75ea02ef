"""Refusals about the registers."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed


class EntryNotValid(InvalidInput):
    """Something in the entry is missing or not as it must be."""

    code = "register.entry_not_valid"


class OwnEntry(NotAllowed):
    """Nobody approves or ends what they wrote, added to or own, nor what is about them."""

    code = "register.own_entry"


class EntryChanged(Conflict):
    """Somebody changed this entry meanwhile. Look at it again."""

    code = "register.entry_changed"


class EntryNotOpen(Conflict):
    """This cannot be done with the entry as it stands now."""

    code = "register.entry_not_open"


class WithdrawalNotAsked(Conflict):
    """Somebody else has to ask for this first, not longer than two weeks ago."""

    code = "register.withdrawal_not_asked"


class AttachmentNotTaken(InvalidInput):
    """A file is a PDF, PNG or JPEG picture or plain text of at most 5 MB, and is attached once."""

    code = "register.attachment_not_taken"
