"""What the registers of certificates, audits, facts and data say."""

from collections.abc import Mapping, Sequence
from typing import Final

from tokimori.assurance.evaluation.evidence import Method, Outcome
from tokimori.assurance.evaluation.states import Literal
from tokimori.assurance.registers.entries import EntryView
from tokimori.assurance.registers.fields import moment_in
from tokimori.assurance.registers.judging.judgement import (
    Criterion,
    Judge,
    Shelf,
    Verdict,
    best,
    every,
    has,
    kept,
    lacks,
    newest,
    overdue,
    verdict_on,
)

_ACTIONS: Final = {"actions_overdue": overdue("actions_due_on")}
_YEAR: Final = 366


def _audited(on: Shelf) -> Verdict | None:
    """Judge by the last audit from outside, and by whether what it asked for was done in time."""
    last = newest("audits", has(is_independent=True))(on)
    if last is None:
        return None
    late = sum(1 for one in on.of("corrective_actions") if overdue("due_on", done="done_on")(one, on.today))
    return Verdict(
        outcome=Outcome.FAILED if late else last.outcome,
        observed_at=last.observed_at,
        expires_at=last.expires_at,
        reason="actions_overdue" if late else last.reason,
        measured={**last.measured, "actions_overdue": late},
    )


def _fact(name: str) -> Judge:
    """Judge by a fact; a question that it answers with yes or no is answered so."""

    def judge(on: Shelf) -> Verdict | None:
        found = on.of("facts", has(fact=name))
        if not found:
            return None
        answers = {one.text("answer") for one in found}
        literal = Literal(answers.pop()) if answers in ({"yes"}, {"no"}) else Literal.UNKNOWN
        return verdict_on(found, faults=(), measured={"entries": len(found)}, literal=literal)

    return judge


def _own_use(on: Shelf) -> Verdict | None:
    """Judge by what we say of our own use; a release of statistics belies a no."""
    said = _fact("own_use")(on)
    if said is None:
        return None
    releases = on.of("statistics")
    if not releases:
        return said
    measured = {**said.measured, "anonymised_release_method": releases[-1].text("method"), "releases": len(releases)}
    is_belied = said.literal is Literal.NO
    return Verdict(
        outcome=Outcome.FAILED if is_belied else Outcome.PASSED,
        observed_at=said.observed_at,
        expires_at=said.expires_at,
        reason="releases_belie_it" if is_belied else "",
        measured=measured,
        literal=said.literal,
    )


def _no_provisions(on: Shelf) -> Verdict | None:
    """Judge that nothing was given to third parties: somebody looked within a year, and the register has nothing since."""
    last = newest("reviews", has(reviewed="provisions"), fails=_ACTIONS)(on)
    given = [one for one in on.of("provisions") if (on.today - (one.day("done_on") or on.today)).days <= _YEAR]
    if given:
        return verdict_on(given, faults=["provisions"], measured={"provisions": len(given)})
    return last


def _home(on: Shelf) -> frozenset[str]:
    """Return the countries of the service, as a fact says."""
    return frozenset(country for one in on.of("facts", has(fact="home_country")) for country in _countries(one))


def _countries(one: EntryView) -> tuple[str, ...]:
    value = one.fields.get("countries")
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _stays_home(on: Shelf) -> Verdict | None:
    """Judge that entrusted data stay in the country: no store abroad holds any, and no transfer is on the list."""
    found, home = on.of("locations"), _home(on)
    if not found or not home:
        return None
    abroad = [one for one in found if one.is_so("holds_entrusted") and not set(_countries(one)) <= home]
    moved = on.of("transfers")
    faults = [name for name, is_so in (("stores_abroad", abroad), ("transfers", moved)) if is_so]
    measured = {"stores": len(found), "stores_abroad": len(abroad), "transfers": len(moved)}
    return verdict_on(found, faults=faults, measured=measured)


def _stores(*, is_abroad: bool) -> Judge:
    """Judge whether there is a store in the country, or in another one: a fact, whichever it is."""

    def judge(on: Shelf) -> Verdict | None:
        found, home = on.of("locations"), _home(on)
        if not found or not home:
            return None
        fitting = [one for one in found if (not set(_countries(one)) <= home) is is_abroad]
        measured: dict[str, int | str] = {"stores": len(fitting)}
        if is_abroad and fitting and not any(one.is_so("holds_entrusted") for one in fitting):
            measured["foreign_stores_without_entrusted_data"] = len(fitting)
        return verdict_on(found, faults=(), measured=measured, literal=Literal.YES if fitting else Literal.NO)

    return judge


def _answered(on: Shelf) -> Verdict | None:
    """Judge by a rehearsed request within a year, and by whether any real one is past its day."""
    drill = newest("exercises", has(rehearsed="request"), fails=_ACTIONS)(on)
    if drill is None:
        return None
    late = sum(1 for one in on.of("requests") if overdue("due_on", done="answered_on")(one, on.today))
    return Verdict(
        outcome=Outcome.FAILED if late else drill.outcome,
        observed_at=drill.observed_at,
        expires_at=drill.expires_at,
        reason="requests_overdue" if late else drill.reason,
        measured={**drill.measured, "requests": len(on.of("requests")), "requests_overdue": late},
    )


