"""Samples of suppliers, changes and security."""

from collections.abc import Iterator

from tokimori.assurance.registers.samples.values import Days, Sample, sample
from tokimori.assurance.registers.types.changes import SCENARIOS
from tokimori.assurance.registers.types.security import PLAYBOOKS, SCANS


def samples_of_operation(days: Days) -> Iterator[Sample]:
    """Return samples of suppliers, changes, releases, scans and plans."""
    yield sample(
        "vendors",
        "Sample hosting",
        "hosting",
        role="Runs the machines.",
        countries=["JP"],
        data_classes="Sealed data",
        has_access=True,
        is_subprocessor=True,
        tier="high",
        has_security_clause=True,
        has_confidentiality_clause=True,
        limits_subcontracting=True,
    )
    yield sample(
        "vendor_evidence",
        "Sample report",
        vendor="@hosting",
        sheet_rows=[64, 65, 66, 67, 106, 113, 116, 117],
        clause="3.2",
        valid_from=days.ago(60),
    )
    yield sample(
        "vendor_reviews",
        "Review of the hosting",
        vendor="@hosting",
        done_on=days.ago(20),
        score=90,
        found="Well.",
        decided="keep",
    )
    yield from _changes(days)
    yield from _security(days)


def _changes(days: Days) -> Iterator[Sample]:
    yield sample(
        "changes",
        "Larger disks",
        changed="infrastructure",
        impact="None.",
        checks=["functional", "load", "restore", "security"],
        has_threat_review=True,
        has_privacy_review=True,
        done_on=days.ago(9),
    )
    yield sample(
        "releases",
        "Release 1.0",
        version="1.0",
        build="0" * 64,
        released_on=days.ago(9),
        tests_run=9000,
        tests_failed=0,
        static_findings=0,
        vulnerabilities=0,
        is_reviewed=True,
        is_like_production=True,
        impact="No figure changes.",
    )
    yield sample(
        "defects",
        "A label that was cut off",
        severity="low",
        found_on=days.ago(15),
        due_on=days.ahead(30),
        is_published=True,
    )
    yield sample(
        "corrections",
        "A plan entered twice",
        customer="sample",
        corrected="One of two equal plans was taken away.",
        is_agreed=True,
        is_tried=True,
        done_on=days.ago(15),
    )
    for scenario, label in SCENARIOS.items():
        yield sample(
            "continuity_plans",
            f"Plan: {str(label).lower()}",
            scenario=scenario,
            recovery_target_minutes=240,
            recovery_point_target_minutes=15,
            steps="Terminals go on recording by themselves.",
        )
    yield sample(
        "notices",
        "A failure of one minute",
        about="failure",
        known_at=days.minute(15, "02:10"),
        told_at=days.minute(15, "02:24"),
        most_minutes=30,
        report_due_on=days.ago(8),
        reported_on=days.ago(10),
    )


def _security(days: Days) -> Iterator[Sample]:
    for scan in SCANS:
        yield sample(
            "scans",
            f"Scan: {scan}",
            scan=scan,
            tool="A tool",
            scope="The service",
            done_on=days.ago(2),
            severe_findings=0,
            findings=1,
        )
    yield sample(
        "vulnerabilities",
        "A sample vulnerability",
        identifier="SAMPLE-2026-0001",
        severity="high",
        found_on=days.ago(20),
        due_on=days.ahead(10),
        fixed_on=days.ago(15),
    )
    yield sample(
        "end_of_support", "PostgreSQL", version="16", supported_until=days.ahead(700), plan="The next version."
    )
    for scenario, label in PLAYBOOKS.items():
        yield sample("playbooks", f"Playbook: {str(label).lower()}", scenario=scenario, steps="Who calls whom.")
