"""Logging: one line an event on standard error, for people on a terminal, as JSON elsewhere."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor


def configure_logging(log_format: str, stream: TextIO | None = None) -> None:
    """Set up this process's logging: `console`, `json`, or `auto` to go by the terminal.

    Libraries speak through the standard library's logging; their warnings join the same stream.
    """
    stream = stream or sys.stderr
    console = log_format == "console" or (log_format == "auto" and stream.isatty())
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = _for_people() if console else _for_machines()
    structlog.configure(
        processors=[*before, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[meta, *last], foreign_pre_chain=before)
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _for_people() -> list[Processor]:
    # The default shows every local variable of a traceback, and with them tokens and names.
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def _for_machines() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
