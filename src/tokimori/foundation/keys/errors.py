"""What can be wrong with keys and with what they seal."""


class CannotUnseal(RuntimeError):
    """The sealed value was changed, moved, or sealed under another key."""


class Erased(CannotUnseal):
    """The key was destroyed, and with it, for good, what it sealed."""


class RootRefused(RuntimeError):
    """The root key cannot be had as the settings say, or what it wrapped does not open."""
