"""The quick way writes what the careful one does, byte for byte (RFC 8785)."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tokimori.foundation.canonical import canonical_bytes, chained_digest, digest

scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.floats(allow_nan=False)
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(plain)
def test_any_value_is_written_as_the_library_writes_it(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_bytes(value)
        return
    assert canonical_bytes(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"\ue000": 1, "\U00010000": 2, "a": 3},
        {"text": '12.5 and 1e3, \u2028 \x7f \x1f " \\ /'},
        [1.0, 1e21, -0.0, 333333333.33333329],
        {"law": "JP.LSA.32,37", "minutes": 12},
        9007199254740991,
    ],
)
def test_where_the_two_could_differ(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, -(2**60), float("nan"), float("inf"), "\ud800", {"a": {1, 2}}])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_bytes(value)


def test_a_chained_digest_is_that_of_both_in_a_list() -> None:
    first, second = digest(1), digest("two")

    assert chained_digest(first, second) == digest([first, second])
    assert chained_digest(first, "") == digest([first, ""])
