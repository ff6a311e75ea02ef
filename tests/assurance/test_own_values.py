"""A company sees its own figures beside what the provider offers: each follows from what it set, and from nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from support.cast import Cast
from support.provider import company_with_administrator, let_in, new_worker
from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.own.queries import own_values
from tokimori.assurance.own.values import OWN_ROWS, OwnFacts, OwnValue, Setting, values_from
from tokimori.assurance.own.words import kind_of, own_sentences, setting_in_words, step_in_words
from tokimori.foundation import clock
from tokimori.foundation.identity.networks import AddressAudience
from tokimori.foundation.identity.security_rules import BOUNDS, Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.address_rules import NewNetwork, add_network
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.security_level import Protection
from tokimori.foundation.retention.periods import RecordKind
from tokimori.foundation.tenancy.context import tenant_transaction

FACTS = OwnFacts(
    rules=SecurityRules(),
    protection=dict.fromkeys(Audience, Protection(people=4, with_factor=3, with_passkey=1)),
    networks={},
    temporary_networks=0,
    active_providers=0,
    accounts=9,
    accounts_with_passphrase=8,
    passphrases_changed=2,
    dormant_accounts=1,
    days_kept={RecordKind.SIGN_IN: 1098},
    holds=0,
    removals=0,
    operator_requests=0,
    requests_without_grant=0,
    live_grants=0,
)


def value(row: int, **changes: object) -> OwnValue:
    return values_from(replace(FACTS, **changes))[row]  # type: ignore[arg-type]  # a table of changes


def ruled(row: int, **rules: object) -> OwnValue:
    return value(row, rules=replace(SecurityRules(), **rules))  # type: ignore[arg-type]  # as above


def values_of(cast: Cast) -> Mapping[int, OwnValue]:
    with tenant_transaction(cast.tenant):
        return own_values(tenant=cast.tenant, now=clock.now())


def test_every_row_that_settings_decide_shows_a_value_of_ones_own() -> None:
    asked = {row for row, control in controls().items() if control.depends_on_settings}

    assert asked - OWN_ROWS == {22}, "who holds which role is on the page of accounts, not on the sheet"
    assert {39, 40, 41, 43, 44, 47, 48, 50, 94, 119} <= OWN_ROWS


@pytest.mark.parametrize(
    ("found", "setting"),
    [
        pytest.param(value(39), Setting.OFF, id="anybody from anywhere"),
        pytest.param(value(39, networks={AddressAudience.ADMINISTRATOR: 2}), Setting.PARTLY, id="some of them"),
        pytest.param(
            value(119, networks={AddressAudience(one.value): 1 for one in Audience}), Setting.ON, id="all people"
        ),
        pytest.param(value(39, networks={AddressAudience.API: 1}), Setting.PARTLY, id="machines alone"),
        pytest.param(value(40), Setting.PARTLY, id="administrators alone are asked"),
        pytest.param(
            ruled(40, strength=dict.fromkeys(Audience, Strength.TWO_FACTORS)), Setting.ON, id="everybody is asked"
        ),
        pytest.param(ruled(44), Setting.ON, id="twelve characters"),
        pytest.param(ruled(44, minimum_length=8), Setting.PARTLY, id="eight characters"),
        pytest.param(ruled(47), Setting.OFF, id="no age"),
        pytest.param(ruled(47, maximum_age_days=90), Setting.ON, id="an age"),
        pytest.param(ruled(48), Setting.ON, id="ten before"),
        pytest.param(ruled(48, history_depth=0), Setting.OFF, id="none before"),
        pytest.param(value(33), Setting.SEEN, id="nothing to switch"),
    ],
)
def test_what_is_set_decides_whether_it_is_on(found: OwnValue, setting: Setting) -> None:
    assert found.setting is setting


def test_what_is_advised_against_is_said_and_is_no_fault_when_off() -> None:
    assert ruled(47).is_advised_against
    assert not ruled(47).is_off
    assert kind_of(ruled(47)) == "quiet"
    assert ruled(48, history_depth=0).is_off
    with translation.override("en"):
        assert "advise against" in " ".join(own_sentences(ruled(47)))
        assert "advise against" in " ".join(own_sentences(ruled(44, character_classes=3)))
        assert "advise against" not in " ".join(own_sentences(ruled(44)))
        assert setting_in_words(ruled(47)) == "Your company has it off, as today's guidance advises"


@given(row=st.sampled_from(sorted(OWN_ROWS)), language=st.sampled_from(["ja", "en", "th"]), data=st.data())
def test_every_value_is_told_in_every_language(row: int, language: str, data: st.DataObject) -> None:
    numbers = {name: data.draw(st.integers(*bounds)) for name, bounds in BOUNDS.items()}
    counts = st.integers(0, 9)
    found = value(
        row,
        rules=replace(SecurityRules(), **numbers),
        networks={one: data.draw(counts) for one in AddressAudience},
        temporary_networks=data.draw(counts),
        active_providers=data.draw(counts),
        live_grants=data.draw(counts),
        holds=data.draw(counts),
    )

    with translation.override(language):
        said = own_sentences(found)
        assert said
        assert all(one and "%" not in one for one in said)
        assert setting_in_words(found)
        assert step_in_words(found)


def test_a_new_company_sees_what_the_product_sets_by_default() -> None:
    cast = company_with_administrator()

    found = values_of(cast)

    assert set(found) == OWN_ROWS
    assert found[41].figures == {"attempts": 10, "lock_minutes": 15}
    assert found[39].is_off
    assert found[40].figures["people_administrator"] == 1
    assert found[40].figures["with_factor_administrator"] == 0
    assert found[50].figures["accounts"] == 2
    assert found[94].figures["days_kept_sign_in_records"] == 3 * 366
    assert found[133].figures == {"operator_requests": 0, "requests_without_grant": 0, "live_grants": 0}


def test_what_a_company_changes_shows_at_once_and_at_no_other_company() -> None:
    cast, other = company_with_administrator(), company_with_administrator()
    network = NewNetwork(audiences=(AddressAudience.ADMINISTRATOR,), network=ip_network("203.0.113.0/24"))
    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=replace(SecurityRules(), history_depth=0, attempts=5), now=clock.now())
        add_network(actor=cast.system, new=network, address="203.0.113.5", now=clock.now())
    let_in(cast, new_worker())

    found, untouched = values_of(cast), values_of(other)

    assert found[48].is_off
    assert found[41].figures["attempts"] == 5
    assert found[119].figures["networks_administrator"] == 1
    assert found[33].figures["live_grants"] == 1
    assert untouched[119].is_off
    assert untouched[41].figures["attempts"] == 10
    assert untouched[33].figures["live_grants"] == 0