def _is_late(one: EntryView) -> bool:
    known, told = one.text("known_at"), one.text("told_at")
    return minutes_between(known, told) > one.number_in("most_minutes")


def minutes_between(first: str, last: str) -> int:
    """Return the minutes between two moments of fields, rounded down."""
    return int((moment_in(last) - moment_in(first)).total_seconds() // 60)


def _notices(*about: str) -> Judge:
    """Judge by the rules on notices, and by whether every notice of these kinds went out in time."""

    def judge(on: Shelf) -> Verdict | None:
        rules = on.of("policies", has(topic="notices"))
        if not rules:
            return None
        sent = on.of("notices", lambda one: one.text("about") in about)
        late = sum(1 for one in sent if _is_late(one))
        unreported = sum(1 for one in sent if overdue("report_due_on", done="reported_on")(one, on.today))
        faults = [name for name, count in (("late", late), ("reports_overdue", unreported)) if count]
        longest = max((minutes_between(one.text("known_at"), one.text("told_at")) for one in sent), default=0)
        return verdict_on(
            rules, faults=faults, measured={"notices": len(sent), "late": late, "longest_minutes": longest}
        )

    return judge


def _promised(on: Shelf) -> Verdict | None:
    found = on.of("service_levels")
    if not found:
        return None
    has_availability = any(one.text("metric") == "availability" for one in found)
    return verdict_on(found, faults=[] if has_availability else ["no_availability"], measured={"promises": len(found)})


def _review(kind: str, days: int) -> Criterion:
    judge = newest("reviews", has(reviewed=kind), days=days, fails=_ACTIONS)
    return Criterion(name=f"reviews.{kind}", registers=("reviews",), judge=judge)


def _term(part: str) -> Judge:
    return every(
        "terms",
        has(part=part),
        measures=lambda on: _backup_life(on.of("terms", has(part=part))),
    )


def _backup_life(found: Sequence[EntryView]) -> Mapping[str, int]:
    said = [one.number_in("backup_life_days") for one in found if "backup_life_days" in one.fields]
    return {"backup_life_days": max(said)} if said else {}


CRITERIA: Final[tuple[Criterion, ...]] = (
    Criterion(
        name="certifications.valid",
        registers=("certifications",),
        judge=best("certifications", measures=lambda one: {"certificate_expiry": one.ends_on.isoformat()}),
    ),
    Criterion(name="audits.external", registers=("audits", "corrective_actions"), judge=_audited),
    _review("service", 100),
    _review("access", 100),
    _review("privileged_sessions", 10),
    _review("repository_access", 100),
    _review("physical_access", 40),
    _review("backup_access", 100),
    Criterion(
        name="capacity.reviewed",
        registers=("capacity_reviews",),
        judge=newest(
            "capacity_reviews",
            days=40,
            fails={"limit_too_near": lambda one, _: one.number_in("days_to_limit") < one.number_in("least_days")},
            measures=lambda one: {"days_to_limit": one.number_in("days_to_limit")},
        ),
    ),
    *(
        Criterion(name=f"facts.{name}", registers=("facts",), judge=_fact(name), method=Method.FACT)
        for name in ("governing_law", "privacy_law", "data_owner")
    ),
    Criterion(name="facts.own_use", registers=("facts", "statistics"), judge=_own_use, method=Method.FACT),
    *(
        Criterion(name=f"terms.{part}", registers=("terms",), judge=_term(part), method=Method.FACT)
        for part in ("terms_of_use", "entrusted_data", "data_at_end")
    ),
    Criterion(name="service_levels.set", registers=("service_levels",), judge=_promised),
    Criterion(
        name="calendar.published",
        registers=("service_calendar",),
        judge=every("service_calendar", has(hours="service")),
        method=Method.FACT,
    ),
    Criterion(name="notices.ahead", registers=("policies", "notices"), judge=_notices("change", "end")),
    Criterion(name="notices.failures", registers=("policies", "notices"), judge=_notices("failure")),
    Criterion(name="notices.emergencies", registers=("policies", "notices"), judge=_notices("emergency")),
    Criterion(name="notices.intrusions", registers=("policies", "notices"), judge=_notices("intrusion")),
    Criterion(name="processing.listed", registers=("processing",), judge=every("processing"), method=Method.FACT),
    Criterion(
        name="processing.entrusted",
        registers=("processing",),
        judge=every(
            "processing", has(uses_entrusted=True), fails={"outside_the_contract": lacks("is_within_contract")}
        ),
        method=Method.FACT,
    ),
    Criterion(name="provisions.none", registers=("reviews", "provisions"), judge=_no_provisions),
    Criterion(name="locations.at_home", registers=("locations", "transfers", "facts"), judge=_stays_home),
    Criterion(
        name="locations.domestic",
        registers=("locations", "facts"),
        judge=_stores(is_abroad=False),
        method=Method.FACT,
    ),
    Criterion(
        name="locations.foreign", registers=("locations", "facts"), judge=_stores(is_abroad=True), method=Method.FACT
    ),
    Criterion(name="requests.answered", registers=("exercises", "requests"), judge=_answered),
    Criterion(name="deletions.certified", registers=("deletions",), judge=kept("deletions")),
)
