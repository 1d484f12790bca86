"""Logs: one JSON object a line on standard error, each with the id of its request.

No file names, no labels and no signatures of links are written. Anyone with the id of an analysis from the page can see
it, so an id is written as ``an:`` and the first 12 hex digits of its SHA-256.
"""

import hashlib
import logging
import re
import sys
from typing import Any, Final

import structlog

_ID: Final = re.compile(r"an_[a-z2-7]{26}")

_TALKATIVE: Final = ("alembic", "procrastinate", "uvicorn.access")
"""Loggers of which only warnings are of use here."""


def configure_logging(level: str) -> None:
    """Send every logger of this process to standard error as JSON; called once per process."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_colours,
                structlog.processors.JSONRenderer(),
                _without_ids,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_ids(_logger: object, _method: str, line: Any) -> str:
    """A line, with ids hashed wherever they stand: in a path, a traceback, a file name."""
    return _ID.sub(lambda found: logged_id(found[0]), line)


def current_request() -> str | None:
    """Id of the request that is being answered; None outside of one."""
    return structlog.contextvars.get_contextvars().get("request_id")


def logged_id(analysis_id: str) -> str:
    """What stands for an analysis in the log."""
    return f"an:{hashlib.sha256(analysis_id.encode()).hexdigest()[:12]}"


def _without_colours(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Uvicorn's copy of the line for terminals."""
    event.pop("color_message", None)
    return event
