"""What the registers of assets, suppliers, changes and security say."""

from typing import Final

from tokimori.assurance.evaluation.evidence import Method, Outcome
from tokimori.assurance.evaluation.states import Literal
from tokimori.assurance.registers.entries import EntryView
from tokimori.assurance.registers.fields import moment_in
from tokimori.assurance.registers.judging.judgement import (
    Criterion,
    Faults,
    Judge,
    Shelf,
    Verdict,
    above,
    best,
    every,
    has,
    kept,
    lacks,
    newest,
    overdue,
    verdict_on,
)
from tokimori.assurance.registers.types.security import SCANS

CLAUSES: Final = ("has_security_clause", "has_confidentiality_clause", "limits_subcontracting")
REVIEW_DAYS: Final = {"high": 184, "low": 366}
CHECKS_OF: Final = {
    "application": {"functional", "security"},
    "infrastructure": {"functional", "load", "security", "restore"},
    "rules": {"functional"},
    "emergency": {"functional"},
}
_SCAN_DAYS: Final = {"dependencies": 8, "web": 40, "ports": 8, "tls": 40, "configuration": 40, "penetration": 366}
_A_QUARTER: Final = 100
_A_WEEK: Final = 7


def _of_supplier(row: int) -> Judge:
    """Judge by the report of a supplier that carries a row, and that holds longest."""
    return best("vendor_evidence", lambda one: row in one.rows())


def _suppliers(on: Shelf) -> Verdict | None:
    """Judge whether suppliers that see entrusted data have every clause, and evidence that has not ended."""
    found = on.of("vendors")
    if not found:
        return None
    seeing = [one for one in found if one.is_so("has_access")]
    live = {one.text("vendor") for one in on.of("vendor_evidence") if one.ends_at > on.now}
    without_clause = sum(1 for one in seeing if not all(one.is_so(clause) for clause in CLAUSES))
    without_evidence = sum(1 for one in seeing if str(one.id) not in live)
    counts = {"without_clause": without_clause, "without_evidence": without_evidence}
    return verdict_on(
        found, faults=[name for name, count in counts.items() if count], measured={"suppliers": len(found), **counts}
    )


def _entrusted(on: Shelf) -> Verdict | None:
    """Judge whether whoever sees entrusted data stands on the public list of subprocessors."""
    found = on.of("vendors")
    if not found:
        return None
    unlisted = sum(1 for one in found if one.is_so("has_access") and not one.is_so("is_subprocessor"))
    listed = sum(1 for one in found if one.is_so("has_access") and one.is_so("is_subprocessor"))
    measured: dict[str, int | str] = {"unlisted": unlisted}
    if not unlisted:
        measured["entrustment_listed"] = listed
    return verdict_on(found, faults=["unlisted"] if unlisted else [], measured=measured)


def _contractors(on: Shelf) -> Verdict | None:
    found = on.of("vendors")
    if not found:
        return None
    seeing = sum(1 for one in found if one.is_so("has_access"))
    return verdict_on(
        found, faults=(), measured={"seeing_entrusted": seeing}, literal=Literal.YES if seeing else Literal.NO
    )


def _assessed(on: Shelf) -> Verdict | None:
    """Judge whether each supplier was assessed within its time, and none goes on that was to end."""
    found = on.of("vendors")
    if not found:
        return None
    late = ended = 0
    for one in found:
        reviews = [each for each in on.of("vendor_reviews") if each.text("vendor") == str(one.id)]
        last = max(reviews, key=lambda each: each.text("done_on"), default=None)
        done = last.day("done_on") if last else None
        if last is None or done is None or (on.today - done).days > REVIEW_DAYS[one.text("tier")]:
            late += 1
        elif last.text("decided") == "end":
            ended += 1
    counts = {"overdue": late, "to_be_ended": ended}
    return verdict_on(
        found, faults=[name for name, count in counts.items() if count], measured={"suppliers": len(found), **counts}
    )


def _devices(**faults: str) -> Judge:
    """Judge by every device: each of these must be so, and it was seen within a week."""
    named: Faults = {
        **{fault: lacks(field) for fault, field in faults.items()},
        "not_seen_for_a_week": lambda one, today: (today - (one.day("checked_on") or today)).days > _A_WEEK,
    }
    return every("staff_devices", fails=named, measures=lambda on: {"devices": len(on.of("staff_devices"))})


