"""Every probe by its name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final

from tokimori.assurance.probes import (
    accounts,
    build,
    calculation,
    components,
    cryptography,
    drills,
    inside,
    inventory,
    keeping,
    listeners,
    log_rounds,
    misuse,
    operators,
    outside,
    pages,
    passwords,
    processes,
    records,
    registers,
    retention,
    sign_in,
    walls,
)
from tokimori.assurance.probes.probe import Observation, ProbeDefinition, Scope

_DAY: Final = 24 * 60


def _of_register(
    name: str, observe: Callable[[datetime], Observation], *wanted: str, every_minutes: int = 60
) -> ProbeDefinition:
    """Return a probe that looks once a register has an entry that is no sample."""
    return ProbeDefinition(
        name=name,
        observe=observe,
        every_minutes=every_minutes,
        has_subject=partial(registers.has_entries, *wanted),
    )


_ALL: Final = (
    ProbeDefinition(name="access.policy", observe=keeping.observe_policy),
    ProbeDefinition(name="accounts.dormant", observe=accounts.observe_dormant),
    ProbeDefinition(name="accounts.shared", observe=accounts.observe_shared),
    ProbeDefinition(name="addresses.limits", observe=sign_in.observe_address_limits),
    ProbeDefinition(name="at_rest.canary", observe=records.observe_at_rest),
    ProbeDefinition(name="build.provenance", observe=build.observe_build, scope=Scope.HOST, timeout_seconds=300),
    ProbeDefinition(name="calculation.vectors", observe=calculation.observe_vectors),
    ProbeDefinition(name="clock.offset", observe=records.observe_clocks, scope=Scope.HOST),
    ProbeDefinition(name="components.support", observe=components.observe_components, scope=Scope.HOST),
    ProbeDefinition(name="console.exposure", observe=operators.observe_console),
    ProbeDefinition(name="cryptography.inventory", observe=cryptography.observe_inventory),
    ProbeDefinition(name="database.exposure", observe=walls.observe_database_exposure, scope=Scope.HOST),
    ProbeDefinition(name="database.grants", observe=walls.observe_grants),
    ProbeDefinition(name="database.routes", observe=inside.observe_routes),
    ProbeDefinition(name="default.credentials", observe=passwords.observe_default_credentials),
    ProbeDefinition(name="docs.current", observe=inventory.observe_pages),
    ProbeDefinition(name="duties.conflicts", observe=accounts.observe_duties),
    ProbeDefinition(name="egress.places", observe=inside.observe_egress, scope=Scope.HOST),
    ProbeDefinition(name="exchange.inside", observe=inside.observe_exchange, scope=Scope.HOST),
    ProbeDefinition(name="facts.tamper", observe=walls.observe_tampering),
    ProbeDefinition(name="factors.coverage", observe=accounts.observe_factor_coverage),
    ProbeDefinition(name="factors.self_test", observe=sign_in.observe_second_factor),
    ProbeDefinition(name="identity.reuse", observe=sign_in.observe_reuse_of_names),
    ProbeDefinition(name="inventory.columns", observe=inventory.observe_columns),
    ProbeDefinition(name="keys.age", observe=keeping.observe_keys),
    ProbeDefinition(name="leavers.access", observe=accounts.observe_leavers),
    ProbeDefinition(name="ledger.backlog", observe=keeping.observe_backlog, every_minutes=15, maximum_age_minutes=60),
    ProbeDefinition(name="ledger.tamper", observe=drills.observe_drill),
    ProbeDefinition(
        name=log_rounds.NAME,
        observe=log_rounds.observe_log,
        every_minutes=_DAY // 4,
        maximum_age_minutes=_DAY // 2 + 60,
        timeout_seconds=900,
    ),
    ProbeDefinition(name="listener.certificate", observe=listeners.observe_certificate, scope=Scope.HOST),
    ProbeDefinition(name="listener.headers", observe=pages.observe_headers, scope=Scope.HOST),
    ProbeDefinition(name="listener.pages", observe=pages.observe_pages, scope=Scope.HOST),
    ProbeDefinition(name="listener.tls_floor", observe=listeners.observe_tls_floor, scope=Scope.HOST),
    ProbeDefinition(name="listener.transport", observe=listeners.observe_transport, scope=Scope.HOST),
    ProbeDefinition(name="log.canary", observe=records.observe_error_log, scope=Scope.HOST),
    ProbeDefinition(name="log.query", observe=records.observe_search),
    ProbeDefinition(name="misuse.noticed", observe=misuse.observe_detection),
    ProbeDefinition(name="operators.grants", observe=operators.observe_grants),
    ProbeDefinition(name="operators.sessions", observe=operators.observe_sessions),
    ProbeDefinition(name="password.age", observe=passwords.observe_age),
    ProbeDefinition(name="password.change", observe=passwords.observe_change),
    ProbeDefinition(name="password.fields", observe=passwords.observe_fields),
    ProbeDefinition(name="password.hash", observe=passwords.observe_hashes),
    ProbeDefinition(name="password.history", observe=passwords.observe_history),
    ProbeDefinition(name="password.rules", observe=passwords.observe_rules),
    ProbeDefinition(name="ports.declared", observe=processes.observe_ports, scope=Scope.HOST),
    ProbeDefinition(name="processes.apart", observe=processes.observe_separation, scope=Scope.HOST),
    ProbeDefinition(name="punch.flood", observe=misuse.observe_flood),
    ProbeDefinition(
        name=outside.PUNCH, observe=outside.observe_punch, scope=Scope.HOST, every_minutes=15, maximum_age_minutes=40
    ),
    ProbeDefinition(name="punch.replay", observe=calculation.observe_replay),
    ProbeDefinition(
        name="requirements.trace",
        observe=build.observe_requirements,
        every_minutes=_DAY,
        maximum_age_minutes=2 * _DAY,
    ),
    ProbeDefinition(name="retention.run", observe=retention.observe_retention),
    ProbeDefinition(name="secrets.in_logs", observe=records.observe_secrets_in_logs),
    ProbeDefinition(
        name="service.answers",
        observe=outside.observe_answers,
        scope=Scope.HOST,
        every_minutes=15,
        maximum_age_minutes=40,
    ),
    ProbeDefinition(name="session.end", observe=sign_in.observe_session_end),
    ProbeDefinition(name="sign_in.record", observe=sign_in.observe_record_of_sign_in),
    ProbeDefinition(name="sign_in.throttle", observe=sign_in.observe_throttle),
    ProbeDefinition(name="tests.of_build", observe=build.observe_tests_of_build),
    ProbeDefinition(name="walls.attack", observe=walls.observe_attack),
    ProbeDefinition(name="walls.forced", observe=walls.observe_forced_walls),
    _of_register("audit.age", registers.observe_audits, "audits"),
    _of_register("cert_register.expiry", registers.observe_certificates, "certifications"),
    ProbeDefinition(name="leaver.access", observe=registers.observe_leavers, every_minutes=15, maximum_age_minutes=60),
    _of_register("legal.gaps", registers.observe_legal, "legal_requirements"),
    _of_register("nda.coverage", registers.observe_agreements, "confidentiality"),
    _of_register("policy.published", registers.observe_policies, "policies"),
    _of_register("raci.complete", registers.observe_accountability, "accountabilities"),
    _of_register("training.overdue", registers.observe_training, "training"),
    _of_register("vendor.review", registers.observe_supplier_reviews, "vendors"),
    _of_register("vendor_evidence.expiry", registers.observe_supplier_evidence, "vendor_evidence"),
    _of_register("vendors.complete", registers.observe_suppliers, "vendors"),
)

PROBES: Final[Mapping[str, ProbeDefinition]] = MappingProxyType({probe.name: probe for probe in _ALL})
