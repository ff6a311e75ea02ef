"""Refusals of sign-in. They say the same whatever was wrong, so that nobody learns which accounts exist."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotSignedIn


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


class CodeNotRight(NotSignedIn):
    """This code is not right, or was used before. Wait for the next one, then try again."""

    code = "sign_in.code_not_right"
    status = 422


class PasskeyNotTaken(NotSignedIn):
    """This passkey could not be checked. Try again, or use another way."""

    code = "sign_in.passkey_not_taken"
    status = 422


class PasskeyBoundToNoDevice(PasskeyNotTaken):
    """This passkey can move to other devices. Operators need one that stays on its device."""

    code = "sign_in.passkey_bound_to_no_device"


class PasswordNotRight(InvalidInput):
    """This is not your present password."""

    code = "password.not_right"


class PasswordTooWeak(InvalidInput):
    """Choose another password: long enough, not one that is often used, without your name or your company's words."""

    code = "password.too_weak"


class PasswordUsedBefore(InvalidInput):
    """You had this password before. Choose a new one."""

    code = "password.used_before"


class PasswordChangedLately(InvalidInput):
    """Your company lets you change your password only some days after the last time."""

    code = "password.changed_lately"


class NameTaken(Conflict):
    """This login ID or e-mail address is somebody's already, or was. Choose another one."""

    code = "account.name_taken"


class RulesNotValid(InvalidInput):
    """One of the security rules is outside of what may be chosen."""

    code = "security_rules.not_valid"


class TokenNotUsable(NotSignedIn):
    """The access token is missing, unknown, expired or revoked."""

    code = "token.not_usable"
