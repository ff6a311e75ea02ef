"""The parts of the running program: their bill of materials, and what is known against them, looked up on this machine."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from tokimori.assurance.catalogue.controls import directory
from tokimori.foundation.build import build_digest

_SUPPORT: Final = directory().parent / "end-of-support.json"
_FORMAT: Final = "1.6"
_SHORT_LICENCE: Final = 60
_OURS: Final = "tokimori"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """Something that is known against versions of a part. ``withdrawn`` ones are left out."""

    id: str
    part: str
    versions: frozenset[str]


class AdvisoriesUnreadable(ValueError):
    """The supplied advisories are no list of OSV records."""


def parts() -> Mapping[str, Distribution]:
    """Return what is installed beside us, by its plain name."""
    found = {plain_name(one.name): one for one in distributions()}
    return {name: one for name, one in sorted(found.items()) if name != _OURS}


def bill_of_materials(*, now: datetime) -> dict[str, Any]:
    """Return the parts as a CycloneDX document; of the same build at the same moment it is the same."""
    ours = {"type": "application", "name": _OURS, "version": build_digest()[:16], "bom-ref": _OURS}
    listed = [_component(name, one) for name, one in parts().items()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": _FORMAT,
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{build_digest()} {now.isoformat()}')}",
        "version": 1,
        "metadata": {"timestamp": now.astimezone(UTC).isoformat(timespec="seconds"), "component": ours},
        "components": listed,
        "dependencies": [{"ref": _OURS, "dependsOn": [one["bom-ref"] for one in listed]}],
    }


def ends_of_support(running: Mapping[str, str]) -> Mapping[str, date | None]:
    """Return until when each running part is supported; nothing where its series is on no list."""
    listed = json.loads(_SUPPORT.read_text(encoding="utf-8"))
    ends = {(one["part"], one["series"]): date.fromisoformat(one["ends"]) for one in listed}
    return {part: ends.get((part, series)) for part, series in running.items()}


def read_advisories(file: Path) -> tuple[Advisory, ...]:
    """Return the advisories of a file, a JSON list of OSV records; raise ``AdvisoriesUnreadable`` for anything else."""
    try:
        records = list(json.loads(file.read_text(encoding="utf-8")))
        return tuple(one for record in records if not record.get("withdrawn") for one in _advisories(record))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise AdvisoriesUnreadable(str(file)) from error


def known_against(advisories: Sequence[Advisory]) -> tuple[str, ...]:
    """Return what is known against the installed parts, as part and advisory."""
    installed = {name: one.version for name, one in parts().items()}
    return tuple(sorted({f"{one.part} {one.id}" for one in advisories if installed.get(one.part, "") in one.versions}))


def plain_name(name: str) -> str:
    """Return a part's name as lists write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _advisories(record: Mapping[str, Any]) -> Sequence[Advisory]:
    return [
        Advisory(
            id=str(record["id"]),
            part=plain_name(str(one["package"]["name"])),
            versions=frozenset(map(str, one.get("versions", []))),
        )
        for one in record.get("affected", [])
        if str(one["package"]["ecosystem"]).lower() == "pypi"
    ]


def _component(name: str, one: Distribution) -> dict[str, Any]:
    address = f"pkg:pypi/{name}@{one.version}"
    made: dict[str, Any] = {
        "type": "library", "name": name, "version": one.version, "purl": address, "bom-ref": address,
    }  # fmt: skip
    said = one.metadata.json
    licence = str(said.get("license_expression") or said.get("license") or "")
    if 0 < len(licence) <= _SHORT_LICENCE and "\n" not in licence:
        made["licenses"] = [{"license": {"name": licence}}]
    return made