def _scanned(on: Shelf) -> Verdict | None:
    """Judge by the last scan of each kind: none too old, none missing, and nothing severe left open."""
    if not on.of("scans"):
        return None
    last = {kind: newest("scans", has(scan=kind), days=_SCAN_DAYS[kind])(on) for kind in SCANS}
    missing = [f"no_scan_of_{kind}" for kind, verdict in last.items() if verdict is None]
    newest_of = {
        kind: max(on.of("scans", has(scan=kind)), key=lambda one: one.text("done_on"))
        for kind, verdict in last.items()
        if verdict is not None
    }
    severe = sum(one.number_in("severe_findings") for one in newest_of.values())
    known = [verdict for verdict in last.values() if verdict is not None]
    return Verdict(
        outcome=Outcome.FAILED if missing or severe else Outcome.PASSED,
        observed_at=min(one.observed_at for one in known),
        expires_at=min(one.expires_at for one in known),
        reason=", ".join([*missing, *(["severe_findings"] if severe else [])]),
        measured={"kinds": len(known), "severe_findings": severe},
    )


def _closed_in_time(on: Shelf) -> Verdict | None:
    """Judge by the policy with its deadlines, and by vulnerabilities that are past theirs."""
    rules = on.of("policies", has(topic="vulnerabilities"))
    if not rules:
        return None
    found = on.of("vulnerabilities")
    late = sum(1 for one in found if overdue("due_on", done="fixed_on")(one, on.today))
    fixed = [one for one in found if one.day("fixed_on")]
    in_time = sum(1 for one in fixed if (one.day("fixed_on") or on.today) <= (one.day("due_on") or on.today))
    measured: dict[str, int | str] = {"overdue": late, "open": len(found) - len(fixed)}
    if fixed:
        measured["in_time_percent"] = in_time * 100 // len(fixed)
    return verdict_on(rules, faults=["overdue"] if late else [], measured=measured)


def _told_in_time(on: Shelf) -> Verdict | None:
    """Judge by a rehearsal within half a year, and by the clocks of real breaches."""
    drill = newest("exercises", has(rehearsed="breach"), days=184)(on)
    if drill is None:
        return None
    late = sum(1 for one in on.of("breaches") if _is_past(one, on))
    return Verdict(
        outcome=Outcome.FAILED if late else drill.outcome,
        observed_at=drill.observed_at,
        expires_at=drill.expires_at,
        reason="clocks_run_out" if late else drill.reason,
        measured={**drill.measured, "breaches": len(on.of("breaches")), "clocks_run_out": late},
    )


def _is_past(one: EntryView, on: Shelf) -> bool:
    due, told = moment_in(one.text("due_at")), one.text("told_at")
    return (moment_in(told) if told else on.now) > due


def _checked_enough(one: EntryView) -> bool:
    checked = one.fields.get("checks")
    return CHECKS_OF[one.text("changed")] <= set(map(str, checked if isinstance(checked, list) else []))


def _recovers(on: Shelf) -> Verdict | None:
    found = on.of("backups")
    if not found:
        return None
    worst = max(found, key=lambda one: one.number_in("recovery_point_minutes"))
    slow = sum(1 for one in found if one.number_in("recovery_minutes") > one.number_in("recovery_target_minutes"))
    lost = sum(
        1 for one in found if one.number_in("recovery_point_minutes") > one.number_in("recovery_point_target_minutes")
    )
    counts = {"too_slow": slow, "loses_too_much": lost}
    names = ("recovery_point_minutes", "recovery_point_target_minutes", "recovery_minutes")
    return verdict_on(
        found,
        faults=[name for name, count in counts.items() if count],
        measured={**counts, **{name: worst.number_in(name) for name in names}},
    )


def _elsewhere(on: Shelf) -> Verdict | None:
    found = on.of("backups")
    if not found:
        return None
    away = [one for one in found if one.is_so("is_elsewhere")]
    measured: dict[str, int | str] = {"backups": len(found)}
    if away:
        measured["backup_region"] = away[-1].text("region")
    return verdict_on(found, faults=[] if away else ["none_elsewhere"], measured=measured)


def _dumps(on: Shelf) -> Verdict | None:
    """Judge that real data stay in production: a policy says so, and no permitted copy has outlived its permission."""
    rules = on.of("policies", has(topic="test_data"))
    if not rules:
        return None
    alive = [one for one in on.of("dumps") if one.day("destroyed_on") is None]
    late = sum(1 for one in alive if one.ends_at <= on.now)
    return verdict_on(rules, faults=["copies_outlived"] if late else [], measured={"open_permissions": len(alive)})


