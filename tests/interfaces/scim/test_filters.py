"""What a directory asks for is found: the database answers as the protocol's own evaluator does, whatever is asked."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scim2_models import SCIMException, ScimFilter

from support.cast import Cast, usual_cast
from support.directory import Directory, directory_of
from tokimori.foundation.errors import Refusal
from tokimori.foundation.provisioning.queries import columns, resources, searching
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.scim import groups, users
from tokimori.interfaces.scim.reading import (
    DEEPEST_FILTER,
    LONGEST_FILTER,
    MOST_TERMS,
    read_search,
    refuse_unbounded,
)
from tokimori.interfaces.scim.shapes import Group, User

BASE = "http://localhost/scim/v2"


@pytest.fixture(scope="module")
def company() -> Cast:
    """A company with people of every kind: with and without names, addresses, groups; closed; made here."""
    cast = usual_cast()
    directory = directory_of(cast)
    directory.add_user(
        "keiko",
        externalId="Ext-1",
        displayName="Éclair",
        name={"familyName": "山田", "givenName": "Keiko"},
        preferredLanguage="ja-JP",
        emails=[
            {"value": "keiko@corp.example", "type": "work", "primary": True},
            {"value": "k@home.example", "type": "home"},
        ],
    )
    second = directory.add_user("Ken_%", externalId="ext-1", emails=[{"value": "ken@corp.example", "type": "home"}])
    third = directory.add_user('o"hara', displayName="a b", active=False, name={"formatted": "O'Hara"})
    directory.add_user("zoe", emails=[{"value": "zoe@corp.example", "primary": False}])
    directory.add_group("Sales", second["id"], third["id"])
    directory.add_group("sales 100%", second["id"])
    directory.add_group("Empty")
    return cast


def found(cast: Cast, text: str) -> set[str]:
    """Return what the database finds."""
    search = read_search({"filter": text}, User)
    assert search.node is not None
    with tenant_transaction(cast.tenant):
        condition = searching.condition(search.node, columns.users(cast.tenant))
        rows = resources.directory_users(tenant=cast.tenant).filter(condition)
        return {str(key) for key in rows.values_list("id", flat=True)}


@pytest.fixture(scope="module")
def everybody(company: Cast) -> list[User]:
    with tenant_transaction(company.tenant):
        rows = list(resources.directory_users(tenant=company.tenant))
        return [users.user_of(view, base=BASE) for view in resources.user_views(tenant=company.tenant, rows=rows)]


def found_groups(cast: Cast, text: str) -> set[str]:
    search = read_search({"filter": text}, Group)
    assert search.node is not None
    with tenant_transaction(cast.tenant):
        condition = searching.condition(search.node, columns.groups(cast.tenant))
        rows = resources.directory_groups(tenant=cast.tenant).filter(condition)
        return {row.display_name for row in rows}


WORDS = st.sampled_from(
    ["keiko", "KEIKO", "k", "", "%", "_", "\\", '"', "ext-1", "Ext-1", "山田", "é", "É", "a b", "home", "work",
     "corp.example", "employee", "payroll", "manager", "2", "sales", "Sales", "zoe", "aiko", "'", "ja-jp", "User"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["userName", "displayName", "name.familyName", "name.givenName", "name.formatted", "externalId", "emails.value",
     "emails.type", "preferredLanguage", "roles.value", "groups.display", "emails", "USERNAME", "meta.resourceType",
     "urn:ietf:params:scim:schemas:core:2.0:User:userName"]
)  # fmt: skip
OPERATORS = st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ"])
PRESENT = st.sampled_from(
    ["userName", "displayName", "externalId", "emails", "name", "name.formatted", "emails.type", "groups", "roles",
     "active", "preferredLanguage", "id", "meta.created"]
)  # fmt: skip


def quoted(text: str) -> str:
    return ScimFilter.quote(text)


ENTRY_TERMS = st.one_of(
    st.builds(
        lambda name, op, word: f"{name} {op} {quoted(word)}", st.sampled_from(["value", "type"]), OPERATORS, WORDS
    ),
    st.sampled_from(["primary eq true", "primary eq false", "primary ne true", "primary pr", "type pr", "value pr"]),
)
ENTRIES = st.recursive(
    ENTRY_TERMS,
    lambda inner: st.one_of(
        st.builds(lambda one, join, other: f"({one} {join} {other})", inner, st.sampled_from(["and", "or"]), inner),
        st.builds(lambda one: f"not ({one})", inner),
    ),
    max_leaves=3,
)
MOMENTS = st.builds(
    lambda op, when: f"meta.created {op} {quoted(when)}",
    st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]),
    st.sampled_from(["2026-03-01T00:00:00Z", "2026-03-01T09:00:00+09:00", "2030-01-01T00:00:00Z"]),
)
TERMS = st.one_of(
    st.builds(lambda name, op, word: f"{name} {op} {quoted(word)}", TEXTS, OPERATORS, WORDS),
    st.builds(lambda name: f"{name} pr", PRESENT),
    st.sampled_from(["active eq true", "active ne true", "active eq false", "userName eq null", "externalId eq null",
                     "displayName ne null", "name.familyName eq null", 'id eq "x"', 'id ne "x"']),
    st.builds(lambda inner: f"emails[{inner}]", ENTRIES),
    st.builds(lambda word: f"groups[display eq {quoted(word)}]", WORDS),
    MOMENTS,
)  # fmt: skip
FILTERS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds(lambda one, join, other: f"({one} {join} {other})", inner, st.sampled_from(["and", "or"]), inner),
        st.builds(lambda one, other: f"{one} or {other} and {one}", inner, inner),
        st.builds(lambda one: f"not ({one})", inner),
    ),
    max_leaves=4,
)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=FILTERS)
def test_the_database_finds_what_the_protocol_means(company: Cast, everybody: list[User], text: str) -> None:
    expression = ScimFilter[User](text)

    assert found(company, text) == {str(user.id) for user in everybody if expression.match(user)}, text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('displayName eq "SALES"', {"Sales"}),
        ('displayName sw "sales"', {"Sales", "sales 100%"}),
        ('displayName co "%"', {"sales 100%"}),
        ("members pr", {"Sales", "sales 100%"}),
        ("not (members pr)", {"Empty"}),
        ('members.value eq "x"', set()),
        ('members[type eq "User"]', {"Sales", "sales 100%"}),
        ("externalId pr", set()),
        ('meta.lastModified gt "2020-01-01T00:00:00Z"', {"Sales", "sales 100%", "Empty"}),
    ],
)
def test_groups_are_found(company: Cast, text: str, names: set[str]) -> None:
    assert found_groups(company, text) == names


def test_the_groups_of_a_member_are_found(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        rows = list(resources.directory_groups(tenant=company.tenant))
        views = resources.group_views(tenant=company.tenant, rows=rows)
        everything = [groups.group_of(view, base=BASE) for view in views]
    member = next(group for group in everything if group.display_name == "Sales").members[0].value  # type: ignore[index]

    for text in (f'members eq "{member}"', f'members.value eq "{member}"', f'members[value eq "{member}"]'):
        expression = ScimFilter[Group](text)
        assert found_groups(company, text) == {each.display_name for each in everything if expression.match(each)}


REFUSED = [
    "", " ", "userName", "userName eq", 'userName eq "x', "userName eq x", 'userName is "x"', 'eq "x"', "(userName pr",
    "userName pr)", "userName pr and", "and userName pr", "not userName pr", 'userName eq "x" userName pr',
    'emails[type eq "work"', 'emails[type eq "work"]]', 'emails[emails[type eq "x"]]', 'userName[type eq "x"]',
    "password pr", "nothing pr", "name.nothing pr", 'emails.nothing eq "x"', "active gt true", 'active co "t"',
    'active eq "true', 'meta.created gt "yesterday"', 'meta.created gt "2026-04-01T00:00:00"', 'meta.version eq "x"',
    'meta.location sw "http"', 'id co "x"', 'id gt "x"', 'userName eq "\x00"', 'userName eq "a\nb"', "a" * 2001,
    "(" * 11 + "userName pr" + ")" * 11, " or ".join(["userName pr"] * 51), 'a:b eq "x"', "userName.x pr",
    "userName pr; drop table identity_account", "1 eq 1", "userName eq {}", 'userName eq ["x"]',
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_filter_is_refused(company: Cast, text: str) -> None:
    status, answer = directory_of(company).ask("GET", f"/Users?filter={quote(text)}")

    if not text:  # an empty filter asks for nothing
        assert status == 200
        return
    assert (status, answer.get("scimType")) == (400, "invalidFilter"), answer


def test_bounds_are_those_that_are_documented() -> None:
    refuse_unbounded("(" * DEEPEST_FILTER + "x" + ")" * DEEPEST_FILTER)
    refuse_unbounded("x" * LONGEST_FILTER)
    refuse_unbounded(" and ".join(["a pr"] * MOST_TERMS))
    for beyond in ("(" * (DEEPEST_FILTER + 1), "x" * (LONGEST_FILTER + 1), " or ".join(["a pr"] * (MOST_TERMS + 1)), 7):
        with pytest.raises(Refusal):
            refuse_unbounded(beyond)


NOISE = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            ["userName", "emails", "emails.type", "eq", "ne", "co", "pr", "and", "or", "not", "(", ")", "[", "]", '"x"',
             '"', "true", "null", "1", "-1e9", ".", ":", "urn:x:y", "value", "type", " ", "\\u0000", '"\\u0000"', "id"]
        ),
        max_size=25,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=NOISE)
def test_noise_is_a_filter_or_refused(company: Cast, text: str) -> None:
    try:
        search = read_search({"filter": text}, User)
        condition = searching.condition(search.node, columns.users(company.tenant)) if search.node else None
    except (Refusal, SCIMException, ValueError):
        return
    if condition is not None:
        with tenant_transaction(company.tenant):
            resources.directory_users(tenant=company.tenant).filter(condition).count()


PATHS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["members", "emails", "name.familyName", 'emails[type eq "work"].value', "active", "id", "roles",
                     'emails[type eq "work"', "emails[", "name..x", "urn:x:y:z", "emails[not (value pr)]", "meta"]),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=5,
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "Add", "move", ""])},
    optional={"path": PATHS, "value": VALUES},
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(operations=st.lists(OPERATIONS, min_size=1, max_size=3))
def test_whatever_a_change_says_the_answer_is_one_of_the_protocol(
    victim: tuple[Directory, str], operations: list[dict[str, object]]
) -> None:
    directory, where = victim

    status, answer = directory.change(where, *operations)

    assert status in {200, 400, 409}, (status, answer, operations)
    if status == 200:  # else everything was rolled back, and what stands there was read before
        assert directory.ask("GET", where)[0] == 200


@pytest.fixture(scope="module")
def victim() -> tuple[Directory, str]:
    directory = directory_of(usual_cast())
    return directory, f"/Users/{directory.add_user('victim')['id']}"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sortBy=userName&count=3", ["aiko", "ben", "chie"]),
        ("sortBy=userName&sortOrder=descending&count=2", ["zoe", 'o"hara']),
        ("sortBy=userName&startIndex=3&count=2", ["chie", "eri"]),
        ("sortBy=userName&startIndex=-5&count=1", ["aiko"]),
        ("sortBy=userName&count=0", []),
        ("sortBy=userName&count=-1", []),
        ("sortBy=userName&startIndex=100", []),
    ],
)
def test_pages(company: Cast, query: str, names: list[str]) -> None:
    _, answer = directory_of(company).ask("GET", f"/Users?{query}")

    assert [user["userName"] for user in answer["Resources"]] == names
    assert answer["totalResults"] == 8
    assert answer["itemsPerPage"] == len(names)


def test_only_what_is_asked_for_is_answered(company: Cast) -> None:
    directory = directory_of(company)

    _, some = directory.ask("GET", "/Users?filter=userName%20eq%20%22keiko%22&attributes=userName,emails.type")
    assert set(some["Resources"][0]) == {"schemas", "id", "userName", "emails"}
    assert some["Resources"][0]["emails"] == [{"type": "work"}, {"type": "home"}]
    _, most = directory.ask("POST", "/Users/.search", {"filter": 'userName eq "keiko"', "excludedAttributes": "emails"})
    assert "emails" not in most["Resources"][0]
    assert most["Resources"][0]["userName"] == "keiko"
