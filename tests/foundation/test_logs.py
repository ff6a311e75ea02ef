"""Logs carry ids and codes; what a person typed never passes."""

import io
import json
import logging
from collections.abc import Callable

import pytest
import structlog

from tokimori.foundation.logs import correlation_id, logger


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, object]]]:
    """Return what the product's own handler wrote."""
    handler = next(
        one for one in logging.getLogger().handlers if isinstance(one.formatter, structlog.stdlib.ProcessorFormatter)
    )
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.control(42)
def test_unknown_keys_are_dropped(written: Callable[[], list[dict[str, object]]]) -> None:
    token = correlation_id.set("abc")

    logger("test").warning("something happened", code="x.y", name="佐藤 愛子", password="secret")

    correlation_id.reset(token)
    (line,) = written()
    assert (line["event"], line["code"], line["correlation_id"]) == ("something happened", "x.y", "abc")
    assert not {"name", "password"} & set(line)


@pytest.mark.control(42, 91)
def test_an_exception_leaves_its_type_and_place_not_its_text(written: Callable[[], list[dict[str, object]]]) -> None:
    try:
        int("aiko@example.jp typed this")
    except ValueError:
        logger("test").exception("it broke")

    (line,) = written()
    assert line["exception_type"] == "ValueError"
    assert str(line["exception_place"]).startswith("test_logs") or "logs" in str(line["exception_place"])
    assert "aiko" not in json.dumps(line)


def test_a_librarys_message_keeps_its_pattern_not_its_arguments(written: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/people/aiko@example.jp")

    (line,) = written()
    assert line["event"] == "Not Found: %s"


def test_an_exception_that_a_library_logs_leaves_its_type_and_place_too(
    written: Callable[[], list[dict[str, object]]],
) -> None:
    try:
        int("aiko@example.jp typed this")
    except ValueError:
        logging.getLogger("django.request").exception("%s: %s", "Internal Server Error", "/people/aiko@example.jp")

    (line,) = written()
    assert line["exception_type"] == "ValueError"
    assert "test_logs" in str(line["exception_place"])
    assert "aiko" not in json.dumps(line)
