"""The access policy as data: published as the code has it, and the same as what the live database grants."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from support import cluster
from tokimori.ops.access_policy import Difference, access_policy, policy_differences

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "access-policy.json"


def test_the_published_policy_is_what_the_code_says() -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))

    assert published == json.loads(json.dumps(access_policy())), "write it again: tokimori policy > the file"


def test_the_database_is_as_the_policy_says() -> None:
    assert policy_differences() == ()


@contextmanager
def planted(statement: str, undo: str) -> Iterator[None]:
    """Change something by hand as nobody should, and take it back."""
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute(statement)
        try:
            yield
        finally:
            administrator.execute(undo)


pytestmark = pytest.mark.xdist_group("roles of the cluster")
"""Roles belong to the whole cluster: what one test plants in them, another process would see."""

PLANTED = [
    pytest.param(
        "grant delete on people_employee to tokimori_runtime",
        "revoke delete on people_employee from tokimori_runtime",
        Difference(where="people_employee", what="tokimori_runtime may DELETE against the policy"),
        id="a right too many",
    ),
    pytest.param(
        "revoke update on people_employee from tokimori_runtime",
        "grant update on people_employee to tokimori_runtime",
        Difference(where="people_employee", what="tokimori_runtime may not UPDATE"),
        id="a right too few",
    ),
    pytest.param(
        "grant select on ledger_ledgerevent to public",
        "revoke select on ledger_ledgerevent from public",
        Difference(where="ledger_ledgerevent", what="PUBLIC may SELECT, whom the policy does not name"),
        id="everybody reads",
    ),
    pytest.param(
        "grant update (address) on ledger_ledgerevent to tokimori_runtime",
        "revoke update (address) on ledger_ledgerevent from tokimori_runtime",
        Difference(where="ledger_ledgerevent.address", what="tokimori_runtime may UPDATE on the column alone"),
        id="one column",
    ),
    pytest.param(
        "alter table people_employee no force row level security",
        "alter table people_employee force row level security",
        Difference(where="people_employee", what="row security is not forced"),
        id="the wall is not forced",
    ),
    pytest.param(
        "create policy second on people_employee using (true)",
        "drop policy second on people_employee",
        Difference(where="people_employee", what="the wall is not the one policy that asks for the tenant"),
        id="a hole in the wall",
    ),
    pytest.param(
        "alter table ledger_ledgerevent disable trigger all",
        "alter table ledger_ledgerevent enable trigger all",
        Difference(where="ledger_ledgerevent", what="the trigger that keeps facts is missing or switched off"),
        id="facts can be changed",
    ),
    pytest.param(
        "grant execute on function tokimori.all_companies() to public",
        "revoke execute on function tokimori.all_companies() from public",
        Difference(where="tokimori.all_companies", what="PUBLIC may EXECUTE against the policy"),
        id="a function for everybody",
    ),
    pytest.param(
        "grant usage on schema tokimori_private to tokimori_runtime",
        "revoke usage on schema tokimori_private from tokimori_runtime",
        Difference(where="tokimori_private", what="tokimori_runtime may USAGE on the schema"),
        id="the private schema",
    ),
    pytest.param(
        "grant update on ledger_logtile to tokimori_sequencer",
        "revoke update on ledger_logtile from tokimori_sequencer",
        Difference(where="ledger_logtile", what="tokimori_sequencer may UPDATE, whom the policy does not name"),
        id="the sequencer changes tiles",
    ),
    pytest.param(
        "create policy second on ledger_logtile for update to tokimori_sequencer using (true)",
        "drop policy second on ledger_logtile",
        Difference(where="ledger_logtile", what="the sequencer's policy second is missing, or is none of ours"),
        id="the sequencer has a policy more",
    ),
    pytest.param(
        "grant select on tokimori_private.tenant_context_key to tokimori_runtime",
        "revoke select on tokimori_private.tenant_context_key from tokimori_runtime",
        Difference(
            where="tokimori_private.tenant_context_key",
            what="tokimori_runtime may SELECT, whom the policy does not name",
        ),
        id="the key",
    ),
]


@pytest.mark.parametrize(("statement", "undo", "difference"), PLANTED)
@pytest.mark.control(32)
def test_what_somebody_changes_by_hand_is_seen(statement: str, undo: str, difference: Difference) -> None:
    with planted(statement, undo):
        assert difference in policy_differences()
    assert policy_differences() == ()


def test_a_role_that_steps_over_the_wall_is_seen() -> None:
    """The runtime's own login is left alone: another member of the group gets what none may have."""
    with planted("create role steps_over bypassrls in role tokimori_runtime", "drop role steps_over"):
        assert Difference(where="steps_over", what="the role is above row security, or may become one that is") in (
            policy_differences()
        )
