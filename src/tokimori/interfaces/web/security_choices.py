"""The company's security rules as a form: each with its words, read back strictly, and told in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tokimori.foundation.identity.errors import RulesNotValid
from tokimori.foundation.identity.security_rules import BOUNDS, Audience, SecurityRules, Strength

_NUMBER: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
LONGEST_WORDS: Final = 13_000
"""As many words as there may be, each as long as it may be."""

LABELS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "strength_administrator": _("Administrators sign in with"),
        "strength_manager": _("Leaders sign in with"),
        "strength_employee": _("Employees sign in with"),
        "trusted_device_days": _("Days without a second factor on a trusted device"),
        "minimum_length": _("Shortest passphrase (characters)"),
        "history_depth": _("Earlier passphrases that are not taken again"),
        "blocked_words": _("Your own words that no passphrase may contain"),
        "attempts": _("Wrong attempts before an account is closed"),
        "lock_minutes": _("Minutes for which it stays closed"),
        "idle_minutes": _("Minutes without use after which one is signed out"),
        "shared_idle_minutes": _("The same on a screen that several people use"),
        "absolute_hours": _("Hours after which one signs in again in any case"),
        "dormant_days": _("Days without use after which an account is closed"),
        "mailed_links": _("One-time links"),
        "character_classes": _("Kinds of characters (a, A, 1, #) that must occur"),
        "minimum_age_days": _("Days before a passphrase may be changed again"),
        "maximum_age_days": _("Days after which a passphrase must be changed"),
    }
)

_HELP: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "trusted_device_days": _("0 asks every time. Administrators are always asked."),
        "blocked_words": _("One on each line: your company, your products, your town."),
        "lock_minutes": _("Each further time within a day twice as long. An administrator can end it at once."),
        "mailed_links": _(
            "Whoever reads the person's mail can then choose the passphrase. Second factors stay, and are asked for."
        ),
        "dormant_days": _("Shown as dormant two weeks before. An administrator can open it again at any time."),
        "character_classes": _("0 asks for none."),
        "minimum_age_days": _("0 sets no limit."),
        "maximum_age_days": _("0 sets no limit."),
        "history_depth": _("0 remembers none."),
    }
)

STRENGTHS: Final[Mapping[Strength, Promise]] = MappingProxyType(
    {
        Strength.ONE_FACTOR: _("a passphrase alone"),
        Strength.TWO_FACTORS: _("a passphrase and a second factor"),
        Strength.PHISHING_RESISTANT: _("a passkey"),
    }
)


SWITCHES: Final[Mapping[str, tuple[Promise, Promise]]] = MappingProxyType(
    {
        "mailed_links": (
            _("are handed over by an administrator"),
            _("go by e-mail to who has an address"),
        ),
    }
)
"""Rules that are on or off, with the words for off and for on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules that stand together."""

    key: str
    label: Promise
    names: tuple[str, ...]
    note: Promise | str = ""


GROUPS: Final = (
    Group(
        key="factors",
        label=_("Second factor"),
        names=("strength_administrator", "strength_manager", "strength_employee", "trusted_device_days"),
        note=_("Who has not yet what is asked for sets it up at the next sign-in, before anything else."),
    ),
    Group(key="passphrases", label=_("Passphrases"), names=("minimum_length", "history_depth", "blocked_words")),
    Group(key="attempts", label=_("Guessing"), names=("attempts", "lock_minutes")),
    Group(key="sessions", label=_("Sessions"), names=("idle_minutes", "shared_idle_minutes", "absolute_hours")),
    Group(key="accounts", label=_("Unused accounts"), names=("dormant_days",)),
    Group(key="letters", label=_("Links for coming in"), names=("mailed_links",)),
    Group(
        key="older",
        label=_("Older rules"),
        names=("character_classes", "minimum_age_days", "maximum_age_days"),
        note=_(
            "Advised against today (NIST SP 800-63B-4): who must mix characters or change often chooses weaker passphrases "
            "and writes them down. They are here for companies that are bound to them."
        ),
    ),
)


def values_of(rules: SecurityRules) -> dict[str, str]:
    """Return the rules as the form shows them."""
    values = {name: str(getattr(rules, name)) for name in BOUNDS}
    strengths = {f"strength_{audience.value}": str(int(rules.strength[audience])) for audience in Audience}
    return {**values, **strengths, "blocked_words": "\n".join(rules.blocked_words)}


def given_in(data: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, cut to what any answer can need."""
    return {name: data.get(name, "")[: LONGEST_WORDS if name == "blocked_words" else 8] for name in LABELS}


def rules_from(given: Mapping[str, str]) -> tuple[SecurityRules | None, dict[str, str]]:
    """Return the rules that were typed, or none, with the sentence for each field that is wrong."""
    errors: dict[str, str] = {}
    plain: dict[str, Any] = {"blocked_words": [word for word in given["blocked_words"].splitlines() if word.strip()]}
    for name, (least, most) in BOUNDS.items():
        number = _number(given[name])
        if number is None or not least <= number <= most:
            errors[name] = gettext("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        else:
            plain[name] = number
    plain["strength"] = {audience.value: _number(given[f"strength_{audience.value}"]) for audience in Audience}
    if errors:
        return None, errors
    try:
        return SecurityRules.from_plain(plain), {}
    except RulesNotValid as refusal:
        return None, {str(refusal.facts["field"]).replace(".", "_"): gettext(refusal.sentence())}


def form_groups(given: Mapping[str, str], errors: Mapping[str, str], notes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the fields as the page wants them; ``notes`` say more than the usual help."""
    return [
        {
            "key": group.key,
            "label": group.label,
            "note": group.note,
            "is_older": group.key == "older",
            "is_open": group.key == "older" and any(given[name] != "0" for name in group.names),
            "fields": [_field(name, given[name], errors.get(name, ""), notes.get(name, "")) for name in group.names],
        }
        for group in GROUPS
    ]


def in_words(name: str, number: int) -> str:
    """Return the value of a rule in words."""
    if name.startswith("strength_"):
        return str(STRENGTHS[Strength(number)])
    if name in SWITCHES:
        return str(SWITCHES[name][number])
    if name == "blocked_words":
        return ngettext("%(count)d word", "%(count)d words", number) % {"count": number}
    if number == 0:
        return gettext("none")
    return str(number)


def _field(name: str, value: str, error: str, note: str) -> dict[str, Any]:
    least, most = BOUNDS.get(name, (0, 0))
    audience = name.removeprefix("strength_")
    options = []
    if audience != name:
        weakest = Strength.TWO_FACTORS if audience == Audience.ADMINISTRATOR else Strength.ONE_FACTOR
        options = [
            {"value": str(int(strength)), "label": label}
            for strength, label in STRENGTHS.items()
            if strength >= weakest
        ]
    if name in SWITCHES:
        options = [{"value": str(number), "label": label} for number, label in enumerate(SWITCHES[name])]
    bounds = f"{least}–{most}." if name in BOUNDS and name not in SWITCHES else ""
    return {
        "name": name,
        "label": LABELS[name],
        "help": " ".join(filter(None, (bounds, str(_HELP.get(name, "")), note))),
        "value": value,
        "error": error,
        "options": options,
        "is_text": name == "blocked_words",
    }


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text.strip()) else None
