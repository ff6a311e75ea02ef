"""Refusals of sign-in. They say the same whatever was wrong, so that nobody learns which accounts exist."""

from tokimori.foundation.errors import InvalidInput, NotSignedIn


class SignInFailed(NotSignedIn):
    """The name or the password is not right."""

    code = "sign_in.failed"


class SignInLimited(NotSignedIn):
    """Too many attempts. Wait some minutes, then try again."""

    code = "sign_in.limited"
    status = 429


class LinkNotUsable(NotSignedIn):
    """This link was used already or has expired; ask your administrator for a new one."""

    code = "sign_in.link_not_usable"


class PasswordTooWeak(InvalidInput):
    """Choose a longer password: at least 12 characters, not one that is often used, not your own name."""

    code = "password.too_weak"


class TokenNotUsable(NotSignedIn):
    """The access token is missing, unknown, expired or revoked."""

    code = "token.not_usable"
