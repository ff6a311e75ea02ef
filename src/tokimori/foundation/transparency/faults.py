"""What proofs and notes are refused for. Who reads them from outside catches ``Unproven``; its text says why."""


class Unproven(ValueError):
    """What was to be shown is not shown."""


class Malformed(Unproven):
    """The text or number does not have the form that its specification demands."""


class Refuted(Unproven):
    """The form is right, and the statement is wrong: hashes, sizes or signatures contradict one another."""


class Untrusted(Unproven):
    """No signature by a key that is trusted here; signatures by other keys say nothing."""
