"""Whether a stranger who finds a weakness learns whom to write to, at every encrypted door for people (RFC 9116)."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.conf import settings

from tokimori.assurance.probes.listeners import encrypted
from tokimori.assurance.probes.meeting import Answer, ask
from tokimori.assurance.probes.probe import Observation, judged
from tokimori.foundation.listeners import Audience
from tokimori.foundation.security_contact import PATH

_LEAST: Final = timedelta(days=14)
_MOST: Final = timedelta(days=366)
"""Further ahead nobody promises that he reads there (RFC 9116 section 2.5.5)."""


def has_contact() -> bool:
    """Whether the installation names a contact; before that there is nothing to look at, and no row claims one."""
    return settings.SECURITY_CONTACT is not None


def observe_contact(now: datetime) -> Observation:
    """Fetch the file as a stranger does: it is there, names the contact that is set, and ends neither soon nor far off."""
    checks: dict[str, bool] = {}
    days: list[int] = []
    for one in encrypted():
        if one.audience is not Audience.PEOPLE:
            continue
        answer = ask(one, "GET", PATH)
        said = _lines(answer)
        ends = _moment(said.get("expires", ""))
        left = ends - now if ends is not None else timedelta(days=0)
        days.append(left.days)
        contact = settings.SECURITY_CONTACT
        checks |= {
            f"contact_is_served:{one.place}": bool(said),
            f"contact_is_the_one_set:{one.place}": contact is not None and said.get("contact") == contact.address,
            f"contact_is_looked_after:{one.place}": _LEAST <= left <= _MOST,
        }
    return judged(checks or {"contact_is_served": False}, doors=len(days), contact_days_left=min(days, default=0))


def _lines(answer: Answer) -> dict[str, str]:
    """Return the fields by name, of a text alone: a page that is shown for everything names nobody."""
    if answer.status != HTTPStatus.OK or not answer.header("content-type").startswith("text/plain"):
        return {}
    pairs = (line.partition(":") for line in answer.body.decode("utf-8", "replace").splitlines())
    return {name.strip().lower(): text.strip() for name, _, text in pairs}


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
