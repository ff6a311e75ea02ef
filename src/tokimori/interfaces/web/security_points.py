"""How safe a company is, in words: each point with what it means and the switch beside it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.security_level import Concern, Point, Weight

_STATES: Final = MappingProxyType({Weight.ACT: "act", Weight.CONSIDER: "wait", Weight.GOOD: "ok"})


def point_line(point: Point, *, rules: SecurityRules, may_change: bool) -> dict[str, str]:
    """Return a point as the page shows it."""
    is_good = point.weight is Weight.GOOD
    step, url = ("", "") if is_good or not may_change else _step(point.concern, rules)
    return {
        "state": _STATES[point.weight],
        "sentence": _GOOD[point.concern](point) if is_good else _WEAK[point.concern](point),
        "why": "" if is_good else _why(point.concern, rules),
        "step": step,
        "url": url,
    }


def _share(point: Point, words: str) -> str:
    return words % {"count": point.count, "whole": point.whole}


def _idle(point: Point) -> str:
    return _share(
        point,
        ngettext(
            "Who does nothing for %(count)d minute is signed out.",
            "Who does nothing for %(count)d minutes is signed out.",
            point.count,
        ),
    )


_WEAK: Final[Mapping[Concern, Callable[[Point], str]]] = MappingProxyType(
    {
        Concern.ADMINISTRATORS_WITHOUT_FACTOR: lambda point: _share(
            point,
            ngettext(
                "%(count)d of %(whole)d administrators has no second factor.",
                "%(count)d of %(whole)d administrators have no second factor.",
                point.count,
            ),
        ),
        Concern.MANAGERS_WITHOUT_FACTOR: lambda point: _share(
            point,
            ngettext(
                "%(count)d of %(whole)d leaders has no second factor.",
                "%(count)d of %(whole)d leaders have no second factor.",
                point.count,
            ),
        ),
        Concern.EMPLOYEES_WITHOUT_FACTOR: lambda point: _share(
            point,
            ngettext(
                "%(count)d of %(whole)d employees has no second factor.",
                "%(count)d of %(whole)d employees have no second factor.",
                point.count,
            ),
        ),
        Concern.ADMINISTRATORS_WITHOUT_PASSKEY: lambda point: _share(
            point,
            ngettext(
                "%(count)d of %(whole)d administrators has no passkey.",
                "%(count)d of %(whole)d administrators have no passkey.",
                point.count,
            ),
        ),
        Concern.DORMANT_ACCOUNTS: lambda point: _share(
            point,
            ngettext(
                "%(count)d account of %(whole)d was not used for longer than your rule allows.",
                "%(count)d accounts of %(whole)d were not used for longer than your rule allows.",
                point.count,
            ),
        ),
        Concern.ADMINISTRATORS_ANYWHERE: lambda _point: _("Administrators may come in from any network."),
        Concern.TOKENS_ANYWHERE: lambda point: _share(
            point,
            ngettext(
                "%(count)d of %(whole)d access tokens works from any network.",
                "%(count)d of %(whole)d access tokens work from any network.",
                point.count,
            ),
        ),
        Concern.ONE_ADMINISTRATOR: lambda _point: _("One person alone may administer accounts and rules."),
        Concern.SHORT_PASSWORDS: lambda point: _share(point, _("Passphrases may have %(count)d characters.")),
        Concern.REUSED_PASSWORDS: lambda _point: _("Earlier passphrases may be taken again."),
        Concern.OLDER_RULES: lambda _point: _("Older rules on passphrases are in force."),
        Concern.MANY_ATTEMPTS: lambda point: _share(point, _("An account stays open for %(count)d guesses.")),
        Concern.SHORT_LOCK: lambda point: _share(
            point,
            ngettext(
                "After too many guesses an account is closed for %(count)d minute.",
                "After too many guesses an account is closed for %(count)d minutes.",
                point.count,
            ),
        ),
        Concern.TRUSTED_DEVICES: lambda point: _share(
            point,
            ngettext(
                "Trusted devices stand for the second factor; there is %(count)d.",
                "Trusted devices stand for the second factor; there are %(count)d.",
                point.count,
            ),
        ),
        Concern.EXCEPTIONS: lambda point: _share(
            point,
            ngettext(
                "%(count)d network is let in as an exception for now.",
                "%(count)d networks are let in as exceptions for now.",
                point.count,
            ),
        ),
        Concern.IDLE_SESSIONS: _idle,
    }
)

_GOOD: Final[Mapping[Concern, Callable[[Point], str]]] = MappingProxyType(
    {
        Concern.ADMINISTRATORS_WITHOUT_FACTOR: lambda _point: _("Every administrator has a second factor."),
        Concern.MANAGERS_WITHOUT_FACTOR: lambda _point: _("Every leader has a second factor."),
        Concern.EMPLOYEES_WITHOUT_FACTOR: lambda _point: _("Every employee has a second factor."),
        Concern.ADMINISTRATORS_WITHOUT_PASSKEY: lambda _point: _("Every administrator has a passkey."),
        Concern.DORMANT_ACCOUNTS: lambda _point: _("Every account was used within the time that your rule allows."),
        Concern.ADMINISTRATORS_ANYWHERE: lambda _point: _("Administrators come in from your own networks alone."),
        Concern.TOKENS_ANYWHERE: lambda _point: _("No access token works from any network."),
        Concern.ONE_ADMINISTRATOR: lambda point: _share(
            point, _("%(count)d people may administer accounts and rules.")
        ),
        Concern.SHORT_PASSWORDS: lambda point: _share(
            point, _("Passphrases have at least %(count)d characters and are compared with those that are often used.")
        ),
        Concern.REUSED_PASSWORDS: lambda point: _share(
            point,
            ngettext(
                "The last passphrase is not taken again.",
                "The last %(count)d passphrases are not taken again.",
                point.count,
            ),
        ),
        Concern.OLDER_RULES: lambda _point: _("No older rule on passphrases is in force."),
        Concern.MANY_ATTEMPTS: lambda point: _share(point, _("After %(count)d wrong attempts an account is closed.")),
        Concern.SHORT_LOCK: lambda point: _share(
            point,
            ngettext(
                "It stays closed for %(count)d minute, each further time twice as long.",
                "It stays closed for %(count)d minutes, each further time twice as long.",
                point.count,
            ),
        ),
        Concern.TRUSTED_DEVICES: lambda _point: _("The second factor is asked for on every device."),
        Concern.EXCEPTIONS: lambda _point: _("No network is let in as an exception."),
        Concern.IDLE_SESSIONS: _idle,
    }
)

_WHY: Final[Mapping[Concern, Promise]] = MappingProxyType(
    {
        Concern.DORMANT_ACCOUNTS: gettext_lazy("Nobody notices when somebody else uses them."),
        Concern.ADMINISTRATORS_ANYWHERE: gettext_lazy("Whoever steals a session can use it from anywhere."),
        Concern.TOKENS_ANYWHERE: gettext_lazy("Whoever finds one can use it from anywhere."),
        Concern.ADMINISTRATORS_WITHOUT_PASSKEY: gettext_lazy(
            "A false page can ask for a passphrase and six digits, but not for a passkey."
        ),
        Concern.ONE_ADMINISTRATOR: gettext_lazy("When that person is ill or locked out, nobody can help the others."),
        Concern.SHORT_PASSWORDS: gettext_lazy("Twelve characters or more withstand guessing."),
        Concern.OLDER_RULES: gettext_lazy("They make people choose weaker passphrases."),
        Concern.TRUSTED_DEVICES: gettext_lazy("A stolen device needs the passphrase alone."),
    }
)

_ANCHORS: Final = MappingProxyType(
    {
        Concern.MANAGERS_WITHOUT_FACTOR: "strength_manager",
        Concern.EMPLOYEES_WITHOUT_FACTOR: "strength_employee",
        Concern.ADMINISTRATORS_WITHOUT_PASSKEY: "strength_administrator",
        Concern.SHORT_PASSWORDS: "minimum_length",
        Concern.REUSED_PASSWORDS: "history_depth",
        Concern.OLDER_RULES: "character_classes",
        Concern.MANY_ATTEMPTS: "attempts",
        Concern.SHORT_LOCK: "lock_minutes",
        Concern.TRUSTED_DEVICES: "trusted_device_days",
    }
)
"""The field of the form that is the switch."""
_NETWORKS: Final = MappingProxyType(
    {Concern.ADMINISTRATORS_ANYWHERE: "administrator", Concern.TOKENS_ANYWHERE: "api", Concern.EXCEPTIONS: ""}
)
"""Whose networks are the switch."""
_FACTORS: Final = MappingProxyType(
    {
        Concern.ADMINISTRATORS_WITHOUT_FACTOR: Audience.ADMINISTRATOR,
        Concern.MANAGERS_WITHOUT_FACTOR: Audience.MANAGER,
        Concern.EMPLOYEES_WITHOUT_FACTOR: Audience.EMPLOYEE,
    }
)


def _is_asked(concern: Concern, rules: SecurityRules) -> bool:
    """Whether the rules ask already for what is missing."""
    if concern is Concern.ADMINISTRATORS_WITHOUT_PASSKEY:
        return rules.strength[Audience.ADMINISTRATOR] is Strength.PHISHING_RESISTANT
    return concern in _FACTORS and rules.strength[_FACTORS[concern]] > Strength.ONE_FACTOR


def _why(concern: Concern, rules: SecurityRules) -> str:
    if _is_asked(concern, rules):
        return _("They are asked to set one up when they next come in.")
    if concern in _FACTORS:
        return _("A passphrase that was guessed or given away opens everything.")
    return str(_WHY.get(concern, ""))


def _step(concern: Concern, rules: SecurityRules) -> tuple[str, str]:
    """Return the words and the address of the switch; nothing where the rules ask for it already."""
    if concern in _NETWORKS:
        audience = _NETWORKS[concern]
        query = f"?{urlencode({'audience': audience})}#new-network" if audience else ""
        return (_("Limit networks") if audience else _("Look at them")), f"{reverse('networks')}{query}"
    if _is_asked(concern, rules) or concern not in _ANCHORS:
        return "", ""
    label = _("Ask for it") if concern in _FACTORS or concern is Concern.ADMINISTRATORS_WITHOUT_PASSKEY else _("Change")
    return label, f"{reverse('change_security_rules')}#field-{_ANCHORS[concern]}"
