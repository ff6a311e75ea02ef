"""What probes do and what they found, in sentences instead of codes.

What has no sentence yet is shown as its code: nothing that was found is left out because nobody found words for it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.assurance.check_words import CHECKS, FAMILIES, MESSAGES

PROBES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "access.policy": _("Compares everything that the live database allows with the access policy"),
        "accounts.dormant": _("Counts accounts that should have been closed because nobody uses them"),
        "accounts.shared": _("Counts shared accounts, and uses one account in two places to see that it is noticed"),
        "addresses.limits": _("Limits a sample account to one network, and tries to come in from another"),
        "at_rest.canary": _("Looks for a sample name and a sample secret in the database: neither may be readable"),
        "build.provenance": _("Compares the running program and its parts with what was built and locked"),
        "calculation.vectors": _("Calculates the published cases on the running build"),
        "clock.offset": _("Compares the clocks of the program and the database"),
        "console.exposure": _("Asks for the provider's console as a customer and as a stranger"),
        "database.exposure": _("Asks the database on which addresses it listens"),
        "database.grants": _("Compares what the program may do in each table with what was declared"),
        "default.credentials": _("Tries default passwords, and compares our own secrets with examples"),
        "duties.conflicts": _("Counts who holds duties that must be kept apart, and tries to give them to somebody"),
        "facts.tamper": _("Tries to change, delete and empty every table of facts"),
        "factors.coverage": _("Counts people with special rights who have no second factor"),
        "factors.self_test": _("Signs in with a second factor, and tries wrong and used digits"),
        "identity.reuse": _("Tries to give a sign-in name that somebody had to somebody else"),
        "keys.age": _("Looks at the age and the method of every key"),
        "leavers.access": _("Counts open accounts of people who have left"),
        "ledger.backlog": _("Measures how long events wait for their place in the log and for a signature"),
        "ledger.verify": _("Recomputes every log from its events"),
        "listener.certificate": _("Shakes hands as a browser does: chain, name and days left of the certificate"),
        "listener.headers": _("Looks at the protecting headers of the pages"),
        "listener.tls_floor": _("Tries old versions of TLS on every listener"),
        "listener.transport": _("Tries to come in without encryption"),
        "log.canary": _("Causes an error, and looks how it stands in the log"),
        "log.query": _("Measures how quickly questions to the logs are answered"),
        "operators.grants": _("Counts what the provider's people did without a live grant"),
        "operators.sessions": _(
            "Looks whether the provider's people come from registered devices and are reviewed in time"
        ),
        "password.age": _("Asks whether old passwords must be changed, with and without a rule"),
        "password.change": _("Changes a password: not without the present one, and other sessions end"),
        "password.fields": _("Reads every form: passwords are masked, named for managers, and may be pasted"),
        "password.hash": _("Looks how every password is stored"),
        "password.history": _("Tries to take earlier passwords again"),
        "password.rules": _("Tries weak passwords"),
        "punch.replay": _("Sends one punch twice, and another one under its key"),
        "requirements.trace": _("Counts the requirements of ASVS that are met, and those that are open"),
        "secrets.in_logs": _("Signs in, and looks for the passwords in the logs"),
        "session.end": _("Opens a session, and looks whether it ends as it should"),
        "sign_in.record": _("Fails, signs in and signs out, and looks for all three in the log"),
        "sign_in.throttle": _("Fails to sign in until the account is closed for a while"),
        "tests.of_build": _("Reads the record of the tests, which counts for this very build"),
        "walls.attack": _("Attacks one sample company from the other, in every table"),
        "walls.forced": _("Looks whether the wall between companies stands around every table"),
    }
)
"""What a probe does, in one sentence."""

MEASURES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "absolute_hours": pgettext_lazy("measure", "hours at the longest"),
        "accesses_without_grant": pgettext_lazy("measure", "accesses without a grant"),
        "accounts": pgettext_lazy("measure", "accounts"),
        "accounts_with_conflicting_roles": pgettext_lazy("measure", "accounts with conflicting roles"),
        "attacks": pgettext_lazy("measure", "attacks tried"),
        "attempts": pgettext_lazy("measure", "attempts allowed"),
        "build": pgettext_lazy("measure", "build"),
        "cases": pgettext_lazy("measure", "cases calculated"),
        "checks": pgettext_lazy("measure", "checks made"),
        "clocks": pgettext_lazy("measure", "clocks compared"),
        "companies": pgettext_lazy("measure", "companies"),
        "days_left": pgettext_lazy("measure", "days left"),
        "default_secrets_tried": pgettext_lazy("measure", "defaults tried"),
        "differences": pgettext_lazy("measure", "differences"),
        "exceptions": pgettext_lazy("measure", "exceptions"),
        "failed": pgettext_lazy("measure", "tests failed"),
        "faults": pgettext_lazy("measure", "faults"),
        "fields": pgettext_lazy("measure", "fields"),
        "has_console": pgettext_lazy("measure", "consoles"),
        "history_depth": pgettext_lazy("measure", "earlier passwords refused"),
        "idle_minutes": pgettext_lazy("measure", "minutes without use"),
        "keys": pgettext_lazy("measure", "keys"),
        "kinds": pgettext_lazy("measure", "kinds"),
        "listen_addresses": pgettext_lazy("measure", "listens on"),
        "listeners": pgettext_lazy("measure", "listeners"),
        "lock_minutes": pgettext_lazy("measure", "minutes closed"),
        "logs": pgettext_lazy("measure", "logs"),
        "longest_grant_minutes": pgettext_lazy("measure", "minutes of the longest grant"),
        "methods": pgettext_lazy("measure", "methods"),
        "minimum_length": pgettext_lazy("measure", "characters at least"),
        "odd": pgettext_lazy("measure", "not as locked"),
        "offset_milliseconds": pgettext_lazy("measure", "milliseconds apart"),
        "oldest_key_days": pgettext_lazy("measure", "days of the oldest key"),
        "oldest_unsigned_seconds": pgettext_lazy("measure", "seconds without a signature"),
        "oldest_waiting_seconds": pgettext_lazy("measure", "seconds waited at most"),
        "open": pgettext_lazy("measure", "open"),
        "open_accounts": pgettext_lazy("measure", "accounts still open"),
        "other": pgettext_lazy("measure", "stored otherwise"),
        "outdated": pgettext_lazy("measure", "stored by older parameters"),
        "overdue": pgettext_lazy("measure", "overdue"),
        "parts": pgettext_lazy("measure", "parts of the program"),
        "passed": pgettext_lazy("measure", "tests passed"),
        "privileged_people": pgettext_lazy("measure", "people with special rights"),
        "readable_tables": pgettext_lazy("measure", "readable tables"),
        "requirements": pgettext_lazy("measure", "requirements"),
        "reviews_overdue": pgettext_lazy("measure", "reviews overdue"),
        "searches": pgettext_lazy("measure", "questions asked"),
        "slow_search_milliseconds": pgettext_lazy("measure", "milliseconds for a slow answer"),
        "standing_privileged_accounts": pgettext_lazy("measure", "accounts with standing privilege"),
        "tables": pgettext_lazy("measure", "tables"),
        "waiting": pgettext_lazy("measure", "events waiting"),
        "walls": pgettext_lazy("measure", "walls"),
        "withheld_from_accounts": pgettext_lazy("measure", "accounts from which a duty is withheld"),
        "without_factor": pgettext_lazy("measure", "without a second factor"),
    }
)
"""What a number is the number of."""
_LONGEST_VALUE: Final = 24


def probe_sentence(name: str) -> str:
    """Return what a probe does; its name where nobody said."""
    return str(PROBES.get(name, name))


def measures_in_words(measured: Mapping[str, int | str]) -> list[dict[str, Any]]:
    """Return what was measured: ``label`` and ``value``; digests are cut, and what is empty is left out."""
    return [
        {"label": str(MEASURES.get(name, name.replace("_", " "))), "value": _short(value)}
        for name, value in sorted(measured.items())
        if value != ""
    ]


def check_sentences(reason: str) -> list[dict[str, str]]:
    """Return what did not hold: ``sentence``, and ``about`` where it was one thing among many; nothing for no reason."""
    if not reason:
        return []
    if reason in MESSAGES:
        return [{"sentence": str(MESSAGES[reason]), "about": ""}]
    if reason.endswith("."):
        return [{"sentence": reason, "about": ""}]
    return [_check(code) for code in reason.split(", ") if code]


def _check(code: str) -> dict[str, str]:
    family, colon, about = code.partition(":")
    if colon and family in FAMILIES:
        return {"sentence": str(FAMILIES[family]), "about": about}
    if code in CHECKS:
        return {"sentence": str(CHECKS[code]), "about": ""}
    return {"sentence": family.replace("_", " "), "about": about}


def _short(value: int | str) -> int | str:
    return f"{value[:12]}…" if isinstance(value, str) and len(value) > _LONGEST_VALUE and " " not in value else value
