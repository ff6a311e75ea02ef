"""The public pages as a browser gets them: with strict headers, nothing in the open, and deaf to odd methods."""

import re
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Final

from tokimori.assurance.probes.listeners import declared
from tokimori.assurance.probes.meeting import Answer, ask
from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.foundation.listeners import Audience, Listener

_LEAST_HSTS: Final = 31_536_000
_MOST_PAGES: Final = 40
_STARTS: Final = ("/", "/sign-in", "/trust")
_LINK: Final = re.compile(rb'(?:href|action)="(/[^"#]*)"')
_IN_THE_OPEN: Final = re.compile(rb'(?:href|src|action)="http://', flags=re.IGNORECASE)
_ODD: Final = ("TRACE", "TRACK", "CONNECT", "DEBUG")
_PAGES: Final = frozenset({Audience.PEOPLE, Audience.LOOPBACK})


def observe_headers(now: datetime) -> Observation:
    """Read the headers of the page at which everybody signs in, at every door for people, and try odd methods there."""
    del now  # what listens listens
    checks: dict[str, bool] = {}
    doors = [one for one in declared() if one.audience in _PAGES]
    for one in doors:
        answer = ask(one, "GET", "/sign-in")
        if one.audience is Audience.LOOPBACK and answer.status == HTTPStatus.NOT_FOUND:
            continue  # a door of this machine at which there are no pages
        checks |= {f"{name}:{one.place}": is_held for name, is_held in _strict(answer).items()}
        if one.audience is Audience.PEOPLE:
            checks |= {f"{name}:{one.place}": is_held for name, is_held in _encrypted(answer).items()}
        checks[f"odd_methods_are_refused:{one.place}"] = all(_is_refused(one, method) for method in _ODD)
    return judged(checks, doors=len(doors))


def observe_pages(now: datetime) -> Observation:
    """Walk through the pages that anybody may see, at every encrypted door: none in the open, each with its policy."""
    del now  # as above
    doors = [one for one in declared() if one.audience is Audience.PEOPLE and one.is_encrypted]
    if not doors:
        raise CannotObserve("no_encrypted_listener")
    walked = {(door, path): answer for door in doors for path, answer in _walk(door)}
    seen = [answer for answer in walked.values() if answer.status == HTTPStatus.OK]
    return judged(
        {
            "there_are_pages": bool(seen),
            "every_page_asks_for_tls": all(_seconds(one) >= _LEAST_HSTS for one in walked.values()),
            "no_page_points_into_the_open": not any(_IN_THE_OPEN.search(one.body) for one in seen),
            "every_page_has_its_policy": all(
                "default-src 'none'" in one.header("content-security-policy") for one in seen
            ),
            "nothing_breaks": all(one.status < HTTPStatus.INTERNAL_SERVER_ERROR for one in walked.values()),
        },
        pages=len(walked),
    )


def _strict(answer: Answer) -> dict[str, bool]:
    policy = answer.header("content-security-policy")
    cookies = answer.header("set-cookie").lower().splitlines()
    return {
        "policy_of_content": "default-src 'none'" in policy and "unsafe" not in policy,
        "no_frames": answer.header("x-frame-options").upper() == "DENY",
        "no_guessing": answer.header("x-content-type-options") == "nosniff",
        "no_referrer": answer.header("referrer-policy") in {"same-origin", "no-referrer"},
        "cookies_are_hidden_from_scripts": all("httponly" in one and "samesite" in one for one in cookies),
    }


def _encrypted(answer: Answer) -> dict[str, bool]:
    cookies = answer.header("set-cookie").lower().splitlines()
    return {
        "strict_transport": _seconds(answer) >= _LEAST_HSTS,
        "cookies_travel_encrypted": all("secure" in one for one in cookies),
    }


def _is_refused(place: Listener, method: str) -> bool:
    try:
        return ask(place, method, "/sign-in").status >= HTTPStatus.BAD_REQUEST
    except CannotObserve:
        return True  # a connection that is closed at once is a refusal too: the page itself was answered before


def _walk(door: Listener) -> Iterable[tuple[str, Answer]]:
    waiting, seen = list(_STARTS), set(_STARTS)
    for path in waiting:
        answer = ask(door, "GET", path)
        yield path, answer
        for found in _LINK.findall(answer.body):
            link = found.decode("ascii", errors="ignore").replace("&amp;", "&")
            if link not in seen and len(seen) < _MOST_PAGES and not link.startswith(("//", "/static/")):
                seen.add(link)
                waiting.append(link)


def _seconds(answer: Answer) -> int:
    """Return for how long a browser must ask by TLS alone."""
    for part in answer.header("strict-transport-security").split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.isascii() and value.isdigit():
            return int(value)
    return 0
