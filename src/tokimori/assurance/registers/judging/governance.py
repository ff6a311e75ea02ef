"""What the registers of governance and staff say."""

from typing import Final

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.evaluation.evidence import Method
from tokimori.assurance.registers.entries import EntryView
from tokimori.assurance.registers.judging.judgement import (
    Criterion,
    Judge,
    Shelf,
    Verdict,
    every,
    has,
    lacks,
    newest,
    overdue,
    verdict_on,
)

OFFICERS: Final = ("security_officer", "data_protection_officer")
EMERGENCY: Final = ("incident_commander", "on_call")
INCIDENT_TEAM: Final = ("incident_commander", "scribe", "communications", "legal", "customer_liaison")
HALF_A_YEAR: Final = 184
_ACTIONS: Final = {"actions_overdue": overdue("actions_due_on")}


def policy(topic: str) -> Judge:
    """Judge by the policies on a topic."""
    return every("policies", has(topic=topic))


def _published(on: Shelf) -> Verdict | None:
    found = on.of("policies")
    if not found:
        return None
    topics = {one.text("topic") for one in found}
    faults = [f"no_policy_on_{topic}" for topic in ("security", "privacy") if topic not in topics]
    return verdict_on(found, faults=faults, measured={"policies": len(found)})


def _posts(*posts: str) -> Judge:
    """Judge by whether each of these posts is held."""

    def judge(on: Shelf) -> Verdict | None:
        found = on.of("appointments", lambda one: one.text("post") in posts)
        if not found:
            return None
        held = {one.text("post") for one in found}
        faults = [f"vacant_{post}" for post in posts if post not in held]
        return verdict_on(found, faults=faults, measured={"posts_held": len(held)})

    return judge


def _accountable(on: Shelf) -> Verdict | None:
    """Judge whether each row has exactly one who answers for it."""
    found = on.of("accountabilities")
    if not found:
        return None
    named = [row for one in found for row in one.rows()]
    without = [row for row in ROWS if row not in named]
    several = {row for row in named if named.count(row) > 1}
    faults = [name for name, rows in (("rows_without", without), ("rows_with_several", several)) if rows]
    measured = {"rows_without": len(without), "rows_with_several": len(several)}
    return verdict_on(found, faults=faults, measured=measured)


def _shared(on: Shelf) -> Verdict | None:
    """Judge whether the duties of each row are divided, and suppliers' parts have evidence that has not ended."""
    found = on.of("shared_responsibilities")
    if not found:
        return None
    named = {row for one in found for row in one.rows()}
    held = [one for one in found if one.text("vendor")]
    live = {(one.text("vendor"), row) for one in on.of("vendor_evidence") if one.ends_at > on.now for row in one.rows()}
    unproven = sum(1 for one in held for row in one.rows() if (one.text("vendor"), row) not in live)
    without = len([row for row in ROWS if row not in named])
    faults = [name for name, count in (("rows_without", without), ("supplier_without_evidence", unproven)) if count]
    return verdict_on(found, faults=faults, measured={"rows_without": without, "supplier_rows_unproven": unproven})


def _trained(on: Shelf) -> Verdict | None:
    """Judge whether everybody who was told to has passed."""
    found = on.of("training")
    if not found:
        return None
    late = sum(1 for one in found if is_training_overdue(one, on))
    return verdict_on(found, faults=["overdue"] if late else [], measured={"assignments": len(found), "overdue": late})


def is_training_overdue(one: EntryView, on: Shelf) -> bool:
    """Whether what was to be learnt is not, or not any more: the course says for how many months a pass counts."""
    passed = one.day("passed_on")
    if passed is None:
        due = one.day("due_on")
        return due is not None and due < on.today
    course = next((each for each in on.of("courses") if str(each.id) == one.text("course")), None)
    months = course.number_in("counts_months") if course else 12
    if course and one.number_in("score") < course.number_in("pass_mark"):
        return True
    return (on.today - passed).days > months * 31


def _media(on: Shelf) -> Verdict | None:
    """Judge that media are prohibited: a policy says so, and no exception has run out without being given back."""
    found = on.of("policies", has(topic="media"))
    if not found:
        return None
    exceptions = [one for one in on.of("media_exceptions") if one.day("returned_on") is None]
    late = sum(1 for one in exceptions if one.ends_at <= on.now)
    return verdict_on(
        found,
        faults=["exceptions_run_out"] if late else [],
        measured={"media_policy": found[-1].text("version"), "open_exceptions": len(exceptions)},
    )


CRITERIA: Final[tuple[Criterion, ...]] = (
    Criterion(name="policies.published", registers=("policies",), judge=_published),
    Criterion(name="policies.access", registers=("policies",), judge=policy("access")),
    Criterion(
        name="policies.privacy",
        registers=("policies",),
        judge=every("policies", has(topic="privacy"), fails={"not_published": lacks("published_at")}),
        method=Method.FACT,
    ),
    Criterion(name="appointments.officers", registers=("appointments",), judge=_posts(*OFFICERS)),
    Criterion(name="appointments.emergency", registers=("appointments",), judge=_posts(*EMERGENCY)),
    Criterion(name="appointments.incident_team", registers=("appointments",), judge=_posts(*INCIDENT_TEAM)),
    Criterion(name="accountabilities.complete", registers=("accountabilities",), judge=_accountable),
    Criterion(name="responsibilities.shared", registers=("shared_responsibilities", "vendor_evidence"), judge=_shared),
    Criterion(name="legal.requirements", registers=("legal_requirements",), judge=every("legal_requirements")),
    Criterion(name="training.current", registers=("training", "courses"), judge=_trained),
    Criterion(name="confidentiality.signed", registers=("confidentiality",), judge=every("confidentiality")),
    Criterion(
        name="media.prohibited", registers=("policies", "media_exceptions"), judge=_media, method=Method.EXCLUSION
    ),
    *(
        Criterion(
            name=f"exercises.{kind}",
            registers=("exercises",),
            judge=newest("exercises", has(rehearsed=kind), days=days, fails=_ACTIONS),
        )
        for kind, days in (
            ("incident", HALF_A_YEAR),
            ("call_tree", HALF_A_YEAR),
            ("notice", HALF_A_YEAR),
            ("continuity", 366),
            ("restore", 8),
        )
    ),
)
