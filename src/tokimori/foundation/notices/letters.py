"""What letters say, in the receiver's language: a subject, a few sentences, a link where there is one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.notices.services.outbox import SealedLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """In whose name a letter is written, and on whose clock it tells times."""

    company: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter in words."""

    language: str
    address: str
    sender: str
    subject: str
    greeting: str
    sentences: tuple[str, ...]
    link: str
    link_label: str
    closing: str
    unsubscribe: str = ""
    """The address by which letters of this kind end with one click; nothing where they were not asked for."""
    unsubscribe_label: str = ""

    def as_text(self) -> str:
        """Return the plain text."""
        greeting = [self.greeting] if self.greeting else []
        link = [f"{self.link_label}:\n{self.link}"] if self.link else []
        end = [f"{self.unsubscribe_label}:\n{self.unsubscribe}"] if self.unsubscribe else []
        return "\n\n".join([*greeting, *self.sentences, *link, self.closing, *end]) + "\n"

    def as_html(self) -> str:
        """Return the same as simple HTML: nothing is fetched, nothing counts who reads it."""
        return render_to_string("notices/letter.html", {"letter": self})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one kind of letter; ``route`` is the address of ours that its link leads to."""

    subject: Promise
    sentences: tuple[Promise, ...]
    route: str = ""
    link_label: Promise | str = ""


_NOT_YOU: Final = _(
    "If this was not you, change your passphrase, end your other sessions under “My security”, and tell an administrator "
    "of your company."
)
_WORKS_ONCE: Final = _("The link works once, until %(until)s.")

_WORDS: Final[Mapping[NoticeKind, _Words]] = MappingProxyType(
    {
        NoticeKind.INVITATION: _Words(
            subject=_("Your account for working time at %(company)s"),
            sentences=(
                _("%(company)s has made an account for you. By this link you choose your passphrase and come in."),
                _WORKS_ONCE,
                _(
                    "If you do not work for %(company)s, there is nothing to do: without the link the account stays shut."
                ),
            ),
            route="first_sign_in",
            link_label=_("Choose a passphrase"),
        ),
        NoticeKind.NEW_LINK: _Words(
            subject=_("A new link for your account at %(company)s"),
            sentences=(
                _("An administrator has made a link by which you choose a new passphrase. Links from before are over."),
                _WORKS_ONCE,
                _("If you did not ask for it, tell an administrator of your company."),
            ),
            route="first_sign_in",
            link_label=_("Choose a passphrase"),
        ),
        NoticeKind.LOCKED: _Words(
            subject=_("Too many attempts to sign in to your account"),
            sentences=(
                _("Somebody tried wrong passphrases too often. Nobody came in. Yours opens nothing until %(locked)s."),
                _("If it was you, this link ends the waiting at once. It works once, until %(until)s."),
                _("If it was not you, there is nothing to do. A passkey opens your account meanwhile."),
            ),
            route="unlock",
            link_label=_("End the waiting"),
        ),
        NoticeKind.SECOND_FACTOR_LOCKED: _Words(
            subject=_("Too many wrong digits for your account"),
            sentences=(
                _("On %(at)s somebody gave wrong digits too often. No digits of yours are taken until %(locked)s."),
                _("Whoever it was knew your passphrase, or was signed in as you already."),
                _("If it was you, wait, or use your passkey. An administrator of your company can end the waiting."),
                _NOT_YOU,
            ),
        ),
        NoticeKind.PRESENT_PASSWORD_LOCKED: _Words(
            subject=_("Too many wrong passphrases by somebody who is signed in as you"),
            sentences=(
                _(
                    "On %(at)s somebody who was in already gave a wrong passphrase too often when asked for yours again."
                ),
                _("Your passphrase opens nothing until %(locked)s, and cannot be changed before."),
                _("If it was you, wait, or use your passkey. An administrator of your company can end the waiting."),
                _(
                    "If this was not you, tell an administrator of your company at once: he can sign you out everywhere. "
                    "You end your other sessions yourself under “My security”."
                ),
            ),
        ),
        NoticeKind.NEW_COUNTRY: _Words(
            subject=_("Signed in from a country that is new here"),
            sentences=(
                _("On %(at)s, from %(origin)s, a network that is registered in: %(country)s."),
                _("If you use a tunnel, or a telephone from abroad, that is why."),
                _NOT_YOU,
            ),
        ),
        NoticeKind.NEW_DEVICE: _Words(
            subject=_("Signed in on a device that is new here"),
            sentences=(_("On %(at)s, from %(origin)s, with %(device)s."), _NOT_YOU),
        ),
        NoticeKind.PASSWORD_CHANGED: _Words(
            subject=_("Your passphrase was changed"), sentences=(_("That was on %(at)s."), _NOT_YOU)
        ),
        NoticeKind.FACTOR_ADDED: _Words(
            subject=_("A new way to prove who you are was added to your account"),
            sentences=(_("A passkey or an authenticator was set up on %(at)s."), _NOT_YOU),
        ),
        NoticeKind.FACTOR_REMOVED: _Words(
            subject=_("A way to prove who you are was taken from your account"),
            sentences=(_("A passkey or the authenticator was removed on %(at)s."), _NOT_YOU),
        ),
        NoticeKind.FACTORS_TAKEN_AWAY: _Words(
            subject=_("Your passphrase and your second factors were taken away"),
            sentences=(
                _("An administrator did that on %(at)s, because they were said to be lost. You get a link from him."),
                _("If you have lost nothing, tell another administrator of your company at once."),
            ),
        ),
        NoticeKind.RECOVERY_CODES_MADE: _Words(
            subject=_("You have new recovery codes"),
            sentences=(_("They were made on %(at)s. Those before open nothing any more."), _NOT_YOU),
        ),
        NoticeKind.RECOVERY_CODE_USED: _Words(
            subject=_("A recovery code opened your account"),
            sentences=(_("That was on %(at)s. The code is used up."), _NOT_YOU),
        ),
        NoticeKind.ROLES_CHANGED: _Words(
            subject=_("What you may do at %(company)s was changed"),
            sentences=(
                _("An administrator changed your roles on %(at)s. You were signed out; sign in again to see them."),
            ),
        ),
        NoticeKind.NAMES_CHANGED: _Words(
            subject=_("The names of your account were changed"),
            sentences=(
                _(
                    "An administrator changed your login ID or e-mail address on %(at)s. This goes to the address before."
                ),
                _("If you did not ask for it, tell another administrator of your company."),
            ),
        ),
        NoticeKind.TOKEN_ENDS: _Words(
            subject=_("An access token ends soon"),
            sentences=(_("The access token “%(name)s” ends on %(until)s. Renew it if it is still needed."),),
            route="tokens",
            link_label=_("Access tokens"),
        ),
        NoticeKind.NETWORK_ENDS: _Words(
            subject=_("A network ends soon"),
            sentences=(
                _("People are let in from %(name)s until %(until)s. Add it anew if they shall come in afterwards too."),
            ),
            route="networks",
            link_label=_("Networks"),
        ),
        NoticeKind.SHEET_CHANGED: _Words(
            subject=_("Rows of the security sheet have changed"),
            sentences=(
                _("Worse than before, with how they stand now: %(worse)s."),
                _("Better than before: %(better)s."),
                _("Why, and since when, stands on the pages on compliance of your console."),
            ),
            route="trust",
            link_label=_("Security sheet"),
        ),
        NoticeKind.SHEET_SUBSCRIPTION: _Words(
            subject=_("Confirm that you want letters about the security sheet"),
            sentences=(
                _("Somebody, you we hope, asked that changes of the security sheet be told to this address."),
                _("Nothing is sent before you confirm it. The link works once, until %(until)s."),
                _("If it was not you, there is nothing to do: without the link the address is removed."),
            ),
            route="confirm_sheet_subscription",
            link_label=_("Yes, send me letters"),
        ),
        NoticeKind.SHEET_MOVED: _Words(
            subject=_("Rows of the security sheet have changed"),
            sentences=(
                _("Worse than before: %(worse)s"),
                _("Better than before: %(better)s"),
                _("Changed and came back meanwhile: %(back)s"),
                _("Why, with what was seen and when, stands on the page of each row."),
            ),
            route="trust",
            link_label=_("Security sheet"),
        ),
        NoticeKind.REGISTER_ENTRY_ENDS: _Words(
            subject=_("An entry of a register ends soon"),
            sentences=(
                _("An entry that you answer for, or stand in for, counts until %(day)s. Look at it again before then."),
                _("Its title stands in the register and not in this letter."),
            ),
            route="registers",
            link_label=_("Registers"),
        ),
    }
)
_TIMES: Final = frozenset({"at", "until", "locked"})


def written(kind: NoticeKind, sealed: SealedLetter, *, language: str, sender: Sender, links: str) -> Letter:
    """Return a letter in words. ``links`` is the address of ours that links begin with."""
    words = _WORDS[kind]
    with translation.override(language):
        facts = {name: _told(name, value, sender) for name, value in sealed.facts.items()}
        facts["company"] = sender.company
        secret = sealed.facts.get("secret")
        path = reverse(words.route, args=[secret] if secret else []) if words.route else ""
        end = sealed.facts.get("unsubscribe")
        return Letter(
            language=language,
            address=sealed.address,
            sender=_one_line(sender.company),
            subject=_one_line(_in(words.subject, facts)),
            greeting=gettext("%(name)s:") % {"name": sealed.name} if sealed.name else "",
            sentences=tuple(_in(one, facts) for one in words.sentences),
            link=links + path if path else "",
            link_label=str(words.link_label),
            closing=gettext("Sent by Tokimori for %(company)s. Nobody reads answers to this address.") % facts,
            unsubscribe=links + reverse("end_sheet_subscription", args=[end]) if end else "",
            unsubscribe_label=gettext("Get no more of these letters") if end else "",
        )


def _in(sentence: Promise, facts: Mapping[str, str]) -> str:
    return str(sentence) % facts


def _one_line(text: str) -> str:
    """Return a text for the head of a letter, where a new line would begin another field."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _told(name: str, value: str, sender: Sender) -> str:
    if name == "country":
        locale = Locale.parse(translation.to_locale(translation.get_language() or "en"))
        return str(locale.territories.get(value, value))
    if name not in _TIMES:
        return value
    local = datetime.fromisoformat(value).astimezone(sender.zone)
    moment: Callable[..., str] = formats.date_format
    return f"{moment(local, 'SHORT_DATETIME_FORMAT')} ({local.tzname()})"
