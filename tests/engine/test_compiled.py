import os

import pytest

from tokimori.engine import counting, day, intervals


@pytest.mark.skipif("ENGINE_IS_COMPILED" not in os.environ, reason="here the sources themselves are tested")
def test_it_is_the_compiled_engine_that_is_tested() -> None:
    assert all(module.__file__.endswith(".so") for module in (counting, day, intervals))
