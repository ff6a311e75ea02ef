"""The provider's own people: nobody without a live grant, nobody above the rules, and their console for nobody else."""

import io
import sys
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection
from django.urls import reverse

from tokimori.assurance.probes.meeting import ask
from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.probes.sign_in import OUTSIDE
from tokimori.assurance.services.canaries import canaries
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.listeners import Audience
from tokimori.foundation.operators.queries.findings import OperatorFindings, look_at_operators
from tokimori.foundation.tenancy.context import granted_transaction

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None


def observe_grants(now: datetime) -> Observation:
    """Look for accesses outside of grants and privileges without a second person; try to come in under no grant at all."""
    found = look_at_operators(now=now)
    checks = {
        "no_access_without_grant": found.accesses_without_live_grant == 0,
        "no_grant_without_approver": found.grants_without_approver == 0,
        "no_privilege_without_second_person": found.privileges_without_second_person == 0,
        "nobody_is_privileged_for_good": not found.standing_privileged_accounts,
        "an_invented_grant_opens_nothing": _seen_under_invented_grant(now) == 0,
    }
    return judged(
        checks,
        accesses_without_grant=found.accesses_without_live_grant,
        standing_privileged_accounts=len(found.standing_privileged_accounts),
        longest_grant_minutes=int(found.longest_grant.total_seconds() // 60),
    )


def observe_sessions(now: datetime) -> Observation:
    """Look for sessions of the provider's people without a device, ticket or whole recording, and for overdue reviews."""
    found: OperatorFindings = look_at_operators(now=now)
    checks = {
        "every_session_has_its_device": found.sessions_without_device == 0,
        "no_review_is_overdue": found.reviews_overdue == 0,
        "every_recording_has_its_ticket": found.maintenance_without_ticket == 0,
        "every_recording_is_whole": found.maintenance_not_whole == 0,
        "no_command_went_past_the_recording": found.wrapper_bypasses == 0,
    }
    return judged(checks, reviews_overdue=found.reviews_overdue, bypasses=found.wrapper_bypasses)


def observe_console(now: datetime) -> Observation:
    """Ask for the console as a customer would, and as a stranger at the provider's own host: both must find nothing."""
    del now  # addresses are served or not
    path = reverse("operator_console")
    at_companies = _asked(path, host=settings.ALLOWED_HOSTS[0], peer="127.0.0.1")
    checks = {"customers_find_no_console": at_companies == HTTPStatus.NOT_FOUND}
    if settings.OPERATOR_HOST:
        inside = str(settings.OPERATOR_NETWORKS[0].network_address + 1)
        checks["strangers_find_no_console"] = (
            _asked(path, host=settings.OPERATOR_HOST, peer=OUTSIDE) == HTTPStatus.NOT_FOUND
        )
        checks["its_own_networks_do"] = _asked(path, host=settings.OPERATOR_HOST, peer=inside) != HTTPStatus.NOT_FOUND
    for one in settings.LISTENERS:
        if one.audience is Audience.PEOPLE:
            checks[f"nobody_finds_it_from_outside:{one.place}"] = ask(one, "GET", path).status == HTTPStatus.NOT_FOUND
    return judged(checks, has_console=int(bool(settings.OPERATOR_HOST)))


def _seen_under_invented_grant(now: datetime) -> int:
    canary, _ = canaries(now=now)
    try:
        with (
            granted_transaction(canary.tenant, grant_id=new_id(at=now), may_write=False),
            connection.cursor() as cursor,
        ):
            cursor.execute("select count(*) from identity_account")
            (seen,) = cursor.fetchone() or (0,)
    except DatabaseError:
        return 0
    return int(seen)


def _asked(path: str, *, host: str, peer: str) -> int:
    """Return the status that this build, as it is configured here, gives to one request."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "HTTP_HOST": host,
        "SERVER_NAME": host,
        "REMOTE_ADDR": peer,
        "wsgi.url_scheme": "https" if settings.SECURE_SSL_REDIRECT else "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    setup_testing_defaults(environ)
    answered: list[int] = []

    def start(
        status: str, headers: list[tuple[str, str]], problem: ExceptionInfo = None, /
    ) -> Callable[[bytes], object]:
        del headers, problem
        answered.append(int(status[:3]))
        return io.BytesIO().write

    body = get_wsgi_application()(environ, start)
    b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return answered[0]