CRITERIA: Final[tuple[Criterion, ...]] = (
    *(
        Criterion(
            name=f"vendor_evidence.{name}",
            registers=("vendor_evidence",),
            judge=_of_supplier(row),
            method=Method.VENDOR,
        )
        for name, row in (
            ("perimeter", 64),
            ("entry", 65),
            ("cameras", 67),
            ("packets", 106),
            ("intrusion_rules", 113),
            ("scrubbing", 116),
            ("disruption_rules", 117),
        )
    ),
    Criterion(name="suppliers.complete", registers=("vendors", "vendor_evidence"), judge=_suppliers),
    Criterion(name="suppliers.listed", registers=("vendors",), judge=_entrusted),
    Criterion(name="suppliers.contractors", registers=("vendors",), judge=_contractors, method=Method.FACT),
    Criterion(name="suppliers.assessed", registers=("vendors", "vendor_reviews"), judge=_assessed),
    Criterion(name="assets.listed", registers=("assets",), judge=every("assets")),
    Criterion(
        name="devices.protected",
        registers=("staff_devices",),
        judge=_devices(unprotected="has_protection", not_updated="is_updated"),
    ),
    Criterion(name="devices.registered", registers=("staff_devices",), judge=_devices(not_encrypted="is_encrypted")),
    Criterion(name="devices.software", registers=("staff_devices",), judge=_devices(runs_anything="is_allow_listed")),
    Criterion(name="disposals.recorded", registers=("disposals",), judge=kept("disposals")),
    Criterion(
        name="environments.separate",
        registers=("environments",),
        judge=every(
            "environments", fails={"shared_keys": lacks("has_own_keys"), "shared_accounts": lacks("has_own_accounts")}
        ),
    ),
    Criterion(name="dumps.prohibited", registers=("policies", "dumps"), judge=_dumps),
    Criterion(
        name="backups.encrypted",
        registers=("backups",),
        judge=every("backups", fails={"not_encrypted": lacks("is_encrypted")}),
    ),
    Criterion(name="backups.recover", registers=("backups",), judge=_recovers),
    Criterion(name="backups.checked", registers=("backups",), judge=newest("backups", dated_by="checked_on", days=2)),
    Criterion(name="backups.elsewhere", registers=("backups",), judge=_elsewhere),
    Criterion(
        name="changes.impact",
        registers=("changes",),
        judge=kept("changes", days=_A_QUARTER, fails={"without_impact": lacks("impact")}),
    ),
    Criterion(
        name="changes.verified",
        registers=("changes",),
        judge=kept("changes", days=_A_QUARTER, fails={"not_checked_enough": lambda one, _: not _checked_enough(one)}),
    ),
    Criterion(
        name="changes.considered",
        registers=("changes",),
        judge=kept(
            "changes",
            days=_A_QUARTER,
            fails={"no_threat_review": lacks("has_threat_review"), "no_privacy_review": lacks("has_privacy_review")},
        ),
    ),
    Criterion(
        name="releases.approved",
        registers=("releases",),
        judge=kept("releases", days=_A_QUARTER, of_newest=True, fails={"tests_failed": above("tests_failed", 0)}),
    ),
    Criterion(
        name="releases.tested",
        registers=("releases",),
        judge=kept(
            "releases",
            days=_A_QUARTER,
            of_newest=True,
            fails={"tests_failed": above("tests_failed", 0), "not_like_production": lacks("is_like_production")},
        ),
    ),
    Criterion(
        name="releases.scanned",
        registers=("releases",),
        judge=kept("releases", days=_A_QUARTER, of_newest=True, fails={"vulnerabilities": above("vulnerabilities", 0)}),
    ),
    Criterion(
        name="releases.reviewed",
        registers=("releases",),
        judge=kept(
            "releases",
            days=_A_QUARTER,
            of_newest=True,
            fails={"static_findings": above("static_findings", 0), "not_reviewed": lacks("is_reviewed")},
        ),
    ),
    Criterion(
        name="defects.mended",
        registers=("defects",),
        judge=kept(
            "defects",
            days=_A_QUARTER,
            fails={
                "severe_overdue": lambda one, today: (
                    one.text("severity") in {"critical", "high"} and overdue("due_on", done="fixed_on")(one, today)
                ),
                "not_published": lacks("is_published"),
            },
        ),
    ),
    Criterion(
        name="corrections.agreed",
        registers=("corrections",),
        judge=kept("corrections", fails={"not_agreed": lacks("is_agreed"), "not_tried": lacks("is_tried")}),
    ),
    Criterion(name="continuity.planned", registers=("continuity_plans",), judge=every("continuity_plans")),
    Criterion(name="scans.by_kind", registers=("scans",), judge=_scanned),
    Criterion(name="vulnerabilities.closed", registers=("policies", "vulnerabilities"), judge=_closed_in_time),
    Criterion(
        name="support.watched",
        registers=("end_of_support",),
        judge=every("end_of_support", fails={"past_end": overdue("supported_until")}),
    ),
    Criterion(name="playbooks.ready", registers=("playbooks",), judge=every("playbooks")),
    Criterion(name="breaches.told", registers=("exercises", "breaches"), judge=_told_in_time),
)
