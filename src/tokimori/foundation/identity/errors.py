"""Refusals of sign-in. They say the same whatever was wrong, so that nobody learns which accounts exist."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed, NotSignedIn, Refusal


class SignInFailed(NotSignedIn):
    """The name or the passphrase is not right."""

    code = "sign_in.failed"


class SignInLimited(NotSignedIn):
    """Too many attempts. Wait some minutes, then try again."""

    code = "sign_in.limited"
    status = 429

    def __init__(self, *, seconds: int, closes_account: bool = False) -> None:
        super().__init__(seconds=seconds)
        self.closes_account = closes_account


class SignInNotCounted(Refusal):
    """Nobody can be let in at this moment: attempts cannot be counted. Try again in a moment."""

    code = "sign_in.not_counted"
    status = 503


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
    """This is not your present passphrase."""

    code = "password.not_right"


class PasswordTooWeak(InvalidInput):
    """Choose another passphrase: long enough, not one that is often used, without your name or your company's words."""

    code = "password.too_weak"


class PasswordUsedBefore(InvalidInput):
    """You had this passphrase before. Choose a new one."""

    code = "password.used_before"


class PasswordChangedLately(InvalidInput):
    """Your company lets you change your passphrase only some days after the last time."""

    code = "password.changed_lately"


class NameTaken(Conflict):
    """This login ID or e-mail address is somebody's already, or was. Choose another one."""

    code = "account.name_taken"


class AccountNotValid(InvalidInput):
    """One of the fields of the account is empty, too long or not written as it must be."""

    code = "account.not_valid"


class AccountClosed(Conflict):
    """This account is closed. Open it again first."""

    code = "account.closed"


class AccountNotClosed(Conflict):
    """This account is not closed."""

    code = "account.not_closed"


class OwnAccount(NotAllowed):
    """Nobody does this to their own account; ask another administrator."""

    code = "account.own"


class LastAdministrator(Conflict):
    """Nobody else who has signed in is an administrator. Let another one sign in first."""

    code = "account.last_administrator"


class RolesConflict(Conflict):
    """One person must not hold these two roles together: who decides must not be who checks."""

    code = "account.roles_conflict"


class SharedAccountNotFit(InvalidInput):
    """A shared account needs a reason and an end within a year, and never has the rights of an administrator."""

    code = "shared_account.not_fit"


class SharedAccountInUse(Conflict):
    """Somebody has this shared account. Take it back first."""

    code = "shared_account.in_use"


class SharedAccountHandedOut(Conflict):
    """This account is shared. Hand it out on its own page, so that it is written down who has it."""

    code = "shared_account.handed_out"


class CustodianNotFit(InvalidInput):
    """Name a person of your company whose account is open."""

    code = "shared_account.custodian_not_fit"


class ReviewNotValid(InvalidInput):
    """A review needs a name, a deadline that is to come, and two reviewers who may see accounts."""

    code = "review.not_valid"


class ReviewOver(Conflict):
    """This review is over, or this account was decided on already."""

    code = "review.over"


class ReviewReasonMissing(InvalidInput):
    """Say in a few words why."""

    code = "review.reason_missing"


class RulesNotValid(InvalidInput):
    """One of the security rules is outside of what may be chosen."""

    code = "security_rules.not_valid"


class RulesChanged(Conflict):
    """Somebody has changed the rules since you opened them; look at them again."""

    code = "security_rules.changed"


class RulesLockOut(Conflict):
    """First set up for yourself what these rules ask for, under My security; else you would be kept out at once."""

    code = "security_rules.lock_out"


class NetworkNotReadable(InvalidInput):
    """Write a network as 203.0.113.0/24 or 2001:db8::/48, or a single address."""

    code = "address_rule.not_readable"


class NetworkHasHostBits(NetworkNotReadable):
    """This is an address inside a network. Write the network by its first address, or the address without a slash."""

    code = "address_rule.host_bits"


class AddressRuleNotValid(InvalidInput):
    """Choose who is meant, and an end that lies ahead, if there is one."""

    code = "address_rule.not_valid"


class AddressRuleKnown(Conflict):
    """This network is there already."""

    code = "address_rule.known"


class CountryNotReadable(InvalidInput):
    """Choose a country from the list."""

    code = "address_rule.country_not_readable"


class CountriesNotThere(Conflict):
    """No list of countries is loaded here, so nobody could be let in or kept out by one. Your provider can load it."""

    code = "address_rule.countries_not_there"


class TooManyAddressRules(Conflict):
    """There are as many networks as a company can have; remove those that have ended."""

    code = "address_rule.too_many"


class AddressRuleLocksOut(Conflict):
    """This would keep you out at once: your own address would not be let in any more. Add it first."""

    code = "address_rule.lock_out"


class AddressRuleNotLasting(Conflict):
    """An exception that ends needs a network beside it that stays; else nobody gets in when it has ended."""

    code = "address_rule.not_lasting"


class TokenNotUsable(NotSignedIn):
    """The access token is missing, unknown, expired or revoked."""

    code = "token.not_usable"


class TokenSuspended(TokenNotUsable):
    """This access token rests: who made it is gone or may no longer do what it does. Somebody else makes a new one."""

    code = "token.suspended"


class TokenWrongAddress(NotAllowed):
    """This access token may not be used from this address. Whoever made the token can add the network."""

    code = "token.wrong_address"


class TokenNotValid(InvalidInput):
    """A token needs a name of at most 80 characters, something that it may do, and an end within a year."""

    code = "token.not_valid"


class TokenBeyondOwnRights(NotAllowed):
    """Nobody can give a token more than they may do themselves."""

    code = "token.beyond_own_rights"


class TokenOver(Conflict):
    """This token has ended or was renewed already; use its successor, or make a new one."""

    code = "token.over"


class NetworkNotValid(InvalidInput):
    """This is not a network. Write it as 192.0.2.0/24 or 2001:db8::/32, with nothing behind the prefix; at most 20."""

    code = "network.not_valid"


class BreakGlassMissing(Conflict):
    """Passphrases can be switched off only while an administrator holds a passkey, so that somebody can always come in."""

    code = "single_sign_on.break_glass_missing"
