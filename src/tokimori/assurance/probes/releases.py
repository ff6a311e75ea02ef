"""Whether what runs is what two people released: the running build, held against the approved entries of releases."""

import hashlib
from datetime import date, datetime
from typing import Final

from tokimori.assurance.probes.build import ROOT
from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.probes.registers import real_entries
from tokimori.assurance.registers.entries import EntryView, State
from tokimori.assurance.registers.queries.reading import is_approval_recorded
from tokimori.foundation.build import build_digest, digest_of_files
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_LOCKS: Final = ("requirements/runtime.lock", "requirements/development.lock")


def observe_release(now: datetime) -> Observation:
    """Look for the approved entry that names the running build and its locks, and for the record of its approval.

    An entry names them by digests, which this probe measures: a build that nobody released has none.
    """
    build, locks = build_digest(), locks_digest()
    with tenant_transaction(PROVIDER):
        released = [one for one in real_entries() if _holds(one, today=now.date())]
        found = [one for one in released if one.text("build").strip().lower() == build]
        of_locks = [one for one in found if one.text("locks").strip().lower() == locks]
        recorded = [one for one in of_locks if is_approval_recorded(one)]
    checks = {
        "the_program_is_as_it_was_started": digest_of_files() == build,
        "the_build_was_released": bool(found),
        "its_locks_were_released": bool(of_locks),
        "its_approval_is_recorded": bool(recorded),
        "no_test_of_it_failed": all(one.number_in("tests_failed") == 0 for one in found),
    }
    return judged(checks, build=build, locks=locks, releases=len(released))


def locks_digest() -> str:
    """Return the SHA-256 of the lists of locked parts, one after the other; of nothing where they do not lie here."""
    whole = hashlib.sha256()
    for name in _LOCKS:
        file = ROOT / name
        whole.update(file.read_bytes() if file.is_file() else b"")
    return whole.hexdigest()


def _holds(one: EntryView, *, today: date) -> bool:
    is_approved = one.register == "releases" and one.state is State.APPROVED
    return is_approved and one.content.effective_on <= today and (one.day("released_on") or today) <= today
