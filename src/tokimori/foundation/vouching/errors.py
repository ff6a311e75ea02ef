"""Refusals about the second person."""

from tokimori.foundation.errors import Conflict, NotAllowed


class SecondPersonNeeded(NotAllowed):
    """Your company has this decided by two: propose it, and let somebody else approve it."""

    code = "second_person.needed"


class OwnProposal(NotAllowed):
    """Nobody approves what they proposed themselves."""

    code = "second_person.own"


class ProposalDecided(Conflict):
    """This proposal was decided on before, waited for too long, or something else holds by now."""

    code = "second_person.decided"


class ResetNotConfirmed(NotAllowed):
    """A second administrator has to confirm this reset before the link opens anything."""

    code = "reset.not_confirmed"
