"""The snapshot in OSCAL 1.2.1: catalogue of the questions, component that answers, plan and results of the assessment.

Plain dictionaries. All ids follow from the snapshot's own, so that the same snapshot gives the same bytes.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from tokimori.assurance.evaluation.evidence import Method
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.snapshots.content import SeenEvidence, Snapshot, SnapshotRow
from tokimori.foundation.canonical import canonical_bytes

OSCAL: Final = "1.2.1"
NAMESPACE: Final = "urn:tokimori:sheet"
CATALOG_NAME: Final = "catalog.oscal.json"
COMPONENT_NAME: Final = "component-definition.oscal.json"
PLAN_NAME: Final = "assessment-plan.oscal.json"
RESULTS_NAME: Final = "assessment-results.oscal.json"
_LANGUAGE: Final = "en"
_SATISFIED: Final = frozenset({State.PROVEN.value, State.ATTESTED.value})
_NOT_SATISFIED: Final = frozenset({State.GAP.value, State.STALE.value, State.NO_EVIDENCE.value})
"""The rest is told as an observation alone: what is declared, inherited or does not apply was not assessed here."""

Plain = dict[str, Any]


def write_catalog(snapshot: Snapshot) -> bytes:
    """Return the questions as controls, by chapter."""
    groups = [
        {
            "id": f"chapter-{chapter.code}",
            "title": chapter.title.in_language(_LANGUAGE),
            "controls": [_control(row) for row in snapshot.rows if row.section == chapter.code],
        }
        for chapter in snapshot.chapters
    ]
    return _document(snapshot, "catalog", "Security check sheet", {"groups": groups})


def write_component(snapshot: Snapshot) -> bytes:
    """Return how the service answers each question."""
    requirements = [
        {
            "uuid": _id(snapshot, f"requirement:{row.row}"),
            "control-id": _control_id(row),
            "description": row.remark.in_language(_LANGUAGE),
            "props": _props(state=row.state, mark=row.mark),
        }
        for row in snapshot.rows
    ]
    component = {
        "uuid": _id(snapshot, "component"),
        "type": "service",
        "title": "Tokimori",
        "description": "Time and attendance.",
        "props": _props(build=snapshot.build),
        "control-implementations": [
            {
                "uuid": _id(snapshot, "implementation"),
                "source": CATALOG_NAME,
                "description": "What stands behind each answer.",
                "implemented-requirements": requirements,
            }
        ],
    }
    return _document(snapshot, "component-definition", "How the service answers", {"components": [component]})


def write_plan(snapshot: Snapshot) -> bytes:
    """Return the plan to which the results belong: all rows, always."""
    plan = {
        "import-ssp": {"href": COMPONENT_NAME},
        "reviewed-controls": _reviewed(),
        "assessment-subjects": [{"type": "component", "include-all": {}}],
    }
    return _document(snapshot, "assessment-plan", "Continuous assessment by probes and registers", plan)


def write_results(snapshot: Snapshot) -> bytes:
    """Return what was seen, and which questions are satisfied by it."""
    observations = [_observation(snapshot, row, place) for row in snapshot.rows for place in range(_seen(row))]
    result = {
        "uuid": _id(snapshot, "result"),
        "title": f"The sheet at {snapshot.taken_at}",
        "description": "Each answer follows from the evidence that is listed; nobody typed it.",
        "start": snapshot.taken_at,
        "end": snapshot.taken_at,
        "props": _props(snapshot=snapshot.id, edition=snapshot.edition, build=snapshot.build),
        "reviewed-controls": _reviewed(),
        "observations": observations,
        "findings": [_finding(snapshot, row) for row in snapshot.rows if row.state in _SATISFIED | _NOT_SATISFIED],
    }
    body = {"import-ap": {"href": PLAN_NAME}, "results": [result]}
    return _document(snapshot, "assessment-results", "Security check sheet, assessed", body)


def _document(snapshot: Snapshot, kind: str, title: str, body: Mapping[str, Any]) -> bytes:
    metadata = {
        "title": title,
        "last-modified": snapshot.taken_at,
        "version": snapshot.taken_at,
        "oscal-version": OSCAL,
    }
    return canonical_bytes({kind: {"uuid": _id(snapshot, kind), "metadata": metadata, **body}})


def _control(row: SnapshotRow) -> Plain:
    return {
        "id": _control_id(row),
        "title": f"Row {row.row}",
        "props": [
            *_props(kind=row.kind, good=row.good),
            *({"name": "framework", "ns": NAMESPACE, "value": one} for one in row.frameworks),
        ],
        "parts": [{"id": f"{_control_id(row)}_smt", "name": "statement", "prose": row.question.in_language(_LANGUAGE)}],
    }


def _observation(snapshot: Snapshot, row: SnapshotRow, place: int) -> Plain:
    """Return one piece of evidence of a row; of a row without any, that there is none."""
    seen = row.evidence[place] if row.evidence else None
    observation: Plain = {
        "uuid": _id(snapshot, f"observation:{row.row}:{place}"),
        "title": f"Row {row.row}: {seen.name if seen else 'nothing looks'}",
        "description": seen.reason or row.remark.in_language(_LANGUAGE) if seen else row.remark.in_language(_LANGUAGE),
        "methods": ["TEST" if seen and seen.method == Method.PROBE.value else "EXAMINE"],
        "props": _evidence_props(row, seen),
        "collected": seen.observed_at if seen and seen.observed_at else snapshot.taken_at,
    }
    if seen and seen.expires_at:
        observation["expires"] = seen.expires_at
    return observation


def _evidence_props(row: SnapshotRow, seen: SeenEvidence | None) -> list[Plain]:
    if seen is None:
        return _props(row=str(row.row), state=row.state)
    known = _props(
        row=str(row.row), state=seen.state, source=seen.name, method=seen.method, outcome=seen.outcome, run=seen.run,
        event=seen.event, sha256=seen.digest, code=seen.code, build=seen.build,
    )  # fmt: skip
    measured = ({"name": "measured", "ns": NAMESPACE, "class": _token(name), "value": str(value).strip() or "-"}
                for name, value in seen.measured.items())  # fmt: skip
    return [*known, *measured]


def _own_props(row: SnapshotRow) -> list[Plain]:
    """Return a company's own value of a row, one figure each; nothing in the public edition."""
    return [
        {"name": "own", "ns": NAMESPACE, "class": _token(name), "value": str(value).strip() or "-"}
        for name, value in sorted((row.own or {}).items())
    ]


