"""Make a snapshot of a sheet: pure, from the answers and from where their evidence is kept."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from tokimori.assurance.catalogue.controls import Control, controls, sections
from tokimori.assurance.evaluation.answers import Answer, ControlException, Finding
from tokimori.assurance.evaluation.evidence import Method
from tokimori.assurance.probe_words import public_reason
from tokimori.assurance.queries import KeptRun, Sheet
from tokimori.assurance.snapshots.content import (
    FORMAT,
    Chapter,
    ExplainedGap,
    SeenEvidence,
    Snapshot,
    SnapshotRow,
    Texts,
    instant,
)
from tokimori.assurance.snapshots.remarks import remark_of

_ROOT: Final = Path(__file__).resolve().parents[4]
OwnValues = Mapping[int, Mapping[str, int | str | bool]]


def snapshot_of(
    sheet: Sheet,
    *,
    runs: Mapping[str, KeptRun],
    snapshot_id: UUID,
    edition: str,
    build: str,
    own: OwnValues | None = None,
) -> Snapshot:
    """Return the snapshot of a sheet. Sample entries of registers never enter it: their rows have no evidence."""
    return Snapshot(
        format=FORMAT,
        id=str(snapshot_id),
        edition=edition,
        taken_at=instant(sheet.at),
        build=build,
        chapters=tuple(
            Chapter(code=one.code, title=Texts(ja=one.title.ja, en=one.title.en, th=one.title.th)) for one in sections()
        ),
        rows=tuple(
            _row(control, sheet.answers[row], runs=runs, own=(own or {}).get(row))
            for row, control in sorted(controls().items())
        ),
        contradictions=tuple(one.rows for one in sheet.contradictions),
    )


def _row(
    control: Control, answer: Answer, *, runs: Mapping[str, KeptRun], own: Mapping[str, int | str | bool] | None
) -> SnapshotRow:
    return SnapshotRow(
        row=control.row,
        section=control.section,
        kind=control.kind.value,
        question=Texts(ja=control.asks.ja, en=control.asks.en, th=control.asks.th),
        good=control.good.value,
        state=answer.state.value,
        literal=answer.literal.value,
        mark=answer.mark.value,
        why=answer.why.value,
        remark=remark_of(control, answer),
        valid_until=instant(answer.valid_until),
        evidence=tuple(_evidence(one, runs=runs) for one in answer.findings),
        exception=_exception(answer.exception),
        frameworks=control.frameworks,
        own=own,
    )


def _evidence(finding: Finding, *, runs: Mapping[str, KeptRun]) -> SeenEvidence:
    seen = None if is_sample(finding) else finding.evidence
    run = runs.get(finding.source.name) if seen and finding.source.method is Method.PROBE else None
    return SeenEvidence(
        method=finding.source.method.value,
        name=finding.source.name,
        state=finding.state.value,
        outcome=seen.outcome.value if seen else "",
        observed_at=instant(seen.observed_at) if seen else "",
        expires_at=instant(seen.expires_at) if seen else "",
        reason=public_reason(seen.reason) if seen else "",
        measured=dict(sorted(seen.measured.items())) if seen else {},
        run=str(run.id) if run else "",
        event=str(run.event_id) if run else "",
        digest=run.digest if run else _digest_of_page(finding),
        code=run.code_digest if run else "",
        build=run.build_digest if run else "",
    )


def is_sample(finding: Finding) -> bool:
    """Whether the evidence is an entry of the demo's registers, which shows how one looks and proves nothing."""
    return finding.evidence is not None and finding.evidence.is_sample


def _exception(accepted: ControlException | None) -> ExplainedGap | None:
    if accepted is None:
        return None
    return ExplainedGap(
        reason=accepted.reason, approved_at=instant(accepted.approved_at), expires_at=instant(accepted.expires_at)
    )


def _digest_of_page(finding: Finding) -> str:
    """Return the digest of the page that is itself the fact; nothing where the installation does not carry the page."""
    page = _ROOT / finding.source.name
    if finding.source.method is not Method.FACT or not page.is_file():
        return ""
    return hashlib.sha256(page.read_bytes()).hexdigest()
