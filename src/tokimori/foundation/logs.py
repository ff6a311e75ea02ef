"""Structured logs: one JSON object a line, with the request's correlation id and without personal data.

What may be logged is listed, not what may not: unknown keys are dropped, so that a name or an address cannot slip in.
"""

import logging
import logging.config
import sys
from collections.abc import MutableMapping, Sequence
from contextvars import ContextVar
from typing import Any, Final

import structlog

correlation_id: ContextVar[str] = ContextVar("tokimori_correlation", default="-")

_ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "correlation_id",
        "tenant_id", "account_id", "employee_id", "request_path_name", "method", "status", "code", "count",
        "duration_ms", "job", "job_id", "attempt", "exception_type", "exception_place", "address", "port", "digest",
    }
)  # fmt: skip


def _add_correlation(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    entry["correlation_id"] = correlation_id.get()
    return entry


def _keep_allowed(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in entry.items() if key in _ALLOWED}


def _name_exception(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep an exception's type and place; its text may quote what a person typed."""
    info = entry.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        entry["exception_type"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            entry["exception_place"] = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return entry


def _foreign_message(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the pattern of a library's message, not what was filled in: that may be anything."""
    record = entry.get("_record")
    if entry.get("_from_structlog") is False and record is not None:
        entry["event"] = str(record.msg)
    return entry


_SHARED: Final[Sequence[Any]] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_correlation,
)


def logging_dictionary(*, level: str) -> dict[str, Any]:
    """Return what sends every log, ours and the libraries', through the same narrow door to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": list(_SHARED),
                "processors": [
                    _foreign_message,
                    _name_exception,
                    _keep_allowed,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["standard_error"], "level": level},
        # Procrastinate's own messages quote the arguments of jobs.
        "loggers": {"procrastinate": {"level": "WARNING"}},
    }


def logging_configuration(*, level: str) -> None:
    """Let this process log as ``logging_dictionary`` says."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(logging_dictionary(level=level))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger whose entries keep the listed keys alone."""
    return structlog.stdlib.get_logger(name)
