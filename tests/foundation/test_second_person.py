"""Two instead of one: rules, security settings, and factors that an administrator takes away."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError

from support.cast import NOON, Cast, new_company
from support.rules import tokyo_rules
from tokimori.domains.rulesets.queries import rule_set
from tokimori.domains.rulesets.services import (
    approve_rule_set,
    propose_rule_set,
    publish_rule_set,
    refuse_rule_set,
)
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import PrincipalKind
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.accounts import choose_password, invitation_to
from tokimori.foundation.identity.services.lifecycle import remove_factors
from tokimori.foundation.identity.services.rules import (
    approve_rules,
    change_rules,
    current_rules,
    propose_rules,
    refuse_rules,
)
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.vouching.errors import OwnProposal, ProposalDecided, ResetNotConfirmed, SecondPersonNeeded
from tokimori.foundation.vouching.models import Proposal
from tokimori.foundation.vouching.services.proposals import (
    asks_second_person,
    choose_second_person,
    end_second_person,
    open_proposals,
)
from tokimori.foundation.vouching.services.resets import (
    acknowledge_resets,
    confirm_reset,
    own_resets,
    resets_waiting,
)
from tokimori.foundation.vouching.subjects import LONGEST_WAIT, Subject

PASSPHRASE = "seven quiet herons over the estuary"
MAY = date(2026, 5, 1)


@pytest.fixture
def company() -> Cast:
    """Ann and Bob administer, Chie and Cora pay, Aiko works."""
    administrator, payroll = frozenset({Role.ADMINISTRATOR}), frozenset({Role.PAYROLL})
    cast = new_company(
        people={
            "ann": (administrator, None),
            "bob": (administrator, None),
            "chie": (payroll, None),
            "cora": (payroll, None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )
    with tenant_transaction(cast.tenant):
        Account.objects.exclude(id=cast["aiko"].account_id).update(last_signed_in_at=NOON)
    return cast


def have_two(company: Cast, subject: Subject) -> None:
    with tenant_transaction(company.tenant):
        assert choose_second_person(actor=company["ann"].principal, subject=subject, is_asked=True, now=NOON)


def proposal(company: Cast, who: str = "chie") -> UUID:
    with tenant_transaction(company.tenant):
        return propose_rule_set(
            actor=company[who].principal, name="固定労働", rules=tokyo_rules(), valid_from=MAY, now=NOON
        )


def versions(company: Cast) -> int:
    with tenant_transaction(company.tenant):
        return len(rule_set(tenant=company.tenant, code=tokyo_rules().code).versions)


# ----------------------------------------------------------------------------------------------------------- rule sets


def test_unless_the_company_says_otherwise_one_person_publishes(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        publish_rule_set(
            actor=company["chie"].principal, name="固定労働", rules=tokyo_rules(), valid_from=MAY, now=NOON
        )

    assert versions(company) == 2


@pytest.mark.parametrize("kind", [PrincipalKind.PERSON, PrincipalKind.OPERATOR])
def test_where_two_decide_nobody_publishes_alone(company: Cast, kind: PrincipalKind) -> None:
    have_two(company, Subject.RULE_SETS)
    actor = replace(company["chie"].principal, kind=kind)

    with tenant_transaction(company.tenant), pytest.raises(SecondPersonNeeded):
        publish_rule_set(actor=actor, name="固定労働", rules=tokyo_rules(), valid_from=MAY, now=NOON)
    assert versions(company) == 1


def test_what_one_proposes_another_one_publishes(company: Cast) -> None:
    have_two(company, Subject.RULE_SETS)
    wanted = proposal(company)
    assert versions(company) == 1

    with tenant_transaction(company.tenant):
        with pytest.raises(OwnProposal):
            approve_rule_set(actor=company["chie"].principal, proposal_id=wanted, now=NOON)
        with pytest.raises(NotAllowed):
            approve_rule_set(actor=company["ann"].principal, proposal_id=wanted, now=NOON)
        approve_rule_set(actor=company["cora"].principal, proposal_id=wanted, now=NOON)
        approved = LedgerEvent.objects.get(name="change:approved")
        with pytest.raises(ProposalDecided):
            approve_rule_set(actor=company["cora"].principal, proposal_id=wanted, now=NOON)

    assert versions(company) == 2
    assert (approved.actor_id, approved.details["proposed_by"]) == (
        company["cora"].account_id,
        str(company["chie"].account_id),
    )


def test_a_proposal_that_was_refused_replaced_or_waited_too_long_is_void(company: Cast) -> None:
    have_two(company, Subject.RULE_SETS)
    cora = company["cora"].principal
    refused = proposal(company)
    with tenant_transaction(company.tenant):
        refuse_rule_set(actor=cora, proposal_id=refused, now=NOON)
    replaced, old = proposal(company), proposal(company)

    with tenant_transaction(company.tenant):
        for gone in (refused, replaced):
            with pytest.raises(ProposalDecided):
                approve_rule_set(actor=cora, proposal_id=gone, now=NOON)
        with pytest.raises(ProposalDecided):
            approve_rule_set(actor=cora, proposal_id=old, now=NOON + LONGEST_WAIT)
        with pytest.raises(NotFound):
            approve_rule_set(actor=cora, proposal_id=new_id(), now=NOON)


def test_a_proposal_does_not_pass_over_a_version_that_came_between(company: Cast) -> None:
    wanted = proposal(company)
    with tenant_transaction(company.tenant):
        publish_rule_set(
            actor=company["cora"].principal, name="固定労働", rules=tokyo_rules(), valid_from=MAY, now=NOON
        )
        with pytest.raises(ProposalDecided):
            approve_rule_set(actor=company["cora"].principal, proposal_id=wanted, now=NOON)


def test_the_database_refuses_an_approval_by_oneself(company: Cast) -> None:
    wanted = proposal(company)

    with pytest.raises(DatabaseError, match="proposal_approved_by_another"), tenant_transaction(company.tenant):
        Proposal.objects.filter(id=wanted).update(
            decided_by=company["chie"].account_id, decided_at=NOON, is_approved=True
        )


# ------------------------------------------------------------------------------------------------------ security rules


def test_security_rules_take_a_second_administrator_where_the_company_says_so(company: Cast) -> None:
    have_two(company, Subject.SECURITY_RULES)
    ann, bob = company["ann"].principal, company["bob"].principal
    wanted = SecurityRules(idle_minutes=10)

    with tenant_transaction(company.tenant):
        with pytest.raises(SecondPersonNeeded):
            change_rules(actor=ann, rules=wanted, now=NOON)
        first = propose_rules(actor=ann, rules=SecurityRules(idle_minutes=6), seen_version=0, now=NOON)
        refuse_rules(actor=bob, proposal_id=first, now=NOON)
        waiting = propose_rules(actor=ann, rules=wanted, seen_version=0, now=NOON)
        (shown,) = open_proposals(actor=bob, subject=Subject.SECURITY_RULES, now=NOON)
        assert (shown.id, shown.is_readers) == (waiting, False)
        with pytest.raises(OwnProposal):
            approve_rules(actor=ann, proposal_id=waiting, now=NOON)
        assert current_rules(tenant=company.tenant).idle_minutes == 30
        assert approve_rules(actor=bob, proposal_id=waiting, now=NOON) == 1
        assert current_rules(tenant=company.tenant).idle_minutes == 10


def test_nobody_ends_the_second_person_alone(company: Cast) -> None:
    have_two(company, Subject.RULE_SETS)
    ann, bob = company["ann"].principal, company["bob"].principal

    with tenant_transaction(company.tenant):
        assert not choose_second_person(actor=ann, subject=Subject.RULE_SETS, is_asked=False, now=NOON)
        assert asks_second_person(tenant=company.tenant, subject=Subject.RULE_SETS)
        (waiting,) = open_proposals(actor=ann, subject=Subject.SECOND_PERSON, now=NOON)
        with pytest.raises(OwnProposal):
            end_second_person(actor=ann, proposal_id=waiting.id, now=NOON)
        end_second_person(actor=bob, proposal_id=waiting.id, now=NOON)
        assert not asks_second_person(tenant=company.tenant, subject=Subject.RULE_SETS)


def test_only_who_may_change_the_security_chooses(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        with pytest.raises(NotAllowed):
            choose_second_person(actor=company["chie"].principal, subject=Subject.RULE_SETS, is_asked=True, now=NOON)
        with pytest.raises(NotFound):
            choose_second_person(actor=company["ann"].principal, subject=Subject.SECOND_PERSON, is_asked=True, now=NOON)


# --------------------------------------------------------------------------------------------- factors that were taken


def take_factors(company: Cast, who: str = "ann", whose: str = "aiko") -> str:
    with tenant_transaction(company.tenant):
        return remove_factors(actor=company[who].principal, account_id=company[whose].account_id, now=NOON).secret


def open_with(company: Cast, secret: str) -> None:
    with tenant_transaction(company.tenant):
        choose_password(secret=secret, password=PASSPHRASE, now=NOON + timedelta(minutes=1))


def test_the_link_of_who_took_the_factors_opens_nothing_before_a_second_administrator_confirmed(company: Cast) -> None:
    link = take_factors(company)
    aiko = company["aiko"].account_id
    with pytest.raises(ResetNotConfirmed):
        open_with(company, link)
    with tenant_transaction(company.tenant):
        another = invitation_to(actor=company["ann"].principal, account_id=aiko, now=NOON).secret
    with pytest.raises(ResetNotConfirmed):
        open_with(company, another)

    with tenant_transaction(company.tenant):
        with pytest.raises(OwnProposal):
            confirm_reset(actor=company["ann"].principal, account_id=aiko, now=NOON)
        with pytest.raises(NotAllowed):
            confirm_reset(actor=company["chie"].principal, account_id=aiko, now=NOON)
        (shown,) = resets_waiting(actor=company["bob"].principal)
        assert (shown.account_id, shown.is_readers) == (aiko, False)
        confirm_reset(actor=company["bob"].principal, account_id=aiko, now=NOON)
        with pytest.raises(NotFound):
            confirm_reset(actor=company["bob"].principal, account_id=aiko, now=NOON)
    open_with(company, another)


def test_whose_factors_were_taken_does_not_confirm_it(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        third = company["chie"].account_id
        Account.objects.filter(id=third).update(roles=["administrator"])
    take_factors(company, whose="bob")

    with tenant_transaction(company.tenant), pytest.raises(OwnProposal):
        confirm_reset(actor=company["bob"].principal, account_id=company["bob"].account_id, now=NOON)


@pytest.mark.parametrize("change", [{"is_active": False}, {"last_signed_in_at": None}], ids=["closed", "never in"])
def test_where_nobody_else_could_confirm_it_the_link_opens(company: Cast, change: dict[str, object]) -> None:
    with tenant_transaction(company.tenant):
        Account.objects.filter(id=company["bob"].account_id).update(**change)

    open_with(company, take_factors(company))


def test_the_person_is_told_until_it_is_noted(company: Cast) -> None:
    take_factors(company)
    aiko = company["aiko"].principal
    with tenant_transaction(company.tenant):
        (told,) = own_resets(actor=aiko)
        acknowledge_resets(actor=aiko, now=NOON)
        with pytest.raises(NotFound):
            acknowledge_resets(actor=aiko, now=NOON)
        assert own_resets(actor=aiko) == ()
    assert told.asked_by == company["ann"].account_id