def _finding(snapshot: Snapshot, row: SnapshotRow) -> Plain:
    status: Plain = {"state": "satisfied" if row.state in _SATISFIED else "not-satisfied", "reason": row.state}
    return {
        "uuid": _id(snapshot, f"finding:{row.row}"),
        "title": f"Row {row.row}",
        "description": row.remark.in_language(_LANGUAGE),
        "props": [*_props(mark=row.mark, why=row.why), *_own_props(row)],
        "target": {"type": "objective-id", "target-id": f"{_control_id(row)}_smt", "status": status},
        "related-observations": [
            {"observation-uuid": _id(snapshot, f"observation:{row.row}:{place}")} for place in range(_seen(row))
        ],
    }


def _seen(row: SnapshotRow) -> int:
    """Return how many observations a row has: one at least, which says that nothing looks."""
    return max(1, len(row.evidence))


def _reviewed() -> Plain:
    return {"control-selections": [{"include-all": {}}]}


def _props(**values: str) -> list[Plain]:
    return [{"name": name, "ns": NAMESPACE, "value": value} for name, value in values.items() if value]


def _token(name: str) -> str:
    """Return a name as OSCAL writes tokens."""
    kept = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)
    return kept if kept[:1].isalpha() or kept[:1] == "_" else f"_{kept}"


def _control_id(row: SnapshotRow) -> str:
    return f"row-{row.row}"


def _id(snapshot: Snapshot, what: str) -> str:
    return str(uuid5(UUID(snapshot.id), what))
