"""A company's own values in sentences, in the reader's language."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from tokimori.assurance.own.values import OwnValue, Setting
from tokimori.foundation.identity.networks import AddressAudience
from tokimori.foundation.identity.security_rules import Audience, Strength
from tokimori.foundation.retention.periods import RecordKind
from tokimori.interfaces.web.labels import ADDRESS_AUDIENCES
from tokimori.interfaces.web.security_choices import STRENGTHS

Figures = Mapping[str, int]

SETTINGS: Final[Mapping[Setting, Promise]] = MappingProxyType(
    {
        Setting.ON: pgettext_lazy("own setting", "Your company has it on"),
        Setting.PARTLY: pgettext_lazy("own setting", "Your company has it on in part"),
        Setting.OFF: pgettext_lazy("own setting", "Your company has it off"),
        Setting.SEEN: pgettext_lazy("own setting", "At your company"),
    }
)
_NOT_ADVISED: Final = pgettext_lazy("own setting", "Your company has it off, as today's guidance advises")
KINDS: Final[Mapping[Setting, str]] = MappingProxyType(
    {Setting.ON: "ok", Setting.PARTLY: "wait", Setting.OFF: "wait", Setting.SEEN: "quiet"}
)
"""In which of the meanings a setting is shown; its word says the same."""
_STEPS: Final[Mapping[Setting, Promise]] = MappingProxyType(
    {
        Setting.ON: pgettext_lazy("own setting", "Change it"),
        Setting.PARTLY: pgettext_lazy("own setting", "Extend it"),
        Setting.OFF: pgettext_lazy("own setting", "Switch it on"),
        Setting.SEEN: pgettext_lazy("own setting", "Look at it"),
    }
)
_KEPT: Final[Mapping[RecordKind, Promise]] = MappingProxyType(
    {
        RecordKind.SIGN_IN: gettext_lazy("Records of sign-in are kept for %(days)d days."),
        RecordKind.EVENTS: gettext_lazy("Details of events in the log are kept for %(days)d days."),
        RecordKind.WORKING_TIME: gettext_lazy("Working time of sealed months is kept for %(days)d days."),
        RecordKind.FILES: gettext_lazy("Files for payroll are kept for %(days)d days."),
        RecordKind.PEOPLE: gettext_lazy("People who left are known by name for %(days)d days."),
        RecordKind.VISITS: gettext_lazy("Visits of the provider are kept for %(days)d days."),
        RecordKind.LETTERS: gettext_lazy("Letters that were sent are listed for %(days)d days."),
    }
)


def setting_in_words(value: OwnValue) -> str:
    """Return how far the company has it on."""
    if value.setting is Setting.OFF and value.is_advised_against:
        return str(_NOT_ADVISED)
    return str(SETTINGS[value.setting])


def kind_of(value: OwnValue) -> str:
    """Return in which of the meanings the setting is shown."""
    return "quiet" if value.is_advised_against and value.setting is Setting.OFF else KINDS[value.setting]


def step_in_words(value: OwnValue) -> str:
    """Return the words of the one link that changes it."""
    return str(_STEPS[value.setting])


def own_sentences(value: OwnValue) -> tuple[str, ...]:
    """Return the value in sentences, each of which stands alone."""
    return tuple(_SENTENCES[value.row](value.figures))


def _networks(figures: Figures) -> list[str]:
    said = []
    for audience, label in ADDRESS_AUDIENCES.items():
        count = figures[f"networks_{AddressAudience(audience).value}"]
        if count:
            words = ngettext("%(who)s: from %(count)d network", "%(who)s: from %(count)d networks", count)
            said.append(words % {"who": label, "count": count})
    if not said:
        return [_("Everybody may come from any network.")]
    said.append(_("Who is not named here may come from any network."))
    if temporary := figures["temporary_networks"]:
        words = ngettext("%(count)d of them ends by itself.", "%(count)d of them end by themselves.", temporary)
        said.append(words % {"count": temporary})
    return said


def _factors(figures: Figures) -> list[str]:
    audiences = {
        Audience.ADMINISTRATOR: ADDRESS_AUDIENCES[AddressAudience.ADMINISTRATOR],
        Audience.MANAGER: ADDRESS_AUDIENCES[AddressAudience.MANAGER],
        Audience.EMPLOYEE: ADDRESS_AUDIENCES[AddressAudience.EMPLOYEE],
    }
    said = [
        _("%(who)s: %(factor)d of %(people)d have a second factor, %(passkey)d a passkey; asked for: %(asked)s")
        % {
            "who": label,
            "people": figures[f"people_{audience.value}"],
            "factor": figures[f"with_factor_{audience.value}"],
            "passkey": figures[f"with_passkey_{audience.value}"],
            "asked": STRENGTHS[Strength(figures[f"strength_{audience.value}"])],
        }
        for audience, label in audiences.items()
    ]
    count = figures["active_providers"]
    if not count:
        return [*said, _("Single sign-on is not set up.")]
    words = ngettext(
        "Single sign-on: %(count)d identity provider", "Single sign-on: %(count)d identity providers", count
    )
    return [*said, words % {"count": count}]


def _attempts(figures: Figures) -> list[str]:
    return [
        _(
            "After %(attempts)d wrong attempts an account is closed for %(lock_minutes)d minutes, each further time twice "
            "as long."
        )
        % figures
    ]


def _sessions(figures: Figures) -> list[str]:
    return [
        _("A session ends after %(idle_minutes)d minutes without use, and after %(absolute_hours)d hours in any case.")
        % figures,
        _("On a screen that several people use it ends after %(shared_idle_minutes)d minutes without use.") % figures,
    ]


def _strong_passwords(figures: Figures) -> list[str]:
    said = [_("At least %(minimum_length)d characters, and none of those that are often used.") % figures]
    if figures["blocked_words"]:
        said.append(_("Words of your own that no passphrase may contain: %(blocked_words)d") % figures)
    if figures["character_classes"]:
        said += [
            _("%(character_classes)d kinds of characters must occur.") % figures,
            _("NIST SP 800-63B-4 (3.1.1.2) and OWASP ASVS 5.0 (6.2.5) advise against asking for kinds of characters."),
        ]
    return said


def _age(figures: Figures) -> list[str]:
    said = []
    if figures["maximum_age_days"]:
        said.append(_("A passphrase must be changed after %(maximum_age_days)d days.") % figures)
    if figures["minimum_age_days"]:
        said.append(_("It may be changed again after %(minimum_age_days)d days.") % figures)
    if not said:
        said.append(_("No passphrase has to be changed because of its age."))
    return [
        *said,
        _("NIST SP 800-63B-4 (3.1.1.2) and OWASP ASVS 5.0 (6.2.10) advise against changing at fixed intervals."),
    ]


def _history(figures: Figures) -> list[str]:
    depth = figures["history_depth"]
    if not depth:
        return [_("Earlier passphrases may be taken again; only the present one may not.")]
    words = ngettext(
        "The present passphrase and the one before it are not taken again.",
        "The present passphrase and the %(count)d before it are not taken again.",
        depth,
    )
    return [words % {"count": depth}]


def _own_change(figures: Figures) -> list[str]:
    said = [
        _("%(accounts_with_passphrase)d of %(accounts)d accounts have a passphrase that its person changes himself.")
        % figures,
        _("Changed in the last 90 days: %(passphrases_changed)d") % figures,
    ]
    if figures["minimum_age_days"]:
        said.append(_("It may be changed again after %(minimum_age_days)d days.") % figures)
    return said


def _dormant(figures: Figures) -> list[str]:
    return [
        _("An administrator's account that was not used for %(dormant_days)d days is closed.") % figures,
        _("Accounts that were not used for as long, and are still open: %(dormant_accounts)d") % figures,
    ]


def _kept(figures: Figures) -> list[str]:
    said = [
        str(words) % {"days": figures[f"days_kept_{kind.value}"]}
        for kind, words in _KEPT.items()
        if f"days_kept_{kind.value}" in figures
    ]
    said.append(_("Records that were taken away when their time was over, with a certificate: %(removals)d") % figures)
    if figures["holds"]:
        said.append(_("Held back because of a dispute or an inquiry: %(holds)d") % figures)
    return said


def _accesses(figures: Figures) -> list[str]:
    live = figures["live_grants"]
    if live:
        words = ngettext(
            "%(count)d grant lets one of the provider's people in right now.",
            "%(count)d grants let the provider's people in right now.",
            live,
        )
        now = words % {"count": live}
    else:
        now = pgettext("support access", "Nobody of the provider can come in right now.")
    return [
        now,
        _("Pages that the provider's people asked for in the last twelve months: %(operator_requests)d") % figures,
        _("Without a grant of yours: %(requests_without_grant)d") % figures,
    ]


_SENTENCES: Final[Mapping[int, Callable[[Figures], list[str]]]] = MappingProxyType(
    {
        33: _accesses,
        36: _dormant,
        39: _networks,
        40: _factors,
        41: _attempts,
        43: _sessions,
        44: _strong_passwords,
        47: _age,
        48: _history,
        50: _own_change,
        94: _kept,
        119: _networks,
        133: _accesses,
    }
)
