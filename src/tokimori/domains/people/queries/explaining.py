"""What somebody may do, and why: each way by which a function is his, with its levels and how many it reaches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from tokimori.domains.people.queries import employee_of_account, people_led_by
from tokimori.domains.people.queries.grants import with_grants
from tokimori.domains.people.queries.headcounts import count_employed
from tokimori.domains.people.queries.reach import Reach, leads_in, reach_of
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.decisions import Reason
from tokimori.foundation.access.functions import RIGHTS_OF_LEVELS, Function, GrantedScope, Level, by_role
from tokimori.foundation.access.permissions import Permission, Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.identity.queries import roles_by_account

STEPS: Final = (Level.READ, Level.APPROVE, Level.EDIT)
"""The levels that add something each; full is all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way by which somebody has a function: at which levels, over how many, through which roles or which grant."""

    function: Function
    levels: tuple[Level, ...]
    reason: Reason
    people_count: int
    is_everyone: bool
    roles: tuple[Role, ...] = ()
    grant_id: UUID | None = None


def actor_of(*, asker: Principal, account_id: UUID, on: date) -> Principal:
    """Return an account as the actor that it is when it signs in; one that is closed holds nothing."""
    authorise(asker, Permission.ACCESS_READ)
    tenant = asker.tenant_id
    roles = roles_by_account(tenant=tenant, account_ids=[account_id]).get(account_id)
    person = Principal(
        tenant_id=tenant,
        kind=PrincipalKind.PERSON,
        account_id=account_id,
        employee_id=employee_of_account(tenant=tenant, account_id=account_id),
        rights=frozenset() if roles is None else rights_of(roles),
    )
    return person if roles is None else with_grants(actor=person, on=on)


def ways_of(*, asker: Principal, actor: Principal, roles: frozenset[Role], on: date) -> tuple[Way, ...]:
    """Return every way by which an actor has a function, in the order of the functions."""
    authorise(asker, Permission.ACCESS_READ)
    everyone = count_employed(tenant=actor.tenant_id, on=on)
    led = (
        len(people_led_by(tenant=actor.tenant_id, leader_id=actor.employee_id, on=on))
        if actor.employee_id is not None
        else 0
    )
    return tuple(
        way
        for function in Function
        for way in _ways(actor, function, roles=roles, everyone=everyone, led=led, on=on)
        if way.levels
    )


def _ways(
    actor: Principal, function: Function, *, roles: frozenset[Role], everyone: int, led: int, on: date
) -> Iterator[Way]:
    held = tuple(level for level in STEPS if by_role(actor.rights, function, level))
    yield Way(
        function=function,
        levels=held,
        reason=Reason.ROLE,
        people_count=everyone,
        is_everyone=True,
        roles=_giving(roles, function, held),
    )
    if led:
        leading = tuple(
            level for level in STEPS if leads_in(actor=actor, function=function, level=level) and level not in held
        )
        yield Way(function=function, levels=leading, reason=Reason.LEADS, people_count=led, is_everyone=False)
    for scope in actor.scopes:
        granted = _granted(scope, function)
        reach = _reach(actor, scope, function, granted, on) if granted else None
        yield Way(
            function=function,
            levels=granted,
            reason=Reason.GRANT,
            people_count=everyone if reach is None else len(reach),
            is_everyone=scope.is_whole_company,
            grant_id=scope.grant_id,
        )


def _granted(scope: GrantedScope, function: Function) -> tuple[Level, ...]:
    if function not in scope.functions:
        return ()
    return tuple(level for level in STEPS if level in scope.level.included and RIGHTS_OF_LEVELS[function].get(level))


def _reach(
    actor: Principal, scope: GrantedScope, function: Function, levels: tuple[Level, ...], on: date
) -> Reach | None:
    """Return whom one grant alone reaches, as if its holder had no other and led nobody."""
    alone = Principal(
        tenant_id=actor.tenant_id,
        kind=actor.kind,
        account_id=actor.account_id,
        employee_id=None,
        rights=frozenset(),
    ).with_scopes((scope,))
    return reach_of(actor=alone, function=function, level=levels[-1], on=on)


def _giving(roles: frozenset[Role], function: Function, levels: tuple[Level, ...]) -> tuple[Role, ...]:
    """Return the roles that give one of the levels by themselves; where only several together do, all of them."""
    alone = tuple(
        role for role in sorted(roles) if any(by_role(rights_of(frozenset({role})), function, one) for one in levels)
    )
    return alone or tuple(sorted(roles))
