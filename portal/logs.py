"""Structured logs: one JSON object a line, from an allow-list of fields, without personal data.

Whoever logs names an event and fields of `FIELDS`. Anything else is dropped here, so that a code,
a name or a V-number can't reach a log by accident.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "request_id", "method", "route", "status", "ms", "error",
        "where", "count", "door", "host", "port", "team", "language", "seconds", "sequence",
    }
)  # fmt: skip


def _allow_listed(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in FIELDS}


def configure(*, quiet: bool = False) -> None:
    """Send all logs to standard error as JSON. `quiet` keeps warnings and worse."""
    level = logging.WARNING if quiet else logging.INFO
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s", force=True)
    for noisy in ("httpx", "httpx2", "authlib", "alembic", "uvicorn", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow_listed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


log: Any = structlog.get_logger()
"""`log.info("routed", team=…)`. Fields outside `FIELDS` are dropped."""
