"""Reads about rule sets: stored versions become the engine's values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from tokimori.domains.rulesets.models import RuleSet, RuleSetVersion
from tokimori.engine import RuleSet as EngineRuleSet
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetVersionView:
    """What a rule set says from a date on."""

    id: UUID
    version: int
    valid_from: date
    digest: str
    rules: EngineRuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetView:
    """A rule set with its versions, latest first."""

    id: UUID
    code: str
    name: str
    versions: tuple[RuleSetVersionView, ...]

    def on(self, day: date) -> EngineRuleSet | None:
        """Return what holds on a day: of the versions that have begun, the highest."""
        return next((version.rules for version in self.versions if version.valid_from <= day), None)


def rule_sets(*, tenant: TenantId, codes: Collection[str] | None = None) -> Mapping[str, RuleSetView]:
    """Return rule sets by code; ``None`` means all."""
    sets = RuleSet.objects.filter(tenant_id=tenant)
    if codes is not None:
        sets = sets.filter(code__in=codes)
    rows = list(sets.order_by("code"))
    versions: dict[UUID, list[RuleSetVersionView]] = {row.id: [] for row in rows}
    for version in RuleSetVersion.objects.filter(tenant_id=tenant, rule_set_id__in=versions).order_by("-version"):
        versions[version.rule_set_id].append(
            RuleSetVersionView(
                id=version.id,
                version=version.version,
                valid_from=version.valid_from,
                digest=version.digest,
                rules=_rules_of(version.digest, version.definition),
            )
        )
    return {
        row.code: RuleSetView(id=row.id, code=row.code, name=row.name, versions=tuple(versions[row.id])) for row in rows
    }


def rule_set(*, tenant: TenantId, code: str) -> RuleSetView:
    """Return one rule set; raise ``NotFound`` when there is none."""
    found: Sequence[RuleSetView] = tuple(rule_sets(tenant=tenant, codes=[code]).values())
    if not found:
        raise NotFound
    return found[0]


_KNOWN: Final[dict[str, EngineRuleSet]] = {}
_MOST_KNOWN: Final = 1024


def _rules_of(digest: str, definition: object) -> EngineRuleSet:
    """Return a stored definition as a value, read once: versions never change, and the digest says which it is."""
    known = _KNOWN.get(digest)
    if known is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[digest] = EngineRuleSet.from_plain(definition)
    return known
