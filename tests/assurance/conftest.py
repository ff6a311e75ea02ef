"""A test that is marked as switching a control off must have seen the rows of its probes turn red."""

from collections.abc import Iterator

import pytest

from support.probing import TURNED_RED


@pytest.fixture(autouse=True)
def _turned_red(request: pytest.FixtureRequest) -> Iterator[None]:
    TURNED_RED.clear()
    yield
    promised = {name for marker in request.node.iter_markers("switches_off") for name in marker.args}
    assert promised <= TURNED_RED, f"{sorted(promised - TURNED_RED)} did not turn red"
