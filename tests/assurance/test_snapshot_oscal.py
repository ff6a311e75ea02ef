"""A snapshot in OSCAL holds against a validator that others wrote, and every reference in it resolves."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.evaluation.evidence import Evidence, Method, Outcome, Source
from tokimori.assurance.queries import sheet_of
from tokimori.assurance.snapshots.content import Snapshot
from tokimori.assurance.snapshots.formats.catalogue import written
from tokimori.assurance.snapshots.making import snapshot_of
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id

TRESTLE = Path(sys.executable).with_name("trestle")
FOLDERS = {
    "catalog": "catalogs",
    "component-definition": "component-definitions",
    "assessment-plan": "assessment-plans",
    "assessment-results": "assessment-results",
}


def snapshot() -> Snapshot:
    """A sheet on which rows are proven, gaps, and without evidence."""
    now = clock.now()
    seen = [
        Evidence(
            source=Source(method=Method.PROBE, name=name),
            outcome=outcome,
            observed_at=now - timedelta(minutes=1),
            expires_at=now + timedelta(hours=1),
            reason="" if outcome is Outcome.PASSED else "it did not hold",
            measured={"2 odd name": 3, "empty": ""},
        )
        for name, outcome in (("clock.offset", Outcome.PASSED), ("sign_in.throttle", Outcome.FAILED))
    ]
    sheet = sheet_of(evidence=seen, now=now)
    own = {41: {"setting": "on", "as_of": "2026-11-27T00:00:00Z", "attempts": 10, "lock_minutes": 15}}
    return snapshot_of(sheet, runs={}, snapshot_id=new_id(at=now), edition="minato", build="0" * 64, own=own)


@pytest.fixture(scope="module")
def documents() -> dict[str, dict[str, Any]]:
    files = {one.name.removesuffix(".oscal.json"): one.content for one in written(snapshot()) if ".oscal." in one.name}
    return {name: json.loads(content)[name] for name, content in files.items()}


def everything(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value of a document under its own name."""
    yield key, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from everything(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from everything(inner, key)


def test_ids_are_unique_and_every_reference_resolves(documents: dict[str, dict[str, Any]]) -> None:
    assert set(documents) == set(FOLDERS)
    ids = [value for one in documents.values() for key, value in everything(one) if key == "uuid"]
    assert len(ids) == len(set(ids))
    controls = [one["id"] for group in documents["catalog"]["groups"] for one in group["controls"]]
    assert sorted(controls) == sorted(f"row-{row}" for row in ROWS)
    parts = {
        part["id"] for group in documents["catalog"]["groups"] for one in group["controls"] for part in one["parts"]
    }

    for one in documents.values():
        for key, value in everything(one):
            match key:
                case "observation-uuid":
                    assert value in ids
                case "control-id":
                    assert value in controls
                case "target-id":
                    assert value in parts
                case "href" | "source":
                    if isinstance(value, str):
                        assert value.removesuffix(".oscal.json") in documents
                case _:
                    pass


def test_every_row_is_implemented_and_observed_once_and_bad_states_are_not_satisfied(
    documents: dict[str, dict[str, Any]],
) -> None:
    component = documents["component-definition"]["components"][0]
    answered = [one["control-id"] for one in component["control-implementations"][0]["implemented-requirements"]]
    assert sorted(answered) == sorted(f"row-{row}" for row in ROWS)

    result = documents["assessment-results"]["results"][0]
    rows = {prop["value"] for one in result["observations"] for prop in one["props"] if prop["name"] == "row"}
    assert rows == {str(row) for row in ROWS}
    states = {one["target"]["status"]["reason"]: one["target"]["status"]["state"] for one in result["findings"]}
    assert states["proven"] == "satisfied"
    assert states["gap"] == "not-satisfied"
    assert states["no_evidence"] == "not-satisfied"
    used = {one["observation-uuid"] for finding in result["findings"] for one in finding["related-observations"]}
    assert len(used) <= len(result["observations"])


def validated(folder: Path, kind: str, document: dict[str, Any]) -> tuple[int, str]:
    """Give a document to compliance-trestle and return what it says."""
    place = folder / FOLDERS[kind] / "sheet"
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{kind}.json"
    file.write_text(json.dumps({kind: document}), encoding="utf-8")
    said = subprocess.run(  # noqa: S603 -- fixed words
        [TRESTLE, "validate", "-f", file], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    return said.returncode, said.stdout + said.stderr


def test_another_validator_accepts_all_of_it_and_refuses_what_is_broken(
    documents: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    subprocess.run([TRESTLE, "init", "--local"], cwd=tmp_path, check=True, capture_output=True, timeout=120)  # noqa: S603 -- as above

    for kind, document in documents.items():
        status, said = validated(tmp_path, kind, document)
        assert status == 0, f"{kind}: {said}"
        assert "VALID" in said

    broken = json.loads(json.dumps(documents["assessment-results"]))
    broken["results"][0]["findings"][0]["target"]["status"]["state"] = "excellent"
    assert validated(tmp_path, "assessment-results", broken)[0] != 0
